"""Keeps the web server and a worker running until told to stop. Imports nothing heavy: it lives as long as they do.

Run as `python -m leadloop.config.supervise HOST PORT with-worker|without-worker`.
"""

import signal
import subprocess
import sys
import time

PAUSE_SECONDS = 0.5
PATIENCE_SECONDS = 35
GRANIAN = (
    "-m", "granian", "--interface", "rsgi", "--loop", "uvloop", "--workers", "1", "--workers-kill-timeout", "3", "--backlog", "2048",
    "--no-ws", "--log-level", "warning", "--respawn-failed-workers",
)  # fmt: skip


class Stopping(Exception):
    """A signal asked us to stop."""


def main() -> int:
    """Start both, restart the worker if it dies, end with the web server."""
    host, port, worker = sys.argv[1:4]
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _stop)
    web = subprocess.Popen([sys.executable, *GRANIAN, "--host", host, "--port", port, "leadloop.config.server:app"])
    helper: subprocess.Popen[bytes] | None = None
    try:
        while web.poll() is None:
            if worker == "with-worker" and (helper is None or helper.poll() is not None):
                helper = subprocess.Popen([sys.executable, "-m", "leadloop", "worker"])
            time.sleep(PAUSE_SECONDS)
    except Stopping:
        pass
    finally:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_IGN)  # asked once is enough
        code = _end([web] + ([helper] if helper else []))
    return code


def _stop(number: int, frame: object) -> None:
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
