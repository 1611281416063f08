"""Fields that people declare beside our columns: their kinds, and what is said of each."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from leadloop.leads.domain.criteria.catalogue import FieldType

PREFIX = "custom."
SLUG = re.compile(r"[a-z][a-z0-9_]{0,59}")
MOST_CHOICES = 300
LONGEST_CHOICE = 200
WHOLE_LIMIT = 10**15
DECIMAL_LIMIT, SMALLEST_DECIMAL = 1e12, 1e-30
MOST_PLACES = 6


class Kind(StrEnum):
    """What a field holds, and how a value of it is stored in `Lead.custom`."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"  # one of the choices, as text
    CHOICES = "choices"  # a list of choices
    WHOLE = "whole"  # a whole number
    DECIMAL = "decimal"  # a number with at most six places
    MONEY = "money"  # {"cents": 123456, "currency": "EUR"}
    DATE = "date"  # "2026-03-01"
    MOMENT = "moment"  # "2026-03-01T08:00:00Z"
    YES_NO = "yes_no"  # true or false
    EMAIL = "email"
    PHONE = "phone"  # E.164 where it could be read
    URL = "url"


class Sensitivity(StrEnum):
    PLAIN = "plain"
    PERSONAL = "personal"  # about the person: kept out of what others are told, shown on the lead
    SENSITIVE = "sensitive"  # health, debt and the like: shown to those who may see it


KIND_WORDS: Final = {
    Kind.TEXT: "Text", Kind.LONG_TEXT: "Long text", Kind.CHOICE: "One of some choices", Kind.CHOICES: "Several of some choices",
    Kind.WHOLE: "Whole number", Kind.DECIMAL: "Decimal number", Kind.MONEY: "Amount of money", Kind.DATE: "Date",
    Kind.MOMENT: "Date and time", Kind.YES_NO: "Yes or no", Kind.EMAIL: "E-mail address", Kind.PHONE: "Phone number",
    Kind.URL: "Web address",
}  # fmt: skip
KIND_CHOICES = [(kind.value, words) for kind, words in KIND_WORDS.items()]
SENSITIVITY_CHOICES = [
    ("plain", "Plain: everybody who sees the lead"),
    ("personal", "Personal: about the person, kept out of notices"),
    ("sensitive", "Sensitive: only people who may see sensitive data"),
]
TYPES: Final[Mapping[Kind, FieldType]] = {
    Kind.TEXT: FieldType.TEXT, Kind.LONG_TEXT: FieldType.TEXT, Kind.CHOICE: FieldType.CODE, Kind.CHOICES: FieldType.CODES,
    Kind.WHOLE: FieldType.NUMBER, Kind.DECIMAL: FieldType.DECIMAL, Kind.MONEY: FieldType.NUMBER, Kind.DATE: FieldType.DATE,
    Kind.MOMENT: FieldType.MOMENT, Kind.YES_NO: FieldType.FLAG, Kind.EMAIL: FieldType.CODE, Kind.PHONE: FieldType.CODE,
    Kind.URL: FieldType.TEXT,
}  # fmt: skip
PATTERNS: Final[Mapping[str, tuple[str, str]]] = {
    "": ("", "Anything"),
    "letters": ("[^\\W\\d_]+(?:[ '\u2019-][^\\W\\d_]+)*", "Letters only"),
    "digits": (r"[0-9]+", "Digits only"),
    "code": (r"[A-Za-z0-9][A-Za-z0-9-]*", "Letters and digits, such as AB-123"),
    "no_digits": (r"[^0-9]*", "No digits"),
    "iban": (r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", "A bank account number (IBAN)"),
    "us_zip": (r"[0-9]{5}(?:-[0-9]{4})?", "A US ZIP code"),
}
"""What a text may look like: a closed list, so that nobody's expression can hold up the doors."""

TEXTS = frozenset({Kind.TEXT, Kind.LONG_TEXT})
WITH_CHOICES = frozenset({Kind.CHOICE, Kind.CHOICES})
NUMBERS = frozenset({Kind.WHOLE, Kind.DECIMAL, Kind.MONEY})
UNORDERED = frozenset({Kind.LONG_TEXT, Kind.CHOICES, Kind.YES_NO})
"""Kinds that no index and no order helps: too long, several at once, or too few to choose from."""
LIMITS: Final[Mapping[str, frozenset[Kind]]] = {
    "length": TEXTS,
    "pattern": TEXTS,
    "min": NUMBERS,
    "max": NUMBERS,
    "places": frozenset({Kind.DECIMAL}),
    "currency": frozenset({Kind.MONEY}),
    "day_first": frozenset({Kind.DATE, Kind.MOMENT}),
    "past": frozenset({Kind.DATE}),
    "future": frozenset({Kind.DATE}),
}
"""Which limits a kind may have."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One declared field. `name` is what values are stored under; rules call it "custom.<name>"."""

    name: str
    label: str
    kind: Kind
    choices: tuple[str, ...] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
    required: bool = False  # forms ask for an answer
    group: str = ""
    help: str = ""
    sensitivity: Sensitivity = Sensitivity.PLAIN
    filterable: bool = False
    pack: str = ""
    retired: bool = False

    @property
    def key(self) -> str:
        """What rules call it."""
        return PREFIX + self.name

    @property
    def is_sensitive(self) -> bool:
        return self.sensitivity is Sensitivity.SENSITIVE

    @property
    def currency(self) -> str:
        return str(self.limits.get("currency") or "EUR")


def spec_from(given: Mapping[str, Any]) -> FieldSpec:
    """A declaration as JSON made a spec; `problems` says first whether it stands."""
    return FieldSpec(
        name=given["name"],
        label=given["label"].strip(),
        kind=Kind(given["type"]),
        choices=tuple(dict.fromkeys(choice.strip() for choice in given.get("choices", ()))),
        limits={key: value for key, value in given.get("limits", {}).items() if value is not False and value not in (None, "")},
        required=bool(given.get("required", False)),
        group=given.get("group", "").strip(),
        help=given.get("help", "").strip(),
        sensitivity=Sensitivity(given.get("sensitivity", "plain")),
        filterable=bool(given.get("filterable", False)),
        pack=given.get("pack", ""),
    )


def removed_choices(old: FieldSpec, new: FieldSpec) -> Collection[str]:
    """Choices that a change takes away; leads may have them still."""
    return [choice for choice in old.choices if choice not in new.choices]
