"""The pages of working time: the week grid, days off, a person's absences, and who may see whose."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leadloop.capture import keys
from leadloop.db.clock import utc_now
from leadloop.db.models import Job
from leadloop.worktime import absences, calendars
from leadloop.worktime.models import Absence, Holiday, PersonTime, WorkCalendar
from tests.make import make_person
from tests.rules import client_of, said, signed_in
from tests.worktime.week import OFFICE, office

pytestmark = pytest.mark.django_db
WEEK = {f"d{day}-0-{end}": text for day in range(5) for end, text in (("from", "09:00"), ("to", "17:00"))}
NEW = {"name": "Office", "zone": "Europe/Berlin"} | WEEK


@pytest.fixture
def manager():
    return signed_in("Mia", "manager")


def test_the_first_calendar_is_the_organisations(manager):
    assert "Everybody works always" in manager.get(reverse("worktime:working_time")).content.decode()
    answer = manager.post(reverse("worktime:new_calendar"), NEW)
    calendar = WorkCalendar.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, reverse("worktime:calendar", args=[calendar.pk]))
    assert (calendar.name, calendar.zone, calendar.weekly, calendar.is_default) == ("Office", "Europe/Berlin", OFFICE, True)
    assert "Office" in manager.get(reverse("worktime:working_time")).content.decode()


def test_nights_breaks_and_whole_days_can_be_said(manager):
    week = {"d0-0-from": "22:00", "d0-0-to": "06:00", "d1-0-from": "09:00", "d1-0-to": "12:00", "d1-1-from": "13:00", "d1-1-to": "17:00"}
    manager.post(reverse("worktime:new_calendar"), {"name": "Night", "zone": "UTC", "d6-0-from": "00:00", "d6-0-to": "00:00"} | week)
    assert WorkCalendar.objects.get().weekly == [[0, 1_320, 1_800], [1, 540, 720], [1, 780, 1_020], [6, 0, 1_440]]


def test_copying_a_day_saves_nothing_and_keeps_what_was_typed(manager):
    answer = manager.post(
        reverse("worktime:new_calendar"), {"name": "Typed", "zone": "UTC", "d0-0-from": "08:15", "d0-0-to": "12:00", "copy": "0-all"}
    )
    page = answer.content.decode()
    assert (answer.status_code, page.count('value="08:15"'), WorkCalendar.objects.count()) == (422, 7, 0)
    assert 'value="Typed"' in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"d0-0-to": ""}, "Say both times"),
        ({"d0-0-from": "25:00"}, "Say both times"),
        ({"d0-0-from": f"{'9' * 5_000}:00"}, "Say both times"),
        ({"copy": f"{'9' * 5_000}-all", "name": "Taken"}, "There is a calendar called Taken"),
        ({"name": "Taken"}, "There is a calendar called Taken"),
        ({"zone": "Mars"}, "valid choice"),
    ],
    ids=["half a span", "no time", "a number without an end", "a day without an end", "a taken name", "no zone"],
)
def test_what_cannot_be_saved_says_why(manager, change, words):
    office(name="Taken")
    answer = manager.post(reverse("worktime:new_calendar"), NEW | change)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert WorkCalendar.objects.count() == 1


def test_days_off_by_hand_by_file_and_by_country(manager):
    calendar = office()
    year = utc_now().year + 1
    manager.post(reverse("worktime:holidays", args=[calendar.pk]), {"day": f"{year}-05-01", "name": "Labour Day"})
    text = f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Unity\r\nDTSTART;VALUE=DATE:{year}1003\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    manager.post(reverse("worktime:holidays_file", args=[calendar.pk]), {"file": SimpleUploadedFile("days.ics", text.encode())})
    manager.post(reverse("worktime:holidays_country", args=[calendar.pk]), {"country": "DE", "region": "by"})

    assert list(Holiday.objects.order_by("day").values_list("name", flat=True)) == ["Labour Day", "Unity"]
    assert Job.objects.get().args == [calendar.pk, "DE", "BY", year - 1, year + 1]
    page = manager.get(reverse("worktime:calendar", args=[calendar.pk])).content.decode()
    assert "Labour Day" in page
    assert "Unity" in page

    manager.post(reverse("worktime:holiday_removal", args=[Holiday.objects.get(name="Unity").pk]))
    assert Holiday.objects.count() == 1


def test_a_file_that_is_no_calendar_is_refused(manager):
    calendar = office()
    answer = manager.post(
        reverse("worktime:holidays_file", args=[calendar.pk]), {"file": SimpleUploadedFile("a.ics", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n")}
    )
    assert answer.status_code == 303
    assert Holiday.objects.count() == 0
    assert len(said(answer)) == 1


def test_a_rep_notes_an_absence_and_ends_it():
    ann = make_person("Ann")
    rep, tomorrow = client_of(ann), utc_now().date() + timedelta(days=1)
    there = reverse("worktime:person", args=[ann.pk])
    assert rep.get(reverse("worktime:own"))["Location"] == there

    rep.post(reverse("worktime:absences", args=[ann.pk]), {"first": tomorrow, "last": tomorrow, "why": "dentist"})
    absence = Absence.objects.get()
    assert (absence.ends_at - absence.starts_at, absence.why, absence.how, absence.by) == (timedelta(days=1), "dentist", "page", ann)
    assert "dentist" in rep.get(there).content.decode()

    rep.post(reverse("worktime:absence_end", args=[absence.pk]))
    assert Absence.objects.standing().count() == 0


def test_an_absence_of_some_hours_is_in_the_persons_zone():
    ann = make_person("Ann")
    calendars.change_time(ann, now=utc_now(), zone="Asia/Kolkata")
    client_of(ann).post(reverse("worktime:absences", args=[ann.pk]), {"first": "2030-01-07", "start": "10:00", "end": "11:30"})
    absence = Absence.objects.get()
    assert (absence.starts_at.isoformat(), absence.ends_at.isoformat()) == ("2030-01-07T04:30:00+00:00", "2030-01-07T06:00:00+00:00")


def test_an_absence_that_ends_before_it_starts_is_refused():
    ann = make_person("Ann")
    answer = client_of(ann).post(reverse("worktime:absences", args=[ann.pk]), {"first": "2030-01-07", "last": "2030-01-01"})
    assert answer.status_code == 422
    assert "ends after it starts" in answer.content.decode()


def test_a_rep_sees_and_changes_nobody_elses_time():
    ann, ben = make_person("Ann"), make_person("Ben")
    absence = absences.absent(ben, utc_now(), None, how="page", why="secret illness", now=utc_now())
    rep = client_of(ann)
    for name in ("person", "absences", "upload", "terms", "week"):
        answer = (rep.get if name == "person" else rep.post)(reverse(f"worktime:{name}", args=[ben.pk]))
        assert answer.status_code == 404, name
    assert rep.post(reverse("worktime:absence_end", args=[absence.pk])).status_code == 404
    assert rep.post(reverse("worktime:terms", args=[ann.pk]), {"share": 100}).status_code == 404
    assert Absence.objects.standing().count() == 1


def test_no_page_promises_to_read_an_address_and_saving_keeps_the_one_there_is(manager):
    ann = make_person("Ann")
    PersonTime.objects.create(person=ann, feed_url="https://calendar.test/ann.ics", feed_problem="no answer")
    there = reverse("worktime:person", args=[ann.pk])
    manager.post(reverse("worktime:terms", args=[ann.pk]), {"share": 50})
    time, page = PersonTime.objects.get(), manager.get(there).content.decode()
    assert (time.share, time.feed_url) == (50, "https://calendar.test/ann.ics")
    assert "address" not in page.partition('id="absences"')[2].partition("</main>")[0]
    assert 'type="file"' in page


def test_what_was_typed_of_an_absence_is_shown_to_a_manager(manager):
    ann = make_person("Ann")
    absences.absent(ann, utc_now(), None, how="page", why="Sailing", now=utc_now())
    for name, args in (("working_time", []), ("person", [ann.pk])):
        assert '<span class="small">Sailing</span>' in manager.get(reverse(f"worktime:{name}", args=args)).content.decode()


def test_a_manager_sets_terms_and_own_hours(manager):
    ann = make_person("Ann")
    terms = {"share": 50, "per_month": 10, "warm_from": "2026-03-01", "warm_days": 20, "warm_share": 25, "zone": "Asia/Kolkata"}
    assert manager.post(reverse("worktime:terms", args=[ann.pk]), terms).status_code == 303
    assert manager.post(reverse("worktime:week", args=[ann.pk]), WEEK | {"as": "own"}).status_code == 303
    time = PersonTime.objects.get()
    assert (time.share, time.per_day, time.per_month, time.warm_days, time.zone, time.weekly) == (50, None, 10, 20, "Asia/Kolkata", OFFICE)
    manager.post(reverse("worktime:week", args=[ann.pk]), WEEK | {"as": "calendar"})
    assert PersonTime.objects.get().weekly is None


def test_a_day_without_an_end_is_not_copied(manager):
    ann = make_person("Ann")
    assert manager.post(reverse("worktime:week", args=[ann.pk]), WEEK | {"as": "own", "copy": f"{'9' * 5_000}-all"}).status_code == 303


def test_the_overview_costs_the_same_for_one_calendar_and_for_three(manager):
    counts = []
    for names in (("Office",), ("Night", "Weekend")):
        for name in names:
            calendars.add_holidays(office(name=name), {date(2030, 5, day): "Day off" for day in range(1, 1 + len(name))})
        manager.get(reverse("worktime:working_time"))
        with CaptureQueriesContext(connection) as queries:
            page = manager.get(reverse("worktime:working_time")).content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert all(f"{days} days off" in page for days in (5, 6, 7))


def test_the_overview_costs_the_same_for_one_person_and_for_three(manager):
    office()
    make_person("Ann")
    manager.get(reverse("worktime:working_time"))
    counts = []
    for names in ((), ("Ben", "Cem")):
        for name in names:
            absences.absent(make_person(name), utc_now(), None, how="page", now=utc_now())
        manager.get(reverse("worktime:working_time"))
        with CaptureQueriesContext(connection) as queries:
            assert manager.get(reverse("worktime:working_time")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_program_says_who_is_away_and_reads_it_back(client):
    ann = make_person("Ann")
    _, token = keys.new_key("Mail", scopes=["absences:read", "absences:write"], source=None, author=None, now=utc_now())
    headers = {"Authorization": f"Bearer {token}"}
    told = {"email": "ANN@leadloop.test", "starts_at": "2030-01-07T09:00:00+01:00", "ends_at": "2030-01-09T09:00:00+01:00", "how": "mail"}

    made = client.post("/api/v1/absences", told, content_type="application/json", headers=headers)
    again = client.post("/api/v1/absences", told, content_type="application/json", headers=headers)

    assert (made.status_code, made.json() == again.json()) == (201, True)
    assert client.get("/api/v1/absences", headers=headers).json() == {"absences": [made.json()], "next": None}
    assert made.json()["person"] == ann.pk
    assert client.delete(f"/api/v1/absences/{made.json()['id']}", headers=headers).status_code == 204
    assert client.get("/api/v1/absences", headers=headers).json()["absences"] == []
    wrong = told | {"ends_at": told["starts_at"]}
    assert client.post("/api/v1/absences", wrong, content_type="application/json", headers=headers).json()["code"] == "bad_absence"
    nobody = told | {"email": "nobody@leadloop.test"}
    assert client.post("/api/v1/absences", nobody, content_type="application/json", headers=headers).status_code == 404


@pytest.mark.parametrize("asked", ["", "2026-02", "0001-01", "9999-12", "2026-13", "x"])
def test_any_month_that_is_asked_for_shows_one(manager, asked):
    ann = make_person("Ann")
    for name, args in (("working_time", []), ("person", [ann.pk])):
        assert manager.get(reverse(f"worktime:{name}", args=args), {"month": asked}).status_code == 200


@pytest.mark.parametrize(
    "days", [{"first": "9999-12-31", "last": "9999-12-31"}, {"first": "0001-01-01"}, {"first": "2030-01-01", "last": "9999-12-31"}, {}]
)
def test_days_out_of_range_are_refused(days):
    ann = make_person("Ann")
    assert client_of(ann).post(reverse("worktime:absences", args=[ann.pk]), days).status_code == 422
