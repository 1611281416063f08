"""Members stay right as time goes by: only those whom time may have turned are looked at, and nobody is overlooked."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadloop import loop, steps
from leadloop.db import queue
from leadloop.db.models import Job
from leadloop.db.versions import publish, save_draft
from leadloop.leads import criteria_sql
from leadloop.leads.domain.criteria import parse
from leadloop.leads.models import Standing, Touch
from leadloop.segments import actions, counting, rebuilding, tasks
from leadloop.segments.models import Change, Freshness, Member, Segment, Size
from tests.make import NOON, arrival, make_install, make_lead, make_leads
from tests.proofs import everything_holds

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATELY = {"field": "received_at", "op": "in_last_days", "value": 2, "zone": "Europe/Berlin"}
LONG_AGO = {"field": "first_touch_at", "op": "not_in_last_days", "value": 1, "zone": "America/New_York"}
SILENT = {"touches": "any", "op": "none", "within_days": 1}
CALLED = {"touches": "called", "op": "at_least", "value": 2, "within_days": 2}
LOCALLY = {"touches": "interaction", "op": "at_least", "value": 2, "local_days": 2, "zone": "Asia/Tokyo"}
DUE = {"field": "due_at", "op": "in_last_days", "value": 1, "zone": "UTC"}
MIXTURE = {"any": [{"all": [SILENT, {"not": LATELY}]}, {"all": [CALLED, {"field": "country", "op": "is_not", "value": "DE"}]}, DUE]}
MOVING = {"lately": LATELY, "silent": SILENT, "called": CALLED, "locally": LOCALLY, "due": DUE, "long-ago": LONG_AGO, "mixture": MIXTURE}


@pytest.fixture(autouse=True)
def pool():
    return make_install()


def in_force(name, criteria, *, now=NOON):
    draft = save_draft(Segment, name=name, title=name, spec={"criteria": criteria}, author=None, now=now)
    publish(draft, author=None, now=now)
    version = Segment.objects.get(pk=draft.pk)
    actions.rebuild(version, now=now)
    return version


def members(name):
    return set(Member.objects.filter(segment=name).values_list("lead_id", flat=True))


def meeting(criteria, now):
    return set(Standing.objects.filter(criteria_sql.condition(parse(criteria), now)).values_list("pk", flat=True))


def test_a_lead_falls_out_when_the_day_is_over_where_the_zone_says():
    in_force("lately", LATELY)
    lead = make_lead(now=NOON)
    found = []
    for moment in (NOON + DAY, datetime(2026, 3, 3, 22, 59, tzinfo=UTC), datetime(2026, 3, 3, 23, 0, tzinfo=UTC)):  # midnight in Berlin
        rebuilding.refresh(now=moment)
        found.append(lead.pk in members("lately"))

    assert found == [True, True, False]
    assert list(Change.objects.filter(segment="lately", lead=lead).order_by("pk").values_list("entered", "why")) == [
        (True, "criteria"),
        (False, "time"),
    ]


def test_a_lead_that_nobody_touches_comes_in_within_the_minute():
    in_force("silent", SILENT)
    lead = make_lead(now=NOON)
    found = []
    for moment in (NOON + DAY, NOON + DAY + MINUTE):
        rebuilding.refresh(now=moment)
        found.append(members("silent") == {lead.pk})

    assert found == [False, True]


@pytest.mark.parametrize("seed", range(3))
def test_members_are_right_after_each_look_whatever_happens_in_between(seed):
    dice, now = random.Random(seed), NOON + timedelta(hours=9)
    leads = [lead.pk for lead in make_leads(6, now=now)]
    for name, criteria in MOVING.items():
        in_force(name, criteria, now=now)
    for _ in range(40):
        now += timedelta(minutes=dice.choice([1, 1, 7, 45, 180, 600]), seconds=dice.randrange(60))
        some = dice.sample(leads, 2)
        match dice.randrange(5):
            case 0:
                leads += [lead.pk for lead in make_leads(1, now=now)]
            case 1 | 2:
                steps.log(some, steps.by(None, now=now, happened_at=now - dice.choice([0, 1]) * HOUR), kind="called", outcome="reached")
            case 3:
                steps.accept(some, steps.by(None, now=now))
        now += timedelta(seconds=dice.randrange(50))
        rebuilding.refresh(now=now)
        for name, criteria in MOVING.items():
            assert members(name) == meeting(criteria, now), (seed, name, now)
    assert Change.objects.filter(why="time").count() > 20
    assert everything_holds() == []


def test_a_look_goes_to_those_only_whom_time_may_have_turned():
    old, late = make_leads(5, now=NOON - timedelta(days=30)), make_lead(now=NOON)
    in_force("silent", SILENT)
    rebuilding.refresh(now=NOON + HOUR)

    done = rebuilding.refresh(now=NOON + DAY + MINUTE)

    assert (done, members("silent")) == ((1, 1), {late.pk, *(lead.pk for lead in old)})


def test_a_touch_that_is_told_as_still_to_come_counts_from_its_moment_on():
    in_force("called", CALLED | {"value": 1})
    lead = make_lead(now=NOON)
    Touch.objects.create(lead=lead, kind="called", happened_at=NOON + HOUR, data={})
    found = []
    for moment in (NOON + MINUTE, NOON + HOUR):
        rebuilding.refresh(now=moment)
        found.append(members("called") == {lead.pk})
    assert found == [False, True]


def test_a_segment_whose_rebuilding_is_under_way_is_left_to_it():
    in_force("lately", LATELY)
    draft = save_draft(Segment, name="lately", title="x", spec={"criteria": SILENT}, author=None, now=NOON)
    publish(draft, author=None, now=NOON)

    rebuilding.refresh(now=NOON + DAY)

    assert Freshness.objects.get(segment="lately").sure_until == NOON


def test_after_a_long_pause_everybody_is_compared(monkeypatch):
    monkeypatch.setattr(rebuilding, "MANY", 2)
    leads = {lead.pk for lead in make_leads(4, now=NOON)}
    in_force("silent", SILENT)

    rebuilding.refresh(now=NOON + 3 * DAY)

    assert members("silent") == leads
    assert Freshness.objects.get(segment="silent").rebuilt_at == NOON + 3 * DAY


def test_a_worker_finds_the_next_look_due_and_a_comparison_where_one_is_missing():
    in_force("silent", SILENT)
    Segment.objects.exclude(name="silent").update(status="retired")
    tasks.keep_due(now=NOON)
    tasks.keep_due(now=NOON)
    ours = Job.objects.filter(name__startswith="leadloop.segments.")
    assert list(ours.values_list("name", "queue")) == [("leadloop.segments.tasks.refresh_members", "minute")]

    tasks.keep_due(now=NOON + tasks.COMPARED_EVERY + MINUTE)
    claimed = queue.claim("one", now=NOON + timedelta(days=400), limit=9)
    names = [job.name.rpartition(".")[2] for job in claimed if job in ours]
    assert names == ["refresh_members", "reconcile_members"]


def test_a_look_as_a_job_says_what_it_did_and_counts_who_is_in():
    leads = make_leads(2, now=NOON)
    in_force("silent", SILENT)

    said = tasks.refresh_by(lambda: NOON + DAY + MINUTE)

    assert said == {"looked_at": 2, "moved": 2, "counted": 1}
    assert Size.objects.get(segment="silent").leads == len(leads)
    assert tasks.refresh_by(lambda: NOON + DAY + 2 * MINUTE) == {"looked_at": 2, "moved": 0, "counted": 0}


def test_a_reconciliation_mends_what_was_lost_and_says_so():
    lead = make_lead(now=NOON)
    in_force("all-new", {"field": "stage", "op": "is_not_blank"})
    Member.objects.filter(segment="all-new").delete()

    tasks.reconcile_members.func()

    assert members("all-new") == {lead.pk}
    assert Change.objects.filter(segment="all-new").latest("pk").why == "reconciled"


def test_a_touch_that_comes_during_a_rebuilding_counts():
    leads = [lead.pk for lead in make_leads(2, now=NOON)]
    version = in_force("called", CALLED | {"value": 1})
    moments = iter([NOON + HOUR])

    def clock():
        moment = next(moments)
        steps.log(leads[:1], steps.by(None, now=moment), kind="called", outcome="reached")  # as a step would before the block is locked
        return moment

    actions.rebuild(version, now=NOON, clock=clock)

    assert members("called") == {leads[0]}


def test_a_batch_that_came_while_a_version_was_published_is_placed_by_the_new_one():
    lead = make_lead({"email": "a@b.de", "country": "DE"})
    in_force("north", {"field": "country", "op": "is", "value": "FR"})
    draft = save_draft(
        Segment, name="north", title="x", spec={"criteria": {"field": "country", "op": "is", "value": "DE"}}, author=None, now=NOON
    )
    epoch = loop.current_epoch()
    actions.published_segments(epoch)  # a step has read the rules of before
    publish(draft, author=None, now=NOON)
    [case] = loop.leads.load_cases([lead.pk]).values()

    actions.place([case], epoch=epoch, now=NOON)

    assert members("north") == {lead.pk}


def test_a_capture_writes_the_history_of_whom_it_places():
    in_force("lately", LATELY)
    loop.capture([arrival(now=NOON) for _ in range(3)], now=NOON)
    assert Change.objects.filter(segment="lately", entered=True, why="criteria").count() == 3
    assert everything_holds() == []


def test_counting_who_is_in_takes_as_many_queries_for_many_segments_as_for_one_and_the_last_day_is_told():
    def queries(number: int) -> int:
        for place in range(number):
            in_force(f"all-{number}-{place}", {"field": "stage", "op": "is_not_blank"})
        with CaptureQueriesContext(connection) as counted:
            tasks.count_members(now=NOON + number * DAY)
        return len(counted)

    make_lead()
    few = queries(1)
    make_lead()
    assert queries(4) == few
    assert Size.objects.filter(segment="all-1-0").count() == 2
    assert counting.last_sizes() == dict.fromkeys(["all-1-0", "all-4-0", "all-4-1", "all-4-2", "all-4-3"], 2) | {"large-companies": 0}
