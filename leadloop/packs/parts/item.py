"""What every part speaks: the things of a pack on the way in, what was made of them, and what is known when they go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from leadloop.leads.domain.criteria import Catalogue
from leadloop.packs.domain.format import Pack
from leadloop.packs.domain.names import Spoken
from leadloop.packs.models import Installed
from leadloop.teams.models import User

HISTORY = "Leads were judged by it: it is part of the history, and no longer of the pack."
State = Literal["make", "ours", "theirs", "blocked"]
Ids = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a pack. `state`: it will be made, this pack made it, somebody else's is there and stays, or it cannot be made."""

    kind: str
    key: str
    title: str
    says: str
    state: State
    note: str = ""
    lines: tuple[str, ...] = ()
    given: Any = None
    behind: str = ""  # the title of somebody else's draft, which has to be published or discarded first


@dataclass(frozen=True, slots=True)
class Made:
    """One thing that a pack made; `digest` is what it said then."""

    kind: str
    key: str
    title: str
    id: int
    digest: str = ""

    def stored(self) -> dict[str, Any]:
        return {"kind": self.kind, "key": self.key, "title": self.title, "id": self.id, "digest": self.digest}


@dataclass(frozen=True, slots=True)
class Site:
    """The install that a pack comes to. `catalogue` has the fields of the pack already, `ids` the sources and pools by name.

    `fresh`: nothing has come in and nobody has published a rule, so that the rules of the pack may be in force at once.
    """

    pack: Pack
    installed: Installed | None
    catalogue: Catalogue
    ids: Ids
    fresh: bool
    author: User | None
    now: datetime

    def made(self, kind: str, key: str) -> Made | None:
        """What this pack made of that name and has not taken away."""
        kept = self.installed.made_of(kind).get(key) if self.installed else None
        return Made(**kept) if kept else None


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left when a pack goes: what living and old rules speak of, and how many leads hold a value of each field."""

    living: Spoken = field(default_factory=Spoken)
    history: Spoken = field(default_factory=Spoken)
    held: Mapping[str, int] = field(default_factory=dict)
    sample_leads: tuple[int, ...] = ()
    sample_draws: tuple[int, ...] = ()
    fresh: bool = False  # no lead is left, so that no decision was made under a rule of the pack


class Part(Protocol):
    """One kind of content."""

    kind: str
    label: str

    def plan(self, site: Site) -> list[Item]:
        """Every thing of this kind with its state. Changes nothing."""

    def make(self, items: Sequence[Item], site: Site) -> list[Made]:
        """Make things of the plan; without those where somebody else was first."""

    def stays(self, made: Made, rest: Rest) -> str:
        """Why a thing cannot go; "" where it can."""

    def take(self, made: Made, rest: Rest, *, now: datetime) -> None:
        """Take it away; what is not there any more is fine."""
