"""Many leads at once along stops: shares stay even, caps hold, and leads that move on are moved once. Real threads on real connections."""

from collections import Counter
from datetime import timedelta

import pytest

from leadloop import loop
from leadloop.leads.models import Standing, Touch
from leadloop.routing.actions import ROUTE, published_route
from leadloop.routing.models import Desk, Journey, Pool, Route, Seat
from tests.faults.test_races import at_once
from tests.make import NOON, arrival, make_install, make_leads, make_rep
from tests.proofs import everything_holds, publish_rules

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pool() -> Pool:
    published_route.cache_clear()
    loop.intake._tallied.clear()  # the table is emptied between tests, which never happens to an install
    return make_install()


def along(*stops, last):
    rule = {"id": "r", "label": "R", "when": {"all": []}, "stops": list(stops)}
    publish_rules(Route, ROUTE, {"rules": [rule], "fallback": {"stops": [last]}})


def test_500_leads_in_parallel_along_stops_over_seven_people_are_71_or_72_each(pool):
    reps = [make_rep(f"Rep{number}", pool=pool, cap=1000) for number in range(7)]
    to = {"kind": "pool", "id": pool.pk}
    along({"to": to, "method": "account"}, {"to": to, "method": "turn", "minutes": 30}, last={"to": to, "method": "claim"})
    batches = [[arrival(door=f"door {size}") for _ in range(size)] for size in (1, 9, 40, 50, 100, 51, 124, 125)]

    at_once([lambda batch=batch: loop.capture(batch, now=NOON) for batch in batches])

    shares = Counter(Standing.objects.values_list("owner", flat=True))
    assert sorted(shares.values()) == [71] * 4 + [72] * 3
    assert shares.keys() == {rep.pk for rep in reps}
    assert sorted(seat.turns for seat in Seat.objects.all()) == [71] * 4 + [72] * 3
    assert Journey.objects.count() == 500
    assert everything_holds() == []


def test_leads_whose_time_runs_out_are_moved_once_by_several_workers(pool):
    ann, ben = make_rep("Ann", pool=pool, cap=100), make_rep("Ben", cap=10)
    to = {"kind": "pool", "id": pool.pk}
    along({"to": to, "minutes": 5}, {"to": {"kind": "person", "id": ben.pk}}, last={"to": to, "method": "claim"})
    make_leads(30)

    at_once([lambda: loop.move_due(now=NOON + timedelta(minutes=5), limit=12) for _ in range(4)])

    assert Touch.objects.filter(kind="moved_on").count() == 30
    assert dict(Desk.objects.values_list("person", "open_count")) == {ann.pk: 0, ben.pk: 10}
    assert Standing.objects.filter(owner=None, pool_id=pool.pk).count() == 20
    assert everything_holds() == []
