"""Dates as files have them; the order of day and month is decided over a whole column, and said when it cannot be."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

LONGEST = 40
_EXCEL_DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001 - a day count knows no zone
_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:,?[ T]+(.+))?")
_YEAR_FIRST = re.compile(r"(\d{4})([./-])(\d{1,2})\2(\d{1,2})(?:[ T]+(.+))?")
_DAY_NAMED = re.compile(
    r"(?:[A-Za-z]{2,9},?\s+)?(\d{1,2})(?:st|nd|rd|th|\.)?[\s-]+(?:de\s+)?([^\W\d]{3,10})\.?,?[\s-]+(?:de\s+)?(\d{4}|\d{2})(?:,?\s+(.+))?"
)
_MONTH_NAMED = re.compile(r"(?:[A-Za-z]{2,9},?\s+)?([^\W\d]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?:,?\s+(.+))?")
_CLOCK = re.compile(
    r"(?:at\s+)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?\s*([ap])?\.?(?:m\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
_SERIAL = re.compile(r"[1-9]\d{4}(?:\.\d{1,12})?")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner janvier janv enero ene janeiro gennaio gen",
            "feb february februar février févr febrero fevereiro fev febbraio",
            "mar march märz mär mrz mars marzo março maart",
            "apr april avril avr abril abr aprile",
            "may mai mayo maio mag maggio mei",
            "jun june juni juin junio junho giu giugno", "jul july juli juillet juil julio julho lug luglio",
            "aug august août aout agosto ago augustus", "sep sept september septembre septiembre setembro set settembre",
            "oct october oktober okt octobre octubre outubro out ottobre ott", "nov november novembre noviembre novembro",
            "dec december dezember dez décembre déc diciembre dic dezembro dicembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


class DateOrder(StrEnum):
    """How a column writes its dates."""

    YMD = "ymd"  # or month by name, or serial numbers: nothing to choose
    DMY = "dmy"
    MDY = "mdy"
    AMBIGUOUS = "ambiguous"  # every date reads both ways: a person has to say
    MIXED = "mixed"  # some can only be one, some only the other
    NONE = "none"  # no dates


def date_order(values: Iterable[str]) -> DateOrder:
    """Decide over a whole column. Dots mean day first; a 13 or more decides for all."""
    day_first = month_first = both = other = 0
    for text in values:
        found = _NUMERIC.fullmatch(text.strip()[:LONGEST])
        if found is None:
            other += read_moment(text, DateOrder.YMD) is not None
            continue
        one, two = int(found[1]), int(found[3])
        if found[2] == "." or (one > 12 >= two):
            day_first += 1
        elif two > 12 >= one:
            month_first += 1
        elif one <= 12 and two <= 12:
            both += 1
    if day_first and month_first:
        return DateOrder.MIXED
    if day_first:
        return DateOrder.DMY
    if month_first:
        return DateOrder.MDY
    return DateOrder.AMBIGUOUS if both else DateOrder.YMD if other else DateOrder.NONE


def read_moment(text: str, order: str, *, zone: tzinfo = UTC) -> datetime | None:
    """Read a date with or without a time as aware UTC; None if it is none, or if `order` leaves day and month open.

    Args:
        text: ISO 8601, 14-11-2018 10:05, 1/31/2023 12:00 AM, 15 Apr, 2021 00:03:00, a spreadsheet's day number, epoch seconds or ms.
        order: a DateOrder; in an AMBIGUOUS or MIXED column only dates that read one way, or the same both ways, are read.
        zone: of times that name none.
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    try:
        moment = _numeric(text, order) or _iso(text) or _named(text) or _counted(text)
        if moment is None:
            return None
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):  # the 31st of February; a moment beyond the calendar
        return None


def _iso(text: str) -> datetime | None:
    if text[:4].isdigit() and (len(text) == 8 or text[4:5] == "-"):
        try:
            return datetime.fromisoformat(text.replace(" UTC", "Z"))
        except ValueError:
            pass
    found = _YEAR_FIRST.fullmatch(text)
    return _at(int(found[1]), int(found[3]), int(found[4]), found[5]) if found is not None else None


def _numeric(text: str, order: str) -> datetime | None:
    found = _NUMERIC.fullmatch(text)
    if found is None:
        return None
    one, two, year = int(found[1]), int(found[3]), _full_year(found[4])
    if order not in (DateOrder.DMY, DateOrder.MDY):
        if one <= 12 and two <= 12 and one != two and found[2] != ".":
            return None
        order = DateOrder.DMY if one > 12 or found[2] == "." else DateOrder.MDY
    day, month = (one, two) if order == DateOrder.DMY else (two, one)
    return _at(year, month, day, found[5])


def _named(text: str) -> datetime | None:
    found = _DAY_NAMED.fullmatch(text)
    if found is not None:
        month = _MONTHS.get(found[2].lower())
        return _at(_full_year(found[3]), month, int(found[1]), found[4]) if month else None
    found = _MONTH_NAMED.fullmatch(text)
    month = _MONTHS.get(found[1].lower()) if found is not None else None
    return _at(int(found[3]), month, int(found[2]), found[4]) if found is not None and month else None


def _counted(text: str) -> datetime | None:
    """A spreadsheet's day (20000 is 1954, 80000 is 2119), seconds or milliseconds since 1970."""
    if _SERIAL.fullmatch(text) and 20_000 <= float(text) <= 80_000:
        return _EXCEL_DAY_0 + timedelta(seconds=round(float(text) * 86_400))
    if text.isascii() and text.isdigit() and len(text) in (10, 13):
        return datetime.fromtimestamp(int(text[:10]), tz=UTC)
    return None


def _at(year: int, month: int, day: int, clock: str | None) -> datetime | None:
    moment = datetime(year, month, day)  # noqa: DTZ001 - the zone is the caller's
    if clock is None:
        return moment
    found = _CLOCK.fullmatch(clock.strip())
    if found is None:
        return None
    hour = int(found[1])
    if found[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (found[4].lower() == "p")
    moment = moment.replace(hour=hour, minute=int(found[2]), second=int(found[3] or 0))
    return moment.replace(tzinfo=_zone(found[5])) if found[5] else moment


def _zone(text: str) -> tzinfo:
    return UTC if text[0] not in "+-" else datetime.strptime(text, "%z").tzinfo or UTC


def _full_year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year >= 70 else 2000)
