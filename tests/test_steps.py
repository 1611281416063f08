"""Every verb that a person has on a lead: what it makes of the lead, who may, and what it refuses without harm to its neighbours."""

from datetime import timedelta

import pytest

from leadloop import loop, steps
from leadloop.kernel.errors import NotFound
from leadloop.leads.domain.lifecycle import WrongStage
from leadloop.leads.errors import StaleLead
from leadloop.leads.models import Account, Contact, Lead, Notification, Standing, Touch
from leadloop.nurture.models import Recycle
from leadloop.outcomes.actions import Deal
from leadloop.outcomes.errors import BadAmount, DealMovedOn, NotConverted
from leadloop.outcomes.models import Conversion, Disposition, Opportunity
from leadloop.routing.errors import AlreadyClaimed, DeskFull, NotYours
from leadloop.routing.models import Assignment, Desk, Pool, Route
from leadloop.teams.models import User
from tests.make import NOON, arrival, make_install, make_lead, make_leads, make_person, make_rep
from tests.proofs import everything_holds, publish_rules

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=2)


@pytest.fixture(autouse=True)
def always_proved():
    """Whatever a test does, `leadloop verify` finds nothing afterwards."""
    yield
    assert everything_holds() == []


@pytest.fixture
def pool() -> Pool:
    return make_install()


@pytest.fixture
def ann(pool) -> User:
    return make_rep("Ann", pool=pool)


@pytest.fixture
def lead(ann) -> Lead:
    return make_lead({"name": "Ada Lovelace", "email": "ada@engines.com", "company": "Engines"})


def standing_of(lead: Lead) -> Standing:
    return Standing.objects.get(pk=lead.pk)


def only(step: steps.Steps, lead: Lead) -> type:
    """The kind of refusal that this lead met."""
    assert (step.done, list(step.refused)) == ([], [lead.pk])
    return type(step.refused[lead.pk])


def let_leads_wait(pool: Pool) -> None:
    publish_rules(Route, "main", {"rules": [], "fallback": {"pool": pool.pk, "how": "wait"}})


# --------------------------------------------------------------------------------------------------------- many at once


def test_one_refusal_stops_no_neighbour(ann, pool):
    mine, done, foreign = make_leads(3)
    steps.qualify([done.pk], steps.by(ann, now=NOON)).or_raise()
    steps.assign([foreign.pk], steps.by(None, now=NOON), person=make_rep("Ben", pool=pool)).or_raise()

    result = steps.accept([done.pk, mine.pk, foreign.pk, 424242], steps.by(ann, now=LATER))

    refusals = {lead_id: type(error) for lead_id, error in result.refused.items()}
    assert (result.done, refusals) == ([mine.pk], {done.pk: WrongStage, foreign.pk: NotYours, 424242: NotFound})
    assert standing_of(mine).stage == "working"


def test_a_lead_that_is_named_twice_takes_the_step_once(ann, pool):
    let_leads_wait(pool)
    lead = make_lead()

    assert steps.claim([lead.pk, lead.pk], steps.by(ann, now=NOON)).done == [lead.pk]
    assert steps.log([lead.pk, lead.pk], steps.by(ann, now=NOON), kind="called").done == [lead.pk]
    assert (Touch.objects.filter(lead=lead).count(), standing_of(lead).touches) == (3, 2)


def test_a_step_for_nobody_changes_nothing(ann):
    assert steps.accept([], steps.by(ann, now=NOON)) == steps.Steps()


# ------------------------------------------------------------------------------------------------- hands: claim, give, release


def test_a_claim_puts_a_waiting_lead_into_the_hands_of_who_asked(ann, pool):
    let_leads_wait(pool)
    lead = make_lead()

    steps.claim([lead.pk], steps.by(ann, now=LATER)).or_raise()

    standing = standing_of(lead)
    assert (standing.owner_id, standing.pool_id, standing.due_at) == (ann.pk, pool.pk, NOON + timedelta(minutes=5))
    assert Assignment.objects.values_list("person", "how", "pool", "ended_at").get() == (ann.pk, "claim", pool.pk, None)
    assert Desk.objects.get(person=ann).open_count == 1


def test_a_second_claim_is_refused_and_the_first_keeps_the_lead(ann, pool):
    let_leads_wait(pool)
    lead, ben = make_lead(), make_rep("Ben", pool=pool)
    steps.claim([lead.pk], steps.by(ann, now=NOON)).or_raise()

    assert only(steps.claim([lead.pk], steps.by(ben, now=NOON)), lead) is AlreadyClaimed
    assert standing_of(lead).owner_id == ann.pk


