"""Everything that was set up about people's time, read once an epoch. Five queries when it changed, none else."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from leadloop.worktime.domain.business import Hours, Shift
from leadloop.worktime.domain.presence import Away
from leadloop.worktime.domain.quota import Caps
from leadloop.worktime.domain.warming import WarmUp
from leadloop.worktime.models import Absence, Holiday, PersonTime, WorkCalendar

FOREVER = datetime(9_000, 1, 1, tzinfo=UTC)
LOOK_BACK = timedelta(days=45)  # absences that still count for the pace of a month


@dataclass(frozen=True, slots=True)
class Terms:
    """One person's time, compiled."""

    hours: Hours
    holiday_names: dict[date, str]
    away: tuple[Away, ...] = ()
    caps: Caps = field(default_factory=Caps)
    share: int = 100
    warm_up: WarmUp | None = None


@dataclass(frozen=True, slots=True)
class Setup:
    """The organisation's terms, and those of each person who has something of their own."""

    organisation: Terms
    people: Mapping[int, Terms]

    def of(self, person: int) -> Terms:
        return self.people.get(person, self.organisation)

    @property
    def is_blank(self) -> bool:
        """Nothing is set up, so everybody works always."""
        return not self.people and self.organisation.hours.is_always


def setup(epoch: int, now: datetime) -> Setup:
    """What is set up, as of this epoch. Everything that changes it turns the epoch."""
    return _setup(epoch, date(now.year, now.month, 1))


@lru_cache(maxsize=3)
def _setup(epoch: int, month: date) -> Setup:  # noqa: ARG001 - the epoch is what the answer is kept by
    calendars = list(WorkCalendar.objects.all())
    times = list(PersonTime.objects.all())
    since = datetime(month.year, month.month, 1, tzinfo=UTC) - LOOK_BACK
    away: dict[int, list[Away]] = defaultdict(list)
    for one in Absence.objects.standing().exclude(ends_at__lt=since).order_by("starts_at", "pk"):
        away[one.person_id].append(Away(one.starts_at, one.ends_at, one.why))
    holidays: dict[int, dict[date, str]] = defaultdict(dict)
    for calendar_id, day, name in Holiday.objects.values_list("calendar_id", "day", "name") if calendars else ():
        holidays[calendar_id][day] = name
    places = {one.pk: Terms(Hours(one.zone, _shifts(one.weekly), frozenset(holidays[one.pk])), holidays[one.pk]) for one in calendars}
    default = next((places[one.pk] for one in calendars if one.is_default), Terms(Hours(), {}))
    own = {one.person_id: one for one in times}
    return Setup(default, {person: _terms(own.get(person), places, default, away.get(person, [])) for person in own.keys() | away.keys()})


def _terms(time: PersonTime | None, places: Mapping[int, Terms], default: Terms, away: list[Away]) -> Terms:
    place = places.get(time.calendar_id or 0, default) if time else default
    base = place.hours
    weekly = base.weekly if time is None or time.weekly is None else _shifts(time.weekly)
    gone = tuple((one.start, one.end or FOREVER) for one in away)
    hours = Hours((time.zone if time else "") or base.zone, weekly, base.holidays, gone)
    if time is None:
        return Terms(hours, place.holiday_names, tuple(away))
    warm_up = WarmUp(time.warm_from, time.warm_days, time.warm_share) if time.warm_from else None
    caps = Caps(time.per_day, time.per_week, time.per_month)
    return Terms(hours, place.holiday_names, tuple(away), caps, time.share, warm_up)


def _shifts(weekly: Any) -> tuple[Shift, ...]:
    return tuple(sorted((int(day), int(start), int(end)) for day, start, end in weekly))
