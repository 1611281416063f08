"""Declared fields of one lead as its page shows them: in groups, in words, sensitive ones masked until somebody asks for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leadloop.leads.custom_shown import shown
from leadloop.leads.domain.case import column_of
from leadloop.leads.domain.custom_fields import PREFIX, FieldSpec
from leadloop.leads.domain.masks import MASK

OTHERS = "More"
FLAW_WORDS = {
    "unreadable": "could not be read",
    "not_a_choice": "is not one of the choices",
    "too_long": "is too long",
    "out_of_range": "is outside what is allowed",
    "wrong_form": "does not look as it should",
    "other_currency": "is in another currency",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One value: in words, or masked; `flaw` says what is wrong with it, `sensitive` that its look was written down."""

    label: str
    text: str
    masked: bool = False
    sensitive: bool = False
    flaw: str = ""


def declared_facts(
    custom: Mapping[str, Any], flaws: list[str], specs: Mapping[str, FieldSpec], hidden: frozenset[str]
) -> dict[str, list[Fact]]:
    """What is known, under the headings of the fields; names that nobody declared come last."""
    wrong = {column_of(flaw).removeprefix(PREFIX): flaw.rpartition(":")[2] for flaw in flaws if flaw.startswith(PREFIX)}
    groups: dict[str, list[Fact]] = {}
    known = [name for name in specs if custom.get(name) not in (None, "", [])]
    for name in [*known, *sorted(custom.keys() - specs.keys())]:
        spec, masked = specs.get(name), name in hidden
        text = MASK if masked else shown(spec, custom[name])
        if text:
            flaw = FLAW_WORDS.get(wrong.get(name, ""), "")
            fact = Fact(spec.label if spec else name, text, masked, bool(spec and spec.is_sensitive), flaw)
            groups.setdefault((spec.group if spec else "") or OTHERS, []).append(fact)
    others = groups.pop(OTHERS, None)
    return groups | ({OTHERS: others} if others else {})


def flaw_words(flaw: str, specs: Mapping[str, FieldSpec]) -> str:
    """A flaw of a declared field: "Cover is not one of the choices"; other flaws have words of their own."""
    name = column_of(flaw).removeprefix(PREFIX)
    label = specs[name].label if name in specs else name
    return f"{label} {FLAW_WORDS.get(flaw.rpartition(':')[2], 'could not be read')}"
