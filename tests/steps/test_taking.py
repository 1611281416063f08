"""What all steps share: a refusal stops no neighbour, and who may work on which lead."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from leadloop import steps
from leadloop.db import bulk
from leadloop.kernel.errors import NotFound
from leadloop.leads.domain.lifecycle import WrongStage
from leadloop.leads.models import Touch
from leadloop.outcomes.actions import Deal
from leadloop.routing.errors import NotYours
from tests.make import NOON, make_lead, make_leads, make_person, make_rep
from tests.proofs import loop_is_locked
from tests.steps.conftest import LATER, let_leads_wait, standing_of


def test_one_refusal_stops_no_neighbour(ann, pool):
    mine, done, foreign = make_leads(3)
    steps.qualify([done.pk], steps.by(ann, now=NOON)).or_raise()
    steps.assign([foreign.pk], steps.by(None, now=NOON), person=make_rep("Ben", pool=pool)).or_raise()

    result = steps.accept([done.pk, mine.pk, foreign.pk, 424242], steps.by(ann, now=LATER))

    refusals = {lead_id: type(error) for lead_id, error in result.refused.items()}
    assert (result.done, refusals) == ([mine.pk], {done.pk: WrongStage, foreign.pk: NotYours, 424242: NotFound})
    assert standing_of(mine).stage == "working"


def test_claiming_and_reopening_many_leads_costs_the_queries_of_one(ann, pool):
    let_leads_wait(pool)
    counts: dict[str, list[int]] = {"claim": [], "undo": [], "reopen": []}
    steps.mark_junk([make_lead().pk], steps.by(None, now=NOON), reason="spam")  # from the first mark on, rules are compiled anew
    make_lead()
    for number in (1, 7):
        ids = [lead.pk for lead in make_leads(number)]
        with CaptureQueriesContext(connection) as queries:
            assert steps.claim(ids, steps.by(ann, now=NOON)).done == ids
        counts["claim"].append(len(queries))
        steps.mark_junk(ids, steps.by(ann, now=NOON), reason="spam")
        with CaptureQueriesContext(connection) as queries:
            assert steps.undo(ids, steps.by(ann, now=NOON)).done == ids
        counts["undo"].append(len(queries))
        steps.mark_junk(ids, steps.by(ann, now=NOON), reason="spam")
        with CaptureQueriesContext(connection) as queries:
            assert steps.reopen(ids, steps.by(ann, now=LATER)).done == ids
        counts["reopen"].append(len(queries))
    assert all(one == many for one, many in counts.values()), counts


def test_a_lead_that_is_named_twice_takes_the_step_once(ann, pool):
    let_leads_wait(pool)
    lead = make_lead()

    assert steps.claim([lead.pk, lead.pk], steps.by(ann, now=NOON)).done == [lead.pk]
    assert steps.log([lead.pk, lead.pk], steps.by(ann, now=NOON), kind="called").done == [lead.pk]
    assert (Touch.objects.filter(lead=lead).count(), standing_of(lead).touches) == (3, 2)


def test_a_step_for_nobody_changes_nothing(ann):
    assert steps.accept([], steps.by(ann, now=NOON)) == steps.Steps()


@pytest.mark.parametrize(
    ("role", "may"),
    [("rep", False), ("marketer", False), ("manager", True), ("admin", True)],
    ids=["another rep", "a marketer", "a manager", "an admin"],
)
def test_a_lead_in_somebodys_hands_is_theirs_and_their_managers(lead, role, may):
    actor = steps.by(make_person("Other", role), now=LATER)
    assert bool(steps.disqualify([lead.pk], actor, reason="no_need").done) is may


def test_a_marketer_works_on_what_nobody_sells(pool):
    lead = make_lead()
    assert steps.mark_junk([lead.pk], steps.by(make_person("Max", "marketer"), now=LATER), reason="spam").done == [lead.pk]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("take", "waits"),
    [
        (lambda lead, actor: steps.log([lead], actor, kind="called").or_raise(), False),
        (lambda lead, actor: steps.qualify([lead], actor).or_raise(), False),
        (lambda lead, actor: steps.edit([lead], actor, values={"title": "Founder"}).or_raise(), True),
        (lambda lead, actor: steps.convert(lead, actor, deal=Deal()), True),
    ],
    ids=["log", "qualify", "edit", "convert"],
)
def test_only_a_step_that_may_route_or_touch_accounts_waits_for_the_loop(lead, take, waits):
    if not bulk.is_postgres():
        pytest.skip("SQLite lets one writer in at a time")
    with transaction.atomic():
        take(lead.pk, steps.by(None, now=LATER))
        assert loop_is_locked() is waits
