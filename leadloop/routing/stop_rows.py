"""The stops of a rule as rows of a form: read from what was posted or stored, changed by its buttons, and made into a spec again.

Works without JavaScript: a button sends the form with `stop` saying what to do, and the page comes back with the rows changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leadloop.leads.sample import pools
from leadloop.routing.domain.stop_checks import STOP_LIMIT
from leadloop.routing.domain.stops import METHODS, SHARED, WHEN_NONE, Stop, stops_of, when_none
from leadloop.routing.models import Skill
from leadloop.teams.models import User

LONGEST = 18
"""Digits that fit into a column of the store."""
RESTS = (7, 14, 30, 60, 91, 182, 365)


@dataclass(slots=True)
class StopRow:
    """One stop as it is typed."""

    to: str = ""
    method: str = "turn"
    minutes: str = ""
    skills: str = ""
    languages: str = ""
    cleared: bool = False
    value_from: str = ""
    experiment: str = ""
    error: str = ""

    @classmethod
    def of(cls, stop: Stop) -> "StopRow":
        number = stop.id if stop.id is not None else 30
        return cls(
            f"{'pool' if stop.kind == 'team' else stop.kind}:{number}",
            stop.method,
            str(stop.minutes or ""),
            ", ".join(stop.needs.skills),
            ", ".join(stop.needs.languages),
            stop.needs.cleared,
            stop.value_from,
            stop.experiment,
        )

    @property
    def needs_more(self) -> bool:
        """Whether the part of the row that is folded away says something."""
        return bool(self.skills or self.languages or self.cleared)

    def spec(self) -> dict[str, Any]:
        """The stop of a spec.

        Raises:
            ValueError: something is not what it has to be; the text says what.
        """
        kind, _, number = self.to.partition(":")
        if kind not in ("pool", "person", "nurture", "partner") or _whole(number, digits=LONGEST) is None:
            raise ValueError("Choose where the lead goes.")
        if self.method not in METHODS:
            raise ValueError("Choose how somebody is found.")
        if self.minutes and not _whole(self.minutes, digits=LONGEST):
            raise ValueError("Minutes are a whole number from 1, or nothing.")
        told: dict[str, Any] = {"to": {"kind": kind, "id": int(number)}, "method": self.method if kind in SHARED else "turn"}
        needs = {"skills": _listed(self.skills), "languages": _listed(self.languages), "cleared": self.cleared}
        told |= {"needs": {name: value for name, value in needs.items() if value}} if any(needs.values()) else {}
        told |= {"minutes": int(self.minutes)} if self.minutes else {}
        return told | {name: value for name, value in (("value_from", self.value_from), ("experiment", self.experiment)) if value}


@dataclass(slots=True)
class StopRows:
    """Everything that the partial `routing/_stops.html` shows. `asked`: a button was pressed, so show the form again and save nothing."""

    rows: list[StopRow]
    then: str = "hold"
    ends: bool = False  # of everybody else: there is no further rule to go to
    asked: bool = False
    error: str = ""
    pools: list[tuple[str, str]] = field(default_factory=list)
    people: list[tuple[str, str]] = field(default_factory=list)
    skills: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)

    def fill(self) -> "StopRows":
        """What rows may name. Three queries."""
        self.pools = [(f"pool:{number}", name) for number, name in pools()]
        self.people = [(f"person:{number}", name) for number, name in User.objects.active().order_by("name").values_list("pk", "name")]
        for kind, name in Skill.objects.order_by("name").values_list("kind", "name").distinct():
            (self.skills if kind == "skill" else self.languages).append(name)
        return self

    @property
    def methods(self) -> list[tuple[str, str]]:
        return list(METHODS.items())

    @property
    def rests(self) -> list[tuple[str, str]]:
        return [(f"nurture:{days}", f"Rests for {days} days, then comes back") for days in RESTS]

    @property
    def thens(self) -> list[tuple[str, str]]:
        return [] if self.ends else list(WHEN_NONE.items())

    @property
    def full(self) -> bool:
        return len(self.rows) >= STOP_LIMIT

    def spec(self) -> dict[str, Any] | None:
        """The parts of a rule that say where, in the short shape if that says it all. None where a row has an error, which it shows."""
        found = []
        for row in self.rows:
            try:
                found.append(row.spec())
            except ValueError as error:
                row.error = str(error)
        if len(found) < len(self.rows) or not found:
            self.error = "" if found or self.rows else "Say where the leads go."
            return None
        stops = stops_of({"stops": found})
        if len(stops) == 1 and stops[0].is_plain and not stops[0].value_from and (self.ends or self.then == "hold"):
            return {"pool": stops[0].id, "how": "wait" if stops[0].method == "claim" else "turn"}
        return {"stops": found} | ({} if self.ends else {"when_none": self.then})

    def press(self, button: str) -> None:
        """Do what a button says: "add", "drop:1", "up:1", "down:0"."""
        self.asked = True
        what, _, number = button.partition(":")
        place = -1 if (asked := _whole(number)) is None else asked
        if what == "add" and not self.full:
            self.rows.append(StopRow())
        elif 0 <= place < len(self.rows):
            if what == "drop" and len(self.rows) > 1:
                self.rows.pop(place)
            elif what in ("up", "down"):
                to = place + (1 if what == "down" else -1)
                if 0 <= to < len(self.rows):
                    self.rows.insert(to, self.rows.pop(place))


def stored(part: Mapping[str, Any] | None, *, ends: bool = False) -> StopRows:
    """The rows of a stored rule or of everybody else; of a new rule one empty row."""
    rows = [StopRow.of(stop) for stop in stops_of(part)] if part and ("stops" in part or "pool" in part) else [StopRow()]
    return StopRows(rows, then=when_none(part) if part and ("stops" in part or "pool" in part) else "hold", ends=ends)


def posted(data: Mapping[str, Any], *, ends: bool = False) -> StopRows:
    """The rows as they were sent, after the button that was pressed."""
    count = _whole(str(data.get("stops", "1")))
    rows = [_row(data, number) for number in range(min(1 if count is None else count, STOP_LIMIT))]
    found = StopRows(rows or [StopRow()], then=str(data.get("when_none", "hold")), ends=ends)
    if found.then not in WHEN_NONE:
        found.then = "hold"
    if data.get("stop"):
        found.press(str(data["stop"]))
    return found


def _row(data: Mapping[str, Any], number: int) -> StopRow:
    def said(name: str, default: str = "") -> str:
        return str(data.get(f"stop-{number}-{name}", default)).strip()

    return StopRow(
        to=said("to"),
        method=said("method", "turn"),
        minutes=said("minutes"),
        skills=said("skills"),
        languages=said("languages"),
        cleared=bool(said("cleared")),
        value_from=said("value_from"),
        experiment=said("experiment"),
    )


def _whole(text: str, *, digits: int = 5) -> int | None:
    """The whole number that was typed; None if it is none, or longer than any that makes sense here."""
    return int(text) if text.isdecimal() and len(text) <= digits else None


def _listed(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
