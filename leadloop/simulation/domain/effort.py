"""How long a simulation will take, told before it begins; factors are measured on one core and rather too high than too low."""

from collections.abc import Sequence
from math import exp

from leadloop.simulation.domain.policies import Policy
from leadloop.simulation.domain.world import DAY, HOUR, WEEK, World

ATTEMPT = 25e-6
"""Seconds of one attempt; a lead is two more, and is looked at by ten people in the time of one."""
SHIFT, COLLEAGUE = 20e-6, 0.4e-6
"""Seconds of one person's day, and of each other person who is looked at when it begins."""
LOOKS = 100
"""Shifts that are looked through in the time of an attempt, where work goes on for days."""


def seconds(world: World, policies: Sequence[Policy], seeds: Sequence[int]) -> float:
    """Of one core, over all policies and seeds."""
    people, days = len(world.people), world.until / DAY
    leads = world.per_week * world.until / WEEK
    for_leads = leads * ATTEMPT * ((world.response.attempts + people / 10) * (1 + _shifts(world) / LOOKS) + 2)
    for_people = people * days * (SHIFT + COLLEAGUE * people)
    return (for_leads + for_people) * len(policies) * len(seeds)


def _shifts(world: World) -> float:
    """Shifts that the longest piece of work or reaction may reach over."""
    response = world.response
    work = max(response.try_minutes, response.handling_minutes * exp(response.handling_spread))
    longest = max(work, *(person.reaction * exp(person.reaction_spread) for person in world.people))
    shortest = min((person.ends - person.starts) * HOUR for person in world.people)
    return min(world.until / DAY, longest / shortest)
