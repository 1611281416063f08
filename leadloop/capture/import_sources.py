"""The sources that the rows of a file name."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from leadloop.capture.domain.import_rows import MOST_SOURCES, BadRow, ReadRow
from leadloop.capture.taken_rows import Numbered
from leadloop.leads.actions import source_ids
from leadloop.leads.domain.source_names import folded_source
from leadloop.leads.models import Source


class Sources:
    """Ids and countries of the sources that rows name; new ones are made, unless `now` is None: then nothing is written."""

    def __init__(self, main: Source, *, now: datetime | None) -> None:
        self._now = now
        self._main = (main.pk or 0, main.default_country)
        self._known = {folded_source(one.name): (one.pk, one.default_country) for one in Source.objects.order_by("-pk")}
        self._named: set[str] = set()

    def learn(self, rows: Iterable[ReadRow]) -> None:
        """Make the new ones of a chunk. Call it outside the transaction that takes the chunk, which may be rolled back and done again."""
        fresh: dict[str, str] = {}
        for folded, name in {folded_source(row.source): row.source for row in rows if row.source}.items():
            self._named.add(folded)
            if folded not in self._known and len(self._named) <= MOST_SOURCES:
                fresh[folded] = name
        made = source_ids(fresh.values(), now=self._now) if fresh and self._now is not None else {}
        self._known |= {folded: made.get(name, (0, "")) for folded, name in fresh.items()}

    def has(self, row: ReadRow) -> bool:
        return not row.source or folded_source(row.source) in self._known

    def of(self, row: ReadRow) -> tuple[int, str]:
        return self._known[folded_source(row.source)] if row.source else self._main


def sort_rows(chunk: Sequence[Numbered], sources: Sources) -> tuple[list[tuple[ReadRow, bytes]], list[BadRow]]:
    """Rows that can be taken with their digests, and those that cannot; `sources` has learnt of them."""
    good = [(one, digest) for one, digest in chunk if isinstance(one, ReadRow)]
    bad = [one for one, _ in chunk if isinstance(one, BadRow)]
    lost = [one for one, _ in good if not sources.has(one)]
    if lost:
        bad += [BadRow(one.line, f"the file names more than {MOST_SOURCES} sources", {"": str(one.payload)[:200]}) for one in lost]
        good = [(one, digest) for one, digest in good if sources.has(one)]
    return good, bad
