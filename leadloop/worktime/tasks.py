"""Background jobs of people's time: look public holidays up, read people's calendars."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from datetime import date

from django_tasks import task

from leadloop.db.clock import utc_now
from leadloop.kernel.errors import LeadLoopError
from leadloop.worktime import actions, calendars
from leadloop.worktime.absences import follow_calendar
from leadloop.worktime.errors import UnknownCountry
from leadloop.worktime.models import PersonTime, WorkCalendar
from leadloop.worktime.reading import times_away

log = logging.getLogger("leadloop.worktime")

PROGRAM = "leadloop.worktime.public_holidays"
LONGEST_LOOK_UP = 60  # seconds
Fetch = Callable[[str], bytes]
"""Reads what an address answers; the caller's, and guarded by it."""


@task()
def fill_holidays(calendar_id: int, country: str, region: str, first: int, last: int) -> int:
    """The public holidays of a country are days off of a calendar. Safe to run twice."""
    calendar = WorkCalendar.objects.filter(pk=calendar_id).first()
    if calendar is None:
        return 0
    try:
        days = look_up(country, region, first=first, last=last)
    except UnknownCountry as error:
        WorkCalendar.objects.filter(pk=calendar_id).update(problem=str(error)[:200])
        return 0
    WorkCalendar.objects.filter(pk=calendar_id).update(problem="")
    return calendars.add_holidays(calendar, days, country=country, region=region)


def look_up(country: str, region: str, *, first: int, last: int) -> dict[date, str]:
    """Days and names, asked of a process of its own: what knows them takes long to import and much memory.

    Raises:
        UnknownCountry: there is no such country or region.
    """
    command = [sys.executable, "-m", PROGRAM, country, region, str(first), str(last)]
    done = subprocess.run(command, capture_output=True, timeout=LONGEST_LOOK_UP, check=False)  # noqa: S603 - our own program, words checked there
    if done.returncode:
        raise UnknownCountry(country=f"{country} {region}".strip())
    return {date.fromisoformat(day): name for day, name in json.loads(done.stdout).items()}


def read_feeds(fetch: Fetch) -> int:
    """Read every person's calendar address once; returns how many absences changed. What cannot be read keeps what it said before.

    Nothing calls it yet, and no page offers an address: that waits for a client that keeps to the outside of our own network.
    """
    changed = 0
    for time in PersonTime.objects.exclude(feed_url="").filter(person__is_active=True).select_related("person"):
        now = utc_now()
        try:
            text = fetch(time.feed_url)
            zone = actions.hours_of([time.pk], now=now)[time.pk].zone
            changed += follow_calendar(time.person, times_away(text, zone=zone, now=now), now=now)
        except (LeadLoopError, OSError) as error:
            _note(time, str(error))
        except Exception:  # one bad calendar does not stop the others
            log.exception("the calendar of person %s cannot be read", time.person_id)
            _note(time, "It cannot be read.")
    return changed


def _note(time: PersonTime, problem: str) -> None:
    PersonTime.objects.filter(pk=time.pk).update(feed_problem=problem.replace("\0", "")[:200])
