"""Rules with several stops: who gets a lead at which of them, where it waits, and when it moves on."""

from collections import Counter
from datetime import timedelta

import pytest

from leadloop import loop, steps
from leadloop.leads.models import Account, Contact, Lead, Standing, Touch
from leadloop.nurture.models import Recycle
from leadloop.routing.actions import ROUTE
from leadloop.routing.domain.candidates import choose, round_of
from leadloop.routing.models import Assignment, Desk, Draw, Journey, Pool, Route, Seat, Skill
from leadloop.worktime import calendars
from tests.make import NOON, arrival, make_install, make_lead, make_leads, make_person, make_rep
from tests.proofs import driver_statements, everything_holds, publish_rules
from tests.worktime.week import office

pytestmark = pytest.mark.django_db
ANYBODY = {"all": []}


@pytest.fixture
def sales():
    return make_install()


@pytest.fixture
def keys(sales):
    return Pool.objects.create(name="Key accounts", created_at=NOON)


def stop(pool=None, method="turn", *, kind="pool", **more):
    return {"to": {"kind": kind, "id": pool.pk if hasattr(pool, "pk") else pool}, "method": method, **more}


def rule(*stops, **more):
    return {"id": "r", "label": "R", "when": ANYBODY, "stops": list(stops), **more}


def in_force(*rules, last):
    publish_rules(Route, ROUTE, {"rules": list(rules), "fallback": {"stops": [stop(last)]}})


def where(lead):
    standing = Standing.objects.get(pk=lead.pk)
    return standing.owner_id, standing.pool_id


def test_a_stop_without_anybody_falls_to_the_next_then_to_everybody_else(sales, keys):
    ann, ben = make_rep("Ann", pool=keys, present=False), make_rep("Ben", pool=sales)
    in_force(rule(stop(keys), stop(ann.pk, kind="person")), last=sales)

    lead = make_lead()

    assert where(lead) == (ben.pk, sales.pk)
    told = Touch.objects.get(lead=lead).data["route"]
    assert (told["rule"], told["stop"], [one[:2] for one in told["tried"]]) == ("r", ["fallback", 0], [["r", 0], ["r", 1]])
    assert everything_holds() == []


@pytest.mark.parametrize(("then", "pool"), [("hold", "Key accounts"), ("next", "Second"), ("fallback", "Sales")])
def test_what_a_rule_does_when_it_has_nobody(sales, keys, then, pool):
    second = Pool.objects.create(name="Second", created_at=NOON)
    for one in (sales, second):
        make_rep(f"Rep of {one.name.split()[0]}".replace(" ", ""), pool=one)
    in_force(rule(stop(keys), when_none=then), rule(stop(second)) | {"id": "s"}, last=sales)

    owner, where_it_is = where(make_lead())

    assert (Pool.objects.get(pk=where_it_is).name, owner is None) == (pool, then == "hold")


def test_needs_leave_out_who_lacks_them_and_the_draw_says_so(sales):
    ann, ben, cleo = make_rep("Ann", pool=sales), make_rep("Ben", pool=sales), make_rep("Cleo", pool=sales)
    Skill.objects.create(person=ben, kind="language", name="de")
    Skill.objects.create(person=cleo, kind="language", name="DE")
    cleo.sees_sensitive = True
    cleo.save()
    in_force(rule(stop(sales, needs={"languages": ["de"], "cleared": True})), last=sales)

    assert {where(one) for one in make_leads(3)} == {(cleo.pk, sales.pk)}
    assert Draw.objects.get().terms["lacks"] == {str(ann.pk): ["language:de", "cleared"], str(ben.pk): ["cleared"]}


def test_least_loaded_goes_by_open_leads_for_what_fits(sales):
    ann, ben = make_rep("Ann", pool=sales, cap=10), make_rep("Ben", pool=sales, cap=20)
    Desk.objects.filter(person=ann).update(open_count=2)
    in_force(rule(stop(sales, "least_loaded")), last=sales)

    owners = [where(one)[0] for one in make_leads(5)]

    assert owners == [ben.pk, ben.pk, ben.pk, ben.pk, ann.pk]
    assert dict(Seat.objects.values_list("person", "turns")) == {ann.pk: 1, ben.pk: 4}


