"""How many leads of a day, a week or a month somebody may still get: a pace over their working days, not a pile on the first. Pure.

Ten a month are one every three days: by the n-th of the period's working days somebody may have had `ceil(10 * n / days)`. Days on
which the person is away, or that are holidays, set no pace, so nothing piles up behind them; no period looks at the one before, so
nothing echoes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from leadloop.worktime.domain.business import Hours, open_days
from leadloop.worktime.domain.clocks import start_of_day


@dataclass(frozen=True, slots=True)
class Caps:
    """Leads at most by local day, week from Monday and calendar month; None for no limit."""

    per_day: int | None = None
    per_week: int | None = None
    per_month: int | None = None

    def __bool__(self) -> bool:
        return (self.per_day, self.per_week, self.per_month) != (None, None, None)


@dataclass(frozen=True, slots=True)
class Window:
    """What counts against one cap: leads dealt since `since`; `allowed` of them by today, `most` in the whole period, named `word`."""

    since: datetime
    allowed: int
    most: int
    word: str


def windows_of(caps: Caps, hours: Hours, now: datetime) -> list[Window]:
    """The windows in which a person's leads have to be counted now, the shortest first; none without caps."""
    today = now.astimezone(ZoneInfo(hours.zone)).date()
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    month_end = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    found = []
    if caps.per_day is not None:
        found.append(Window(start_of_day(today, hours.zone), caps.per_day, caps.per_day, "today"))
    if caps.per_week is not None:
        found.append(_paced(caps.per_week, monday, monday + timedelta(days=6), today, hours, "this week"))
    if caps.per_month is not None:
        found.append(_paced(caps.per_month, first, month_end, today, hours, "this month"))
    return found


def free_in(windows: Sequence[Window], taken_since: Callable[[datetime], int]) -> tuple[int, str] | None:
    """How many more fit, and why no more do; None without windows."""
    rooms = [(window.allowed - taken_since(window.since), window) for window in windows]
    if not rooms:
        return None
    free, window = min(rooms, key=lambda room: room[0])
    if window.allowed < window.most:
        return max(0, free), f"has had {window.allowed} of {window.most} {window.word}, as many as are due by today"
    return max(0, free), f"has had {window.most} {window.word}"


def _paced(most: int, first: date, last: date, today: date, hours: Hours, word: str) -> Window:
    """Today counts as reached, so the first lead of a period can come on its first working day."""
    whole = Hours(hours.zone, hours.weekly, hours.holidays)
    days = len(open_days(first, last, whole))
    reached = len(open_days(first, today, hours))
    allowed = min(most, -(-most * reached // days)) if days else 0
    return Window(start_of_day(first, hours.zone), allowed, most, word)
