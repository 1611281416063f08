"""A private PostgreSQL: started in a temporary folder, reached by a unix socket only, removed at the end.

    python scripts/pg.py [--durable] -- COMMAND ...      runs COMMAND with LEADLOOP_DATABASE_URL set

PostgreSQL refuses to run as root, so root lends the folder and the process to an unprivileged account.
"""

import argparse
import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

SUPERUSER = "leadloop"
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
ALWAYS = {
    "listen_addresses": "",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_min_messages": "fatal",  # refused rows are what many tests ask for
}
PDEATHSIG = 1  # prctl(2): the signal a process gets when its parent dies


class ClusterError(Exception):
    """PostgreSQL is missing or did not start."""


def binaries() -> Path | None:
    """The folder with the newest PostgreSQL server, or None on a machine without one."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        real = Path(folder, "postgres").resolve().parent  # distributions link some of them into /usr/bin
        if folder and all(os.access(real / name, os.X_OK) for name in ("postgres", "initdb", "createdb")):
            return real
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    return max(found, key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0, default=None)


@contextlib.contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """Run a cluster for as long as the block lasts.

    Args:
        durable: commits wait for the disk, as in production (for kill tests and benchmarks); else they do not, for speed.

    Yields:
        A database URL for Django, with the rights of a superuser.

    Raises:
        ClusterError: there is no PostgreSQL here, or it did not start.
    """
    folder = binaries()
    if folder is None:
        raise ClusterError("no PostgreSQL binaries in PATH or /usr/lib/postgresql")
    account = unprivileged_account()
    base = Path(tempfile.mkdtemp(prefix="leadloop-pg-", dir=short_tmp()))
    try:
        if account:
            os.chown(base, account.pw_uid, account.pw_gid)
        initialise(folder, base, account)
        server = start(folder, base, account, ALWAYS | (DURABLE if durable else FAST))
        try:
            wait_until_ready(folder, base, server)
            yield f"postgres://{SUPERUSER}@{quote(str(base), safe='')}/{SUPERUSER}"
        finally:
            stop(server)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def short_tmp() -> str:
    """A folder for the socket: its path has to stay under 108 characters, and an unprivileged account has to reach it."""
    wanted = tempfile.gettempdir()
    return wanted if len(wanted) <= 60 and Path(wanted).stat().st_mode & 0o1 else "/tmp"  # noqa: S108  mkdtemp makes the name private


def unprivileged_account() -> pwd.struct_passwd | None:
    """Whom root lends the cluster to; None when the caller is no root."""
    if os.geteuid() != 0:
        return None
    accounts = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    for name in ("postgres", os.environ.get("SUDO_USER", ""), "nobody"):
        if name in accounts:
            return accounts[name]
    raise ClusterError("running as root and there is no account to run PostgreSQL as")


def as_account(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments of subprocess that drop root's rights."""
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def initialise(folder: Path, base: Path, account: pwd.struct_passwd | None) -> None:
    command: list[str | Path] = [
        folder / "initdb",
        "-D",
        base / "data",
        "-U",
        SUPERUSER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
        "--no-instructions",
    ]
    made = subprocess.run(
        command, cwd=base, env=plain_environment(base), capture_output=True, text=True, check=False, **as_account(account)
    )
    if made.returncode:
        raise ClusterError(f"initdb failed: {made.stderr.strip()[-800:]}")


def plain_environment(base: Path) -> Mapping[str, str]:
    """Nothing of the caller's PG* settings, and a home that the account can enter."""
    return {"PATH": os.environ.get("PATH", ""), "HOME": str(base), "LC_ALL": "C", "TZ": "UTC"}


def start(folder: Path, base: Path, account: pwd.struct_passwd | None, settings: Mapping[str, str]) -> subprocess.Popen[Any]:
    options = [f"--{name}={value}" for name, value in settings.items()]
    command: list[str | Path] = [folder / "postgres", "-D", base / "data", "-k", base, *options]
    with (base / "log").open("wb") as log:
        return subprocess.Popen(
            command,
            cwd=base,
            env=plain_environment(base),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            process_group=0,  # a Ctrl-C in the terminal is ours to pass on
            preexec_fn=die_with_parent(),  # noqa: PLW1509  runs one prctl in the child, before any thread exists there
            **as_account(account),
        )


def die_with_parent() -> Callable[[], None] | None:
    """On Linux a killed caller takes its cluster along; elsewhere only an orderly end does."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PDEATHSIG, signal.SIGQUIT)


def wait_until_ready(folder: Path, base: Path, server: subprocess.Popen[Any]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        created = subprocess.run(
            [folder / "createdb", "-h", base, "-U", SUPERUSER, SUPERUSER], env=plain_environment(base), capture_output=True, check=False
        )
        if created.returncode == 0:
            return
        time.sleep(0.05)
    log = (base / "log").read_text(errors="replace")
    stop(server)
    raise ClusterError(f"PostgreSQL did not start: {log.strip()[-800:]}")


def stop(server: subprocess.Popen[Any]) -> None:
    """Fast shutdown, then immediate."""
    for how, patience in ((signal.SIGINT, 20), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
        if server.poll() is None:
            server.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(patience)


def main() -> int:
    parser = argparse.ArgumentParser(description="Run a command with a private PostgreSQL in LEADLOOP_DATABASE_URL.")
    parser.add_argument("--durable", action="store_true", help="commits wait for the disk")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, lambda *_: None)  # the command gets it as well, and the cluster is there until that has ended
    try:
        with cluster(durable=options.durable) as url:
            return subprocess.run(options.command, env=os.environ | {"LEADLOOP_DATABASE_URL": url}, check=False).returncode
    except ClusterError as error:
        print(f"pg: {error}", file=sys.stderr)
        return 69


if __name__ == "__main__":
    sys.exit(main())
