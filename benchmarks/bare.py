"""What the web server does at best: an application that reads a request and answers, with no product behind it."""

import contextlib
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.server import free_port

ANSWER = b'{"outcome":"created","lead":1,"submission":1}'


async def app(scope: Any, protocol: Any) -> None:
    """Any request: its body is read, and it is a success."""
    if scope.proto == "http":
        await protocol()
        protocol.response_bytes(201, [("content-type", "application/json")], ANSWER)


@contextlib.contextmanager
def serving_nothing() -> Iterator[str]:
    """The address of `app` behind the product's own web server, one worker, until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--loop", "uvloop", "--workers", "1", "--http", "1", "--no-ws"]
    command += ["--log-level", "warning", "--host", "127.0.0.1", "--port", str(port), "benchmarks.bare:app"]
    process = subprocess.Popen(command, cwd=Path(__file__).parent.parent, stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/", process)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.05)
    raise RuntimeError("the bare server did not start")
