"""The words of the practice that an agreement usually defines, with a first wording for each, in the order of a lead's way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leadloop.scoring.domain.definition import GATE, PROMISE, WORDS

MQL, SQL = "mql", "sql"


@dataclass(frozen=True, slots=True)
class Known:
    """A term that most houses use, and what a draft of it begins with."""

    title: str
    kind: str
    text: str
    criteria: Mapping[str, Any] = field(default_factory=lambda: {"all": []})


KNOWN: Mapping[str, Known] = {
    "target": Known("Target", WORDS, "A person on a target list, found by us, who has not answered yet."),
    "prospect": Known("Prospect", WORDS, "Anyone we may win: targets, leads and former customers alike."),
    MQL: Known("Marketing qualified lead", PROMISE, ""),
    "sal": Known(
        "Sales accepted lead",
        WORDS,
        "A marketing qualified lead that sales has looked at and works on: the verdict is “accept”.",
        {"all": [{"field": "mql_at", "op": "is_not_blank"}, {"field": "accepted_at", "op": "is_not_blank"}]},
    ),
    SQL: Known(
        "Sales qualified lead",
        GATE,
        "A lead that sales has spoken with and that has a need, somebody who decides, money and a date.",
        {"all": [{"field": "first_touch_at", "op": "is_not_blank"}]},
    ),
    "recycled": Known(
        "Recycled lead",
        WORDS,
        "A lead that sales gave back because the time is not right; marketing keeps in touch until a date, then it comes back.",
        {"all": [{"field": "stage", "op": "is", "value": "nurture"}]},
    ),
}


def kind_for(name: str) -> str:
    """The kind of the term of that name."""
    return KNOWN[name].kind if name in KNOWN else WORDS


def order_of(name: str) -> tuple[int, str]:
    """Known terms in the order of a lead's way, then those that a house added."""
    return (list(KNOWN).index(name), "") if name in KNOWN else (len(KNOWN), name)
