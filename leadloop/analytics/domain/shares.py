"""Whether turns were dealt fairly: how far each seat of a pool is from its share, in leads."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A seat of a pool. `turns` counts from the level at which the person joined; `dealt` are the leads among them."""

    person: int
    weight: int
    turns: int
    dealt: int
    present: bool


@dataclass(frozen=True, slots=True)
class Share:
    """A seat against the level of its pool. `ahead` is in leads: 1.5 means one and a half more than the share."""

    place: Place
    level: float
    ahead: float


def fair_shares(places: Sequence[Place]) -> list[Share]:
    """Each seat against the level of those who take turns now, in the order given; who is away is level when coming back."""
    present = [place for place in places if place.present] or list(places)
    weight = sum(place.weight for place in present)
    mean = sum(place.turns for place in present) / weight if weight else 0.0
    return [Share(place, place.turns / place.weight, (place.turns - mean * place.weight) if place.present else 0.0) for place in places]