def test_best_prefers_who_wins_and_decides_alike_for_the_same_seed(sales):
    ann, ben = make_rep("Ann", pool=sales), make_rep("Ben", pool=sales)
    in_force(rule(stop(sales, "best")), last=sales)
    leads = make_leads(6)

    draw = Draw.objects.get()
    given = round_of(draw.roster, draw.terms, draw.pk)
    assert choose(given, 6) == [where(one)[0] for one in leads]
    assert {where(one)[0] for one in leads} <= {ann.pk, ben.pk}


def test_best_takes_whatever_a_stranger_writes_as_the_product(sales):
    ann = make_rep("Ann", pool=sales)
    in_force(rule(stop(sales, "best")), last=sales)
    steps.disqualify([make_lead().pk], steps.by(ann, now=NOON), reason="no_budget")
    later = NOON + timedelta(hours=5)  # what is known of people is read anew each hour

    [taken] = loop.capture([arrival({"name": "Eve Bar", "email": "eve@acme.com", "product": "a|b||c"})], now=later)

    assert taken.outcome == "created"
    assert where(Lead.objects.get(pk=taken.case.lead_id)) == (ann.pk, sales.pk)


def test_a_draw_by_best_recomputes_and_keeps_no_word_of_the_leads(sales):
    make_rep("Ann", pool=sales), make_rep("Ben", pool=sales)
    in_force(rule(stop(sales, "best")), last=sales)
    wares = ("Herz-Sprechstunde", "Orthopädie", "Herz-Sprechstunde")
    taken = loop.capture([arrival({"email": f"x{n}@acme.com", "product": ware}) for n, ware in enumerate(wares)], now=NOON)

    draw = Draw.objects.get()

    kinds = [kind for _, kind in draw.terms["asked"]]
    assert kinds[0] == kinds[2] != kinds[1]
    assert set(kinds) == set(draw.terms["odds"])
    assert not any(ware.casefold()[:5] in str(draw.terms).casefold() for ware in wares)
    assert choose(round_of(draw.roster, draw.terms, draw.pk), 3) == [one.case.standing["owner_id"] for one in taken]


def test_a_draw_that_was_kept_with_the_kinds_themselves_still_recomputes():
    roster = [[1, 1, 0, 5, True], [2, 1, 0, 5, True]]
    odds = {"1": [8, 90], "2": [90, 8]}
    kept, now = ({"method": "best", "asked": [[7, kind]], "odds": {kind: odds}} for kind in ("4|a|b|B", "0"))

    assert choose(round_of(roster, kept, 3), 1) == choose(round_of(roster, now, 3), 1) == [2]


def test_whoever_had_the_contact_or_the_account_gets_it_whatever_the_turn(sales):
    ann, ben, cleo = make_rep("Ann", pool=sales), make_rep("Ben"), make_rep("Cleo")
    acme = Account.objects.create(name="Acme", domain="acme.com", owner=ben, created_at=NOON)
    Contact.objects.create(email="eve@acme.com", account=acme, owner=cleo, created_at=NOON)
    Account.objects.create(name="Mail", domain="gmail.com", owner=ben, created_at=NOON)
    in_force(rule(stop(sales, "owner"), stop(sales, "account")), last=sales)

    found = [where(make_lead({"name": "A B", "email": mail}))[0] for mail in ("eve@acme.com", "bob@acme.com", "x@gmail.com")]

    assert found == [cleo.pk, ben.pk, ann.pk]
    assert list(Assignment.objects.order_by("pk").values_list("how", flat=True)) == ["owner", "owner", "turn"]
    assert everything_holds() == []


def test_a_lead_that_nobody_accepts_moves_on_and_ends_in_the_pool_that_holds(sales, keys):
    ann, ben = make_rep("Ann", pool=keys), make_rep("Ben", pool=sales)
    in_force(rule(stop(keys, minutes=10), stop(keys, "claim", minutes=5)), last=sales)
    lead = make_lead()
    assert where(lead) == (ann.pk, keys.pk)

    early = loop.move_due(now=NOON + timedelta(minutes=9), limit=10)
    assert (early, where(lead)) == (0, (ann.pk, keys.pk))
    loop.move_due(now=NOON + timedelta(minutes=10), limit=10)
    assert where(lead) == (None, keys.pk)
    loop.move_due(now=NOON + timedelta(minutes=15), limit=10)
    assert where(lead) == (ben.pk, sales.pk)

    assert not Journey.objects.exists()
    assert [one.kind for one in Touch.objects.filter(lead=lead).order_by("pk")] == ["captured", "moved_on", "moved_on"]
    assert Desk.objects.get(person=ann).open_count == 0
    assert everything_holds() == []


