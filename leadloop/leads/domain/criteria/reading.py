"""What criteria read of other rules: segments, the score, definitions. Rules that read one another in a ring cannot be decided."""

from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter

from leadloop.leads.domain.criteria.tree import Condition, Node, fields_used, walk

Graph = Mapping[str, Collection[str]]
"""By the name of each rule, the names of those that it reads."""

_READS = {"score": "score", "grade": "score", "top_score": "score", "mql_at": "mql", "sql_at": "sql"}
"""Fields that a score model or a definition writes."""

LEARNED = frozenset({"probability"})
"""Fields that the learned model in force writes, from what was known at capture: it reads no rule, so no ring leads through it."""


def segments_read(tree: Node) -> frozenset[str]:
    """Names of the segments that a tree asks about."""
    asked = (node for node in walk(tree) if isinstance(node, Condition) and node.field.name == "segments")
    return frozenset(str(value) for node in asked for value in node.values)


def rules_read(tree: Node) -> frozenset[str]:
    """Names of the rules that a tree depends on: "score", "mql", "sql", and "segment:<name>"."""
    written = {_READS[name] for name in fields_used(tree) if name in _READS}
    return frozenset(written | {f"segment:{name}" for name in segments_read(tree)})


def reads_learned(tree: Node) -> bool:
    """Whether a tree depends on what the learned model in force says, and has to be asked again when another speaks."""
    return not LEARNED.isdisjoint(fields_used(tree))


def ring(graph: Graph) -> tuple[str, ...]:
    """Rules that read one another in a ring, the first one again at the end; () where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1][:0:-1]
        first = found.index(min(found))
        return (*found[first:], *found[: first + 1])
    return ()
