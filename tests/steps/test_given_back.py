"""A lead that is given back is always somewhere where somebody sees it."""

import pytest

from leadloop import steps
from leadloop.db.versions import Status, turn_epoch
from leadloop.leads.models import Standing
from leadloop.routing.models import Pool, Route
from tests.make import NOON, make_install, make_lead, make_rep
from tests.proofs import everything_holds, publish_rules


@pytest.mark.parametrize("has_route", [True, False], ids=["a route in force", "no route"])
def test_a_lead_that_had_no_pool_waits_in_one_once_it_is_given_back(db, has_route):
    """It came before there was a route, and a manager gave it to Ann."""
    pool = make_install()
    Route.objects.update(status=Status.RETIRED)
    turn_epoch()
    ann, lead = make_rep("Ann", pool=pool), make_lead()
    steps.assign([lead.pk], steps.by(None, now=NOON), person=ann).or_raise()
    assert Standing.objects.values_list("owner", "pool_id").get() == (ann.pk, None)
    if has_route:
        pool = Pool.objects.create(name="Fair", created_at=NOON)
        publish_rules(Route, "main", {"rules": [], "fallback": {"pool": pool.pk, "how": "turn"}})

    steps.release([lead.pk], steps.by(ann, now=NOON)).or_raise()

    assert Standing.objects.values_list("owner", "pool_id").get() == (None, pool.pk)
    assert Standing.objects.visible_to(make_rep("Ben", pool=pool)).filter(pk=lead.pk).exists()
    assert everything_holds() == []


def test_the_route_reads_a_lead_that_is_given_back_as_what_it_is_now(db):
    """Ann had worked on it; nobody does any more, and the rule that asks for new leads holds."""
    make_install()
    Route.objects.update(status=Status.RETIRED)
    turn_epoch()
    ann, lead = make_rep("Ann"), make_lead()
    steps.assign([lead.pk], steps.by(None, now=NOON), person=ann).or_raise()
    steps.accept([lead.pk], steps.by(ann, now=NOON)).or_raise()
    fair, rest = (Pool.objects.create(name=name, created_at=NOON) for name in ("Fair", "Rest"))
    is_new = {"field": "stage", "op": "one_of", "value": ["new", "mql"]}
    rule = {"id": "new", "label": "New", "when": is_new, "pool": fair.pk, "how": "turn"}
    publish_rules(Route, "main", {"rules": [rule], "fallback": {"pool": rest.pk, "how": "turn"}})

    steps.release([lead.pk], steps.by(ann, now=NOON)).or_raise()

    assert Standing.objects.values_list("stage", "pool_id").get() in (("new", fair.pk), ("mql", fair.pk))
