"""Single values of criteria, checked one by one: each is returned as the tree keeps it, or refused with its place."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from leadloop.leads.domain.criteria.tree import CriteriaInvalid
from leadloop.leads.domain.criteria.windows import known_zone

LIST_LIMIT = 1_000
TEXT_LIMIT = 500  # characters
NUMBER_LIMIT = 10**15  # safe in JSON, in every column and in cents
DECIMAL_LIMIT, PLACES = 10**12, 6
DAYS_LIMIT = 36_500
YEARS = range(1900, 3000)
CURRENCY = "^[A-Z]{3}$"


def real(value: object, low: float, high: float, path: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise CriteriaInvalid(path, f"must be a number from {low:,} to {high:,}")
    return float(value) + 0.0  # of the two zeros the one that reads as 0


def text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise CriteriaInvalid(path, "must be text")
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise CriteriaInvalid(path, "has a character that no text can have")
    found = unicodedata.normalize("NFC", value[: TEXT_LIMIT + 1])  # as everything we store; may grow
    if not 1 <= len(found) <= TEXT_LIMIT:
        raise CriteriaInvalid(path, f'must have 1 to {TEXT_LIMIT} characters (for nothing at all, use "is_blank")')
    return found


def whole(value: object, low: int, high: int, path: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise CriteriaInvalid(path, f"must be a whole number from {low:,} to {high:,}")
    return value


def decimal(value: object, path: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= DECIMAL_LIMIT:
        raise CriteriaInvalid(path, f"must be a number from {-DECIMAL_LIMIT:,} to {DECIMAL_LIMIT:,}")
    return round(float(value), PLACES) + 0.0  # no negative nought


def cents_of(typed: str) -> int | None:
    """The hundredths of an amount as somebody typed it; None where it is no amount, has parts of a cent or is too much for any column."""
    try:
        found = Decimal(typed) * 100
        return int(found) if abs(found) <= NUMBER_LIMIT and found == found.to_integral_value() else None
    except ArithmeticError:
        return None


def day(value: object, path: str) -> str:
    found = value if isinstance(value, str) and len(value) == len("2026-03-01") else ""
    try:
        if date.fromisoformat(found).year in YEARS:
            return found
    except ValueError:
        pass
    raise CriteriaInvalid(path, 'must be a date, such as "2026-03-01"')


def moment(value: object, path: str) -> datetime:
    try:
        found = datetime.fromisoformat(value if isinstance(value, str) else "")
        if found.tzinfo is not None and found.year in YEARS:
            return found.astimezone(UTC)
    except ValueError:
        pass
    raise CriteriaInvalid(path, 'must be a moment with its offset from UTC, such as "2026-03-01T09:00:00+01:00"')


def currency(value: object, path: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(CURRENCY, value):
        raise CriteriaInvalid(path, "must be three capital letters, such as EUR")
    return value


def zone(value: object, path: str) -> str:
    if not isinstance(value, str) or not known_zone(value):
        raise CriteriaInvalid(path, 'must name a time zone, such as "Europe/Berlin" or "UTC"')
    return value


def listed(value: object, low: int, high: int, path: str) -> list[object]:
    if not isinstance(value, list) or not low <= len(value) <= high:
        raise CriteriaInvalid(path, f"must be a list of {high}" if low == high else f"must be a list of {low} to {high:,}")
    return value


def choice(value: object, choices: Sequence[str], path: str, lead_in: str) -> str:
    if not isinstance(value, str) or value not in choices:
        raise CriteriaInvalid(path, f"{lead_in} one of {', '.join(choices)}, not {shown(value)}")
    return value


def refuse_others(spec: dict[str, object], path: str, known: Sequence[str]) -> None:
    for key in spec:
        if key not in known:
            raise CriteriaInvalid(at(path, shown(key).strip("'")), f"is not known here, only {', '.join(known)}")


def at(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step


def shown(value: object) -> str:
    """A value inside an error: short, and harmless wherever it is printed."""
    words = ascii(value) if isinstance(value, str | int | float | None) else f"a {type(value).__name__}"
    return words if len(words) <= 60 else words[:57] + "..."
