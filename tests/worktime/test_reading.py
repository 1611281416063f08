"""Times away out of calendar files, and days off out of calendars of holidays."""

import contextlib
from datetime import UTC, date, datetime, timedelta

import pytest

from leadloop.db.clock import utc_now
from leadloop.worktime import absences, tasks
from leadloop.worktime.errors import Unreadable
from leadloop.worktime.models import Absence, PersonTime
from leadloop.worktime.reading import dates_of, times_away
from tests.make import make_person

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def feed(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//t//t//\n{body}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def read(*events: str) -> list[tuple[datetime, datetime]]:
    return sorted((one.starts_at, one.ends_at) for one in times_away(feed(*events), zone="Europe/Berlin", now=NOW))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_whole_days_are_days_of_the_person():
    assert read("UID:1\nSUMMARY:Leave\nDTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260330") == [
        (at("2026-03-27T23:00"), at("2026-03-29T22:00"))
    ]
    assert read("UID:1\nDTSTART;VALUE=DATE:20260401") == [(at("2026-03-31T22:00"), at("2026-04-01T22:00"))]


def test_times_are_those_of_their_zone_of_utc_or_of_the_person():
    assert read(
        "UID:1\nDTSTART:20260303T090000Z\nDTEND:20260303T100000Z",
        "UID:2\nDTSTART;TZID=America/New_York:20260304T090000\nDURATION:PT30M",
        "UID:3\nDTSTART:20260305T090000\nDTEND:20260305T100000",
    ) == [
        (at("2026-03-03T09:00"), at("2026-03-03T10:00")),
        (at("2026-03-04T14:00"), at("2026-03-04T14:30")),
        (at("2026-03-05T08:00"), at("2026-03-05T09:00")),
    ]


def test_what_is_free_cancelled_or_long_gone_is_left_out():
    assert read(
        "UID:1\nTRANSP:TRANSPARENT\nDTSTART;VALUE=DATE:20260310",
        "UID:2\nSTATUS:CANCELLED\nDTSTART;VALUE=DATE:20260311",
        "UID:3\nDTSTART;VALUE=DATE:20250311",
        "UID:4\nSUMMARY:No time at all\nDTSTART:20260303T090000Z",
    ) == []  # fmt: skip


def test_a_repeated_event_keeps_its_wall_time_over_the_change_of_clocks():
    weekly = "UID:1\nDTSTART;TZID=Europe/Berlin:20260323T140000\nDTEND;TZID=Europe/Berlin:20260323T150000\n"
    assert read(weekly + "RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;TZID=Europe/Berlin:20260406T140000") == [
        (at("2026-03-23T13:00"), at("2026-03-23T14:00")),
        (at("2026-03-30T12:00"), at("2026-03-30T13:00")),
    ]
    assert len(read(weekly + "RRULE:FREQ=WEEKLY;UNTIL=20260413T120000Z")) == 4
    assert len(read("UID:1\nDTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY;UNTIL=20260304")) == 3


def test_an_occurrence_that_was_moved_counts_where_it_is_now():
    assert read(
        "UID:1\nDTSTART:20260309T090000Z\nDTEND:20260309T100000Z\nRRULE:FREQ=WEEKLY;COUNT=2",
        "UID:1\nRECURRENCE-ID:20260316T090000Z\nDTSTART:20260317T090000Z\nDTEND:20260317T100000Z",
    ) == [(at("2026-03-09T09:00"), at("2026-03-09T10:00")), (at("2026-03-17T09:00"), at("2026-03-17T10:00"))]


@pytest.mark.parametrize("text", [b"", b"hello", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", b"\xff\xfe\x00", b"x" * 5_000_001])
def test_what_is_no_calendar_is_refused_or_empty(text):
    with contextlib.suppress(Unreadable):
        assert times_away(text, zone="UTC", now=NOW) == []


def rule(text: str, start: str = "20260301T000000Z") -> str:
    return f"UID:1\nDTSTART:{start}\nDURATION:PT1H\nRRULE:{text}"


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=HOURLY",
        "freq=secondly",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=DAILY;BYMINUTE=1,2",
        "FREQ=DAILY;BYSECOND=1,2",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYSETPOS=300",
    ],
)
def test_a_rule_that_would_never_come_to_an_end_is_refused(text):
    with pytest.raises(Unreadable):
        read(rule(text))


def test_rules_are_counted_over_the_whole_file():
    assert len(read(*[rule("FREQ=DAILY", "19000101T000000Z")] * 2)) == 440
    with pytest.raises(Unreadable):
        read(*[rule("FREQ=DAILY", "19000101T000000Z")] * 30)


def test_rules_that_people_have_are_read():
    assert len(read(rule("FREQ=DAILY;BYDAY=MO,TU;COUNT=6"))) == 6
    assert len(read(rule("FREQ=MONTHLY;BYDAY=2TU;BYHOUR=9;BYMINUTE=0;COUNT=3"))) == 3
    assert len(read(rule("FREQ=YEARLY;BYDAY=20MO"))) == 1
    assert len(read(rule("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"))) == 1


def test_days_far_outside_of_the_years_asked_for_are_not_walked_through():
    assert dates_of(feed("UID:1\nDTSTART;VALUE=DATE:20340101\nDTEND;VALUE=DATE:99980101"), first=2026, last=2027) == {}
    assert len(dates_of(feed("UID:1\nDTSTART;VALUE=DATE:00100101\nDTEND;VALUE=DATE:99980101"), first=2026, last=2027)) == 730


@pytest.mark.parametrize(
    "event",
    [
        "UID:1\nDTSTART:20260303T090000Z\nRECURRENCE-ID:20260303T090000Z\nRECURRENCE-ID:20260304T090000Z",
        "UID:1\nDTSTART:20260303T090000Z\nRECURRENCE-ID;VALUE=DATE:99991231",
        "UID:1\nDTSTART;TZID=Europe:20260303T090000\nDURATION:PT1H",
        f"UID:1\nDTSTART;TZID={'a' * 5_000}:20260303T090000\nDURATION:PT1H",
        "UID:1\nDTSTART;VALUE=DATE:00010101\nRRULE:FREQ=DAILY",
        "UID:1\nDTSTART;VALUE=DATE:99991231",
    ],
    ids=["two moved ones", "moved to the end of time", "a folder for a zone", "a zone without an end", "from year 1", "to year 9999"],
)
def test_an_event_that_makes_no_sense_is_refused_or_left_out(event):
    for read_it in (lambda text: times_away(text, zone="Europe/Berlin", now=NOW), lambda text: dates_of(text, first=2026, last=2027)):
        with contextlib.suppress(Unreadable):
            read_it(feed(event))


def test_an_absence_of_all_time_is_kept_to_the_years_around():
    [event] = times_away(feed("UID:a\0b\nDTSTART:00010101T000000Z\nDTEND:99991231T235900Z"), zone="UTC", now=NOW)
    assert (event.starts_at, event.ends_at) == (at("2025-01-01T00:00"), at("2029-01-01T00:00"))
    assert "\0" not in event.key


def test_days_off_of_a_file():
    text = feed(
        "UID:1\nSUMMARY:Christmas\nDTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261227",
        "UID:2\nSUMMARY:Old\nDTSTART;VALUE=DATE:20100101",
    )
    assert dates_of(text, first=2026, last=2027) == {date(2026, 12, 25): "Christmas", date(2026, 12, 26): "Christmas"}


@pytest.mark.django_db
def test_a_calendar_that_is_read_again_changes_only_what_changed():
    ann = make_person("Ann")
    PersonTime.objects.create(person=ann, feed_url="https://calendar.test/ann.ics")
    by_hand = absences.absent(ann, at("2026-03-20T00:00"), at("2026-03-21T00:00"), how="page", now=NOW)
    answers = {
        "https://calendar.test/ann.ics": feed(
            "UID:1\nDTSTART;VALUE=DATE:20990310", "UID:2\nDTSTART:20990312T090000Z\nDTEND:20990312T100000Z"
        )
    }

    events = times_away(answers["https://calendar.test/ann.ics"], zone="UTC", now=at("2099-03-01T00:00"))
    assert absences.follow_calendar(ann, events, now=NOW) == 2
    assert absences.follow_calendar(ann, events, now=NOW) == 0
    assert absences.follow_calendar(ann, events[:1], now=NOW) == 1

    assert sorted(Absence.objects.standing().values_list("how", flat=True)) == ["calendar", "page"]
    assert Absence.objects.get(pk=by_hand.pk).cancelled_at is None


@pytest.mark.django_db
def test_what_an_event_is_about_is_kept_nowhere():
    ann = make_person("Ann")
    events = times_away(feed("UID:1\nCLASS:PRIVATE\nSUMMARY:Dr. Strange\nDTSTART;VALUE=DATE:20260310"), zone="UTC", now=NOW)
    absences.follow_calendar(ann, events, now=NOW)
    assert "Strange" not in str(Absence.objects.values().get())


@pytest.mark.django_db
def test_a_calendar_that_cannot_be_read_keeps_what_it_said():
    ann = make_person("Ann")
    PersonTime.objects.create(person=ann, feed_url="https://calendar.test/ann.ics")

    def fetch(url: str) -> bytes:
        raise OSError(f"{url} does not answer")

    assert tasks.read_feeds(fetch) == 0
    assert PersonTime.objects.get().feed_problem == "https://calendar.test/ann.ics does not answer"


@pytest.mark.django_db
def test_a_bad_calendar_does_not_stop_the_others():
    for name in ("Ann", "Ben"):
        PersonTime.objects.create(person=make_person(name), feed_url=f"https://calendar.test/{name}.ics")

    def fetch(url: str) -> bytes:
        if "Ann" in url:
            raise RuntimeError("a bug")
        start = utc_now() + timedelta(days=1)
        return feed(f"UID:1\nDTSTART:{start:%Y%m%dT%H%M%SZ}\nDURATION:PT1H")

    assert tasks.read_feeds(fetch) == 1
    assert list(PersonTime.objects.order_by("pk").values_list("feed_problem", flat=True)) == ["It cannot be read.", ""]


def test_public_holidays_are_looked_up_in_a_process_of_its_own():
    found = tasks.look_up("DE", "BY", first=2026, last=2026)
    assert found[date(2026, 1, 6)] != ""
    assert date(2026, 1, 6) not in tasks.look_up("DE", "BE", first=2026, last=2026)
    with pytest.raises(tasks.UnknownCountry):
        tasks.look_up("XX", "", first=2026, last=2026)
