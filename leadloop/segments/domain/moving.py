"""Which conditions may change their truth while nothing happens to a lead, and for which leads they did between two moments."""

from datetime import datetime, timedelta
from typing import NamedTuple

from leadloop.leads.domain.criteria import All, AnyOf, Condition, Node, Not, Op, TouchCount
from leadloop.leads.domain.criteria.tree import walk
from leadloop.leads.domain.criteria.windows import start_of_days

LAST_DAYS = frozenset({Op.IN_LAST_DAYS, Op.NOT_IN_LAST_DAYS})
STEADY = frozenset(
    {
        Op.IS, Op.IS_NOT, Op.ONE_OF, Op.NONE_OF, Op.CONTAINS, Op.NOT_CONTAINS, Op.STARTS_WITH, Op.STARTS_WITH_ONE_OF,
        Op.WITHIN_KM, Op.NOT_WITHIN_KM, Op.IS_BLANK, Op.IS_NOT_BLANK, Op.AT_LEAST,
        Op.AT_MOST, Op.ABOVE, Op.BELOW, Op.BETWEEN, Op.BEFORE, Op.AFTER, Op.IS_TRUE, Op.IS_FALSE,
    }
)  # fmt: skip
"""Operators that give the same answer at any moment; one that is not listed is taken to move."""
FADING = frozenset({"heat", "engagement", "temperature"})
"""Fields that fade by themselves."""


class Span(NamedTuple):
    """Moments from `first`, included, up to `last`, not included."""

    first: datetime
    last: datetime


def moving_leaves(tree: Node) -> tuple[Node, ...]:
    """The conditions that time alone may turn. What is not known here is taken to move: too many looks harm nobody."""
    leaves = (node for node in walk(tree) if not isinstance(node, All | AnyOf | Not))
    return tuple(dict.fromkeys(leaf for leaf in leaves if not _is_steady(leaf)))


def _is_steady(leaf: Node) -> bool:
    return isinstance(leaf, Condition) and leaf.op in STEADY and not leaf.field.since and leaf.field.name not in FADING


def turned_days(leaf: Condition, *, since: datetime, now: datetime) -> Span | None:
    """Of "in the last n days": moments that began to lie too far back, which happens at a local midnight; None between two of those."""
    days = int(str(leaf.values[0]))
    first, last = (start_of_days(moment, days=days, zone=leaf.zone) for moment in (since, now))
    return Span(first, last) if first < last else None


def turned_touches(leaf: TouchCount, *, since: datetime, now: datetime) -> Span | None:
    """Of a count of touches: moments that fell out of its window; None where it counts for ever."""
    if leaf.within_days is None:
        return None
    if leaf.zone:
        first, last = (start_of_days(moment, days=leaf.within_days, zone=leaf.zone) for moment in (since, now))
        return Span(first, last) if first < last else None
    window = timedelta(days=leaf.within_days)
    return Span(since - window, now - window)
