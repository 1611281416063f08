"""Scrubbing, erasing, marking and undoing while leads pour in: nothing is lost, doubled or left half done."""

import pytest

from leadloop import loop, steps
from leadloop.consent import suppression
from leadloop.intake import actions as intake
from leadloop.intake.models import Submission
from leadloop.leads.models import Lead, SearchText, Standing, Touch
from leadloop.leads.temperature import thermometer
from leadloop.matching.models import MatchKey
from leadloop.outcomes import junk
from leadloop.outcomes.models import Disposition
from leadloop.routing.actions import published_route
from leadloop.scoring.actions import published_definition, published_models
from leadloop.scrub import actions
from leadloop.scrub.actions import Wish
from leadloop.scrub.erasing import erase
from leadloop.scrub.models import Erasure, Scrub
from leadloop.segments.actions import published_segments
from leadloop.tasks import rescore_open
from tests.faults.test_races import at_once
from tests.make import NOON, arrival, make_install, make_lead, make_leads, make_rep
from tests.proofs import everything_holds

pytestmark = pytest.mark.django_db(transaction=True)
EVERYBODY = Wish("custom", asked={"field": "received_at", "op": "before", "value": "2100-01-01T00:00:00Z"})


@pytest.fixture
def pool():
    for kept in (
        published_route,
        published_models,
        published_definition,
        thermometer,
        published_segments,
        suppression.in_use,
        junk.published_rules,
    ):
        kept.cache_clear()
    intake._tallied.clear()
    return make_install()


def begin(action: str, seen: int) -> Scrub:
    typed = f"{action} {seen}"
    return actions.begin(EVERYBODY, action, steps.by(None, now=NOON), why="spring", seen=seen, typed=typed)


def carry_on(row: Scrub) -> None:
    while actions.run(row.pk, now=NOON, size=5):
        pass


@pytest.mark.parametrize("action", ["disqualify", "delete"])
def test_a_scrub_and_captures_at_once_lose_and_double_nothing(pool, action):
    make_rep("Ann", pool=pool, cap=1000)
    make_leads(20)
    row = begin(action, 20)
    arrivals = [[arrival() for _ in range(5)] for _ in range(6)]

    results = at_once([lambda: carry_on(row), *(lambda batch=batch: loop.capture(batch, now=NOON) for batch in arrivals)])

    assert [one for one in results if isinstance(one, Exception)] == []
    row.refresh_from_db()
    assert (row.state, row.done, Lead.objects.count(), Standing.objects.open().count()) == ("finished", 20, 50, 30)
    assert Lead.objects.exclude(email="").count() == (30 if action == "delete" else 50)
    assert everything_holds() == []


def test_two_workers_on_one_scrub_do_each_lead_once(pool):
    make_rep("Ann", pool=pool, cap=1000)
    make_leads(20)
    row = begin("delete", 20)

    results = at_once([lambda: carry_on(row), lambda: carry_on(row)])

    row.refresh_from_db()
    assert [one for one in results if isinstance(one, Exception)] == []
    assert (row.state, row.done, Erasure.objects.count()) == ("finished", 20, 20)
    assert everything_holds() == []


def test_of_many_undos_at_once_one_wins(pool):
    make_rep("Ann", pool=pool)
    [lead] = make_leads(1)
    steps.mark_junk([lead.pk], steps.by(None, now=NOON), reason="spam").or_raise()

    results = at_once([lambda: steps.undo([lead.pk], steps.by(None, now=NOON)) for _ in range(5)])

    assert sum(len(one.done) for one in results) == 1
    assert Disposition.objects.filter(undone_at__isnull=False).count() == 1
    assert everything_holds() == []


MAIL = "zoe.quxley@engines.com"


@pytest.mark.parametrize("_again", range(2))
def test_somebody_who_is_erased_while_they_come_again_is_scored_and_merged_is_nowhere_half(pool, _again):
    ann = make_rep("Ann", pool=pool, cap=1000)
    zoe = make_lead({"name": "Zoe Quxley", "email": MAIL, "message": "From Zoe Quxley"})
    again = [arrival({"name": "Zoe Quxley", "email": MAIL, "phone": "+14155550177"}) for _ in range(4)]
    ids = [zoe.pk]

    results = at_once(
        [
            lambda: erase(ids, steps.by(None, now=NOON), how="anonymised", why="asked", points=[f"e:{MAIL}"]),
            *(lambda one=one: loop.capture([one], now=NOON) for one in again),
            lambda: steps.edit(ids, steps.by(ann, now=NOON), values={"company": "Quxley Ltd"}),
            lambda: rescore_open.call(reason="races", total=1),
        ]
    )

    assert [one for one in results if isinstance(one, Exception)] == []
    assert everything_holds() == []
    after = Lead.objects.exclude(pk=zoe.pk)
    erase([*after.values_list("pk", flat=True), zoe.pk], steps.by(None, now=NOON), how="anonymised", why="asked", points=[f"e:{MAIL}"])
    held = [str(list(model.objects.values())) for model in (Lead, Touch, Submission, MatchKey, SearchText)]
    assert [text for text in held if "quxley" in text.lower()] == []
    assert everything_holds() == []
