"""Who gets each lead of a batch at a stop, and why the others do not: by turn, by room, by chance, or because they had it. Pure."""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from math import sqrt
from statistics import NormalDist
from typing import Any

from leadloop.routing.domain.rotation import Chair, deal

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person, later perhaps a partner, who could get a lead: as the store knew them when the batch was dealt.

    `lacks` are codes of what keeps them from this stop's leads: "away", "left", "skill:German", "language:de", "cleared", "had it".
    """

    person: int
    weight: float
    turns: int
    free: int
    present: bool
    cap: int = 0
    lacks: tuple[str, ...] = ()
    kind: str = "person"

    @property
    def able(self) -> bool:
        return self.present and self.free > 0 and not self.lacks

    @property
    def chair(self) -> Chair:
        return Chair(self.person, self.weight, self.turns, self.free, self.present and not self.lacks)


@dataclass(frozen=True, slots=True)
class Round:
    """All that recomputes a draw at a stop.

    `asked` says what each lead, by its place, brings along: for "best" its id and the number of its kind (see `odds`; older draws have the
    kind itself), for "owner", "account" and "person" whom it is for (None: nobody is known). `odds` are wins and losses, with the prior in
    them, by kind of lead and person.
    """

    method: str
    candidates: tuple[Candidate, ...]
    asked: tuple[Any, ...] = ()
    odds: Mapping[str, Mapping[str, Sequence[float]]] | None = None
    seed: int = 0

    def as_json(self) -> dict[str, Any]:
        """What a draw keeps beside its roster; ids, numbers and codes, never prose."""
        told: dict[str, Any] = {"method": self.method}
        if self.method == "least_loaded":
            told["caps"] = {str(one.person): one.cap for one in self.candidates}
        lacks = {str(one.person): list(one.lacks) for one in self.candidates if one.lacks}
        return told | {name: value for name, value in (("lacks", lacks), ("asked", list(self.asked)), ("odds", self.odds)) if value}


def round_of(roster: Sequence[Sequence[Any]], terms: Mapping[str, Any] | None, draw_id: int) -> Round:
    """The round that a stored draw was; `terms` are None for plain turns."""
    terms = terms or {}
    caps, lacks = terms.get("caps") or {}, terms.get("lacks") or {}
    candidates = tuple(
        Candidate(
            int(row[0]), row[1], int(row[2]), int(row[3]), bool(row[4]), caps.get(str(row[0]), 0), _lacks(row, lacks.get(str(row[0]), ()))
        )
        for row in roster
    )
    return Round(terms.get("method", "turn"), candidates, tuple(terms.get("asked") or ()), terms.get("odds"), draw_id)


def _lacks(row: Sequence[Any], known: Sequence[str]) -> tuple[str, ...]:
    """With what working time said, which a roster keeps at the end of the row."""
    return (*known, *([f"time:{row[5]}"] if len(row) > 5 and row[5] else ()))


def choose(given: Round, count: int) -> list[int | None]:
    """Who gets each of `count` leads, in order; None where nobody can. The same input chooses the same way."""
    if given.method == "turn":
        return deal([one.chair for one in given.candidates], count)
    if given.method == "least_loaded":
        return list(_by_room(given.candidates, count))
    return list(_by_chance(given, count) if given.method == "best" else _as_asked(given, count))


def _by_room(candidates: Sequence[Candidate], count: int) -> Iterator[int | None]:
    line = [((one.cap - one.free) / max(1, one.cap), one.person, one.free, one.cap) for one in candidates if one.able]
    heapq.heapify(line)
    for _ in range(count):
        if not line:
            yield None
            continue
        _, person, free, cap = line[0]
        yield person
        if free > 1:
            heapq.heapreplace(line, ((cap - free + 1) / max(1, cap), person, free - 1, cap))
        else:
            heapq.heappop(line)


def _by_chance(given: Round, count: int) -> Iterator[int | None]:
    free = {one.person: one.free for one in given.candidates if one.able}
    for place in range(count):
        open_ = [person for person, room in free.items() if room > 0]
        if not open_:
            yield None
            continue
        tries = chances(given, place)
        chosen = max(open_, key=lambda person: (tries[person], -person))
        free[chosen] -= 1
        yield chosen


def chances(given: Round, place: int) -> dict[int, float]:
    """The share of such leads that each would win, drawn from what is known of them (Thompson sampling), for the lead at this place."""
    lead_id, kind = given.asked[place]
    known = (given.odds or {}).get(kind, {})
    return {one.person: _thrown(known.get(str(one.person), (1, 1)), f"{lead_id}:{given.seed}:{one.person}") for one in given.candidates}


def _thrown(odds: Sequence[float], seed: str) -> float:
    """One throw of the beta distribution of wins and losses, by Wilson and Hilferty's form of the gamma distribution."""
    digest = blake2b(seed.encode(), digest_size=16).digest()
    won, lost = (_gamma(max(0.1, odds[side]), int.from_bytes(digest[side * 8 : side * 8 + 8], "big")) for side in (0, 1))
    return won / (won + lost)