@pytest.mark.parametrize("said", ["accept", "claim"])
def test_accepting_or_claiming_ends_the_journey(sales, keys, said):
    ann = make_rep("Ann", pool=keys)
    in_force(rule(stop(keys, "claim" if said == "claim" else "turn", minutes=10)), last=sales)
    lead = make_lead()
    assert Journey.objects.exists()

    getattr(steps, said)([lead.pk], steps.by(ann, now=NOON))

    assert not Journey.objects.exists()
    assert loop.move_due(now=NOON + timedelta(hours=1), limit=10) == 0
    assert where(lead) == (ann.pk, keys.pk)


def test_a_stop_in_nurture_lets_the_lead_rest(sales):
    in_force(rule(stop(14, kind="nurture")), last=sales)

    lead = make_lead()

    assert (Standing.objects.get(pk=lead.pk).stage, Recycle.objects.get(lead=lead).due_at) == ("nurture", NOON + timedelta(days=14))
    assert everything_holds() == []


def test_a_partner_stop_has_nobody_yet_and_falls_through(sales):
    ann = make_rep("Ann", pool=sales)
    in_force(rule(stop(7, kind="partner")), last=sales)

    assert where(make_lead()) == (ann.pk, sales.pk)


def test_many_leads_ask_as_much_as_one(sales, keys):
    for name in ("Ann", "Ben", "Cleo"):
        make_rep(name, pool=keys)
    in_force(rule(stop(keys, "owner"), stop(keys, "account"), stop(keys, "best", minutes=5)), last=sales)
    make_lead()
    asked = []
    for number in (2, 30):
        batch = [arrival() for _ in range(number)]
        with driver_statements() as queries:
            loop.capture(batch, now=NOON)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_no_lead_is_without_owner_and_pool_and_no_cap_is_passed(sales, keys):
    for number in range(4):
        make_rep(f"Rep{number}", pool=keys, cap=3)
    boss = make_person("Max", "manager")
    in_force(rule(stop(boss.pk, kind="person"), stop(keys, "least_loaded"), stop(keys, "best"), when_none="next"), last=sales)

    make_leads(20)

    assert not Standing.objects.filter(owner=None, pool_id=None).exists()
    assert set(Desk.objects.filter(person__name__startswith="Rep").values_list("open_count", flat=True)) == {3}
    assert Standing.objects.filter(owner=None, pool_id=sales.pk).count() == 8


def test_leads_that_share_their_way_share_a_draw(sales, keys):
    make_rep("Ann", pool=keys)
    make_rep("Ben", pool=sales)
    in_force(rule(stop(keys, minutes=5), when_none="next"), rule(stop(sales, minutes=5)) | {"id": "s"}, last=keys)
    make_leads(4)
    assert Draw.objects.count() == 1

    loop.move_due(now=NOON + timedelta(minutes=5), limit=10)

    assert Draw.objects.count() == 2
    assert list(Assignment.objects.filter(ended_at=None).values_list("person__name", flat=True)) == ["Ben"] * 4


def test_working_time_keeps_people_out_and_minutes_are_those_of_working_hours(sales, keys):
    ann, ben = make_rep("Ann", pool=keys), make_rep("Ben", pool=keys)
    for person, begins, ends in ((ann, 840, 1_080), (ben, 540, 750)):
        hours = office(name=person.name, zone="UTC", weekly=[[day, begins, ends] for day in range(5)])
        calendars.change_time(person, now=NOON, calendar=hours)
    in_force(rule(stop(keys, minutes=60), stop(keys, "claim")), last=sales)

    lead = make_lead()

    assert where(lead) == (ben.pk, keys.pk)  # at noon of a Monday
    assert Draw.objects.get().terms["lacks"][str(ann.pk)][0].startswith("time:")
    assert Journey.objects.get().moves_at == NOON + timedelta(hours=21, minutes=30)


def test_whoever_is_back_by_working_time_goes_on_level_and_is_not_flooded(sales):
    ann, ben = make_rep("Ann", pool=sales), make_rep("Ben", pool=sales)
    for person, begins in ((ann, 840), (ben, 540)):
        hours = office(name=person.name, zone="UTC", weekly=[[day, begins, 1_080] for day in range(5)])
        calendars.change_time(person, now=NOON, calendar=hours)
    in_force(rule(stop(sales), stop(sales, "claim")), last=sales)
    assert {where(one)[0] for one in make_leads(6)} == {ben.pk}

    back = make_leads(4, now=NOON + timedelta(hours=3))

    assert Counter(where(one)[0] for one in back) == {ann.pk: 2, ben.pk: 2}
    assert everything_holds() == []


