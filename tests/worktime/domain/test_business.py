"""Business time is right on every day of the year, in every zone, and is what stepping minute by minute would give."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadloop.worktime.domain import business
from leadloop.worktime.domain.business import ALWAYS, OFFICE, Hours, NeverOpen
from leadloop.worktime.domain.clocks import start_of_day

MINUTE = timedelta(minutes=1)
NIGHTS = tuple((day, 1_320, 1_800) for day in range(5))
BERLIN = Hours("Europe/Berlin", OFFICE)
APIA = Hours("Pacific/Apia", ((4, 540, 600), (5, 600, 660)))


def at(text, zone="UTC", fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def berlin(text, fold=0):
    return at(text, "Europe/Berlin", fold)


DENTIST = Hours("Europe/Berlin", OFFICE, absences=((berlin("2026-03-02T10:00"), berlin("2026-03-02T12:00")),))


@pytest.mark.parametrize(
    ("start", "minutes", "hours", "expected"),
    [
        (berlin("2026-03-01T16:00"), 30, BERLIN, berlin("2026-03-02T09:30")),
        (berlin("2026-03-06T16:45"), 30, BERLIN, berlin("2026-03-09T09:15")),
        (berlin("2026-03-06T16:30"), 30, BERLIN, berlin("2026-03-06T17:00")),
        (berlin("2026-03-02T10:00:30"), 5, BERLIN, berlin("2026-03-02T10:05:30")),
        (berlin("2026-12-31T16:59"), 2, BERLIN, berlin("2027-01-01T09:01")),
        (berlin("2026-12-31T16:59"), 2, Hours("Europe/Berlin", OFFICE, frozenset({date(2027, 1, 1)})), berlin("2027-01-04T09:01")),
        (berlin("2026-03-02T23:00"), 480, Hours("Europe/Berlin", NIGHTS), berlin("2026-03-03T23:00")),
        (berlin("2026-03-28T12:00"), 1_440, Hours("Europe/Berlin"), berlin("2026-03-29T13:00")),
        (berlin("2026-03-28T23:00"), 480, Hours("Europe/Berlin", ((5, 1_320, 1_800), (6, 1_320, 1_800))), berlin("2026-03-30T00:00")),
        (berlin("2026-10-24T22:00"), 540, Hours("Europe/Berlin", ((5, 1_320, 1_800),)), berlin("2026-10-25T06:00")),
        (at("2026-03-02T09:00", "Asia/Kolkata"), 61, Hours("Asia/Kolkata", OFFICE), at("2026-03-02T10:01", "Asia/Kolkata")),
        (at("2026-03-02T08:00", "Asia/Kathmandu"), 15, Hours("Asia/Kathmandu", OFFICE), at("2026-03-02T03:30")),
        (at("2026-04-05T00:00", "Australia/Lord_Howe"), 240, Hours("Australia/Lord_Howe"), at("2026-04-05T03:30", "Australia/Lord_Howe")),
        (at("2026-12-31T23:00"), 60, Hours("UTC", ((3, 1_320, 1_440),)), at("2027-01-01T00:00")),
        (at("2026-03-02T12:00"), 0, Hours(weekly=()), at("2026-03-02T12:00")),
    ],
    ids=[
        "a lead at Sunday 16:00 starts at Monday's opening",
        "Friday evening runs over into Monday",
        "a term that is over at closing ends at closing",
        "seconds stay",
        "over the turn of the year",
        "New Year's Day off",
        "a night shift ends on the next morning",
        "24 h: the clocks that go forward take nothing off",
        "a night with an hour less",
        "a night with an hour more: nine hours from 22:00 to 6:00",
        "half an hour off",
        "three quarters of an hour off",
        "Lord Howe puts clocks back by half an hour",
        "a term that is over with the year",
        "no minutes need no opening",
    ],
)  # fmt: skip
def test_a_term_ends_when_so_much_was_worked(start, minutes, hours, expected):
    assert business.add(start, minutes, hours) == expected


@pytest.mark.parametrize(
    ("moment", "hours", "expected"),
    [
        (berlin("2026-03-01T16:00"), BERLIN, berlin("2026-03-02T09:00")),
        (berlin("2026-03-02T11:00"), BERLIN, berlin("2026-03-02T11:00")),
        (berlin("2026-03-02T17:00"), BERLIN, berlin("2026-03-03T09:00")),
        (berlin("2026-03-29T01:00"), Hours("Europe/Berlin", ((6, 150, 300),)), berlin("2026-03-29T03:00")),
        (berlin("2026-10-25T02:45"), Hours("Europe/Berlin", ((6, 120, 150),)), berlin("2026-10-25T02:00", fold=1)),
        (at("2011-12-29T23:00", "Pacific/Apia"), APIA, at("2011-12-31T10:00", "Pacific/Apia")),
        (berlin("2026-05-01T08:00"), Hours("Europe/Berlin", NIGHTS, frozenset({date(2026, 5, 1)})), berlin("2026-05-04T22:00")),
        (berlin("2026-05-01T02:00"), Hours("Europe/Berlin", NIGHTS, frozenset({date(2026, 5, 1)})), berlin("2026-05-01T02:00")),
        (berlin("2026-03-02T11:00"), DENTIST, berlin("2026-03-02T12:00")),
        (berlin("2026-03-02T11:00"), Hours(weekly=()), None),
        (berlin("2026-03-02T11:00"), Hours("UTC", OFFICE, absences=((at("2020-01-01T00:00"), at("2900-01-01T00:00")),)), None),
    ],
    ids=[
        "Sunday",
        "open already",
        "the end is outside",
        "an opening in the gap comes when the gap is over",
        "an hour that comes twice opens twice",
        "a Friday that never was",
        "a holiday closes the night that would begin on it",
        "and not the night before",
        "back from an absence",
        "no shifts",
        "away for good",
    ],
)  # fmt: skip
def test_the_next_opening(moment, hours, expected):
    assert business.next_opening(moment, hours) == expected


def test_who_is_away_for_good_costs_no_table_of_any_year():
    gone = Hours(weekly=OFFICE, absences=((at("2020-01-01T00:01"), at("9000-01-01T00:00")),))
    before = business._table.cache_info().misses
    assert business.next_opening(at("2026-03-02T12:00"), gone) is None
    with pytest.raises(NeverOpen):
        business.add(at("2026-03-02T12:00"), 1, gone)
    assert business._table.cache_info().misses == before
    assert business.next_opening(at("2019-12-31T18:00"), gone) is None
    assert business.next_opening(at("2019-12-31T08:00"), gone) == at("2019-12-31T09:00")


def test_hours_without_an_opening_say_so_at_once():
    for hours in (Hours(weekly=()), Hours(weekly=OFFICE, absences=((at("2020-01-01T00:00"), at("2900-01-01T00:00")),))):
        with pytest.raises(NeverOpen):
            business.add(at("2026-03-02T12:00"), 1, hours)
        assert business.minutes_between(at("2026-03-02T12:00"), at("2031-03-02T12:00"), hours) == 0


@pytest.mark.parametrize("shift", [(7, 0, 60), (0, 1_440, 1_500), (0, 60, 60), (0, 60, 1_501), (0, -1, 5)])
def test_what_is_no_shift_is_refused(shift):
    with pytest.raises(ValueError, match="not a shift"):
        Hours(weekly=(shift,))


def test_the_next_closing_is_over_midnight_over_the_year_and_never():
    assert business.next_closing(berlin("2026-12-31T23:00"), Hours("Europe/Berlin", NIGHTS)) == berlin("2027-01-01T06:00")
    assert business.next_closing(at("2026-12-31T23:30"), Hours("UTC", ((3, 1_320, 2_000),))) == at("2027-01-01T09:20")
    assert business.next_closing(at("2026-12-31T23:30"), Hours("UTC", ((3, 1_320, 1_440),))) == at("2027-01-01T00:00")
    assert business.next_closing(berlin("2026-03-01T12:00"), BERLIN) == berlin("2026-03-01T12:00")
    assert business.next_closing(berlin("2026-03-01T12:00"), Hours()) is None


def test_a_day_begins_when_its_clock_does():
    assert start_of_day(date(2026, 3, 29), "Europe/Berlin") == berlin("2026-03-29T00:00")
    assert start_of_day(date(2018, 11, 4), "America/Sao_Paulo") == at("2018-11-04T01:00", "America/Sao_Paulo")  # clocks skipped midnight
    assert start_of_day(date(2011, 12, 30), "Pacific/Apia") == at("2011-12-31T00:00", "Pacific/Apia")  # the day was skipped


def test_open_days_leave_out_holidays_and_days_that_somebody_is_away():
    away = (berlin("2026-03-04T00:00"), berlin("2026-03-05T12:00"))
    hours = Hours("Europe/Berlin", OFFICE, frozenset({date(2026, 3, 3)}), (away,))
    assert business.open_days(date(2026, 3, 1), date(2026, 3, 8), hours) == [date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 6)]
    assert len(business.open_days(date(2026, 3, 1), date(2026, 3, 31), Hours())) == 31


ZONES = st.sampled_from(
    "UTC Europe/Berlin America/New_York Australia/Lord_Howe Asia/Kolkata Asia/Kathmandu America/Santiago Pacific/Apia "
    "Africa/Casablanca America/Havana".split()
)
CHANGES = [  # days around which clocks move somewhere
    datetime.fromisoformat(f"{day}T00:00+00:00")
    for day in (
        "2026-03-29 2026-10-25 2026-03-08 2026-11-01 2026-04-05 2026-10-04 2026-09-06 2011-12-30 2026-02-15 2026-12-31 2026-06-17"
    ).split()
]
MOMENTS = st.builds(lambda day, minutes: day + timedelta(minutes=minutes), st.sampled_from(CHANGES), st.integers(-4_000, 4_000))
SHIFTS = st.builds(lambda day, start, length: (day, start, start + length), st.integers(0, 6), st.integers(0, 1_439), st.integers(1, 1_440))
ABSENCES = st.lists(st.tuples(MOMENTS, st.integers(0, 3_000)).map(lambda one: (one[0], one[0] + one[1] * MINUTE)), max_size=3).map(tuple)
HOURS = st.builds(
    Hours,
    zone=ZONES,
    weekly=st.one_of(st.just(ALWAYS), st.just(OFFICE), st.lists(SHIFTS, max_size=6).map(tuple)),
    holidays=st.frozensets(MOMENTS.map(datetime.date), max_size=4),
    absences=ABSENCES,
)  # fmt: skip


def is_open_by_the_wall(moment, hours):
    """What the words say, looked up: does the clock on the wall show an hour of a shift that began today or yesterday?"""
    if any(start <= moment < end for start, end in hours.absences):
        return False
    wall = moment.astimezone(ZoneInfo(hours.zone))
    minute = wall.hour * 60 + wall.minute
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        at_minute = minute + back * 1_440
        if day not in hours.holidays and any(on == day.weekday() and start <= at_minute < end for on, start, end in hours.weekly):
            return True
    return False


@settings(max_examples=150, deadline=None)
@given(MOMENTS, HOURS)
def test_a_minute_is_open_if_the_clock_on_the_wall_says_so(moment, hours):
    assert business.is_open(moment, hours) == is_open_by_the_wall(moment, hours)


@settings(max_examples=60, deadline=None)
@given(MOMENTS, st.integers(0, 4_000), HOURS)
def test_minutes_between_are_the_open_minutes_counted_one_by_one(start, length, hours):
    counted = sum(is_open_by_the_wall(start + number * MINUTE, hours) for number in range(length))
    assert business.minutes_between(start, start + length * MINUTE, hours) == counted


@settings(max_examples=60, deadline=None)
@given(MOMENTS, st.integers(1, 300), HOURS)
def test_adding_minutes_stops_after_so_many_open_minutes_counted_one_by_one(start, minutes, hours):
    moment, left = start, minutes
    while left and moment < start + timedelta(days=6):
        left -= is_open_by_the_wall(moment, hours)
        moment += MINUTE
    if left == 0:
        assert business.add(start, minutes, hours) == moment


@settings(max_examples=200, deadline=None)
@given(MOMENTS, st.integers(0, 20_000), HOURS)
def test_what_was_added_is_what_lies_between(start, minutes, hours):
    try:
        end = business.add(start, minutes, hours)
    except NeverOpen:
        assert business.minutes_between(start, start + timedelta(days=6_900), hours) < minutes
        return
    assert business.minutes_between(start, end, hours) == minutes
    assert business.minutes_between(end, start, hours) == -minutes


@settings(max_examples=150, deadline=None)
@given(MOMENTS, st.integers(0, 5_000), st.integers(0, 5_000), HOURS)
def test_more_minutes_and_later_starts_end_no_earlier(start, fewer, later, hours):
    try:
        ends = [
            business.add(start, fewer, hours),
            business.add(start, fewer + 7, hours),
            business.add(start + later * MINUTE, fewer + 7, hours),
        ]
    except NeverOpen:
        return
    assert ends == sorted(ends)


@settings(max_examples=150, deadline=None)
@given(MOMENTS, HOURS)
def test_the_next_opening_and_closing_are_where_it_changes(moment, hours):
    opening = business.next_opening(moment, hours)
    if opening is not None:
        assert business.is_open(opening, hours)
        assert business.minutes_between(moment, opening, hours) == 0
        closing = business.next_closing(opening, hours)
        if closing is not None:
            assert not business.is_open(closing, hours)
            assert business.is_open(closing - MINUTE / 60_000, hours)
            assert business.minutes_between(opening, closing, hours) == (closing - opening) / MINUTE
