"""Writers of SQLite stand in line on a lock file: in turn, and not for ever."""

import fcntl
import os
import threading
from time import monotonic

import pytest
from django.db import OperationalError, connection, transaction

from leadloop.db.models import Epoch

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL lets many write"),
]


@pytest.fixture
def another():
    """Another process that is in the middle of its turn, as an open file of its own."""
    connection.ensure_connection()
    turn = os.open(f"{connection.settings_dict['NAME']}.turn", os.O_RDWR | os.O_CREAT)
    fcntl.flock(turn, fcntl.LOCK_EX)
    yield turn
    os.close(turn)


def write() -> None:
    with transaction.atomic():
        Epoch.objects.update(number=1)


def test_a_writer_waits_for_its_turn(another):
    threading.Timer(0.05, fcntl.flock, (another, fcntl.LOCK_UN)).start()
    write()
    fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)  # and is done with it afterwards


def test_a_writer_who_waited_too_long_is_refused_and_can_write_later(another, monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
    for _ in range(2):
        with pytest.raises(OperationalError, match="database is locked"):
            write()
    fcntl.flock(another, fcntl.LOCK_UN)
    monkeypatch.undo()
    write()
    write()


def test_the_wait_is_as_long_as_the_option_says(another, monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
    begin = monotonic()
    with pytest.raises(OperationalError):
        write()
    assert monotonic() - begin < 3


def test_who_takes_all_back_ends_the_turn_too(another):
    fcntl.flock(another, fcntl.LOCK_UN)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        raise KeyboardInterrupt
    fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)
