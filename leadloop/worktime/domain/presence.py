"""Who is there, said with its reason. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from leadloop.worktime.domain.business import Hours, is_open, next_closing, next_opening

AWAY = "away"


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether somebody can be given a lead now.

    Attributes:
        present: can be given one.
        why: what keeps them from it; "" for somebody who is there. Routing keeps and shows it, so of an absence it says "away" and no more.
        until: when that changes by the calendar; None where nothing is known of it.
        free_by_period: how many more the caps of day, week and month let through; None without such caps.
        warm_up: what their weight is multiplied with: part time and the share of a new member, 1 for most.
        note: what was typed of the absence they are in, for themself and those who steer; never for routing to keep.
    """

    present: bool
    why: str = ""
    until: datetime | None = None
    free_by_period: int | None = None
    warm_up: float = 1.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Away:
    """An absence as the words need it; `end` None for one without."""

    start: datetime
    end: datetime | None
    why: str

    def covers(self, now: datetime) -> bool:
        return self.start <= now and (self.end is None or now < self.end)


def note_of(away: Sequence[Away], now: datetime) -> str:
    """What was typed of the absence that somebody is in."""
    return next((one.why for one in away if one.why and one.covers(now)), "")


def by_hours(hours: Hours, away: Sequence[Away], names: dict[date, str], now: datetime) -> tuple[bool, str, datetime | None]:
    """Whether working time runs, why not, and until when it is so."""
    if is_open(now, hours):
        return True, "", next_closing(now, hours)
    opening = next_opening(now, hours)
    if any(one.covers(now) for one in away):
        return False, AWAY, opening
    today = now.astimezone(ZoneInfo(hours.zone)).date()
    if today in names and today in hours.holidays:
        return False, f"holiday: {names[today]}", opening
    return False, "outside working hours", opening
