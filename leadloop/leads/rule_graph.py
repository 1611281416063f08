"""Which rules in force read which, and whether a draft would close a ring: a segment that reads itself by way of the score.

The rules are kept in rooms above; criteria may name them, as they may name pools (`leads.sample.pools`).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from leadloop.db import bulk
from leadloop.kernel.drafts import Problem
from leadloop.leads import fields
from leadloop.leads.domain.criteria import CriteriaInvalid, Node, parse
from leadloop.leads.domain.criteria.reading import ring, rules_read, segments_read

Spec = dict[str, Any]
Check = Callable[[Spec], list[Problem]]
_PUBLISHED = "status = 'published'"


def unringed(check: Check, name: str = "", *, table: str = "segments_segment") -> Check:
    """A check that, where `check` finds nothing, also looks for rings and for segments that are gone.

    Args:
        name: what others call the rule, "score"; "" where it is one of the rows of `table` and found by what it says. A query a table,
            and none for criteria that read no other rule.
    """

    def checked(spec: Spec) -> list[Problem]:
        found = check(spec)
        if found:
            return found
        trees = list(_trees(spec))
        reads = frozenset[str]().union(*map(rules_read, trees))
        if not reads:
            return []
        known = {str(key) for [key] in bulk.fetch(f"select name from segments_segment where {_PUBLISHED}", [])}  # noqa: S608 - constant text
        gone = sorted(frozenset[str]().union(*map(segments_read, trees)) - known)
        found = [Problem("Criteria", f"There is no segment “{one}” in force.") for one in gone]
        return found + _rings([name] if name else _names_of(spec, table), reads)

    return checked


def _rings(names: Iterable[str], reads: frozenset[str]) -> list[Problem]:
    graph = rules_in_force()
    for name in names:
        if found := ring({**graph, name: reads}):
            told = " reads ".join(_title(one) for one in found)
            return [Problem("Criteria", f"Rules would read one another in a ring: {told}.")]
    return []


def rules_in_force() -> dict[str, frozenset[str]]:
    """By the name of each rule in force what it reads. Three queries."""
    graph: dict[str, frozenset[str]] = {}
    for name, spec in _rows("segments_segment"):
        graph[f"segment:{name}"] = _reads(spec)
    for _, spec in _rows("scoring_scoremodel"):
        graph["score"] = graph.get("score", frozenset()) | _reads(spec)
    for name, spec in _rows("scoring_definition"):
        graph[name] = _reads(spec)
    return graph


def _names_of(spec: Spec, table: str) -> list[str]:
    rows, prefix = bulk.fetch(f"select name, spec from {table}", []), "segment:" if table == "segments_segment" else ""  # noqa: S608 - names of tables
    return sorted({f"{prefix}{name}" for name, said in rows if _decoded(said) == spec})


def _rows(table: str) -> list[tuple[str, Spec]]:
    return [(name, _decoded(spec)) for name, spec in bulk.fetch(f"select name, spec from {table} where {_PUBLISHED}", [])]  # noqa: S608 - names of tables


def _decoded(spec: Any) -> Spec:
    decoded: Spec = json.loads(spec) if isinstance(spec, str) else spec
    return decoded


def _reads(spec: Spec) -> frozenset[str]:
    return frozenset[str]().union(*map(rules_read, _trees(spec)))


def _trees(spec: object) -> Iterator[Node]:
    """The criteria in a spec of any kind of rule, those that still stand."""
    parts = spec.values() if isinstance(spec, dict) else spec if isinstance(spec, list) else ()
    if isinstance(spec, dict) and {"all", "any", "not", "field", "touches"} & spec.keys():
        try:
            yield parse(spec, fields.known_now())
        except CriteriaInvalid:
            return
    else:
        for part in parts:
            yield from _trees(part)


def _title(name: str) -> str:
    return {"score": "the score", "mql": "the definition of an MQL", "sql": "the definition of an SQL"}.get(
        name, f"segment “{name.removeprefix('segment:')}”"
    )
