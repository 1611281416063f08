"""Of which kind a new field is, by the first values of its column."""

from collections.abc import Sequence
from datetime import date

from leadloop.intake.domain.declared import Habits, read_value
from leadloop.leads.domain.custom_fields import FieldSpec, Kind

TRIED = (Kind.YES_NO, Kind.WHOLE, Kind.DATE, Kind.DECIMAL, Kind.EMAIL, Kind.MOMENT)
"""In this order; what fits none is text. A choice is for a person to make of it: ten rows do not show all choices."""


def guessed_kind(values: Sequence[str]) -> Kind:
    """The first kind that every value fits; text for none, and for numbers that begin with a nought, such as postal codes."""
    if not values or any(value.strip().startswith("0") and len(value.strip()) > 1 and value.strip().isdecimal() for value in values):
        return Kind.TEXT
    habits = Habits(today=date(1970, 1, 1))
    for kind in TRIED:
        if kind is Kind.YES_NO and set(values) <= {"0", "1"} and len(values) < 3:
            continue
        spec = FieldSpec("x", "", kind)
        if all(not (read := read_value(spec, value, habits)).flaw and read.value is not None for value in values):
            return kind
    return Kind.LONG_TEXT if max(map(len, values)) > 200 else Kind.TEXT
