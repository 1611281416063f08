"""How rules read declared fields: by a name that knows how its values are stored. Nothing is paid for fields that no rule asks for."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from leadloop.leads.domain.criteria.catalogue import Field
from leadloop.leads.domain.custom_fields import (
    DECIMAL_LIMIT,
    PREFIX,
    SMALLEST_DECIMAL,
    TYPES,
    UNORDERED,
    WHOLE_LIMIT,
    WITH_CHOICES,
    FieldSpec,
    Kind,
)


class CustomName(str):
    """The name of a declared field that knows how its values are stored: `facts[name]` reads the lead's value by it, or a blank."""

    __slots__ = ("read", "slug", "spec")
    slug: str
    spec: FieldSpec
    read: Callable[[Any], Any]

    @classmethod
    def of(cls, spec: FieldSpec) -> "CustomName":
        name = cls(PREFIX + spec.name)
        name.slug, name.spec = spec.name, spec
        name.read = _money_in(spec.currency) if spec.kind is Kind.MONEY else READERS[spec.kind]
        return name


class LeadFacts(dict[str, Any]):
    """Facts of a lead in which declared fields are looked up when a rule asks for them, and cost nothing otherwise."""

    __slots__ = ()

    def __missing__(self, name: str) -> Any:
        if isinstance(name, CustomName):
            return name.read((self.get("custom") or {}).get(name.slug))
        if name.startswith(PREFIX):
            return (self.get("custom") or {}).get(name.removeprefix(PREFIX))
        raise KeyError(name)


def as_rules_see(spec: FieldSpec, *, bound: bool = True) -> Field:
    """The field as an entry of the catalogue. Not `bound`: rules that name a choice that is gone can still be read."""
    choices = spec.choices if bound and spec.kind in WITH_CHOICES else ()
    return Field(
        CustomName.of(spec),
        spec.label,
        TYPES[spec.kind],
        choices=choices,
        cents=spec.kind is Kind.MONEY,
        group=spec.group or "Your fields",
        sensitive=spec.is_sensitive,
        ordered=spec.filterable and spec.kind not in UNORDERED,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _whole(value: Any) -> int | None:
    return value if type(value) is int and -WHOLE_LIMIT <= value <= WHOLE_LIMIT else None


def _decimal(value: Any) -> float | None:
    if type(value) not in (int, float) or not (value == 0 or SMALLEST_DECIMAL <= abs(value) <= DECIMAL_LIMIT):
        return None
    return float(value)


def _money_in(currency: str) -> Callable[[Any], int | None]:
    """Cents of an amount in the field's own currency; one in another compares with nothing."""

    def read(value: Any) -> int | None:
        return _whole(value.get("cents")) if isinstance(value, dict) and value.get("currency") == currency else None

    return read


_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z")


def _date(value: Any) -> str | None:
    return value if isinstance(value, str) and _DATE.fullmatch(value) else None


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError:  # the 30th of February
        return None


def _flag(value: Any) -> bool:
    return value is True


READERS: Final[Mapping[Kind, Callable[[Any], Any]]] = {
    Kind.TEXT: _text, Kind.LONG_TEXT: _text, Kind.CHOICE: _text, Kind.EMAIL: _text, Kind.PHONE: _text, Kind.URL: _text,
    Kind.CHOICES: _texts, Kind.WHOLE: _whole, Kind.DECIMAL: _decimal, Kind.DATE: _date, Kind.MOMENT: _moment, Kind.YES_NO: _flag,
}  # fmt: skip
"""A stored value as rules read it; one of the wrong type, from a time before the field was declared, is blank."""
