"""What a segment goes by: criteria, a list that people fill, or criteria with exceptions that people made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from leadloop.leads.domain import criteria
from leadloop.leads.domain.criteria.reading import segments_read
from leadloop.segments.domain.moving import moving_leaves

MEMBERSHIP = "segments"
"""The field of criteria that asks which segments a lead is in."""


class Kind(StrEnum):
    DYNAMIC = "dynamic"
    FIXED = "fixed"
    MIXED = "mixed"


KIND_TITLES = {
    Kind.DYNAMIC: "By criteria",
    Kind.FIXED: "Fixed list",
    Kind.MIXED: "Mixed",
}
KIND_MEANINGS = {
    Kind.DYNAMIC: "Whoever meets the criteria is in, at any moment.",
    Kind.FIXED: "Only the leads that people or imports put in.",
    Kind.MIXED: "By criteria, but people may put single leads in or keep them out.",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a segment, ready to be asked. `moving`: the conditions whose truth may change while nothing happens to a lead."""

    name: str
    title: str
    version: int
    kind: Kind
    tree: criteria.Node
    moving: tuple[criteria.Node, ...] = ()
    asks: frozenset[str] = frozenset()  # names of segments that it asks about

    @property
    def by_hand(self) -> bool:
        """Whether what people say of single leads counts."""
        return self.kind is not Kind.DYNAMIC


def kind_of(spec: Mapping[str, Any]) -> Kind:
    """The kind that a spec names; one from before there were kinds is dynamic."""
    return Kind(spec.get("kind", Kind.DYNAMIC))


def tree_of(spec: Mapping[str, Any], catalogue: criteria.Catalogue = criteria.CATALOGUE) -> criteria.Node:
    """The criteria of a spec; nobody meets those of a fixed list.

    Raises:
        CriteriaInvalid: they do not stand (any more).
    """
    return criteria.AnyOf(()) if kind_of(spec) is Kind.FIXED else criteria.parse(spec.get("criteria"), catalogue)


def rule_of(name: str, title: str, version: int, spec: Mapping[str, Any], catalogue: criteria.Catalogue = criteria.CATALOGUE) -> Rule:
    """Read a spec.

    Raises:
        CriteriaInvalid, ValueError: it does not stand (any more).
    """
    tree = tree_of(spec, catalogue)
    return Rule(name, title, version, kind_of(spec), tree, moving_leaves(tree), segments_read(tree))


def in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Each after those that it asks about; by name otherwise. One that goes round in a circle comes last, so that nothing hangs."""
    left = {rule.name: rule for rule in sorted(rules, key=lambda rule: rule.name)}
    done: list[Rule] = []
    while left:
        ready = [rule for rule in left.values() if not (rule.asks - {rule.name}) & left.keys()] or list(left.values())
        done += ready
        left = {name: rule for name, rule in left.items() if rule not in ready}
    return tuple(done)


def followers(rules: Sequence[Rule], names: Iterable[str]) -> tuple[Rule, ...]:
    """The rules that ask about one of `names`, directly or through others, in their order. `rules` come in order."""
    moved, found = set(names), []
    for rule in rules:
        if rule.asks & moved:
            found.append(rule)
            moved.add(rule.name)
    return tuple(found)


def belongs(*, holds: bool, by_hand: bool | None) -> bool:
    """Whether a lead is in: what a person said counts, else the criteria."""
    return holds if by_hand is None else by_hand
