"""Who is there, why not, and until when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from leadloop.worktime import absences, actions, calendars
from leadloop.worktime.domain.business import Hours
from leadloop.worktime.domain.presence import Presence
from leadloop.worktime.errors import BadAbsence, CalendarInUse, CalendarNameTaken
from leadloop.worktime.models import Absence, Holiday
from tests.make import NOON, make_person
from tests.worktime.week import MONDAY_TEN, SUNDAY, office

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def of(person, now):
    return actions.availability([person.pk], now=now)[person.pk]


def test_without_a_calendar_everybody_is_always_there():
    ann = make_person("Ann")
    assert of(ann, SUNDAY) == Presence(present=True)
    assert (actions.hours_of_organisation(), actions.is_set_up(now=NOON)) == (Hours(), False)


def test_hours_holidays_and_absences_say_why_and_until_when():
    ann, calendar = make_person("Ann"), office()
    opening = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert of(ann, SUNDAY) == Presence(present=False, why="outside working hours", until=opening)
    assert of(ann, MONDAY_TEN) == Presence(present=True, until=datetime(2026, 3, 2, 16, 0, tzinfo=UTC))

    calendars.add_holidays(calendar, {date(2026, 3, 2): "Founders' day"})
    assert of(ann, MONDAY_TEN) == Presence(present=False, why="holiday: Founders' day", until=opening + DAY)

    absences.absent(ann, MONDAY_TEN, MONDAY_TEN + 2 * DAY, how="mail", why="ill", now=NOON)
    assert of(ann, MONDAY_TEN + DAY) == Presence(present=False, why="away", until=MONDAY_TEN + 2 * DAY, note="ill")


def test_an_absence_without_an_end_lasts_until_it_is_cancelled():
    ann = make_person("Ann")
    absence = absences.absent(ann, MONDAY_TEN, None, how="page", now=MONDAY_TEN)
    assert of(ann, MONDAY_TEN + 300 * DAY) == Presence(present=False, why="away")

    absences.cancel(absence, now=MONDAY_TEN + DAY)
    absences.cancel(absence, now=MONDAY_TEN + 2 * DAY)

    assert of(ann, MONDAY_TEN + DAY).present
    assert not of(ann, MONDAY_TEN + timedelta(hours=1)).present  # what has passed stays as it was


def test_one_to_come_is_cancelled_and_can_be_restored():
    ann = make_person("Ann")
    absence = absences.absent(ann, MONDAY_TEN + DAY, MONDAY_TEN + 2 * DAY, how="page", now=MONDAY_TEN)
    absences.cancel(absence, now=MONDAY_TEN)
    assert of(ann, MONDAY_TEN + 1.5 * DAY).present
    absences.restore(absence)
    assert not of(ann, MONDAY_TEN + 1.5 * DAY).present


def test_the_same_absence_told_twice_is_one_and_a_wrong_one_is_refused():
    ann = make_person("Ann")
    for _ in range(2):
        absences.absent(ann, MONDAY_TEN, MONDAY_TEN + DAY, how="mail", now=NOON)
    with pytest.raises(BadAbsence):
        absences.absent(ann, MONDAY_TEN, MONDAY_TEN, how="mail", now=NOON)
    assert Absence.objects.count() == 1


def test_calendars_have_one_name_each_and_one_is_the_organisations():
    first, second = office(), office(name="Night", weekly=[(0, 1_320, 1_800)])
    with pytest.raises(CalendarNameTaken):
        calendars.save_calendar(second, name="Office", zone="UTC", weekly=[])
    with pytest.raises(CalendarInUse):
        calendars.remove_calendar(first)
    calendars.make_default(second)
    assert actions.hours_of_organisation().weekly == ((0, 1_320, 1_800),)
    calendars.remove_calendar(first)


def test_days_off_that_are_there_stay_as_they_are():
    calendar = office()
    assert calendars.add_holidays(calendar, {date(2026, 5, 1): "Labour Day"}) == 1
    assert calendars.add_holidays(calendar, {date(2026, 5, 1): "Another", date(2026, 10, 3): "Unity"}, country="DE") == 1
    assert sorted(Holiday.objects.values_list("name", flat=True)) == ["Labour Day", "Unity"]


def test_availability_reads_once_an_epoch_whatever_the_number_of_people(django_assert_num_queries):
    office()
    ids = [make_person(name).pk for name in ("Ann", "Ben", "Cem")]
    actions.availability(ids, now=MONDAY_TEN)
    for some in (ids[:1], ids):
        with django_assert_num_queries(0):  # the epoch itself is read below Django
            actions.availability(some, now=MONDAY_TEN)
