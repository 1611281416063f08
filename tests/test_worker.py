"""What the worker does in time while a long job has its main thread: its other thread does it alone."""

import threading
from datetime import timedelta

import pytest

from leadloop import loop, steps, worker
from leadloop.leads.models import Standing
from leadloop.routing.actions import ROUTE
from leadloop.routing.models import Journey, Pool, Route
from tests.make import NOON, arrival, make_install, make_lead, make_rep
from tests.proofs import everything_holds, publish_rules

pytestmark = pytest.mark.django_db(transaction=True)


class OneRound(threading.Event):
    """Set by the first pause."""

    def wait(self, timeout: float | None = None) -> bool:
        self.set()
        return True


@pytest.fixture
def sales():
    return make_install()


def test_leads_are_judged_and_come_back_from_nurture_while_a_long_job_runs(sales):
    ann, lead = make_rep("Ann", pool=sales), make_lead()
    steps.recycle([lead.pk], steps.by(ann, now=NOON), reason="not_now", due_at=NOON + timedelta(hours=1))
    loop.capture([arrival({"name": "C D", "email": "c@d.com"}, later=True)], now=NOON)

    worker.keep_the_minute(OneRound(), batch=10)

    assert sorted(Standing.objects.values_list("stage", flat=True)) == ["new", "new"]
    assert everything_holds() == []


def test_leads_that_nobody_accepts_move_on_while_a_long_job_runs(sales):
    keys = Pool.objects.create(name="Key accounts", created_at=NOON)
    make_rep("Ann", pool=keys)

    def stop(pool: Pool, **more: object) -> dict[str, object]:
        return {"to": {"kind": "pool", "id": pool.pk}, "method": "turn", **more}

    rules = [{"id": "r", "label": "R", "when": {"all": []}, "stops": [stop(keys, minutes=10)]}]
    publish_rules(Route, ROUTE, {"rules": rules, "fallback": {"stops": [stop(sales)]}})
    lead = make_lead()
    assert Journey.objects.exists()

    worker.keep_the_minute(OneRound(), batch=10)

    assert Standing.objects.get(pk=lead.pk).pool_id == sales.pk
    assert everything_holds() == []


def test_a_fault_ends_no_thread(sales):
    loop.capture([arrival(later=True)], now=NOON)
    worker.keep_the_minute(OneRound(), batch=object())  # no number: a fault of ours
    assert not Standing.objects.exists()

    worker.keep_the_minute(OneRound(), batch=1)
    assert Standing.objects.exists()