def test_a_claim_beyond_the_cap_is_refused_lead_by_lead(pool):
    let_leads_wait(pool)
    ann, leads = make_rep("Ann", pool=pool, cap=2), make_leads(3)

    result = steps.claim([lead.pk for lead in leads], steps.by(ann, now=NOON))

    assert (result.done, {lead: type(error) for lead, error in result.refused.items()}) == (
        [lead.pk for lead in leads[:2]],
        {leads[2].pk: DeskFull},
    )
    assert Desk.objects.get(person=ann).open_count == 2


def test_a_manager_gives_a_lead_to_somebody_who_is_told(lead, ann, pool):
    ben, mia = make_rep("Ben", pool=pool, cap=0), make_person("Mia", "manager")

    steps.assign([lead.pk], steps.by(mia, now=LATER), person=ben).or_raise()

    assert standing_of(lead).owner_id == ben.pk  # a manager's word goes before the cap
    assert list(Assignment.objects.order_by("pk").values_list("person", "how", "ended_how")) == [
        (ann.pk, "turn", "given away"),
        (ben.pk, "given", ""),
    ]
    assert [desk.open_count for desk in Desk.objects.order_by("person_id")] == [0, 1]
    assert Notification.objects.filter(person=ben).values_list("kind", "lead_id").get() == ("assigned", lead.pk)


def test_a_rep_does_not_give_leads_away(lead, ann, pool):
    assert only(steps.assign([lead.pk], steps.by(ann, now=NOON), person=make_rep("Ben", pool=pool)), lead) is NotYours


def test_a_lead_given_back_waits_in_its_pool_where_another_can_claim_it(lead, ann, pool):
    ben = make_rep("Ben", pool=pool)
    steps.accept([lead.pk], steps.by(ann, now=NOON)).or_raise()

    steps.release([lead.pk], steps.by(ann, now=LATER), reason="on holiday").or_raise()

    standing = standing_of(lead)
    assert (standing.owner_id, standing.pool_id, standing.stage, standing.accepted_at) == (None, pool.pk, "new", None)
    assert (standing.waits_since, Desk.objects.get(person=ann).open_count) == (NOON, 0)
    steps.claim([lead.pk], steps.by(ben, now=LATER)).or_raise()


# --------------------------------------------------------------------------------------------------------- words and clocks


def test_only_our_first_word_ends_the_speed_to_lead_clock(lead, ann):
    steps.log([lead.pk], steps.by(ann, now=NOON), kind="noted", text="No phone yet").or_raise()
    assert standing_of(lead).first_touch_at is None
    first = NOON + timedelta(minutes=3)
    steps.log([lead.pk], steps.by(ann, now=LATER, happened_at=first), kind="called", outcome="no_answer").or_raise()
    steps.log([lead.pk], steps.by(ann, now=LATER), kind="emailed").or_raise()

    standing = standing_of(lead)
    assert (standing.first_touch_at, standing.due_at, standing.touches) == (first, LATER + steps.FOLLOW_UP, 3)
    assert [touch.data.get("outcome") for touch in Touch.objects.filter(kind="called")] == ["no_answer"]


def test_a_planned_next_step_is_when_the_lead_waits_again(lead, ann):
    steps.log([lead.pk], steps.by(ann, now=NOON), kind="called", next_at=NOON + timedelta(days=7)).or_raise()
    assert standing_of(lead).due_at == NOON + timedelta(days=7)


# --------------------------------------------------------------------------------------------------------------- edits


def test_an_edit_is_scored_at_once_and_says_what_was(lead, ann):
    before = standing_of(lead)
    steps.edit([lead.pk], steps.by(ann, now=LATER), values={"title": "Founder", "company": "Engines"}, version=before.version).or_raise()

    touch, after = Touch.objects.filter(kind="edited").get(), standing_of(lead)
    assert (touch.data["was"], touch.data["now"]) == ({"title": ""}, {"title": "Founder"})
    assert (Lead.objects.get().title, after.score, after.version) == ("Founder", before.score + 20, before.version + 1)


def test_an_edit_of_a_version_that_is_gone_changes_nothing(lead, ann):
    with pytest.raises(StaleLead):
        steps.edit([lead.pk], steps.by(ann, now=LATER), values={"title": "Founder"}, version=99)
    assert (Lead.objects.get().title, Touch.objects.count()) == ("", 1)


# ------------------------------------------------------------------------------------------------- ends, and beginnings again

ENDS = {
    "disqualified": lambda ids, actor: steps.disqualify(ids, actor, reason="no_need", note="x" * 2000),
    "junk": lambda ids, actor: steps.mark_junk(ids, actor, reason="spam"),
    "nurture": lambda ids, actor: steps.recycle(ids, actor, reason="not_now", due_at=LATER + timedelta(days=30), note="x" * 2000),
}


