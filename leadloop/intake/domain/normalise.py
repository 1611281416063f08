"""One raw payload into an Inquiry: every value in one form, every doubt a flaw, nothing ever refused."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from leadloop.intake.domain.amounts import currency_of, headcount, money
from leadloop.intake.domain.doubts import cut, keep
from leadloop.intake.domain.extras import LONGEST_MARK, LONGEST_NAME, add_custom, add_marks, claims, marks_of_url
from leadloop.intake.domain.fields import (
    BUDGET,
    COMPANY,
    CURRENCY,
    EMPLOYEES,
    FIELDS,
    FULL_NAME,
    IGNORED,
    MARK,
    MESSAGE,
    NAME,
    PERMISSION,
    Found,
    field_of,
)
from leadloop.intake.domain.names import mend_case, split_name, tidy_company
from leadloop.intake.domain.reach import locate, place, read_email
from leadloop.intake.domain.texts import BLANKS, lines, one_line
from leadloop.leads.domain.inquiry import LENGTHS, NO_WORDS, Inquiry, blank_values

LONGEST_VALUE = 4_000  # characters of a value that are looked at, a message apart; more than any column holds


def normalise(
    payload: Mapping[str, object],
    *,
    submission_id: int,
    door: str,
    source_id: int,
    received_at: datetime,
    default_country: str,
    context: Mapping[str, object],
) -> Inquiry:
    """Clean one payload; about 9 us for fifteen plain fields.

    Args:
        payload: flat, by our names or their aliases (`fields.FIELDS`); "marks", "custom" and "consents" may be nested. Other names
            are left alone: the raw payload is kept by the inbox.
        default_country: ISO-2 of the source, for a phone and a lead that name none.
        context: of the request; "ip", "page_url", "marks" and "consents" are read.

    Returns:
        An inquiry with every column. What could not be read stands in `flaws`, and as it came in `phone_raw` or in
        `custom["<column>_as_given"]`.
    """
    values = blank_values()
    odd = _read_texts(payload, values)
    _read_odd(odd, values)
    locate(odd, values, default_country)
    place(odd, values)
    read_email(odd, values)
    words = _add_extras(payload, context, values)
    consents = claims(payload, context, values["marks"], odd.get(PERMISSION))
    return Inquiry(submission_id, door, source_id, received_at, values, _keys(values, source_id), consents, words)


def _read_texts(payload: Mapping[str, Any], values: dict[str, Any]) -> Found:  # noqa: C901 - one pass; a call a field costs a third more
    """Fill the plain columns; return what needs a reader of its own."""
    odd: Found = {}
    fields, lengths, blanks = FIELDS, LENGTHS, BLANKS
    for name, value in payload.items():
        field = fields.get(name)
        column, reader = field if field is not None else _unusual(name)
        if type(value) is str:
            if len(value) > LONGEST_VALUE and reader != MESSAGE:
                value = value[:LONGEST_VALUE]
            if value.isprintable() and value.isascii() and "  " not in value:
                value = value.strip()
            else:
                value = lines(value) if reader == MESSAGE else one_line(value)
            if value in blanks:
                continue
        elif value is None:
            continue
        elif reader <= MARK:
            value = _written(value, column, values)
            if not value:
                continue
        if reader <= COMPANY:
            if values[column]:
                continue
            if reader == NAME:
                if value.islower() or value.isupper():
                    value = mend_case(value)
            elif reader == COMPANY and "," in value:
                value = tidy_company(value)
            values[column] = value if len(value) <= lengths[column] else cut(value, column, values)
        elif reader == MARK:
            values["marks"].setdefault(column, value[:LONGEST_MARK])
        elif reader == PERMISSION:
            _permission(odd, column, value)
        elif reader not in odd:
            odd[reader] = (column, value)
    return odd


def _unusual(name: object) -> tuple[str, int]:
    """A name that is not spelt as we spell it."""
    return field_of(name) if isinstance(name, str) and len(name) <= LONGEST_NAME else ("", IGNORED)


def _written(value: object, column: str, values: dict[str, Any]) -> str:
    """Numbers where text is expected are written out; anything else is a flaw."""
    if isinstance(value, str):  # of a class of its own
        text = one_line(str(value))
        return "" if text in BLANKS else text
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return str(int(value)) if value == value // 1 else str(value)
        except (OverflowError, ValueError):  # infinity; an integer of thousands of digits
            pass
    if column:
        values["flaws"].append(f"{column}_malformed")
    return ""


def _permission(odd: Found, column: str, value: object) -> None:
    given = odd.setdefault(PERMISSION, ("", {}))[1]
    assert isinstance(given, dict)
    given[column] = value


def _read_odd(odd: Found, values: dict[str, Any]) -> None:
    """Everything with a reader of its own but the ways to reach and place the person."""
    if FULL_NAME in odd and not (values["first_name"] and values["last_name"]):
        first, last = split_name(str(odd[FULL_NAME][1]))
        for column, name in (("first_name", mend_case(first)), ("last_name", mend_case(last))):
            if not values[column]:
                values[column] = name if len(name) <= LENGTHS[column] else cut(name, column, values)
    if EMPLOYEES in odd:
        values["employees"] = headcount(odd[EMPLOYEES][1])
        if values["employees"] is None:
            keep(values, "employees", "employees_unreadable", odd[EMPLOYEES][1])
    if BUDGET in odd:
        amount = money(odd[BUDGET][1])
        if amount is None:
            keep(values, "budget", "budget_unreadable", odd[BUDGET][1])
        else:
            values["budget_cents"], values["currency"] = amount
    if CURRENCY in odd:
        values["currency"] = currency_of(str(odd[CURRENCY][1])) or values["currency"]


def _add_extras(payload: Mapping[str, object], context: Mapping[str, object], values: dict[str, Any]) -> Mapping[str, object]:
    """Marks the payload has come first, then the context's, then those in the address of the page. Returns words that mean blank."""
    marks = values["marks"]
    if "marks" in payload:
        add_marks(payload["marks"], marks)
    if context:
        if given := context.get("marks"):
            add_marks(given, marks)
        if url := context.get("page_url"):
            add_marks(marks_of_url(url), marks)
    words = NO_WORDS
    if "custom" in payload:
        words = add_custom(payload["custom"], values["custom"], values["flaws"])
    if not values["campaign"] and "utm_campaign" in marks:
        values["campaign"] = marks["utm_campaign"][: LENGTHS["campaign"]]
    return words


def _keys(values: dict[str, Any], source_id: int) -> tuple[str, ...]:
    keys = []
    if values["external_id"] and "external_id_too_long" not in values["flaws"]:
        keys.append(f"x:{source_id}:{values['external_id']}")
    if values["email"]:
        keys.append(f"e:{values['email']}")
    if values["phone"]:
        keys.append(f"p:{values['phone']}")
    return tuple(keys)
