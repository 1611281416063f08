"""A whole install as its operator runs it: own home, own database, real processes on a loopback port, ended one way or the other."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests import tables

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
PATIENCE_SECONDS = 60


class Said(NamedTuple):
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Install:
    """An install of its own in a temporary folder; its processes carry that folder in their environment, which is how they are found."""

    def __init__(self, home: Path, url: str, *, worker: bool = True, **settings: str) -> None:
        self.home, self.port = home, free_port()
        self.environment = os.environ | {"LEADLOOP_HOME": str(home), "LEADLOOP_DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.environment |= settings
        self.worker = worker
        self.log = home / "log"
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when the doors are open."""
        if self._server is not None:
            self._server.wait(PATIENCE_SECONDS)
        command = [sys.executable, "-m", "leadloop", "serve", "--host", HOST, "--port", str(self.port)]
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                command + ([] if self.worker else ["--no-worker"]),
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_ready()

    def wait_ready(self) -> None:
        limit = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < limit:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.ask("GET", "/readyz").status == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(f"the server did not become ready: {self.log.read_text()[-3000:]}")

    def stop(self) -> int:
        """As an operator stops it; the exit code."""
        assert self._server is not None
        self._server.send_signal(signal.SIGTERM)
        return self._server.wait(PATIENCE_SECONDS)

    def kill(self) -> int:
        """SIGKILL to every process of the install, as a power cut would; how many there were."""
        killed = 0
        while pids := self.processes():
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed += 1
            if self._server is not None:
                self._server.poll()
            time.sleep(0.01)
        if self._server is not None:
            self._server.wait()
        return killed

    def processes(self, containing: str = "") -> list[int]:
        """Living processes of this install whose command line holds `containing`."""
        mark, found = f"LEADLOOP_HOME={self.home}\0".encode(), []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and int(folder.name) != os.getpid():
                with contextlib.suppress(OSError):
                    words = (folder / "cmdline").read_bytes()
                    if words and mark in (folder / "environ").read_bytes() + b"\0" and containing.encode() in words:
                        found.append(int(folder.name))
        return found

    def ask(self, method: str, path: str, body: bytes | None = None, *, timeout: float = 10, **headers: str) -> Said:
        """One request on a connection of its own. Header names with `_` for `-`."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=timeout)
        try:
            connection.connect()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may answer, and close, before all of the body is sent
                connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return Said(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def run(self, script: str) -> Any:
        """What a Python script prints as JSON, in a process of its own with the install's settings."""
        program = "import os, json, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'leadloop.config.settings'; django.setup()\n" + script
        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout) if done.stdout.strip() else None

    def prepare(self, *, scopes: tuple[str, ...] = ("leads:write", "leads:read", "steps:write", "reports:read"), reps: int = 3) -> str:
        """Starter rules and people; returns an API key."""
        return str(
            self.run(
                f"""
from leadloop import starter
from leadloop.capture.keys import new_key
from leadloop.db.clock import utc_now
from leadloop.routing.models import Desk, Pool, Seat
from leadloop.teams.models import User
starter.set_up(now=utc_now())
pool = Pool.objects.get()
for number in range({reps}):
    person = User.objects.create_user(f"rep{{number}}@leadloop.test", None, name=f"Rep {{number}}", role="rep")
    Desk.objects.create(person=person, open_cap=1_000_000)
    Seat.objects.create(pool=pool, person=person)
print(json.dumps(new_key("Load", scopes={scopes!r}, source=None, author=None, now=utc_now())[1]))
"""
            )
        )


@contextlib.contextmanager
def install(*, worker: bool = True, **settings: str) -> Iterator[Install]:
    """On the kind of database this test run is on; nothing of it is left afterwards."""
    home = Path(tempfile.mkdtemp(prefix="leadloop-install-"))
    (home / "static").mkdir()
    with _database(home) as url:
        one = Install(home, url, worker=worker, **settings)
        try:
            yield one
        finally:
            one.kill()
            shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def _database(home: Path) -> Iterator[str]:
    """Tables without rows. '' for SQLite, in the home; on PostgreSQL the address of a database of its own in the run's cluster."""
    url = os.environ.get("LEADLOOP_DATABASE_URL", "")
    if not url:
        tables.copy_to(home / "leadloop.sqlite3")
        yield ""
        return
    with tables.copied_in(url) as name:
        yield tables.beside(url, name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
