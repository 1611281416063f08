"""Assumptions as a small document: from TOML, JSON or a form, and back. What is left out is as in `world` and `policies`."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

from leadloop.simulation.domain.policies import PRESETS, Kind, Policy
from leadloop.simulation.domain.world import Curve, Person, Response, Source, World

MOST_PEOPLE, MOST_SOURCES, MOST_DAYS, MOST_PER_WEEK, MOST_POLICIES = 200, 100, 366, 1_000_000, 12
LEAST, SHORTEST_SHIFT = 1e-6, 0.01
LONGEST_NAME = 80
_BOUNDS: dict[str, tuple[float, float]] = {
    "weight": (0.01, 1000), "cap": (1, 1_000_000_000), "starts": (0, 24), "ends": (0, 24), "absent": (0, 1), "reaction": (0, 100_000),
    "reaction_spread": (0, 5), "attempts": (1, 100), "pause_minutes": (1, 1_000_000), "handling_minutes": (0.01, 100_000),
    "handling_spread": (0, 5), "try_minutes": (0.01, 100_000), "forgotten": (0, 1), "unwanted": (0, 1), "unwanted_minutes": (0, 1_000_000),
    "cold_days": (0.1, 10_000), "days": (1, MOST_DAYS), "warm_days": (0, MOST_DAYS), "tail_days": (0, MOST_DAYS),
    "per_week": (0, MOST_PER_WEEK), "minutes": (0, 1_000_000), "open_limit": (0, 1_000_000), "hour_limit": (0, 1_000_000),
    "count": (1, MOST_PEOPLE),
}  # fmt: skip
_WHOLE = {"cap", "attempts", "open_limit", "hour_limit", "count"}
_TOP = {"days", "warm_days", "tail_days", "sources", "people", "response", "policies"}


class NotUnderstood(ValueError):
    """A place in the document and what is wrong there: "people[2].cap: a number from 1 is expected"."""


def read_world(document: Mapping[str, Any], usual: World) -> World:
    """The world that a document describes; parts that it does not have are those of `usual`.

    Raises:
        NotUnderstood: a word that there is not, or a value out of bounds.
    """
    _only(document, _TOP, "")
    world = replace(usual, **{name: _number(document[name], name, name) for name in ("days", "warm_days", "tail_days") if name in document})
    if "sources" in document:
        found = tuple(_source(row, f"sources[{place}]") for place, row in enumerate(_rows(document, "sources", MOST_SOURCES)))
        world = replace(world, sources=found)
    if "people" in document:
        rows = enumerate(_rows(document, "people", MOST_PEOPLE))
        people = tuple(person for place, row in rows for person in _people(row, f"people[{place}]"))
        if len(people) > MOST_PEOPLE:
            raise NotUnderstood(f"people: at most {MOST_PEOPLE}")
        world = replace(world, people=people)
    if "response" in document:
        world = replace(world, response=_response(_table(document["response"], "response"), world.response))
    if not world.people or not world.per_week:
        raise NotUnderstood("people and sources: somebody has to be there, and leads have to come")
    return world


def read_policies(document: Mapping[str, Any]) -> tuple[Policy, ...]:
    """The policies of a document: names of those there are, or tables that change one or make one anew."""
    found: list[Policy] = []
    rows = document.get("policies", [])
    if not isinstance(rows, list) or len(rows) > MOST_POLICIES:
        raise NotUnderstood(f"policies: a list of at most {MOST_POLICIES} is expected")
    for place, row in enumerate(rows):
        where = f"policies[{place}]"
        if isinstance(row, str):
            if row not in PRESETS:
                raise NotUnderstood(f"{where}: there is no policy “{_shown(row)}”; there are {', '.join(PRESETS)}")
            found.append(PRESETS[row])
        else:
            found.append(_policy(_table(row, where), where))
    if len({policy.name for policy in found}) < len(found):
        raise NotUnderstood("policies: each needs a name of its own")
    return tuple(found)


def as_document(world: World, policies: Sequence[Policy] = ()) -> dict[str, Any]:
    """The same as plain values, alike people in one row."""
    people: list[dict[str, Any]] = [_told(person) for person in world.people]
    document: dict[str, Any] = {
        "days": world.days,
        "warm_days": world.warm_days,
        "tail_days": world.tail_days,
        "response": _told(world.response),
        "sources": [_told(source) for source in world.sources],
        "people": people,
    }
    if policies:
        document["policies"] = [_told(policy) for policy in policies]
    return document


def as_toml(document: Mapping[str, Any]) -> str:
    """A document as TOML that people can change: values first, then tables."""
    lines = [f"{name} = {_toml(value)}" for name, value in document.items() if not _is_table(value)]
    for name, value in document.items():
        for table in ([value] if isinstance(value, Mapping) else value) if _is_table(value) else ():
            lines += ["", f"[{name}]" if isinstance(value, Mapping) else f"[[{name}]]"]
            lines += [f"{key} = {_toml(entry)}" for key, entry in table.items()]
    return "\n".join(lines) + "\n"


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and bool(value) and isinstance(value[0], Mapping))


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(letter if letter.isprintable() and letter not in '"\\' else f"\\u{ord(letter):04x}" for letter in value) + '"'
    if isinstance(value, list):
        return "[" + ", ".join(_toml(entry) for entry in value) + "]"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _told(thing: Any) -> dict[str, Any]:
    return {one.name: _plain(getattr(thing, one.name)) for one in fields(thing)}


def _plain(value: Any) -> Any:
    if isinstance(value, Curve):
        return [list(point) for point in value.points]
    if isinstance(value, Kind):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _only(row: Mapping[str, Any], known: set[str], where: str) -> None:
    if extra := sorted(str(name) for name in row if name not in known):
        raise NotUnderstood(f"{where + '.' if where else ''}{_shown(extra[0])}: there is no such word here")


def _table(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise NotUnderstood(f"{where}: a table is expected")
    return value


def _rows(document: Mapping[str, Any], name: str, most: int) -> list[Mapping[str, Any]]:
    rows = document[name]
    if not isinstance(rows, list) or not 0 < len(rows) <= most:
        raise NotUnderstood(f"{name}: a list of 1 to {most} tables is expected")
    return [_table(row, f"{name}[{place}]") for place, row in enumerate(rows)]


def _number(value: Any, name: str, where: str) -> Any:
    low, high = _BOUNDS[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise NotUnderstood(f"{where}: a number from {low:g} to {high:g} is expected")
    if name == "per_week" and 0 < value < LEAST:
        raise NotUnderstood(f"{where}: 0, or a number from {LEAST:g} is expected")
    return int(value) if name in _WHOLE else float(value)


def _numbers(row: Mapping[str, Any], where: str) -> dict[str, Any]:
    return {name: _number(value, name, f"{where}.{name}") for name, value in row.items() if name in _BOUNDS}


def _name(row: Mapping[str, Any], where: str) -> str:
    name = row.get("name")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= LONGEST_NAME or not _can_be_kept(name):
        raise NotUnderstood(f"{where}.name: a name of at most {LONGEST_NAME} letters is expected")
    return name.strip()


def _title(row: Mapping[str, Any], usual: str, where: str) -> str:
    title = row.get("title") or usual
    if not isinstance(title, str) or len(title) > 2 * LONGEST_NAME or not _can_be_kept(title):
        raise NotUnderstood(f"{where}.title: a title of at most {2 * LONGEST_NAME} letters is expected")
    return title


def _shown(text: str) -> str:
    """The beginning of what cannot be, fit for an answer."""
    return text[:LONGEST_NAME].encode(errors="replace").decode().replace("\0", "?")


def _can_be_kept(text: str) -> bool:
    """Without what no store takes: a zero letter, and halves of letters."""
    return not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text)


def _list(value: Any, where: str, *, least: float, most: float, sizes: Sequence[int]) -> tuple[float, ...]:
    right = isinstance(value, list) and len(value) in sizes
    if not right or not all(isinstance(one, int | float) and not isinstance(one, bool) and least <= one <= most for one in value):
        raise NotUnderstood(f"{where}: numbers from {least:g} to {most:g} are expected, as many as {sizes[0]}")
    return tuple(float(one) for one in value)


def _flag(row: Mapping[str, Any], name: str, where: str) -> bool:
    if not isinstance(row.get(name, False), bool):
        raise NotUnderstood(f"{where}.{name}: true or false is expected")
    return bool(row.get(name, False))


def _source(row: Mapping[str, Any], where: str) -> Source:
    _only(row, {"name", "per_week", "by_hour"}, where)
    made = Source(_name(row, where), _number(row.get("per_week"), "per_week", f"{where}.per_week"))
    if "by_hour" not in row:
        return made
    hours = _list(row["by_hour"], f"{where}.by_hour", least=0, most=1e9, sizes=(168, 24))
    if sum(hours) < LEAST:
        raise NotUnderstood(f"{where}.by_hour: some of them have to be above 0")
    return replace(made, by_hour=hours if len(hours) == 168 else hours * 7)


def _people(row: Mapping[str, Any], where: str) -> list[Person]:
    _only(row, {one.name for one in fields(Person)} | {"count"}, where)
    values = _numbers({name: value for name, value in row.items() if name != "days"}, where)
    count = values.pop("count", 1)
    if "days" in row:
        values["days"] = tuple(sorted({int(day) for day in _list(row["days"], f"{where}.days", least=0, most=6, sizes=range(1, 8))}))
    person = Person(_name(row, where), gone=_flag(row, "gone", where), **values)
    if person.ends - person.starts < SHORTEST_SHIFT:
        raise NotUnderstood(f"{where}.ends: it has to be after the start")
    return [person if count == 1 else replace(person, name=f"{person.name} {number + 1}") for number in range(count)]


def _response(row: Mapping[str, Any], usual: Response) -> Response:
    _only(row, {one.name for one in fields(Response)}, "response")
    values = _numbers(row, "response")
    values |= {name: _curve(row[name], f"response.{name}") for name in ("reach", "win") if name in row}
    if "exponential" in row:
        values["exponential"] = _flag(row, "exponential", "response")
    return replace(usual, **values)


def _curve(value: Any, where: str) -> Curve:
    points = value if isinstance(value, list) else []
    found = [_list(point, where, least=0, most=1e9, sizes=(2,)) for point in points]
    rising = all(left[0] < right[0] for left, right in pairwise(found))
    if not 0 < len(found) <= 50 or not rising or any(share > 1 for _, share in found):
        raise NotUnderstood(f"{where}: pairs of minutes and a share from 0 to 1 are expected, minutes rising")
    return Curve(tuple((minutes, share) for minutes, share in found))


def _policy(row: Mapping[str, Any], where: str) -> Policy:
    _only(row, {one.name for one in fields(Policy)}, where)
    name, kind = _name(row, where), row.get("kind")
    if kind is not None and (not isinstance(kind, str) or kind not in set(Kind)):
        raise NotUnderstood(f"{where}.kind: one of {', '.join(Kind)} is expected")
    usual = PRESETS.get(name)
    if usual is None and kind is None:
        raise NotUnderstood(f"{where}.kind: one of {', '.join(Kind)} is expected")
    title = _title(row, usual.title if usual else name, where)
    made = replace(usual, title=title) if usual else Policy(name, title, Kind(str(kind)))
    if kind is not None:
        made = replace(made, kind=Kind(str(kind)))
    if "listed" in row:
        made = replace(made, listed=_flag(row, "listed", where))
    if row.get("rounds"):
        made = replace(made, rounds=tuple(sorted(_list(row["rounds"], f"{where}.rounds", least=0, most=23.99, sizes=range(1, 25)))))
    made = replace(made, **_numbers(row, where))
    if made.kind is Kind.HYBRID and not made.minutes:
        raise NotUnderstood(f"{where}.minutes: a hybrid needs the minutes after which a lead goes to the pool")
    return made