@pytest.mark.parametrize("stage", ENDS)
def test_an_end_is_a_disposition_and_nobody_waits(lead, ann, stage):
    ENDS[stage]([lead.pk], steps.by(ann, now=LATER)).or_raise()

    standing = standing_of(lead)
    assert (standing.stage, standing.closed_at, standing.waits_since, standing.due_at) == (stage, LATER, None, None)
    assert (Disposition.objects.get().stage, Desk.objects.get().open_count) == (stage, 0)
    assert Recycle.objects.filter(ended_at=None).exists() == (stage == "nurture")


@pytest.mark.parametrize("stage", ENDS)
def test_a_reopened_lead_goes_on_where_it_stood_with_its_person_and_a_new_clock(lead, ann, stage):
    steps.accept([lead.pk], steps.by(ann, now=NOON)).or_raise()
    ENDS[stage]([lead.pk], steps.by(ann, now=NOON)).or_raise()

    steps.reopen([lead.pk], steps.by(None, now=LATER)).or_raise()

    standing = standing_of(lead)
    assert (standing.stage, standing.owner_id, standing.closed_at, standing.waits_since, standing.due_at) == (
        "working",
        ann.pk,
        None,
        LATER,
        LATER,
    )
    assert (Disposition.objects.get().reopened_at, Desk.objects.get().open_count) == (LATER, 1)
    assert not Recycle.objects.filter(ended_at=None).exists()


def test_a_reopened_lead_of_somebody_who_left_is_routed_anew(lead, ann, pool):
    ben = make_rep("Ben", pool=pool)
    steps.disqualify([lead.pk], steps.by(ann, now=NOON), reason="no_need").or_raise()
    User.objects.filter(pk=ann.pk).update(is_active=False)

    steps.reopen([lead.pk], steps.by(make_person("Mia", "manager"), now=LATER)).or_raise()

    assert (standing_of(lead).owner_id, Desk.objects.get(person=ben).open_count) == (ben.pk, 1)


def test_a_lead_is_reopened_even_if_its_person_never_had_a_desk(lead, ann):
    mia = make_person("Mia", "manager")
    steps.assign([lead.pk], steps.by(mia, now=NOON), person=mia).or_raise()
    steps.disqualify([lead.pk], steps.by(mia, now=NOON), reason="no_need").or_raise()
    Desk.objects.filter(person=mia).delete()

    steps.reopen([lead.pk], steps.by(mia, now=LATER)).or_raise()

    assert (standing_of(lead).owner_id, Desk.objects.get(person=mia).open_count) == (mia.pk, 1)


# ----------------------------------------------------------------------------------------------------------- conversion


def test_a_conversion_is_account_contact_and_opportunity_and_asked_twice_the_same(lead, ann):
    first = steps.convert(lead.pk, steps.by(ann, now=LATER), deal=Deal("A mill", 500_00, "USD"))
    again = steps.convert(lead.pk, steps.by(ann, now=LATER), deal=Deal("Another", 1, "EUR"))

    standing, deal = standing_of(lead), Opportunity.objects.get()
    assert first == again
    assert (standing.stage, standing.converted_at, standing.sql_at, standing.due_at, standing.owner_id) == (
        "converted",
        LATER,
        LATER,
        None,
        ann.pk,
    )
    assert (deal.name, deal.amount_cents, deal.currency, deal.owner_id) == ("A mill", 500_00, "USD", ann.pk)
    assert (Account.objects.get().name, Contact.objects.get().email) == ("Engines", "ada@engines.com")
    assert Assignment.objects.get().ended_how == "converted"


def test_a_conversion_that_fails_half_way_leaves_nothing(lead, ann):
    with pytest.raises(BadAmount):
        steps.convert(lead.pk, steps.by(ann, now=LATER), deal=Deal("A mill", -1, "USD"))

    assert [model.objects.count() for model in (Account, Contact, Opportunity, Conversion)] == [0, 0, 0, 0]
    assert (standing_of(lead).stage, Touch.objects.count(), Assignment.objects.get().ended_at) == ("new", 1, None)


def test_a_lead_with_the_longest_of_everything_converts(ann):
    longest = {
        "first_name": "F" * 100, "last_name": "L" * 100, "email": "a" * 60 + "@" + "d" * 60 + "." + "d" * 60 + "." + "d" * 60 + ".com",
        "company": "C" * 200, "title": "T" * 150, "industry": "I" * 120, "product": "P" * 200,
    }  # fmt: skip
    lead = make_lead(longest)

    steps.convert(lead.pk, steps.by(ann, now=NOON), deal=Deal())

    account, contact, deal = Account.objects.get(), Contact.objects.get(), Opportunity.objects.get()
    assert (account.name, account.industry, len(account.domain)) == (lead.company, lead.industry, len(lead.company_domain))
    assert (contact.first_name, contact.last_name, contact.title, contact.email) == (
        lead.first_name,
        lead.last_name,
        lead.title,
        lead.email,
    )
    assert (len(deal.name), deal.name[:200]) == (200, lead.company)


