"""Why this person: recomputed from what was kept, said as a sentence, told as JSON."""

import json
from datetime import timedelta

import pytest

from leadloop import loop, steps
from leadloop.leads import fields
from leadloop.leads.models import Lead, Touch
from leadloop.routing.actions import ROUTE
from leadloop.routing.explaining import explain
from leadloop.routing.models import Draw, Pool, Route, Seat, Skill
from tests.make import NOON, arrival, make_install, make_lead, make_leads, make_rep
from tests.proofs import publish_rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales():
    return make_install()


def stop(pool, method="turn", **more):
    return {"to": {"kind": "pool", "id": pool.pk}, "method": method, **more}


def big(*stops, **more):
    return {"id": "big", "label": "Big ones", "when": {"field": "employees", "op": "at_least", "value": 200}, "stops": list(stops), **more}


def test_the_sentence_names_rule_condition_person_and_why_not_the_others(sales):
    keys = Pool.objects.create(name="Key accounts", created_at=NOON)
    for name, more in {"Ann": {}, "Ben": {"present": False}, "Cleo": {"cap": 0}, "Dan": {}, "Eve": {}}.items():
        person = make_rep(name, pool=keys, **more)
        if name != "Dan":
            Skill.objects.create(person=person, kind="skill", name="Cranes")
    Seat.objects.filter(person__name="Eve").update(turns=4)
    publish_rules(Route, ROUTE, {"rules": [big(stop(keys, needs={"skills": ["cranes"]}))], "fallback": {"stops": [stop(sales)]}})

    told = explain(make_lead({"name": "A B", "email": "a@b.com", "employees": 300}).pk)

    assert told.says == (
        "The rule “Big ones” held: employees is at least 200. At Key accounts (next in turn) Ann got it, with the lowest share (1.00). "
        "Eve: not their turn: share 5.00 against 1.00; Ben: is away; Cleo: has no room on the desk; Dan: lacks the skill cranes."
    )
    assert (told.agrees, told.saw, told.rule) == (True, {"employees": 300}, "big")
    assert json.loads(json.dumps(told.as_json()))["stops"][0]["candidates"][0]["name"] == "Ann"


def test_it_is_judged_by_what_was_known_then(sales):
    ann = make_rep("Ann", pool=sales)
    publish_rules(Route, ROUTE, {"rules": [big(stop(sales))], "fallback": {"stops": [stop(sales)]}})
    lead = make_lead({"name": "A B", "email": "a@b.com", "employees": 300})
    steps.edit([lead.pk], steps.by(ann, now=NOON), values={"employees": 3})
    assert Lead.objects.get(pk=lead.pk).employees == 3

    told = explain(lead.pk)

    assert (told.saw, told.agrees, told.rules[0].held) == ({"employees": 300}, True, True)


def test_a_blank_that_was_filled_later_was_blank(sales):
    make_rep("Ann", pool=sales)
    publish_rules(Route, ROUTE, {"rules": [big(stop(sales))], "fallback": {"stops": [stop(sales)]}})
    lead = make_lead({"name": "A B", "email": "a@b.com"})
    make_lead({"name": "A B", "email": "a@b.com", "employees": 900})
    assert Lead.objects.get(pk=lead.pk).employees == 900

    told = explain(lead.pk)

    assert (told.rule, told.saw, told.agrees) == ("fallback", {"employees": None}, True)


def test_each_of_a_batch_is_explained_by_its_place(sales):
    for name in ("Ann", "Ben", "Cleo"):
        make_rep(name, pool=sales)

    told = [explain(lead.pk) for lead in make_leads(7)]

    assert all(one.agrees for one in told)
    assert [next(c.turns for c in one.stops[-1].candidates if c.chosen) for one in told] == [0, 0, 0, 1, 1, 1, 2]


def test_a_roster_that_was_tampered_with_does_not_agree(sales):
    make_rep("Ann", pool=sales), make_rep("Ben", pool=sales)
    lead = make_lead()
    draw = Draw.objects.get()
    draw.roster[0][2] = 99
    draw.save()

    assert explain(lead.pk).agrees is False


def test_stops_that_had_nobody_are_told_too(sales):
    ann = make_rep("Ann", pool=sales)
    keys = Pool.objects.create(name="Key accounts", created_at=NOON)
    publish_rules(
        Route, ROUTE, {"rules": [big(stop(keys, minutes=5), stop(sales, minutes=5))], "fallback": {"stops": [stop(keys, "claim")]}}
    )
    lead = make_lead({"name": "A B", "email": "a@b.com", "employees": 300})

    told = explain(lead.pk)
    assert [(one.to, one.chosen) for one in told.stops] == [("Key accounts", None), ("Sales", ann.pk)]
    assert "At Key accounts (next in turn) there was nobody to ask." in told.says

    loop.move_due(now=NOON + timedelta(minutes=5), limit=9)
    told = explain(lead.pk)
    assert (told.kind, told.owner, told.agrees) == ("moved_on", None, True)
    assert told.says.endswith("It waits at Key accounts for whoever claims it.")


def test_sensitive_data_and_rules_on_it_are_told_only_where_that_is_asked_for(sales):
    make_rep("Ann", pool=sales)
    fields.declare([{"name": "debt", "label": "Debt", "type": "whole", "sensitivity": "sensitive"}], now=NOON)
    rule = big(stop(sales)) | {"when": {"field": "custom.debt", "op": "at_least", "value": 5}}
    publish_rules(Route, ROUTE, {"rules": [rule], "fallback": {"stops": [stop(sales)]}})
    lead = make_lead({"name": "A B", "email": "a@b.com", "custom": {"debt": 7}})

    hidden = explain(lead.pk)
    shown = explain(lead.pk, hidden=frozenset())

    assert "custom.debt" not in hidden.saw
    assert "Big ones" not in json.dumps(hidden.as_json())
    assert (shown.saw, shown.rules[0].title) == ({"custom.debt": 7}, "Big ones")


def test_nothing_is_kept_as_prose(sales):
    make_rep("Ann", pool=sales)
    lead = make_lead()

    assert set(Touch.objects.get(lead=lead).data["route"]) == {"version", "rule", "draw", "place"}


def test_a_lead_that_no_route_decided_has_no_explanation(sales):
    Route.objects.all().delete()
    loop.capture([arrival()], now=NOON)

    assert explain(Lead.objects.get().pk) is None
