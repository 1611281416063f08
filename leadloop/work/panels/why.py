"""Why this person has the lead: the rule, and the draw recomputed."""

from dataclasses import dataclass
from datetime import datetime

from leadloop.work.domain.turns import Candidate, candidates
from leadloop.work.opened import Opened

TEMPLATE = "work/panels/_why.html"


@dataclass(frozen=True, slots=True)
class WhyTheirs:
    """The reason in a sentence, and everybody who sat in the draw."""

    title: str
    why: str
    seats: list[tuple[Candidate, str]]
    drawn_at: datetime | None
    lead: int


def read(opened: Opened) -> WhyTheirs | None:
    """None where nobody ever decided. No query."""
    handed = opened.history.handed
    route = (handed.data.get("route") if handed else None) or {}
    draw = opened.draws.get(route.get("draw", 0))
    seats = candidates(draw.roster, int(route.get("place", 0))) if draw and not draw.terms else []
    if not opened.why and not seats:
        return None
    title = "Why this owner" if opened.standing.owner_id else "Why nobody has it"
    return WhyTheirs(
        title, opened.why, [(seat, opened.names.person(seat.person)) for seat in seats], draw.made_at if draw else None, opened.lead.pk
    )