def test_a_known_contact_keeps_what_it_says_and_gets_what_it_lacks(lead, ann):
    account = Account.objects.create(name="Engines Ltd", domain="engines.com", owner=make_person("Mia", "manager"), created_at=NOON)
    contact = Contact.objects.create(first_name="Augusta", email="ada@engines.com", created_at=NOON)

    steps.convert(lead.pk, steps.by(ann, now=LATER), deal=Deal())

    account.refresh_from_db()
    contact.refresh_from_db()
    assert (Account.objects.count(), Contact.objects.count()) == (1, 1)
    assert (account.name, account.owner.name, contact.first_name, contact.last_name, contact.account) == (
        "Engines Ltd",
        "Mia",
        "Augusta",
        "Lovelace",
        account,
    )


def test_undoing_takes_back_what_the_conversion_made_and_filled_in(lead, ann):
    contact = Contact.objects.create(first_name="Augusta", email="ada@engines.com", created_at=NOON)
    steps.convert(lead.pk, steps.by(ann, now=NOON), deal=Deal())

    steps.undo_conversion(lead.pk, steps.by(ann, now=LATER))

    contact.refresh_from_db()
    assert (contact.first_name, contact.last_name, contact.account) == ("Augusta", "", None)
    assert (Account.objects.count(), Opportunity.objects.count(), Conversion.objects.get().undone_at) == (0, 0, LATER)
    standing = standing_of(lead)
    assert (standing.stage, standing.owner_id, standing.converted_at, standing.waits_since) == ("sql", ann.pk, None, LATER)
    assert Desk.objects.get().open_count == 1
    assert steps.convert(lead.pk, steps.by(ann, now=LATER), deal=Deal()).undone_at is None


def test_what_others_use_survives_undoing(lead, ann):
    other = make_lead({"name": "Mary Somerville", "email": "mary@engines.com", "company": "Engines"})
    steps.convert(lead.pk, steps.by(ann, now=NOON), deal=Deal())
    steps.convert(other.pk, steps.by(ann, now=NOON), deal=Deal())

    steps.undo_conversion(lead.pk, steps.by(ann, now=LATER))

    assert (Account.objects.get().name, Contact.objects.get().email, Opportunity.objects.count()) == ("Engines", "mary@engines.com", 1)


def test_a_deal_that_is_won_is_not_undone(lead, ann):
    steps.convert(lead.pk, steps.by(ann, now=NOON), deal=Deal())
    steps.win([lead.pk], steps.by(ann, now=LATER), amount_cents=900_00, currency="EUR").or_raise()

    with pytest.raises((WrongStage, DealMovedOn)):
        steps.undo_conversion(lead.pk, steps.by(ann, now=LATER))
    deal = Opportunity.objects.get()
    assert (standing_of(lead).stage, deal.state, deal.amount_cents, deal.currency, deal.closed_at) == ("won", "won", 900_00, "EUR", LATER)


def test_what_was_never_converted_cannot_be_undone_won_or_lost(lead, ann):
    with pytest.raises((WrongStage, NotConverted)):
        steps.undo_conversion(lead.pk, steps.by(ann, now=NOON))
    assert only(steps.win([lead.pk], steps.by(ann, now=NOON)), lead) is WrongStage
    assert only(steps.lose([lead.pk], steps.by(ann, now=NOON), reason="price"), lead) is WrongStage


def test_a_lost_deal_that_is_reopened_is_open_again(lead, ann):
    steps.convert(lead.pk, steps.by(ann, now=NOON), deal=Deal("A mill", 500_00, "USD"))
    steps.lose([lead.pk], steps.by(ann, now=NOON), reason="price").or_raise()

    steps.reopen([lead.pk], steps.by(ann, now=LATER)).or_raise()

    deal = Opportunity.objects.get()
    assert (standing_of(lead).stage, deal.state, deal.reason, deal.closed_at) == ("converted", "open", "", None)


def test_a_lost_lead_that_asks_again_becomes_a_new_deal_and_the_loss_stays(lead, ann):
    steps.convert(lead.pk, steps.by(ann, now=NOON), deal=Deal("A mill", 500_00, "USD"))
    steps.lose([lead.pk], steps.by(ann, now=NOON), reason="price").or_raise()
    loop.capture([arrival({"email": "ada@engines.com"})], now=LATER)

    steps.convert(lead.pk, steps.by(ann, now=LATER), deal=Deal("Another mill"))

    assert list(Opportunity.objects.order_by("pk").values_list("name", "state")) == [("A mill", "lost"), ("Another mill", "open")]
    assert (Account.objects.count(), Contact.objects.count()) == (1, 1)


# ------------------------------------------------------------------------------------------------------------ rights


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
