"""A long read sees one moment, and holds up nobody."""

import threading

import pytest
from django.db import connection

from leadloop.db.snapshot import snapshot
from leadloop.leads.models import Lead
from tests.make import make_install, make_leads


def elsewhere(act) -> None:
    """As another process would: on a connection of its own."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=20)
    assert not thread.is_alive()


@pytest.mark.django_db(transaction=True)
def test_all_reads_see_one_moment_while_others_write():
    make_install()
    make_leads(2)
    with snapshot():
        assert Lead.objects.count() == 2
        elsewhere(lambda: make_leads(3))
        assert Lead.objects.count() == 2
    assert Lead.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_ends_when_its_reader_fails():
    with pytest.raises(ValueError, match="enough"), snapshot():
        raise ValueError("enough")
    make_install()
    assert len(make_leads(1)) == 1
