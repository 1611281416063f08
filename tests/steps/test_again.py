"""What ended begins again, and what was said of an end is said anew; history and statistics keep what was."""

from datetime import timedelta

import pytest

from leadloop import steps
from leadloop.leads.models import Standing, Touch
from leadloop.nurture.models import Recycle
from leadloop.outcomes.actions import Deal
from leadloop.outcomes.errors import BadAmount, BadReason, NoteNeeded, ReasonNeeded
from leadloop.outcomes.models import Disposition, Opportunity, Reason
from leadloop.scoring.models import ScoreModel
from tests.make import FIVE_MINUTES, NOON, make_leads, make_person, make_rep
from tests.proofs import publish_rules
from tests.steps.conftest import LATER, only, standing_of

NEXT_DAY = NOON + timedelta(days=1)


@pytest.fixture
def deal(lead, ann) -> Opportunity:
    return steps.convert(lead.pk, steps.by(ann, now=NOON), deal=Deal("Cranes", 500_00, "EUR")).opportunity


def test_a_lost_deal_is_open_again_and_stays_among_the_losses_of_its_day(lead, ann, deal):
    steps.lose([lead.pk], steps.by(ann, now=LATER), reason="price").or_raise()

    steps.reopen([lead.pk], steps.by(ann, now=NEXT_DAY)).or_raise()

    deal.refresh_from_db()
    standing = standing_of(lead)
    assert (deal.state, deal.closed_at, deal.reason, standing.stage, standing.closed_at) == ("open", None, "", "converted", None)
    [loss] = Disposition.objects.told().filter(stage="lost")
    assert (loss.reason, loss.ended_at, loss.reopened_at, loss.owner) == ("price", LATER, NEXT_DAY, ann)


def test_a_won_deal_is_reopened_only_for_a_reason(lead, ann, deal):
    steps.win([lead.pk], steps.by(ann, now=LATER)).or_raise()
    assert only(steps.reopen([lead.pk], steps.by(ann, now=NEXT_DAY)), lead) is ReasonNeeded

    steps.reopen([lead.pk], steps.by(ann, now=NEXT_DAY), reason="cancelled", note="by letter").or_raise()

    deal.refresh_from_db()
    assert (deal.state, standing_of(lead).stage) == ("open", "converted")
    assert {name: Touch.objects.filter(lead=lead).last().data[name] for name in ("reason", "note", "from")} == {
        "reason": "cancelled",
        "note": "by letter",
        "from": "won",
    }


def test_a_won_deal_is_corrected_and_what_was_said_is_kept(lead, ann, deal):
    steps.win([lead.pk], steps.by(ann, now=LATER)).or_raise()

    steps.correct(lead.pk, steps.by(ann, now=NEXT_DAY), amount_cents=700_00, currency="USD", closed_at=NOON)

    deal.refresh_from_db()
    assert (deal.state, deal.amount_cents, deal.currency, deal.closed_at, standing_of(lead).closed_at) == ("won", 700_00, "USD", NOON, NOON)
    told = Touch.objects.filter(lead=lead).last()
    assert (told.kind, told.data["was"]["amount_cents"], told.data["now"]["currency"]) == ("corrected", 500_00, "USD")
    assert [(one.ended_at, one.replaced_at) for one in Disposition.objects.filter(stage="won").order_by("pk")] == [
        (LATER, NEXT_DAY),
        (NOON, None),
    ]


def test_a_correction_that_cannot_be_stored_changes_nothing(lead, ann, deal):
    steps.win([lead.pk], steps.by(ann, now=LATER)).or_raise()
    with pytest.raises(BadAmount):
        steps.correct(lead.pk, steps.by(ann, now=NEXT_DAY), amount_cents=-1, currency="USD", closed_at=NOON)
    assert not Touch.objects.filter(kind="corrected").exists()


def test_the_score_is_reckoned_anew(lead, ann):
    steps.disqualify([lead.pk], steps.by(ann, now=NOON), reason="no_need").or_raise()
    publish_rules(ScoreModel, "main", {"base": 33, "rules": [], "grades": {}})

    steps.reopen([lead.pk], steps.by(ann, now=LATER)).or_raise()

    assert standing_of(lead).score == 33


def test_a_rest_that_another_end_broke_off_goes_on_until_the_same_date(lead, ann):
    due_at = NOON + timedelta(days=30)
    steps.recycle([lead.pk], steps.by(ann, now=NOON), reason="not_now", due_at=due_at).or_raise()
    steps.disqualify([lead.pk], steps.by(ann, now=LATER), reason="no_need").or_raise()

    steps.reopen([lead.pk], steps.by(ann, now=NEXT_DAY)).or_raise()

    standing = standing_of(lead)
    assert (standing.stage, standing.owner, standing.closed_at, standing.due_at) == ("nurture", ann, NOON, None)
    assert [(one.due_at, one.ended_at) for one in Recycle.objects.all()] == [(due_at, None)]
    assert list(Disposition.objects.in_force().values_list("stage", flat=True)) == ["nurture"]


