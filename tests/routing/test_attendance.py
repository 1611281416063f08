"""Leads go to people whose working time runs; who is back neither floods nor starves; promises keep to working hours."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from leadloop.routing import actions as routing
from leadloop.routing import roster
from leadloop.routing.attendance import attendance
from leadloop.routing.domain.candidates import choose, round_of
from leadloop.routing.domain.decide import Destination
from leadloop.routing.models import Assignment, Draw, Pool, Seat
from leadloop.worktime import absences, calendars
from tests.make import NOON, make_rep
from tests.worktime.week import MONDAY_TEN, SUNDAY, office

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def pool() -> Pool:
    return Pool.objects.create(name="Sales", created_at=NOON, sla_minutes=30)


class Dealer:
    """Deals leads one batch after another, each with a number of its own."""

    def __init__(self, pool: Pool) -> None:
        self.pool, self.last = pool, 0

    def __call__(self, count: int, now: datetime, **more) -> list[routing.Handover]:
        numbers = range(self.last + 1, self.last + count + 1)
        self.last += count
        return routing.assign_leads(
            [routing.Request(number, Destination(self.pool.pk, "turn", "fallback"), **more) for number in numbers], now=now
        )


@pytest.fixture
def deal(pool) -> Dealer:
    return Dealer(pool)


def books_balance() -> bool:
    for seat in Seat.objects.all():
        dealt = Assignment.objects.filter(pool=seat.pool, person=seat.person, how="turn").count()
        assert seat.turns == seat.joined_level + dealt, seat
    return True


def people(handovers: list[routing.Handover]) -> Counter:
    return Counter(one.person for one in handovers)


def away(person, start=MONDAY_TEN, days=1, why="holiday"):
    return absences.absent(person, start, start + days * DAY, how="page", why=why, now=start)


def test_an_absence_takes_somebody_out_of_turn_and_the_draw_keeps_that(pool, deal):
    ann, ben = make_rep("Ann", pool=pool), make_rep("Ben", pool=pool)
    away(ann, why="therapy, Dr. Strange")

    assert people(deal(4, MONDAY_TEN + HOUR)) == {ben.pk: 4}

    row = Draw.objects.get().roster
    assert row == [[ann.pk, 1, 0, 50, False, "away"], [ben.pk, 1, 0, 50, True]]
    assert choose(round_of(row, None, 1), 4) == [ben.pk] * 4


@pytest.mark.parametrize(
    ("policy", "most", "expected"),
    [("none", 0, (2, 2)), ("capped", 2, (3, 1)), ("full", 0, (4, 0))],
    ids=["nothing is made up", "two leads at most are made up", "everything is made up"],
)
def test_who_is_back_makes_up_what_the_pool_allows(pool, deal, policy, most, expected):
    roster.change_pool(pool, name="Sales", sla_minutes=30, catch_up=policy, catch_up_most=most)
    ann, ben = make_rep("Ann", pool=pool), make_rep("Ben", pool=pool)
    deal(2, MONDAY_TEN - HOUR)
    away(ann)
    deal(6, MONDAY_TEN + HOUR)

    came = people(deal(4, MONDAY_TEN + 2 * DAY))

    assert (came[ann.pk], came[ben.pk]) == expected
    assert books_balance()
    assert not Seat.objects.filter(missing=True).exists()


def test_a_night_desk_and_an_office_share_the_day_and_nobody_is_flooded_in_the_morning(pool, deal):
    office()
    day, always = make_rep("Day", pool=pool), make_rep("Always", pool=pool)
    calendars.change_time(always, now=NOON, weekly=[[number, 0, 1_440] for number in range(7)])

    assert people(deal(10, SUNDAY)) == {always.pk: 10}
    assert people(deal(10, MONDAY_TEN)) == {day.pk: 5, always.pk: 5}
    assert books_balance()


def test_a_lead_of_sunday_is_due_from_mondays_opening_on(pool, deal):
    office()
    make_rep("Ann", pool=pool)

    [one] = deal(1, SUNDAY)

    assert (one.person, one.touch_by) == (None, datetime(2026, 3, 2, 8, 30, tzinfo=UTC))


def test_a_promise_runs_in_the_hours_of_whoever_has_the_lead(pool, deal):
    office()
    ann = make_rep("Ann", pool=pool)
    calendars.change_time(ann, now=NOON, zone="America/New_York")
    ten_to_five = datetime(2026, 3, 2, 21, 50, tzinfo=UTC)

    [one] = deal(1, ten_to_five)

    assert (one.person, one.touch_by) == (ann.pk, datetime(2026, 3, 3, 14, 20, tzinfo=UTC))


def test_somebody_who_is_away_does_not_get_an_old_lead_back(pool, deal):
    ann, ben = make_rep("Ann", pool=pool), make_rep("Ben", pool=pool)
    away(ann)
    assert [(one.person, one.how) for one in deal(1, MONDAY_TEN + HOUR, before=ann.pk)] == [(ben.pk, "turn")]
    assert [(one.person, one.how) for one in deal(1, MONDAY_TEN + 2 * DAY, before=ann.pk)] == [(ann.pk, "kept")]


def test_a_cap_of_the_day_holds_inside_a_batch_and_opens_the_next_day(pool, deal):
    ann, ben = make_rep("Ann", pool=pool), make_rep("Ben", pool=pool)
    calendars.change_time(ann, now=NOON, per_day=2)

    assert people(deal(6, MONDAY_TEN)) == {ann.pk: 2, ben.pk: 4}
    assert people(deal(2, MONDAY_TEN + HOUR)) == {ben.pk: 2}
    assert attendance([ann.pk, ben.pk], now=MONDAY_TEN + HOUR)[ann.pk].why == "has had 2 today"
    assert people(deal(4, MONDAY_TEN + DAY)) == {ann.pk: 2, ben.pk: 2}


def test_ten_a_month_are_one_every_three_days_and_junk_gives_the_slot_back(pool, deal):
    ann = make_rep("Ann", pool=pool)
    calendars.change_time(ann, now=NOON, per_month=10)
    april = [datetime(2026, 4, day, 12, tzinfo=UTC) for day in range(1, 31)]

    got = [day.day for day in april if deal(1, day)[0].person]

    assert got == [1, 4, 7, 10, 13, 16, 19, 22, 25, 28]
    assert deal(1, datetime(2026, 4, 30, 13, tzinfo=UTC))[0].person is None
    last = Assignment.objects.latest("assigned_at")
    routing.end_assignments([last.lead_id], how="junked", now=april[-1])
    assert deal(1, datetime(2026, 4, 30, 14, tzinfo=UTC))[0].person == ann.pk


def test_what_was_not_had_in_a_month_does_not_echo_in_the_next(pool, deal):
    ann = make_rep("Ann", pool=pool)
    calendars.change_time(ann, now=NOON, per_month=10)
    assert sum(one.person is not None for one in deal(10, datetime(2026, 5, 1, 12, tzinfo=UTC))) == 1


def test_days_away_pile_nothing_up_against_the_cap_of_a_month(pool, deal):
    ann = make_rep("Ann", pool=pool)
    calendars.change_time(ann, now=NOON, per_month=10)
    away(ann, datetime(2026, 4, 1, tzinfo=UTC), days=15)
    assert sum(one.person is not None for one in deal(10, datetime(2026, 4, 16, 12, tzinfo=UTC))) == 1


def test_half_a_place_gets_half_as_many_and_a_change_of_share_floods_nobody(pool, deal):
    ann, ben = make_rep("Ann", pool=pool), make_rep("Ben", pool=pool)
    deal(20, MONDAY_TEN)
    calendars.change_time(ann, now=NOON, share=50)
    assert people(deal(30, MONDAY_TEN)) == {ann.pk: 10, ben.pk: 20}
    calendars.change_time(ann, now=NOON, share=100)
    assert people(deal(20, MONDAY_TEN)) == {ann.pk: 10, ben.pk: 10}
    assert books_balance()


def test_a_new_member_warms_up(pool, deal):
    ann, ben = make_rep("Ann", pool=pool), make_rep("Ben", pool=pool)
    calendars.change_time(ann, now=NOON, warm_from=date(2026, 3, 2), warm_days=10, warm_share=25)
    assert people(deal(20, MONDAY_TEN)) == {ann.pk: 4, ben.pk: 16}
    assert people(deal(20, MONDAY_TEN + 10 * DAY)) == {ann.pk: 10, ben.pk: 10}


def test_without_anything_set_up_no_query_is_added(pool, deal, django_assert_num_queries):
    make_rep("Ann", pool=pool)
    request = [routing.Request(7, Destination(pool.pk, "turn", "fallback"))]
    deal(1, MONDAY_TEN)
    with django_assert_num_queries(0):  # what goes through Django; the loop's own statements go below it
        routing.assign_leads(request, now=MONDAY_TEN, epoch=0)


def test_who_is_there_costs_the_same_for_one_and_for_three(pool, django_assert_num_queries):
    office()
    reps = [make_rep(name, pool=pool) for name in ("Ann", "Ben", "Cem")]
    for rep in reps:
        calendars.change_time(rep, now=NOON, per_day=3)
    roster.set_present(reps[0], present=False)
    attendance([reps[0].pk], now=MONDAY_TEN)
    for ids in ([reps[0].pk], [rep.pk for rep in reps]):
        with django_assert_num_queries(3):
            found = attendance(ids, now=MONDAY_TEN)
    assert {person: (one.present, one.why) for person, one in found.items()} == {
        reps[0].pk: (False, "switched off"),
        reps[1].pk: (True, ""),
        reps[2].pk: (True, ""),
    }
