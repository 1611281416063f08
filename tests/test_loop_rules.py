"""The loop under its rules: routes, rules that fail, what a batch costs, and judging anew."""

from datetime import timedelta

import pytest
from django.db import connection

from leadloop import loop, starter, steps
from leadloop.intake import actions as intake
from leadloop.intake.models import Outcome, Verdict, Waiting
from leadloop.leads.models import Lead, Notification, Standing, Touch
from leadloop.nurture.models import Recycle
from leadloop.routing.models import Assignment, Desk, Pool, Route, Seat
from leadloop.scoring.models import ScoreModel
from tests.make import NOON, arrival, make_install, make_lead, make_leads, make_person, make_rep
from tests.proofs import driver_statements, everything_holds, publish_rules

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def pool() -> Pool:
    return make_install()


def owners_of(leads: list[Lead]) -> list[int | None]:
    return [Standing.objects.get(pk=lead.pk).owner_id for lead in leads]


# --------------------------------------------------------------------------------------------------- routes through many pools


def test_leads_of_several_pools_in_one_batch_each_get_the_decision_made_for_them(pool):
    east, west = (Pool.objects.create(name=name, created_at=NOON, sla_minutes=minutes) for name, minutes in (("East", 10), ("West", 20)))
    ann, ben, cleo = make_rep("Ann", pool=west), make_rep("Ben", pool=east), make_rep("Cleo", pool=pool)
    rules = [
        {"id": "west", "when": {"field": "region", "op": "is", "value": "CA"}, "pool": west.pk, "how": "turn"},
        {"id": "east", "when": {"field": "region", "op": "is", "value": "NY"}, "pool": east.pk, "how": "turn"},
        {"id": "claim", "when": {"field": "region", "op": "is", "value": "TX"}, "pool": pool.pk, "how": "wait"},
    ]
    publish_rules(Route, "main", {"rules": rules, "fallback": {"pool": pool.pk, "how": "turn"}})
    regions = ["CA", "NY", "", "TX", "NY", "CA", "TX", ""]

    taken = loop.capture([arrival({"email": f"p{number}@a.com", "region": region}) for number, region in enumerate(regions)], now=NOON)

    expected = {
        "CA": ("west", ann.pk, west.pk, 20),
        "NY": ("east", ben.pk, east.pk, 10),
        "TX": ("claim", None, pool.pk, 5),
        "": ("fallback", cleo.pk, pool.pk, 5),
    }
    found = []
    for one in taken:
        standing, touch = Standing.objects.get(pk=one.case.lead_id), Touch.objects.get(lead=one.case.lead_id)
        minutes = (standing.due_at - NOON) // timedelta(minutes=1)
        found.append((touch.data["route"]["rule"], standing.owner_id, standing.pool_id, minutes))
    assert found == [expected[region] for region in regions]
    assert everything_holds() == []


def test_one_person_in_two_pools_never_gets_more_than_the_cap_in_one_batch(pool):
    other = Pool.objects.create(name="Other", created_at=NOON)
    ann = make_rep("Ann", pool=pool, cap=3)
    Seat.objects.create(pool=other, person=ann)
    rule = {"id": "ca", "when": {"field": "region", "op": "is", "value": "CA"}, "pool": other.pk, "how": "turn"}
    publish_rules(Route, "main", {"rules": [rule], "fallback": {"pool": pool.pk, "how": "turn"}})

    loop.capture([arrival({"email": f"p{number}@a.com", "region": "CA" if number % 2 else ""}) for number in range(8)], now=NOON)

    assert Desk.objects.get(person=ann).open_count == 3
    assert Standing.objects.filter(owner=ann).count() == 3
    assert sorted(Standing.objects.filter(owner=None).values_list("pool_id", flat=True)) == sorted([pool.pk] + [other.pk] * 4)
    assert everything_holds() == []


def test_a_route_to_a_pool_that_is_gone_loses_no_lead(pool):
    publish_rules(Route, "main", {"rules": [], "fallback": {"pool": 987654, "how": "turn"}})

    taken = loop.capture([arrival(), arrival()], now=NOON)

    assert [one.outcome for one in taken] == ["quarantined", "quarantined"]
    assert Verdict.objects.filter(outcome=Outcome.QUARANTINED).exclude(reason="").count() == 2
    assert everything_holds() == []


# ----------------------------------------------------------------------------------------------------------------- quarantine


def frail_route(pool: Pool) -> None:
    """A rule that fails at run time, and only for leads from nowhere: it names a pool that is gone."""
    rule = {"id": "nowhere", "when": {"field": "region", "op": "is", "value": "Nowhere"}, "pool": 987654, "how": "turn"}
    publish_rules(Route, "main", {"rules": [rule], "fallback": {"pool": pool.pk, "how": "turn"}})


def good_route(pool: Pool) -> None:
    publish_rules(Route, "main", {"rules": [], "fallback": {"pool": pool.pk, "how": "turn"}})


