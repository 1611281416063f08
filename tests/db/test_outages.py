"""Conflicts are retried three times; an outage is said to be one."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction

from leadloop.db.outages import TRIES, TookTooLong, bound_statements, retried, store_needed
from leadloop.kernel.errors import Unavailable


class Deadlock(OperationalError):
    sqlstate = "40P01"


def failing(error: Exception, *, times: int):
    """A piece of work that fails `times` times, and the number of its calls."""
    calls: list[int] = []

    def work(word: str) -> str:
        calls.append(1)
        if len(calls) <= times:
            raise error
        return word

    return work, calls


@pytest.mark.parametrize("times", range(TRIES))
def test_a_conflict_is_tried_again(db_outside, times):
    work, calls = failing(Deadlock(), times=times)
    assert (retried(work)("done"), len(calls)) == ("done", times + 1)


def test_three_conflicts_are_a_reason_to_come_back_later(db_outside):
    work, calls = failing(Deadlock(), times=99)
    with pytest.raises(Unavailable):
        retried(work)("done")
    assert len(calls) == TRIES


def test_what_is_no_conflict_is_not_tried_again(db_outside):
    work, calls = failing(OperationalError("disk full"), times=99)
    with pytest.raises(OperationalError, match="disk full"):
        retried(work)("done")
    assert len(calls) == 1


@pytest.mark.django_db
def test_inside_a_transaction_only_its_owner_may_try_again():
    work, calls = failing(Deadlock(), times=1)
    with pytest.raises(Deadlock), transaction.atomic():
        retried(work)("done")
    assert len(calls) == 1


@pytest.mark.parametrize("error", [OperationalError("gone"), sqlite3.OperationalError("gone")], ids=["Django's", "the driver's"])
def test_a_store_that_is_away_means_come_back_later(db_outside, error):
    work, _ = failing(error, times=1)
    with pytest.raises(Unavailable):
        store_needed(lambda: work("done"))
    assert store_needed(lambda: work("done")) == "done"


def test_what_took_too_long_is_told_apart_from_a_store_that_is_away(db_outside):
    class Cancelled(OperationalError):
        sqlstate = "57014"

    work, _ = failing(Cancelled("canceling statement due to statement timeout"), times=1)
    with pytest.raises(TookTooLong, match="Ask for less"):
        store_needed(lambda: work("done"))


ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n where i < 0"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is told another way")
@pytest.mark.django_db(transaction=True)
def test_sqlite_breaks_off_what_reads_for_too_long_and_nothing_else():
    def ask(sql: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]

    with ThreadPoolExecutor(1, initializer=bound_statements, initargs=(0.1,)) as waited_for:
        for _ in range(2):  # the second on a new connection
            with pytest.raises(TookTooLong):
                waited_for.submit(store_needed, lambda: ask(f"select ({ENDLESS})")).result()
        slow = ENDLESS.replace("from n) select", "from n where i < 1000000) select")
        assert waited_for.submit(ask, slow).result() == 0  # nothing that could be a change
        assert waited_for.submit(ask, "select 7").result() == 7


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is told another way")
@pytest.mark.django_db(transaction=True)
def test_a_statement_of_a_thread_that_people_wait_for_is_ended():
    def take_long() -> None:
        with connection.cursor() as cursor:
            cursor.execute("select pg_sleep(20)")

    with ThreadPoolExecutor(1, initializer=bound_statements, initargs=(0.05,)) as waited_for:
        for _ in range(2):  # the second on a new connection
            with pytest.raises(TookTooLong):
                waited_for.submit(store_needed, take_long).result()
    with connection.cursor() as cursor:
        cursor.execute("show statement_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.fixture
def db_outside(django_db_blocker):
    """A thread that is in no transaction."""
    with django_db_blocker.unblock():
        connection.close()
        yield
        connection.close()
