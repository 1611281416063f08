"""The product itself, started as its users start it, in a home of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SEED = """
from leadloop.capture.keys import new_key
from leadloop.db.clock import utc_now
from leadloop.routing.models import Desk, Pool, Seat
from leadloop.teams.models import User
pool = Pool.objects.get(name="Sales")
for number in range(10):
    person = User.objects.create_user(f"rep{number}@bench.test", None, name=f"Rep {number}")
    Desk.objects.create(person=person, open_cap=1_000_000_000)
    Seat.objects.create(pool=pool, person=person, weight=1 + number % 3)
print(new_key("bench", scopes=["leads:write", "leads:read"], source=None, author=None, now=utc_now())[1])
"""


@dataclass(frozen=True, slots=True)
class Served:
    """A running product: where, with which key, and the process whose tree it is."""

    base: str
    key: str
    pid: int


@contextlib.contextmanager
def install(home: Path, database_url: str = "") -> Iterator[dict[str, str]]:
    """The environment of a prepared, seeded install; its key is in `LEADLOOP_BENCH_KEY`."""
    env = {**os.environ, "LEADLOOP_HOME": str(home), "LEADLOOP_DATABASE_URL": database_url}
    prepare = "import django; django.setup()\nfrom leadloop.config.prepare import prepare; prepare()\n"
    env["DJANGO_SETTINGS_MODULE"] = "leadloop.config.settings"
    run = subprocess.run([sys.executable, "-c", prepare + SEED], env=env, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr[-2000:])
    yield {**env, "LEADLOOP_BENCH_KEY": run.stdout.strip().splitlines()[-1]}


@contextlib.contextmanager
def serving(env: dict[str, str], *, worker: bool = True) -> Iterator[Served]:
    """`leadloop serve` on a free port until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "leadloop", "serve", "--port", str(port), *([] if worker else ["--no-worker"])]
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/readyz")
        yield Served(f"http://127.0.0.1:{port}", env["LEADLOOP_BENCH_KEY"], process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def tree(pid: int) -> list[int]:
    """A process and all that it started."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], [])
    return found


def memory_mb(pid: int) -> float:
    """Proportional set size of a process tree, in MB: shared pages count once."""
    total = 0
    for member in tree(pid):
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str, *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{url} did not become ready")
