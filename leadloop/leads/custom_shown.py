"""Values of declared fields in words: on pages, in lists and in the cells of a file."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localtime

from leadloop.leads.domain.custom_facts import READERS
from leadloop.leads.domain.custom_fields import FieldSpec, Kind
from leadloop.templatetags.words import money


def shown(spec: FieldSpec | None, value: Any) -> str:
    """A stored value as people read it; one that does not fit its type as it came."""
    if value in (None, "", []):
        return ""
    if isinstance(value, Mapping) and type(value.get("cents")) is int:
        return money(value["cents"], str(value.get("currency") or ""))
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if spec is None:
        return str(value)
    read = READERS[spec.kind](value) if spec.kind in READERS else None
    if spec.kind is Kind.DATE and read:
        return _day(read)
    if spec.kind is Kind.MOMENT and isinstance(read, datetime):
        local = localtime(read)
        return f"{local.day} {local:%b %Y, %H:%M}"
    if spec.kind in (Kind.WHOLE, Kind.DECIMAL) and isinstance(value, int | float):
        return f"{value:,}"
    return str(value)


def cell(value: Any) -> Any:
    """A stored value as one cell of a file that an import reads back."""
    if isinstance(value, Mapping) and type(value.get("cents")) is int:
        cents = value["cents"]
        return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02} {value.get('currency') or ''}".strip()
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {day:%b %Y}"
