"""The processes of one install: what is killed comes back, what is stopped ends, and nobody stays behind."""

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from tests.serving import Install, install


@pytest.fixture(scope="module")
def server() -> Iterator[Install]:
    with install() as one:
        one.secret = one.prepare()
        yield one


@pytest.fixture(autouse=True)
def running(server: Install) -> None:
    if not server.processes():
        server.start()


def soon(check: Callable[[], object], *, within: float = 60) -> bool:
    """Whether `check` becomes true in time."""
    limit = time.monotonic() + within
    while time.monotonic() < limit:
        if check():
            return True
        time.sleep(0.05)
    return False


def lead_arrives(server: Install) -> bool:
    return server.ask("POST", "/api/v1/leads", b'{"name": "Ada"}', Authorization=f"Bearer {server.secret}").status == 201


@pytest.mark.parametrize("number", [0, 1], ids=["granian's own process", "its worker"])
def test_a_killed_web_process_comes_back_on_its_own(server, number):
    before = server.processes("granian")
    os.kill(before[number], signal.SIGKILL)

    assert soon(lambda: before[number] not in server.processes("granian"))
    server.wait_ready()
    assert lead_arrives(server)


def test_a_killed_worker_comes_back_on_its_own(server):
    assert soon(lambda: server.processes("leadloop\0worker"))
    [before] = server.processes("leadloop\0worker")
    os.kill(before, signal.SIGKILL)

    assert soon(lambda: server.processes("leadloop\0worker") not in ([], [before]))


def test_a_killed_supervisor_leaves_nobody_behind_that_would_hold_the_port(server):
    [supervisor] = server.processes("leadloop.config.supervise")
    os.kill(supervisor, signal.SIGKILL)

    assert soon(lambda: not server.processes())
    server.start()
    assert lead_arrives(server)


def test_sigterm_ends_everything_with_0_and_what_was_taken_is_there(server):
    assert lead_arrives(server)
    kept = server.run("from leadloop.leads.models import Lead; print(Lead.objects.count())")

    assert server.stop() == 0
    assert server.processes() == []
    assert server.run("from leadloop.leads.models import Lead; print(Lead.objects.count())") == kept
