"""What a rule may ask about: the fields with their types, the operators of each type, and what each operator takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from leadloop.leads.domain.stages import Stage

Facts = Mapping[str, Any]
"""A lead as rules see it: every field of the catalogue by name, and "touches": a sequence of (kind, happened_at).

Blank is '' or None for text, code and name, None for number, decimal, moment, date, reference and flag, an empty list for codes.
"""


class FieldType(StrEnum):
    TEXT = "text"  # compared with A-Z folded, nothing else: the one folding that all three agree on
    CODE = "code"  # compared exactly
    NAME = "name"  # a reference by its exact name
    REFERENCE = "reference"  # a reference by id
    NUMBER = "number"  # a whole number
    DECIMAL = "decimal"  # a number with at most six places
    MOMENT = "moment"  # an aware datetime in UTC
    DATE = "date"  # a day of the calendar as text, "2026-03-01", which orders as it reads
    FLAG = "flag"
    CODES = "codes"  # a list of codes


class Op(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    IS_BLANK = "is_blank"
    IS_NOT_BLANK = "is_not_blank"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"
    BETWEEN = "between"
    BEFORE = "before"
    AFTER = "after"
    IN_LAST_DAYS = "in_last_days"
    NOT_IN_LAST_DAYS = "not_in_last_days"
    IS_TRUE = "is_true"
    IS_FALSE = "is_false"


class Operand(StrEnum):
    """The shape of the "value" that an operator takes."""

    NOTHING = "nothing"
    ONE = "one"
    PART = "part"  # one, of which the field may have more around it
    MANY = "many"
    PAIR = "pair"  # both ends included
    DAYS = "days"  # a count of local days, with a zone


OPERANDS: Mapping[Op, Operand] = {
    Op.IS: Operand.ONE,
    Op.IS_NOT: Operand.ONE,
    Op.ONE_OF: Operand.MANY,
    Op.NONE_OF: Operand.MANY,
    Op.CONTAINS: Operand.PART,
    Op.NOT_CONTAINS: Operand.PART,
    Op.STARTS_WITH: Operand.PART,
    Op.IS_BLANK: Operand.NOTHING,
    Op.IS_NOT_BLANK: Operand.NOTHING,
    Op.AT_LEAST: Operand.ONE,
    Op.AT_MOST: Operand.ONE,
    Op.ABOVE: Operand.ONE,
    Op.BELOW: Operand.ONE,
    Op.BETWEEN: Operand.PAIR,
    Op.BEFORE: Operand.ONE,
    Op.AFTER: Operand.ONE,
    Op.IN_LAST_DAYS: Operand.DAYS,
    Op.NOT_IN_LAST_DAYS: Operand.DAYS,
    Op.IS_TRUE: Operand.NOTHING,
    Op.IS_FALSE: Operand.NOTHING,
}

NEGATIONS: Mapping[Op, Op] = {
    Op.IS_NOT: Op.IS,
    Op.NONE_OF: Op.ONE_OF,
    Op.NOT_CONTAINS: Op.CONTAINS,
    Op.IS_NOT_BLANK: Op.IS_BLANK,
    Op.NOT_IN_LAST_DAYS: Op.IN_LAST_DAYS,
    Op.IS_FALSE: Op.IS_TRUE,
}
"""A negation is the exact opposite of what it negates, so it holds for blanks too (but for is_not_blank, whose point they are)."""

_EQUALS = (Op.IS, Op.IS_NOT, Op.ONE_OF, Op.NONE_OF)
_PARTS = (Op.CONTAINS, Op.NOT_CONTAINS, Op.STARTS_WITH)
_BLANKS = (Op.IS_BLANK, Op.IS_NOT_BLANK)

OPERATORS: Mapping[FieldType, tuple[Op, ...]] = {
    FieldType.TEXT: (*_EQUALS, *_PARTS, *_BLANKS),
    FieldType.CODE: (*_EQUALS, *_PARTS, *_BLANKS),
    FieldType.NAME: (*_EQUALS, *_BLANKS),
    FieldType.REFERENCE: (*_EQUALS, *_BLANKS),
    FieldType.NUMBER: (*_EQUALS, Op.AT_LEAST, Op.AT_MOST, Op.ABOVE, Op.BELOW, Op.BETWEEN, *_BLANKS),
    FieldType.DECIMAL: (*_EQUALS, Op.AT_LEAST, Op.AT_MOST, Op.ABOVE, Op.BELOW, Op.BETWEEN, *_BLANKS),
    FieldType.MOMENT: (Op.BEFORE, Op.AFTER, Op.BETWEEN, Op.IN_LAST_DAYS, Op.NOT_IN_LAST_DAYS, *_BLANKS),
    FieldType.DATE: (Op.IS, Op.IS_NOT, Op.BEFORE, Op.AFTER, Op.BETWEEN, Op.IN_LAST_DAYS, Op.NOT_IN_LAST_DAYS, *_BLANKS),
    FieldType.FLAG: (Op.IS_TRUE, Op.IS_FALSE),
    FieldType.CODES: (Op.CONTAINS, Op.NOT_CONTAINS, Op.ONE_OF, Op.NONE_OF, *_BLANKS),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to ask about. `label` reads well before a verb: "country" is, "received" after.

    `choices` and `shape` (a regular expression that reads alike in Python and in JSON Schema, said in words by `hint`) bind whole
    values only: a part of one may be anything.
    """

    name: str
    label: str
    type: FieldType
    choices: tuple[str, ...] = ()
    shape: str = ""
    hint: str = ""
    cents: bool = False  # an amount of money, in hundredths
    group: str = ""  # heading of a declared field; the form knows where our own stand
    sensitive: bool = False  # not everybody may see its values
    ordered: bool = False  # lists can be in its order


