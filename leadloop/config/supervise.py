"""Keeps the web server and a worker running until told to stop. Imports nothing heavy: it lives as long as they do.

Run as `python -m leadloop.config.supervise HOST PORT with-worker|without-worker`.
"""

import ctypes
import signal
import subprocess
import sys
import time

from leadloop.web.limits import HEAD_BYTES

PAUSE_SECONDS = 0.5
PATIENCE_SECONDS = 35
SHORTEST_LIFE_SECONDS = 5  # a web server that ends by itself sooner than that may never have lived
MOST_DEATHS = 5  # so many such ends in a row are a fault that starting again does not mend: a wrong setting, a taken port
PRCTL = getattr(ctypes.CDLL(None), "prctl", None)
PDEATHSIG = 1  # prctl(2): the signal that a process gets when its parent dies
GRANIAN = (
    "-m", "granian", "--interface", "rsgi", "--loop", "uvloop", "--workers", "1", "--workers-kill-timeout", "3", "--backlog", "2048",
    "--http", "1", "--http1-buffer-size", str(HEAD_BYTES), "--no-ws", "--log-level", "warning", "--respawn-failed-workers",
)  # fmt: skip


class Stopping(Exception):
    """A signal asked us to stop."""


def main() -> int:
    """Start both, restart what dies, end when asked to, or when the web server cannot live."""
    host, port, worker = sys.argv[1:4]
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _stop)
    serve = [sys.executable, *GRANIAN, "--host", host, "--port", port, "leadloop.config.server:app"]
    web, born, deaths = _start(serve), time.monotonic(), 0
    helper: subprocess.Popen[bytes] | None = None
    try:
        while True:
            if web.poll() is not None:
                ended_early = time.monotonic() - born < SHORTEST_LIFE_SECONDS and web.returncode >= 0  # below 0: somebody killed it
                deaths = deaths + 1 if ended_early else 0
                if deaths == MOST_DEATHS:
                    break
                web, born = _start(serve), time.monotonic()
            if worker == "with-worker" and (helper is None or helper.poll() is not None):
                helper = _start([sys.executable, "-m", "leadloop", "worker"])
            time.sleep(PAUSE_SECONDS)
    except Stopping:
        pass
    finally:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_IGN)  # asked once is enough
        code = _end([web] + ([helper] if helper else []))
    return code


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """A process that does not outlive us: an orphan would keep the port."""
    return subprocess.Popen(command, preexec_fn=lambda: die_with_parent(signal.SIGTERM))  # noqa: PLW1509, S603 - one prctl, no thread yet; our own


def die_with_parent(how: signal.Signals) -> None:
    """On Linux this process gets the signal `how` when its parent ends, however that ends; elsewhere nothing happens."""
    if PRCTL:
        PRCTL(PDEATHSIG, how)


def _stop(number: int, frame: object) -> None:  # noqa: ARG001 - as signal handlers are called
    raise Stopping


def _end(processes: list[subprocess.Popen[bytes]]) -> int:
    """Ask each to stop, wait, and end what does not; 0 if the web server stopped because it was asked to."""
    asked = processes[0].poll() is None
    for process in processes:
        if process.poll() is None:
            process.terminate()
    limit = time.monotonic() + PATIENCE_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return 0 if asked else (processes[0].returncode or 1)


if __name__ == "__main__":
    sys.exit(main())