def test_whoever_let_time_run_out_is_not_asked_again(sales):
    ann, ben = make_rep("Ann", pool=sales, weight=9), make_rep("Ben", pool=sales)
    in_force(rule(stop(sales, minutes=5), stop(sales)), last=sales)
    lead = make_lead()
    assert where(lead)[0] == ann.pk

    loop.move_due(now=NOON + timedelta(minutes=5), limit=10)

    assert where(lead)[0] == ben.pk
    assert Draw.objects.last().terms["lacks"] == {str(ann.pk): ["had it"]}


def test_a_journey_that_outlived_its_end_moves_nothing(sales):
    ann = make_rep("Ann", pool=sales)
    in_force(rule(stop(sales, minutes=5), stop(sales, "claim")), last=sales)
    lead = make_lead()
    steps.accept([lead.pk], steps.by(ann, now=NOON))
    late = {"version": 2, "rule": "r", "stop": 0, "ahead": [["r", 1]], "person": ann, "entered_at": NOON, "moves_at": NOON}
    Journey.objects.create(lead=lead, **late)

    assert loop.move_due(now=NOON + timedelta(hours=1), limit=10) == 1
    assert (where(lead)[0], Journey.objects.count()) == (ann.pk, 0)


@pytest.mark.parametrize(
    "taken",
    [
        steps.accept,
        steps.release,
        lambda ids, actor: steps.recycle(ids, actor, reason="not_now", due_at=NOON + timedelta(days=30)),
        lambda ids, actor: steps.log(ids, actor, kind="called"),
    ],
    ids=["accepted", "released", "recycled", "called"],
)
def test_undoing_a_step_sends_the_lead_on_its_journey_again(sales, keys, taken):
    ann = make_rep("Ann", pool=keys)
    in_force(rule(stop(keys, minutes=5), stop(keys, "claim")), last=sales)
    lead = make_lead()
    before = Journey.objects.values().get()
    taken([lead.pk], steps.by(ann, now=NOON + timedelta(minutes=1))).or_raise()
    loop.move_due(now=NOON + timedelta(minutes=5), limit=10)

    steps.undo([lead.pk], steps.by(ann, now=NOON + timedelta(minutes=6))).or_raise()

    assert Journey.objects.values().get() == before
    loop.move_due(now=NOON + timedelta(minutes=7), limit=10)
    assert where(lead) == (None, keys.pk)
    assert everything_holds() == []


def test_a_lead_that_came_back_and_is_called_stays_though_it_was_called_before(sales, keys):
    ann = make_rep("Ann", pool=keys)
    in_force(rule(stop(keys, minutes=5), stop(keys, "claim")), last=sales)
    lead = make_lead({"name": "Eve Bar", "email": "eve@acme.com"})
    actor = steps.by(ann, now=NOON)
    steps.log([lead.pk], actor, kind="called")
    steps.recycle([lead.pk], actor, reason="not_now", due_at=NOON + timedelta(days=30))
    Desk.objects.filter(person=ann).update(present=False)
    ben, monday = make_rep("Ben", pool=keys), NOON + timedelta(days=7)
    make_lead({"name": "Eve Bar", "email": "eve@acme.com"}, now=monday)
    assert Journey.objects.get().entered_at == monday

    steps.log([lead.pk], steps.by(ben, now=monday + timedelta(minutes=2)), kind="called")
    loop.move_due(now=monday + timedelta(minutes=5), limit=10)

    assert where(lead) == (ben.pk, keys.pk)


def test_a_lead_that_cannot_move_on_waits_an_hour_and_stops_nobody(sales, keys):
    make_rep("Ann", pool=keys)
    in_force(rule(stop(keys, minutes=5), stop(keys, "claim")), last=sales)
    bad, good = make_lead(), make_lead()
    Journey.objects.filter(pk=bad.pk).update(version=99)  # of a route that is gone
    owner = where(bad)[0]

    assert loop.move_due(now=NOON + timedelta(minutes=5), limit=10) == 2

    assert (where(bad)[0], where(good)[0]) == (owner, None)
    assert list(Journey.objects.values_list("pk", "moves_at")) == [(bad.pk, NOON + timedelta(minutes=65))]
    assert everything_holds() == []
