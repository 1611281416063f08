"""Rows that were taken before: a file imported again, or in another order, adds nothing; a row that stands twice in it counts twice."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from leadloop.capture.domain.import_rows import BadRow, ReadRow, nth
from leadloop.capture.models import TakenRow
from leadloop.db import bulk

Numbered = tuple[ReadRow | BadRow, bytes]
Named = tuple[int, bytes]  # source, digest


def numbered(rows: Iterable[ReadRow | BadRow]) -> Iterator[Numbered]:
    """Each row with its digest as the first, second ... of its kind in the file; some 100 bytes a row are remembered."""
    seen: Counter[int] = Counter()
    for row in rows:
        if isinstance(row, BadRow):
            yield row, b""
            continue
        short = int.from_bytes(row.digest[:8], "big")
        seen[short] += 1
        yield row, nth(row.digest, seen[short])


def known(names: Sequence[Named]) -> set[Named]:
    """Which of these were taken before. One query."""
    if not names:
        return set()
    sources, digests = [source for source, _ in names], [digest for _, digest in names]
    if bulk.is_postgres():
        given, params = "select * from unnest(%s::bigint[], %s::bytea[])", [sources, digests]
    else:
        given, params = "values " + ", ".join(["(%s, %s)"] * len(names)), [value for name in names for value in name]
    found = bulk.fetch(
        f"with given(source_id, digest) as ({given}) select t.source_id, t.digest from given "  # noqa: S608  placeholders only
        "join capture_takenrow t on t.source_id = given.source_id and t.digest = given.digest",
        params,
    )
    return {(source, bytes(digest)) for source, digest in found}


def remember(names: Sequence[Named]) -> None:
    """From now on these are known. One statement."""
    bulk.insert(TakenRow, ("source_id", "digest"), names)
