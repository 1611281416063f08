"""Names in specs: sources and pools that a pack calls by name become ids, and what a stored spec speaks of is found again. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadloop.kernel.errors import Refused

CUSTOM = "custom."
REFERENCES = ("source", "pool")


class NameUnknown(Refused):
    """A spec calls a source or a pool that nobody has."""

    code, message = "name_unknown", "There is no {kind} called “{name}”."


@dataclass(frozen=True, slots=True)
class Spoken:
    """What specs speak of: custom fields by name, sources and pools by id, sources by name (forms)."""

    fields: set[str] = field(default_factory=set)
    sources: set[int] = field(default_factory=set)
    pools: set[int] = field(default_factory=set)
    source_names: set[str] = field(default_factory=set)


def resolved(spec: Any, ids: Mapping[str, Mapping[str, int]]) -> Any:
    """The spec with ids in place of names; `ids` by "source" and "pool", then by name.

    Raises:
        NameUnknown: it calls one that is not among them.
    """
    if isinstance(spec, list):
        return [resolved(part, ids) for part in spec]
    if not isinstance(spec, Mapping):
        return spec
    if spec.get("field") in REFERENCES and "value" in spec:
        kind, value = spec["field"], spec["value"]
        return {**spec, "value": [_id(ids, kind, one) for one in value] if isinstance(value, list) else _id(ids, kind, value)}
    if spec.get("kind") in ("pool", "team") and isinstance(spec.get("id"), str):
        return {**spec, "id": _id(ids, "pool", spec["id"])}
    return {key: _id(ids, "pool", part) if key == "pool" and isinstance(part, str) else resolved(part, ids) for key, part in spec.items()}


def spoken_of(spec: Any) -> Spoken:
    """Every custom field, source and pool that a stored spec speaks of: criteria, routes and forms alike."""
    found = Spoken()
    for table in _tables(spec):
        name, value = table.get("field"), table.get("value")
        if isinstance(name, str) and name.startswith(CUSTOM):
            found.fields.add(name.removeprefix(CUSTOM))
        for kind, ids in (("source", found.sources), ("pool", found.pools)):
            if name == kind:
                ids.update(one for one in (value if isinstance(value, list) else [value]) if isinstance(one, int))
        if isinstance(table.get("pool"), int):
            found.pools.add(table["pool"])
        if table.get("kind") in ("pool", "team") and isinstance(table.get("id"), int):  # a stop of a route
            found.pools.add(table["id"])
        if isinstance(table.get("fields"), list):  # a form: its questions fill fields by their bare names
            found.fields.update(str(one.get("name")) for one in table["fields"] if isinstance(one, Mapping))
            found.source_names.add(str(table.get("source", "")))
    return found


def _tables(spec: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(spec, Mapping):
        yield spec
        for part in spec.values():
            yield from _tables(part)
    elif isinstance(spec, list):
        for part in spec:
            yield from _tables(part)


def _id(ids: Mapping[str, Mapping[str, int]], kind: str, name: Any) -> Any:
    if not isinstance(name, str):
        return name
    if name not in ids.get(kind, {}):
        raise NameUnknown(kind=kind, name=name)
    return ids[kind][name]
