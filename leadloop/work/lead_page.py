"""The lead page: its panels in their order. A panel is a module of `work.panels` and a line here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from leadloop.leads.models import Lead, Standing
from leadloop.teams.models import User
from leadloop.work.opened import Opened, open_lead
from leadloop.work.panels import (
    actions,
    answers,
    chance,
    consent,
    contact,
    conversion,
    details,
    life,
    message,
    place,
    score,
    segments,
    submissions,
    tasks,
    timeline,
    verdict,
    why,
)


class Panel(Protocol):
    """A module that shows one thing about a lead; `read` gives None where there is nothing to show."""

    __name__: str
    TEMPLATE: str

    def read(self, opened: Opened, /) -> object | None: ...


HEAD, MAIN, ASIDE = "head", "main", "aside"
PANELS: tuple[tuple[str, Panel], ...] = (
    (HEAD, actions),
    (MAIN, place),
    (MAIN, verdict),
    (MAIN, life),
    (MAIN, message),
    (MAIN, answers),
    (MAIN, conversion),
    (MAIN, timeline),
    (ASIDE, contact),
    (ASIDE, tasks),
    (ASIDE, score),
    (ASIDE, chance),
    (ASIDE, why),
    (ASIDE, details),
    (ASIDE, segments),
    (ASIDE, consent),
    (ASIDE, submissions),
)
"""Where on the page, and which."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel that has something to say, with what its partial shows."""

    where: str
    name: str
    template: str
    panel: Any


@dataclass(frozen=True, slots=True)
class LeadPage:
    """All that is shown of one lead."""

    lead: Lead
    shown: tuple[Shown, ...]

    @property
    def head(self) -> list[Shown]:
        return [one for one in self.shown if one.where == HEAD]

    @property
    def main(self) -> list[Shown]:
        return [one for one in self.shown if one.where == MAIN]

    @property
    def aside(self) -> list[Shown]:
        return [one for one in self.shown if one.where == ASIDE]

    @property
    def panels(self) -> dict[str, Any]:
        """By name."""
        return {one.name: one.panel for one in self.shown}


def read_lead(standing: Standing, viewer: User, *, now: datetime, revealed: bool = False) -> LeadPage:
    """The page of one lead, whose visibility the caller has settled. A number of queries that its history does not change.

    Sensitive values are masked, for everybody, unless `revealed`; who reveals them has written that down.
    """
    opened = open_lead(standing, viewer, now=now, revealed=revealed)
    read = ((where, panel.__name__.rpartition(".")[2], panel.TEMPLATE, panel.read(opened)) for where, panel in PANELS)
    return LeadPage(standing.lead, tuple(Shown(*one) for one in read if one[-1] is not None))
