"""Whether the stops of a rule stand: destinations that are there, methods that fit, and at the end somewhere that holds. Pure."""

from collections.abc import Collection, Mapping
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from leadloop.kernel.drafts import Problem
from leadloop.routing.domain.stops import DEALT, KINDS, METHODS, SHARED, WHEN_NONE

STOP_LIMIT = 10
LONGEST_STAY = 43_200  # minutes: 30 days
STOP_PARTS = ("to", "method", "needs", "minutes", "value_from", "experiment")
NEEDS_LIMIT = 10


def check_way(part: Mapping[str, Any], place: str, pools: Collection[int], people: Collection[int] | None, *, holds: bool) -> list[Problem]:
    """What is wrong with where a rule, or everybody else, goes. `holds`: its last stop has to keep what nobody takes."""
    if "stops" not in part:
        return _check_plain(part, place, pools)
    stops = part["stops"]
    if "pool" in part or "how" in part:
        return [Problem(place, "It has stops, or a pool and how; not both.")]
    if not isinstance(stops, list) or not 1 <= len(stops) <= STOP_LIMIT:
        return [Problem(place, f"It has at least one stop and at most {STOP_LIMIT}.")]
    if part.get("when_none", "fallback") not in WHEN_NONE:
        return [Problem(place, f"When nobody can take it: one of {', '.join(WHEN_NONE)}.")]
    found = [
        problem for number, stop in enumerate(stops, start=1) for problem in _check_stop(stop, f"{place}, stop {number}", pools, people)
    ]
    if not found and holds and not _keeps(stops[-1]):
        found.append(Problem(place, "Its last stop is a pool, so that no lead is nobody's."))
    return found


def _keeps(stop: Mapping[str, Any]) -> bool:
    return stop["to"]["kind"] in SHARED and stop.get("method", "turn") in (*DEALT, "claim")


def _check_plain(part: Mapping[str, Any], place: str, pools: Collection[int]) -> list[Problem]:
    found = []
    if part.get("pool") not in pools or isinstance(part.get("pool"), bool):
        found.append(Problem(place, "Its pool does not exist (any more)."))
    if part.get("how") not in ("turn", "wait"):
        found.append(Problem(place, "A lead goes to the next in turn, or waits to be claimed."))
    return found


def _check_stop(stop: Any, place: str, pools: Collection[int], people: Collection[int] | None) -> list[Problem]:
    if not isinstance(stop, Mapping) or not isinstance(stop.get("to"), Mapping):
        return [Problem(place, "A stop is an object that says where to.")]
    found = [Problem(place, f"There is no part called {part}.") for part in stop if part not in STOP_PARTS]
    kind, number, minutes = stop["to"].get("kind"), stop["to"].get("id"), stop.get("minutes")
    if kind not in KINDS:
        return [*found, Problem(place, f"It goes to one of {', '.join(KINDS)}.")]
    whole = isinstance(number, int) and not isinstance(number, bool)
    if (kind in SHARED and (not whole or number not in pools)) or (
        kind == "person" and (not whole or (people is not None and number not in people))
    ):
        found.append(Problem(place, f"Its {'person' if kind == 'person' else 'pool'} does not exist (any more)."))
    if kind == "nurture" and number is not None and not (whole and 1 <= number <= 1_000):
        found.append(Problem(place, "A lead rests for 1 to 1,000 days."))
    if stop.get("method", "turn") not in METHODS:
        found.append(Problem(place, f"Somebody is found by one of {', '.join(METHODS)}."))
    if minutes is not None and not (isinstance(minutes, int) and not isinstance(minutes, bool) and 1 <= minutes <= LONGEST_STAY):
        found.append(Problem(place, f"A lead stays for 1 to {LONGEST_STAY:,} minutes, or as long as it takes."))
    return found + _check_needs(stop.get("needs"), place)


def _check_needs(needs: Any, place: str) -> list[Problem]:
    if needs is None:
        return []
    if (
        not isinstance(needs, Mapping)
        or set(needs) - {"skills", "languages", "cleared"}
        or not isinstance(needs.get("cleared", False), bool)
    ):
        return [Problem(place, "Needs are skills, languages, and cleared: true or false.")]
    lists = [needs.get("skills", []), needs.get("languages", [])]
    if not all(
        isinstance(some, list) and len(some) <= NEEDS_LIMIT and all(isinstance(one, str) and 0 < len(one) <= 60 for one in some)
        for some in lists
    ):
        return [Problem(place, f"Skills and languages are lists of at most {NEEDS_LIMIT} names.")]
    return []


def check_between(between: Any, place: str) -> list[Problem]:
    """Whether the hours of a rule stand."""
    if between is None:
        return []
    try:
        days = between.get("days") or []
        time.fromisoformat(between.get("from", "00:00"))
        time.fromisoformat(between.get("to", "00:00"))
        ZoneInfo(between.get("zone", "UTC"))
    except (AttributeError, TypeError, ValueError, ZoneInfoNotFoundError, OSError):
        return [Problem(place, "Its hours are days, from, to and a time zone, such as Europe/Berlin.")]
    fine = isinstance(days, list) and all(isinstance(day, int) and not isinstance(day, bool) and 0 <= day <= 6 for day in days)
    return (
        [] if fine and not set(between) - {"days", "from", "to", "zone"} else [Problem(place, "Its days are numbers from 0, Monday, to 6.")]
    )