@pytest.mark.parametrize("later", [False, True], ids=["at the door", "by a worker"])
def test_a_rule_that_fails_sets_aside_its_own_submission_and_no_other(pool, later):
    make_rep("Ann", pool=pool)
    frail_route(pool)

    taken = loop.capture(
        [arrival(later=later), arrival({"email": "bad@a.com", "region": "Nowhere"}, later=later), arrival(later=later)], now=NOON
    )
    loop.run_due(now=NOON, limit=10)

    verdicts = list(Verdict.objects.order_by("pk").values_list("pk", "outcome", "reason"))
    numbers = [one.submission_id for one in taken]
    assert verdicts == [
        (numbers[0], "created", ""),
        (numbers[1], "quarantined", "LookupError: the route names a pool that is not there: 987654"),
        (numbers[2], "created", ""),
    ]
    assert (Lead.objects.count(), Waiting.objects.count(), Assignment.objects.count()) == (2, 0, 2)
    assert everything_holds() == []


def test_replay_puts_through_what_was_set_aside_once_the_rule_is_mended(pool):
    ann = make_rep("Ann", pool=pool)
    frail_route(pool)
    [taken] = loop.capture([arrival({"email": "bad@a.com", "region": "Nowhere"})], now=NOON)

    assert loop.replay([taken.submission_id], now=NOON) == 0  # the rule is as it was
    assert Verdict.objects.get().outcome == "quarantined"
    good_route(pool)
    assert loop.replay([taken.submission_id, 424242], now=NOON + HOUR) == 1
    assert loop.replay([taken.submission_id], now=NOON + HOUR) == 0

    assert (Verdict.objects.get().outcome, Standing.objects.get().owner_id, Waiting.objects.count()) == ("created", ann.pk, 0)
    assert everything_holds() == []


def test_a_lead_that_a_rule_keeps_from_coming_back_rests_an_hour_longer_and_stops_nobody(pool):
    ann = make_rep("Ann", pool=pool)
    good, bad = make_lead(), make_lead({"email": "bad@a.com", "region": "Nowhere"})
    steps.recycle([good.pk, bad.pk], steps.by(ann, now=NOON), reason="not_now", due_at=NOON + HOUR)
    frail_route(pool)

    assert loop.wake_due(now=NOON + HOUR, limit=10) == 2
    assert loop.wake_due(now=NOON + HOUR, limit=10) == 0
    assert dict(Standing.objects.values_list("pk", "stage")) == {good.pk: "new", bad.pk: "nurture"}
    assert Recycle.objects.get(ended_at=None).due_at == NOON + 2 * HOUR
    assert everything_holds() == []

    good_route(pool)
    assert loop.wake_due(now=NOON + 2 * HOUR, limit=10) == 1
    assert Standing.objects.get(pk=bad.pk).owner_id == ann.pk
    assert everything_holds() == []


def test_a_reason_that_no_store_takes_is_written_readably(pool):
    [taken] = loop.capture([arrival(later=True)], now=NOON)
    intake.drop_waiting([taken.submission_id])

    intake.quarantine([taken.submission_id], reason="KeyError: 'a\x00b\ud800c'" + "x" * 500)

    assert Verdict.objects.get().reason == ("KeyError: 'a?b?c'" + "x" * 500)[:300]


# ------------------------------------------------------------------------------------------------------------ the cost of it


def statements_of_a_batch(size: int) -> int:
    """New leads and known ones, people with turns, a segment, a reply: everything but the first of its kind."""
    known = make_leads(size)
    loop.capture([arrival()], now=NOON)
    items = intake.receive(mixed := [arrival() for _ in range(size)] + [arrival({"email": lead.email, "company": "New"}) for lead in known])
    with driver_statements() as seen:
        loop.advance(list(zip(items, mixed, strict=True)), now=NOON)
    return len(seen)


def test_a_batch_of_any_size_costs_the_same_number_of_statements(pool):
    for name in ("Ann", "Ben", "Cleo"):
        make_rep(name, pool=pool, cap=5000)

    statements_of_a_batch(1)  # what is compiled once
    counts = [statements_of_a_batch(size) for size in (1, 10, 200)]

    assert counts == [{"sqlite": 22, "postgresql": 21}[connection.vendor]] * 3


# ---------------------------------------------------------------------------------------------------------- rules in new words


def test_rescoring_changes_and_tells_only_what_the_new_rules_change(pool):
    ann = make_rep("Ann", pool=pool)
    plain, founder = (
        make_lead({"email": "a@engines.com"}),
        make_lead({"email": "b@engines.com", "title": "Founder", "phone": "+14155550199"}),
    )
    publish_rules(
        ScoreModel,
        "main",
        starter.SCORE | {"base": 20, "rules": [rule for rule in starter.SCORE["rules"] if rule["id"] != "business_mail"]},
    )

    changed = loop.rescore([plain.pk, founder.pk], now=NOON)
    again = loop.rescore([plain.pk, founder.pk], now=NOON)

    assert (changed, again) == (2, 0)
    assert list(Touch.objects.filter(kind="rescored").order_by("lead").values_list("lead", flat=True)) == [plain.pk, founder.pk]
    assert owners_of([plain, founder]) == [ann.pk, ann.pk]
    assert everything_holds() == []


def test_news_of_a_batch_is_one_row_a_person(pool):
    ann, mia = make_rep("Ann", pool=pool), make_person("Mia", "manager")

    make_leads(7)

    assert list(Notification.objects.values_list("person", "kind", "lead_id", "count", "text")) == [
        (ann.pk, "assigned", None, 7, "7 new leads are yours")
    ]
    assert not Notification.objects.filter(person=mia).exists()
