"""What marketing and sales agreed a word of the trade means, compiled: who meets it, which conditions fail, what sales promises."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from leadloop.leads.domain import criteria
from leadloop.leads.domain.criteria.sentence import Names
from leadloop.leads.domain.criteria.tree import parts_of, reads_sensitive

SIDES = ("marketing", "sales")
PROMISE, GATE, WORDS = "promise", "gate", "words"
"""Kinds of terms: sales promises an answer; a lead has to pass it; words alone, with criteria where somebody wants to count."""
RETURNS = ("choose", "nurture", "disqualify", "pool")
"""Where a lead goes that sales rejects."""


Ends = Callable[[datetime, timedelta], datetime]
"""When a promised time that begins at a moment is over."""


def by_the_clock(start: datetime, promised: timedelta) -> datetime:
    """Nights and holidays count; who works by a calendar compiles definitions with a function that leaves them out."""
    return start + promised


@dataclass(frozen=True, slots=True)
class Returned:
    """Where a rejected lead goes: back to nurture for `days`, to the disqualified, to another `pool`, or where the person chooses."""

    to: str = "choose"
    days: int = 30
    pool: int | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A published definition. `holds(facts, now)`; minutes within which sales promises the first touch, and its verdict."""

    version: int
    holds: Callable[[Mapping[str, Any], datetime], bool]
    sla_minutes: int
    verdict_minutes: int
    returned: Returned
    tree: criteria.Node
    leaves: tuple[criteria.Test, ...]
    ends: Ends = by_the_clock

    def due(self, asked_at: datetime) -> datetime:
        """When the promise of a verdict ends, for a lead that was handed over at `asked_at`."""
        return self.ends(asked_at, timedelta(minutes=self.verdict_minutes))

    def truths(self, facts: Mapping[str, Any], now: datetime) -> str:
        """Which conditions hold, in their order: "101"."""
        return "".join(["1" if leaf(facts, now) else "0" for leaf in self.leaves])


def compile_definition(
    spec: Mapping[str, Any], *, version: int, catalogue: criteria.Catalogue = criteria.CATALOGUE, ends: Ends = by_the_clock
) -> Term:
    """From `{"kind", "text", "criteria", "sla_minutes", "verdict_minutes", "returned", "signatures": {"marketing": {...}, ...}}`.

    A definition that names no time for the verdict promises it within the time of the first touch, as those of old did.

    Args:
        ends: when the promise of a verdict is over.

    Raises:
        CriteriaInvalid: the criteria do not stand.
    """
    tree = criteria.parse(spec["criteria"], catalogue)
    answer = int(spec.get("sla_minutes") or 0)
    leaves = tuple(criteria.predicate(leaf) for leaf in leaves_of(tree))
    verdict = int(spec.get("verdict_minutes") or answer)
    return Term(version, criteria.predicate(tree), answer, verdict, Returned(**(spec.get("returned") or {})), tree, leaves, ends)


def leaves_of(tree: criteria.Node) -> Iterator[criteria.Node]:
    """The conditions of a tree in the order in which they are written."""
    if isinstance(tree, criteria.Condition | criteria.TouchCount):
        yield tree
    for part in parts_of(tree):
        yield from leaves_of(part)


UNNAMED = "a condition on sensitive data"


def failing(tree: criteria.Node, facts: Mapping[str, Any], now: datetime, names: Names | None = None, *, masked: bool = False) -> list[str]:
    """What keeps a lead from meeting the criteria, a sentence each: conditions that all have to hold one by one, choices as a whole.

    Args:
        masked: whether conditions on sensitive data are not named, since that one fails would tell the value.
    """
    if criteria.predicate(tree)(facts, now):
        return []
    if isinstance(tree, criteria.All):
        return [line for part in tree.parts for line in failing(part, facts, now, names, masked=masked)]
    return [UNNAMED if masked and reads_sensitive(tree) else criteria.sentence(tree, names)]


def kind_of(spec: Mapping[str, Any]) -> str:
    """The kind of a term; what was agreed before there were kinds was a promise."""
    return str(spec.get("kind", PROMISE))


def missing_signatures(spec: Mapping[str, Any]) -> list[str]:
    """The sides that have not signed this text yet."""
    return [side for side in SIDES if side not in spec.get("signatures", {})]
