"""How long ago, how long still: time in words people say aloud. Every function is given the present moment."""

from datetime import date, datetime

MINUTE, HOUR, DAY = 60, 3600, 86400


def span(seconds: float) -> str:
    """The largest fitting unit: "40 s", "4 min", "3 h", "12 d"."""
    seconds = abs(int(seconds))
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < 2 * DAY:
        return f"{seconds // HOUR} h"
    if seconds < 730 * DAY:
        return f"{seconds // DAY} d"
    return f"{seconds // (365 * DAY)} y"


def duration(seconds: float) -> str:
    """Two units: "4 min 12 s", "3 h 5 min", "2 d 4 h"."""
    seconds = abs(int(seconds))
    for unit, name, below, below_name in ((DAY, "d", HOUR, "h"), (HOUR, "h", MINUTE, "min"), (MINUTE, "min", 1, "s")):
        if seconds >= unit:
            rest = seconds % unit // below
            return f"{seconds // unit} {name}" + (f" {rest} {below_name}" if rest else "")
    return f"{seconds} s"


def ago(moment: datetime, *, now: datetime) -> str:
    """ "just now", "4 min ago", or "in 3 h" for what is still to come."""
    seconds = (now - moment).total_seconds()
    if abs(seconds) < 10:
        return "just now"
    return f"{span(seconds)} ago" if seconds > 0 else f"in {span(seconds)}"


def deadline(due: datetime, *, now: datetime) -> str:
    """ "12 min left" or "3 h late"."""
    left = (due - now).total_seconds()
    return f"{span(left)} left" if left >= 0 else f"{span(left)} late"


def urgency(due: datetime, *, since: datetime | None, now: datetime) -> str:
    """The tone of a deadline: green, amber in its last quarter (of ten minutes, if nobody knows since when), red when past."""
    left = (due - now).total_seconds()
    if left < 0:
        return "red"
    whole = (due - since).total_seconds() if since else 40 * MINUTE
    return "amber" if left < max(whole / 4, MINUTE) else "green"


def day_text(iso: str) -> str:
    """ "24 May 2026" of a moment that begins with its day; what is no day stays as it is."""
    try:
        day = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return f"{day.day} {day:%b %Y}"


def clock_name(moment: datetime) -> str:
    """The whole moment for a tooltip: "21 Nov 2026, 14:05 UTC"."""
    return f"{moment.day} {moment:%b %Y, %H:%M} {moment:%Z}".strip()
