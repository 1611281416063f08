"""What a rule may ask about: the fields with their types, the operators of each type, and what each operator takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

Facts = Mapping[str, Any]
"""A lead as rules see it: every field of the catalogue by name, and "touches": a sequence of `Happening`.

Blank is '' or None for text, code and name, None for number, decimal, moment, date, reference and flag, and an empty
list for codes and references.
A field that is made of others (`since`, `inside`, an amount, a place) is not there itself: `found.finder` makes it when it is asked for.
"""


class Happening(NamedTuple):
    """One touch as rules see it. `campaign` and `source` are what its data says: those of the submission for "captured"."""

    kind: str
    happened_at: datetime
    actor: int | None = None
    campaign: str = ""
    source: int | None = None


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
    REFERENCES = "references"  # a list of references
    MONEY = "money"  # cents of one currency; an amount in another meets nothing
    PLACE = "place"  # a point on the earth


class Op(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    STARTS_WITH_ONE_OF = "starts_with_one_of"
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
    WITHIN_KM = "within_km"
    NOT_WITHIN_KM = "not_within_km"
    IS_TRUE = "is_true"
    IS_FALSE = "is_false"


class Operand(StrEnum):
    """The shape of the "value" that an operator takes."""

    NOTHING = "nothing"
    ONE = "one"
    PART = "part"  # one, of which the field may have more around it
    MANY = "many"
    PARTS = "parts"
    PAIR = "pair"  # both ends included
    DAYS = "days"  # a count of local days, with a zone
    CIRCLE = "circle"  # kilometres, with the point that they are measured from


OPERANDS: Mapping[Op, Operand] = {
    Op.IS: Operand.ONE,
    Op.IS_NOT: Operand.ONE,
    Op.ONE_OF: Operand.MANY,
    Op.NONE_OF: Operand.MANY,
    Op.CONTAINS: Operand.PART,
    Op.NOT_CONTAINS: Operand.PART,
    Op.STARTS_WITH: Operand.PART,
    Op.STARTS_WITH_ONE_OF: Operand.PARTS,
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
    Op.WITHIN_KM: Operand.CIRCLE,
    Op.NOT_WITHIN_KM: Operand.CIRCLE,
    Op.IS_TRUE: Operand.NOTHING,
    Op.IS_FALSE: Operand.NOTHING,
}

NEGATIONS: Mapping[Op, Op] = {
    Op.IS_NOT: Op.IS,
    Op.NONE_OF: Op.ONE_OF,
    Op.NOT_CONTAINS: Op.CONTAINS,
    Op.IS_NOT_BLANK: Op.IS_BLANK,
    Op.NOT_IN_LAST_DAYS: Op.IN_LAST_DAYS,
    Op.NOT_WITHIN_KM: Op.WITHIN_KM,
    Op.IS_FALSE: Op.IS_TRUE,
}
"""A negation is the exact opposite of what it negates, so it holds for blanks too (but for is_not_blank, whose point they are)."""

_EQUALS = (Op.IS, Op.IS_NOT, Op.ONE_OF, Op.NONE_OF)
_PARTS = (Op.CONTAINS, Op.NOT_CONTAINS, Op.STARTS_WITH, Op.STARTS_WITH_ONE_OF)
_BLANKS = (Op.IS_BLANK, Op.IS_NOT_BLANK)
_ORDER = (Op.AT_LEAST, Op.AT_MOST, Op.ABOVE, Op.BELOW, Op.BETWEEN)
_MEMBERS = (Op.CONTAINS, Op.NOT_CONTAINS, Op.ONE_OF, Op.NONE_OF)

OPERATORS: Mapping[FieldType, tuple[Op, ...]] = {
    FieldType.TEXT: (*_EQUALS, *_PARTS, *_BLANKS),
    FieldType.CODE: (*_EQUALS, *_PARTS, *_BLANKS),
    FieldType.NAME: (*_EQUALS, *_BLANKS),
    FieldType.REFERENCE: (*_EQUALS, *_BLANKS),
    FieldType.NUMBER: (*_EQUALS, *_ORDER, *_BLANKS),
    FieldType.DECIMAL: (*_EQUALS, *_ORDER, *_BLANKS),
    FieldType.DATE: (Op.IS, Op.IS_NOT, Op.BEFORE, Op.AFTER, Op.BETWEEN, Op.IN_LAST_DAYS, Op.NOT_IN_LAST_DAYS, *_BLANKS),
    FieldType.MOMENT: (Op.BEFORE, Op.AFTER, Op.BETWEEN, Op.IN_LAST_DAYS, Op.NOT_IN_LAST_DAYS, *_BLANKS),
    FieldType.FLAG: (Op.IS_TRUE, Op.IS_FALSE),
    FieldType.CODES: (*_MEMBERS, *_BLANKS),
    FieldType.REFERENCES: (*_MEMBERS, *_BLANKS),
    FieldType.MONEY: (*_ORDER, *_BLANKS),
    FieldType.PLACE: (Op.WITHIN_KM, Op.NOT_WITHIN_KM, *_BLANKS),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to ask about. `label` reads well before a verb: "country" is, "received" after.

    `choices` and `shape` (a regular expression that reads alike in Python and in JSON Schema, said in words by `hint`) bind whole
    values only: a part of one may be anything. `inside` is where its text stands in a JSON column: (column, key). `since` makes a number
    of the whole `unit`s that have passed since a moment. `kin` is the register of names that references are called by.
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
    inside: tuple[str, ...] = ()
    since: str = ""
    unit: timedelta = timedelta(days=1)
    kin: str = ""

    @property
    def register(self) -> str:
        return self.kin or self.name


Catalogue = Mapping[str, Field]


def fold(text: str) -> str:
    """Lower-case A-Z and leave the rest: what SQLite's lower() and PostgreSQL's lower(... COLLATE "C") do."""
    return text.lower() if text.isascii() else text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")
