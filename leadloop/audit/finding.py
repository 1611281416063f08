"""What a proof says: the ids that break it, counted in full and listed in part."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from leadloop.db import bulk


class Sql(NamedTuple):
    """A hand-written query with its parameters."""

    text: str
    params: Sequence[Any] = ()


@dataclass(slots=True)
class Finding:
    """One proof that failed: which, in what words, how often, and the first of those that break it."""

    proof: str
    says: str
    count: int
    examples: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Scope:
    """What every proof is told: how many examples to list, and the moment of asking."""

    most: int
    now: datetime


Prove = Callable[[Scope], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Proof:
    """Something that has to be true of the store, in a sentence, and the reading that shows it."""

    name: str
    says: str
    prove: Prove


def broken(scope: Scope, proof: str, says: str, names: Sequence[str], *queries: Sql) -> Iterator[Finding]:
    """A finding for each query that has rows; its columns are called `names`. Two reads each: some rows, and how many."""
    for query in queries:
        rows = bulk.fetch(f"{query.text} limit {scope.most + 1}", query.params)
        if rows:
            count = len(rows)
            if count > scope.most:
                [(count,)] = bulk.fetch(f"select count(*) from ({query.text}) broken", query.params)  # noqa: S608 - as above
            yield Finding(proof, says, count, [dict(zip(names, row, strict=True)) for row in rows[: scope.most]])
