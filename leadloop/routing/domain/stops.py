"""Stops: the places on a rule's way, read from a spec. One reading for rules of either shape, so that old ones keep their meaning. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

METHODS: Final[Mapping[str, str]] = {
    "turn": "Next in turn: whoever is furthest below their share",
    "least_loaded": "Most room: whoever has the fewest open leads for what fits on the desk",
    "best": "Best chance: whoever wins such leads most often, with some tries of the others",
    "owner": "Who had it before: the person who had this lead, this contact or this account",
    "account": "Owner of the account: by the company's own domain, never by free mail",
    "claim": "Waits to be claimed: whoever asks first has it",
}
KINDS: Final[Mapping[str, str]] = {"pool": "pool", "team": "team", "person": "person", "partner": "partner", "nurture": "nurture"}
SHARED: Final = ("pool", "team")
"""Kinds that a lead can wait in, since people share it; a team is a pool."""
DEALT: Final = ("turn", "least_loaded", "best")
"""Methods that count as a turn in the pool."""
WHEN_NONE: Final[Mapping[str, str]] = {
    "hold": "It waits in the pool of the last stop",
    "next": "The next rule that holds takes it, else everybody else's",
    "fallback": "It goes where everybody else goes",
}


@dataclass(frozen=True, slots=True)
class Needs:
    """What somebody has to bring along to be given a lead at a stop."""

    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    cleared: bool = False

    def __bool__(self) -> bool:
        return bool(self.skills or self.languages or self.cleared)


@dataclass(frozen=True, slots=True)
class Stop:
    """One place on a rule's way: where, how somebody is found there, and working minutes until the lead moves on (None: it stays)."""

    kind: str
    id: int | None
    method: str
    needs: Needs = Needs()
    minutes: int | None = None
    value_from: str = ""
    experiment: str = ""

    @property
    def pool_id(self) -> int | None:
        """The pool that the stop is, where it is one."""
        return self.id if self.kind in SHARED else None

    @property
    def is_plain(self) -> bool:
        """As in the first shape of specs: a pool, in turn or to be claimed, for as long as it takes."""
        return self.kind in SHARED and self.method in ("turn", "claim") and not (self.needs or self.minutes or self.experiment)


class Leg(NamedTuple):
    """A stop with the rule that it belongs to and its place there."""

    rule: str
    place: int
    stop: Stop


def stops_of(part: Mapping[str, Any]) -> tuple[Stop, ...]:
    """The stops of a rule or of the fallback; `{"pool", "how"}` is one stop.

    Raises:
        KeyError: a part is missing.
    """
    if "stops" not in part:
        return (Stop("pool", part["pool"], "claim" if part["how"] == "wait" else "turn"),)
    return tuple(_stop(one) for one in part["stops"])


def _stop(one: Mapping[str, Any]) -> Stop:
    needs = one.get("needs") or {}
    return Stop(
        kind=one["to"]["kind"],
        id=one["to"].get("id"),
        method=one.get("method", "turn"),
        needs=Needs(tuple(needs.get("skills", ())), tuple(needs.get("languages", ())), bool(needs.get("cleared"))),
        minutes=one.get("minutes"),
        value_from=one.get("value_from") or "",
        experiment=one.get("experiment") or "",
    )


def when_none(part: Mapping[str, Any]) -> str:
    """What becomes of a lead for which no stop has anybody: rules of the first shape hold it."""
    return str(part.get("when_none") or ("fallback" if "stops" in part else "hold"))


def leaves(
    rules: list[dict[str, Any]], above: tuple[dict[str, Any], ...] = ()
) -> Iterator[tuple[dict[str, Any], tuple[dict[str, Any], ...]]]:
    """Every rule that has stops, in the order in which it is asked, with the groups around it. A group's own come last."""
    for rule in rules:
        if rule.get("rules"):
            yield from leaves(rule["rules"], (*above, rule))
        if "stops" in rule or "pool" in rule:
            yield rule, above


@dataclass(frozen=True, slots=True)
class Window:
    """Days of the week (Monday is 0) and hours of a zone, the end left out. From after to: over midnight, of the day it begins."""

    days: frozenset[int]
    start: time
    end: time
    zone: ZoneInfo

    def __contains__(self, now: datetime) -> bool:
        local = now.astimezone(self.zone)
        at, day = local.time(), local.weekday()
        if self.start < self.end:
            return day in self.days and self.start <= at < self.end
        return (day in self.days and at >= self.start) or ((day - 1) % 7 in self.days and at < self.end)


def window_of(spec: Mapping[str, Any] | None) -> Window | None:
    """From `{"days": [0, 4], "from": "09:00", "to": "17:30", "zone": "Europe/Berlin"}`; the same end as start is the whole day."""
    if not spec:
        return None
    days = frozenset(spec.get("days") or range(7))
    return Window(
        days, time.fromisoformat(spec.get("from", "00:00")), time.fromisoformat(spec.get("to", "00:00")), ZoneInfo(spec.get("zone", "UTC"))
    )
