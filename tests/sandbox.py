"""Loaded before Django (`-p tests.sandbox`): a home of its own for every test process, and loopback only."""

import atexit
import os
import shutil
import sys
import tempfile
from ipaddress import ip_address
from pathlib import Path

HOME = tempfile.mkdtemp(prefix="leadloop-test-")
os.environ["LEADLOOP_HOME"] = HOME
(Path(HOME) / "static").mkdir()  # whitenoise warns where there is none
atexit.register(shutil.rmtree, HOME, ignore_errors=True)


def refuse_the_outside(event: str, args: tuple) -> None:
    """Raise when a test looks up a name or opens a connection that would leave this machine."""
    if event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    if host and not is_here(host.decode() if isinstance(host, bytes) else host):
        raise PermissionError(f"tests talk to loopback only, not to {host!r}")


def is_here(host: str) -> bool:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


sys.addaudithook(refuse_the_outside)


def pytest_unconfigure() -> None:
    shutil.rmtree(HOME, ignore_errors=True)  # the processes of pytest-xdist end without running atexit
