"""Where a draft would send real leads, and to whom. Pure; the clock is passed in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from leadloop.leads.domain.custom_facts import LeadFacts
from leadloop.routing.domain.decide import Destination, RoutePlan, decide
from leadloop.routing.domain.rotation import Chair, deal

Key = TypeVar("Key")
NOBODYS: dict[str, Any] = {"owner": None, "pool": None}
"""A route is asked about leads that nobody has yet, so a lead that has somebody is looked at as it was before."""


@dataclass(frozen=True, slots=True)
class RoutePreview:
    """Leads by rule id, pool and person, each (now, then); `moves` are (lead, from, to) whose pool or way changes."""

    leads: int
    rules: dict[str, tuple[int, int]]
    pools: dict[int, tuple[int, int]]
    people: dict[int, tuple[int, int]]
    waiting: tuple[int, int]  # in turn pools where nobody is present, and in pools where leads wait to be claimed
    moves: tuple[tuple[int, Destination, Destination], ...]


def preview_route(
    facts: Mapping[int, Mapping[str, Any]], *, before: RoutePlan, after: RoutePlan, rosters: Mapping[int, Sequence[Chair]], now: datetime
) -> RoutePreview:
    """Send every lead by both plans, and deal each pool's leads to the people who are present.

    Args:
        facts: by lead id, in the order in which they would come.
        before: the plan in force.
        after: the draft.
        rosters: chairs by pool. All start from an equal level and with an empty desk, so that the preview shows shares.
        now: the moment of judgement, aware UTC.
    """
    asked = {lead_id: LeadFacts({**known, **NOBODYS}) for lead_id, known in facts.items()}  # declared fields stay readable
    old = {lead_id: decide(known, before, now=now) for lead_id, known in asked.items()}
    new = {lead_id: decide(known, after, now=now) for lead_id, known in asked.items()}
    people = shares(old.values(), rosters), shares(new.values(), rosters)
    return RoutePreview(
        leads=len(asked),
        rules=_both(Counter(one.rule for one in old.values()), Counter(one.rule for one in new.values())),
        pools=_both(Counter(one.pool_id for one in old.values()), Counter(one.pool_id for one in new.values())),
        people={person: both for person, both in _both(*people).items() if person is not None},
        waiting=(people[0][None], people[1][None]),
        moves=tuple((one, old[one], new[one]) for one in asked if _way(old[one]) != _way(new[one])),
    )


def shares(destinations: Any, rosters: Mapping[int, Sequence[Chair]]) -> Counter[int | None]:
    """How many leads each person gets when everybody who is present starts level; None counts leads that nobody gets."""
    found: Counter[int | None] = Counter()
    turns = Counter(one.pool_id for one in destinations if one.how == "turn")
    found[None] = sum(one.how != "turn" for one in destinations)
    for pool_id, count in sorted(turns.items()):
        chairs = [replace(chair, turns=0, free=count) for chair in rosters.get(pool_id, ())]
        found.update(deal(chairs, count))
    return found


def _way(destination: Destination) -> tuple[int, str]:
    return destination.pool_id, destination.how


def _both(before: Counter[Key], after: Counter[Key]) -> dict[Key, tuple[int, int]]:
    return {key: (before[key], after[key]) for key in dict.fromkeys([*before, *after])}
