"""A week as people write it: up to two spans a day, "09:00" to "17:00", past midnight where the end is not after the start. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadloop.worktime.domain.business import Shift
from leadloop.worktime.domain.clocks import DAY

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAYS = range(5)
SPANS = 2  # a day may have a break


@dataclass(frozen=True, slots=True)
class Times:
    """One span as two fields show it; blank where there is none."""

    name: str
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class DayShown:
    """One day of the grid: its fields, its bars (where in the day, how long, in minutes), and what is wrong with it."""

    number: int
    name: str
    times: tuple[Times, ...]
    bars: tuple[tuple[int, int], ...]
    words: str
    error: str = ""


def week_from(given: Mapping[str, str]) -> tuple[tuple[Shift, ...], dict[int, str]]:
    """Shifts of the fields "d0-0-from", "d0-0-to" and so on; and by day what cannot be read."""
    shifts: list[Shift] = []
    errors: dict[int, str] = {}
    for day in range(7):
        for span in range(SPANS):
            start, end = given.get(f"d{day}-{span}-from", "").strip(), given.get(f"d{day}-{span}-to", "").strip()
            if not start and not end:
                continue
            first, last = minute_of(start), minute_of(end)
            if first is None or last is None:
                errors[day] = "Say both times, such as 09:00 and 17:00; leave both blank for a day off."
            else:
                shifts.append((day, first, last if last > first else last + DAY))
    return tuple(sorted(shifts)), errors


def copy_of(given: Mapping[str, str]) -> tuple[int, range] | None:
    """The day to copy, and onto which: "3-all", "3-week"; None if nothing is to be copied."""
    day, _, onto = given.get("copy", "").partition("-")
    source = _number(day)
    if source is None or source >= len(DAYS):
        return None
    return source, range(7) if onto == "all" else WEEKDAYS


def copied(given: Mapping[str, str], *, source: int, targets: Sequence[int]) -> dict[str, str]:
    """The same fields with the times of one day on others too."""
    fields = dict(given)
    for day in targets:
        for span in range(SPANS):
            for end in ("from", "to"):
                fields[f"d{day}-{span}-{end}"] = given.get(f"d{source}-{span}-{end}", "")
    return fields


def fields_of(weekly: Sequence[Shift]) -> dict[str, str]:
    """What the fields show for these shifts."""
    fields: dict[str, str] = {}
    for day in range(7):
        for span, (_, start, end) in enumerate(sorted(shift for shift in weekly if shift[0] == day)[:SPANS]):
            fields |= {f"d{day}-{span}-from": clock(start), f"d{day}-{span}-to": clock(end)}
    return fields


def grid(given: Mapping[str, str]) -> list[DayShown]:
    """The seven days as the page shows them."""
    shifts, errors = week_from(given)
    rows = []
    for number, name in enumerate(DAYS):
        mine = [(start, end) for day, start, end in shifts if day == number]
        over = [(0, end - DAY) for day, _, end in shifts if day == (number - 1) % 7 and end > DAY]
        bars = [*over, *((start, min(end, DAY) - start) for start, end in mine)]
        times = tuple(_times(given, number, span) for span in range(SPANS))
        rows.append(DayShown(number, name, times, tuple(bars), words_of(mine), errors.get(number, "")))
    return rows


def words_of(spans: Sequence[tuple[int, int]]) -> str:
    """ "09:00 to 12:00, 13:00 to 17:00", or that the day is off."""
    return ", ".join("all day" if end - start == DAY and start == 0 else f"{clock(start)} to {clock(end)}" for start, end in spans) or "off"


def minute_of(text: str) -> int | None:
    """Minutes since midnight of "09:30"; None if it is no time."""
    hour, _, minute = text.partition(":")
    hours, minutes = _number(hour), _number(minute[:2])
    if hours is None or minutes is None or len(minute) < 2:
        return None
    return hours * 60 + minutes if hours < 24 and minutes < 60 else None


def clock(minute: int) -> str:
    """ "09:30"; a minute past the day is told by the clock of the next."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _number(text: str) -> int | None:
    """A number of four digits at most; reading a longer one takes long, or fails."""
    return int(text) if text.isdecimal() and len(text) < 5 else None


def _times(given: Mapping[str, str], day: int, span: int) -> Times:
    name = f"d{day}-{span}"
    return Times(name, given.get(f"{name}-from", ""), given.get(f"{name}-to", ""))