Catalogue = Mapping[str, Field]


def _fields(type_: FieldType, **labels: str) -> list[Field]:
    return [Field(name, label, type_) for name, label in labels.items()]


CATALOGUE: Catalogue = {
    field.name: field
    for field in [
        Field("stage", "stage", FieldType.CODE, choices=tuple(stage.value for stage in Stage)),
        Field("is_open", "open", FieldType.FLAG),
        Field("score", "score", FieldType.NUMBER),
        Field("grade", "grade", FieldType.CODE, choices=("A", "B", "C", "D")),
        *_fields(FieldType.REFERENCE, owner="owner", source="source", pool="pool"),
        *_fields(FieldType.NAME, campaign="campaign"),
        *_fields(FieldType.TEXT, first_name="first name", last_name="last name", title="job title"),
        *_fields(FieldType.CODE, email="e-mail", phone="phone", external_id="external id", company_domain="company domain"),
        *_fields(FieldType.TEXT, company="company", website="website", industry="industry", product="product", message="message"),
        *_fields(FieldType.TEXT, street="street", city="city", region="region"),
        *_fields(FieldType.CODE, postal_code="postal code"),
        Field("country", "country", FieldType.CODE, shape="^[A-Z]{2}$", hint="two capital letters, such as US"),
        Field("employees", "employees", FieldType.NUMBER),
        Field("budget_cents", "budget", FieldType.NUMBER, cents=True),
        Field("currency", "currency", FieldType.CODE, shape="^[A-Z]{3}$", hint="three capital letters, such as EUR"),
        Field("flaws", "flaws", FieldType.CODES),
        Field("touch_count", "number of touches", FieldType.NUMBER),
        *_fields(FieldType.MOMENT, received_at="received", created_at="created", entered_at="entered its stage"),
        *_fields(FieldType.MOMENT, waits_since="began to wait", due_at="due", first_touch_at="first touched", accepted_at="accepted"),
        *_fields(FieldType.MOMENT, mql_at="became an MQL", sql_at="became an SQL", converted_at="converted", closed_at="closed"),
    ]
}


def blank_facts() -> dict[str, Any]:
    """Facts of a lead that nothing is known about, to be filled in by whoever builds facts."""
    return {field.name: _BLANK_OF.get(field.type) for field in CATALOGUE.values()} | {"touches": ()}


_BLANK_OF = {FieldType.TEXT: "", FieldType.CODE: "", FieldType.NAME: "", FieldType.CODES: ()}


def fold(text: str) -> str:
    """Lower-case A-Z and leave the rest: what SQLite's lower() and PostgreSQL's lower(... COLLATE "C") do."""
    return text.lower() if text.isascii() else text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")
