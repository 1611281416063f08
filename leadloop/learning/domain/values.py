"""What a cell of a table says: nothing, no answer, a number, a moment, or a word that is written in several ways."""

import re
from datetime import UTC, datetime
from functools import lru_cache

BLANK, UNANSWERED = "(blank)", "(not answered)"
_UNANSWERED = frozenset(
    "select|select one|please select|-- select --|- select -|choose|choose one|please choose|none selected|not selected|not specified"
    "|#value!|#n/a|#ref!|#name?|#div/0!|#null!|n/a|na|n.a.|null|none|nan|nil|-|--|?|tbd".split("|")
)
_SPACES = re.compile(r"[\s_]+")
_NUMBER = re.compile(r"[-+]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?([eE][-+]?\d{1,3})?\s*%?")
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
MOST = 1e300
"""What is larger is no number of anything, and a float may not hold it."""
_LONGEST_NUMBER, _LONGEST_DATE, _LONGEST_LEVEL = 40, 40, 80


def words_of(value: object) -> str:
    """A value as a level: spaces, underscores and case do not make another one; blank and unanswered have names of their own."""
    if value is None:
        return BLANK
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and abs(value) >= MOST:
        return UNANSWERED  # too long to be written out
    return _level_of(str(value)[:_LONGEST_LEVEL])


@lru_cache(maxsize=50_000)
def _level_of(text: str) -> str:
    level = _SPACES.sub(" ", text).strip().casefold()
    if not level:
        return BLANK
    return UNANSWERED if level in _UNANSWERED else level


def number_of(value: object) -> float | None:
    """A value as a finite number, or None: "1,200", "12.5 %" and 7 are numbers, "12 Jan" and True are not."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < MOST else None
    return _number_in(str(value)[: _LONGEST_NUMBER + 1])


@lru_cache(maxsize=50_000)
def _number_in(said: str) -> float | None:
    text = said.strip()
    if not text or len(said) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    number = float(text.rstrip("% ").replace(",", ""))
    return number if abs(number) < float("inf") else None


def moment_of(value: object, *, day_first: bool = True) -> datetime | None:
    """A value as a moment: a datetime, ISO text, or day, month and year with points, dashes or strokes; in UTC where no zone is named."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return _moment_in(str(value or "")[: _LONGEST_DATE + 1].strip(), day_first)


@lru_cache(maxsize=50_000)
def _moment_in(text: str, day_first: bool) -> datetime | None:  # noqa: FBT001 - the keys of a cache
    if not 8 <= len(text) <= _LONGEST_DATE or not text[0].isdigit():
        return None
    try:
        if found := _DAY_FIRST.fullmatch(text):
            first, second, year, hour, minute, second_of = (int(part or 0) for part in found.groups())
            day, month = (first, second) if day_first else (second, first)
            return datetime(year, month, day, hour, minute, second_of, tzinfo=UTC)
        if "-" not in text[:8]:
            return None
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def mail_domain(value: object) -> str | None:
    """What stands after the @ of an address, or None."""
    text = str(value or "").strip().casefold()
    name, at, domain = text.rpartition("@")
    return domain if at and name and domain else None