def test_a_rest_whose_date_has_passed_does_not_come_back(lead, ann):
    steps.recycle([lead.pk], steps.by(ann, now=NOON), reason="not_now", due_at=LATER).or_raise()
    steps.disqualify([lead.pk], steps.by(ann, now=NOON), reason="no_need").or_raise()

    steps.reopen([lead.pk], steps.by(ann, now=NEXT_DAY)).or_raise()

    assert (standing_of(lead).stage, standing_of(lead).due_at) == ("new", NEXT_DAY + FIVE_MINUTES)


def test_junk_that_goes_to_somebody_else_begins_there(lead, ann, pool):
    steps.accept([lead.pk], steps.by(ann, now=NOON)).or_raise()
    steps.mark_junk([lead.pk], steps.by(ann, now=NOON), reason="spam").or_raise()
    ben = make_rep("Ben", pool=pool)
    ann.desk.present = False
    ann.desk.save()

    steps.reopen([lead.pk], steps.by(make_person("Mia", "manager"), now=LATER)).or_raise()

    assert (standing_of(lead).owner, standing_of(lead).stage, standing_of(lead).accepted_at) == (ben, "new", None)


def test_a_reason_is_rewritten_and_every_word_is_kept(lead, ann):
    mia = make_person("Mia", "manager")
    steps.disqualify([lead.pk], steps.by(ann, now=NOON), reason="no_need", note="first").or_raise()

    steps.rewrite([lead.pk], steps.by(mia, now=LATER), reason="no_budget", note="second").or_raise()

    rows = [
        (one.reason, one.note, one.author, one.owner, one.ended_at, one.made_at, one.replaced_at)
        for one in Disposition.objects.order_by("pk")
    ]
    assert rows == [
        ("no_need", "first", ann, ann, NOON, NOON, LATER),
        ("no_budget", "second", mia, ann, NOON, LATER, None),
    ]
    told = Touch.objects.filter(lead=lead).last()
    assert (told.kind, told.actor, told.data["was"], told.data["now"]) == (
        "rewritten",
        mia,
        {"reason": "no_need"},
        {"reason": "no_budget"},
    )
    assert (standing_of(lead).stage, standing_of(lead).closed_at) == ("disqualified", NOON)


def test_the_deal_and_the_rest_say_the_new_reason(ann, pool):
    sold, resting = make_leads(2)
    steps.convert(sold.pk, steps.by(ann, now=NOON), deal=Deal())
    steps.lose([sold.pk], steps.by(ann, now=NOON), reason="price").or_raise()
    steps.recycle([resting.pk], steps.by(ann, now=NOON), reason="not_now", due_at=NEXT_DAY).or_raise()

    result = steps.rewrite([sold.pk, resting.pk], steps.by(ann, now=LATER), reason="other")

    assert sorted(result.done) == [sold.pk, resting.pk]
    assert (Opportunity.objects.get().reason, Recycle.objects.get().reason) == ("other", "other")


def test_a_reason_of_another_end_stops_no_neighbour(ann, pool):
    disqualified, junk = make_leads(2)
    steps.disqualify([disqualified.pk], steps.by(ann, now=NOON), reason="no_need").or_raise()
    steps.mark_junk([junk.pk], steps.by(ann, now=NOON), reason="spam").or_raise()

    result = steps.rewrite([disqualified.pk, junk.pk], steps.by(ann, now=LATER), reason="no_budget")

    assert (result.done, {pk: type(error) for pk, error in result.refused.items()}) == ([disqualified.pk], {junk.pk: BadReason})


def test_a_retired_reason_and_a_missing_note_are_refused(lead, ann):
    steps.disqualify([lead.pk], steps.by(ann, now=NOON), reason="no_need").or_raise()
    Reason.objects.filter(end="disqualified", code="no_budget").update(retired_at=NOON)
    Reason.objects.filter(end="disqualified", code="other").update(needs_note=True)

    assert only(steps.rewrite([lead.pk], steps.by(ann, now=LATER), reason="no_budget"), lead) is BadReason
    assert only(steps.rewrite([lead.pk], steps.by(ann, now=LATER), reason="other", note=" "), lead) is NoteNeeded


def test_an_end_told_late_counts_on_the_day_it_happened(lead, ann):
    steps.disqualify([lead.pk], steps.by(ann, now=NEXT_DAY, happened_at=NOON), reason="no_need").or_raise()

    assert (Disposition.objects.get().ended_at, Disposition.objects.get().made_at) == (NOON, NEXT_DAY)
    assert Standing.objects.get(pk=lead.pk).closed_at == NOON
