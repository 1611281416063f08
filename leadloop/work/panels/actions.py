"""The steps that are open: the likely one first, some beside it, the rare ones in a menu."""

from dataclasses import dataclass

from leadloop.work.domain.rights import next_step
from leadloop.work.offered import Offer, address_of_lead
from leadloop.work.opened import Opened

TEMPLATE = "work/panels/_actions.html"
BESIDE = frozenset({"log", "note", "plan", "claim", "reject"})
ELSEWHERE = frozenset({"unconvert"})
"""Steps that stand on a panel of their own."""


@dataclass(frozen=True, slots=True)
class Actions:
    """Buttons in the head of the page."""

    page: str
    first: Offer | None
    beside: list[Offer]
    rest: list[Offer]
    lead_id: int
    may_erase: bool


def read(opened: Opened) -> Actions:
    """No query."""
    standing, offers = opened.standing, opened.offers
    first = offers.get(next_step(standing.stage, opened.steps, touched=standing.first_touch_at is not None))
    others = [one for one in offers.values() if one is not first]
    return Actions(
        page=address_of_lead(standing.pk),
        first=first,
        beside=[one for one in others if one.name in BESIDE],
        rest=[one for one in others if one.name not in BESIDE | ELSEWHERE],
        lead_id=standing.pk,
        may_erase=opened.viewer.is_manager,
    )