def _gamma(shape: float, dice: int) -> float:
    normal = _NORMAL.inv_cdf((dice + 1) / (2**64 + 2))
    return max(1e-9, shape * (1 - 1 / (9 * shape) + normal / (3 * sqrt(shape))) ** 3)


def _as_asked(given: Round, count: int) -> Iterator[int | None]:
    free = {one.person: one.free for one in given.candidates if one.able}
    for place in range(count):
        wanted = given.asked[place]
        if wanted is None or free.get(wanted, 0) < 1:
            yield None
        else:
            free[wanted] -= 1
            yield wanted


def after(given: Round, count: int) -> tuple[tuple[Candidate, ...], list[int | None]]:
    """The candidates as they stand when `count` leads have been dealt, and to whom those went."""
    dealt = choose(given, count)
    return tuple(
        replace(one, turns=one.turns + dealt.count(one.person), free=one.free - dealt.count(one.person)) for one in given.candidates
    ), dealt


@dataclass(frozen=True, slots=True)
class Seen:
    """A candidate as one lead found them: chosen, or why not (codes). `share` is what they would have with it, (turns + 1) / weight."""

    person: int
    chosen: bool
    why: tuple[str, ...]
    turns: int
    weight: float
    free: int
    share: float
    chance: float | None = None
    load: float | None = None


def seen(given: Round, place: int) -> list[Seen]:
    """Each candidate for the lead at this place of the draw, whoever got it first, the rest in the order in which they came next."""
    before, _ = after(given, place)
    chosen = choose(given, place + 1)[place]
    tries = chances(given, place) if given.method == "best" else {}
    wanted = given.asked[place] if given.method in ("owner", "account", "person", "kept") else None
    found = []
    for one in before:
        why = _why_not(one, given.method, wanted) if one.person != chosen else ()
        share = (one.turns + 1) / one.weight if one.weight else 0.0
        load = (one.cap - one.free) / max(1, one.cap) if given.method == "least_loaded" else None
        found.append(Seen(one.person, one.person == chosen, why, one.turns, one.weight, one.free, share, tries.get(one.person), load))
    return sorted(found, key=lambda one: (not one.chosen, bool(one.why) and one.why != ("turn",), one.share, one.person))


def _why_not(one: Candidate, method: str, wanted: int | None) -> tuple[str, ...]:
    codes = list(one.lacks)
    if not one.present and not {"away", "left"} & set(codes) and not any(code.startswith("time:") for code in codes):
        codes.append("away")
    if one.free < 1:
        codes.append("full")
    if codes:
        return tuple(codes)
    if method in ("owner", "account", "person", "kept"):
        return () if one.person == wanted else ("not asked",)
    return ({"least_loaded": "load", "best": "chance"}.get(method, "turn"),)
