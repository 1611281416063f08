"""A row of a file as what the inbox takes: payload, source, moment; or the reason why not."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

import msgspec

from leadloop.capture.domain.columns import OF_THE_IMPORT, payload_of, read_moment
from leadloop.capture.domain.rows import Row, RowRefused
from leadloop.leads.domain.source_names import folded_source

BLANK_SOURCE = "(blank)"
LONGEST_SOURCE = 120
MOST_SOURCES = 200  # of one file; more means that the column is another one
AHEAD = timedelta(days=1)  # moments of a file name no zone, so that today may look like tomorrow
REASONS = {
    "too_many_cells": "more cells than the header has columns",
    "quote_not_closed": "a quotation mark that is never closed",
    "line_too_long": "a line that is too long",
    "unreadable": "cannot be read",
}
_BREAKS = re.compile(r"[\s_]+")
_encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row that can be taken. `digest` is the same for rows that say the same, whatever the order or spelling of their columns."""

    line: int
    source: str  # '' where the file has no such column
    happened_at: datetime | None
    payload: dict[str, object]
    digest: bytes


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot, with what it said."""

    line: int
    reason: str
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read the rows of one file."""

    mapping: Mapping[str, str | None]
    dates: str
    zone: tzinfo
    now: datetime

    @property
    def names_sources(self) -> bool:
        return "source" in self.mapping.values()

    def read(self, row: Row | RowRefused) -> ReadRow | BadRow:
        """Never raises."""
        if isinstance(row, RowRefused):
            return BadRow(row.line, REASONS.get(row.reason, row.reason), {"": row.text})
        payload = payload_of(row.cells, self.mapping)
        if not payload.keys() - OF_THE_IMPORT:
            return BadRow(row.line, "no value in any column that is used", row.cells)
        happened_at = None
        given = payload.get("received_at")
        if isinstance(given, str):
            happened_at = _moment(given, self.dates, self.zone)
            if happened_at is None:
                return BadRow(row.line, f"“{given[:40]}” is no date as this file writes them", row.cells)
            if happened_at > self.now + AHEAD or happened_at.year < 1900:
                return BadRow(row.line, f"the date “{given[:40]}” lies out of range", row.cells)
        source = ""
        if self.names_sources:
            source = tidy_source(str(payload.get("source", ""))) or BLANK_SOURCE
        digest = _digest(payload, source, happened_at)
        left_out = {header: cell for header, cell in row.cells.items() if cell and not self.mapping.get(header)}
        if left_out:
            payload["row"] = left_out  # kept with the payload, read by nobody
        return ReadRow(row.line, source, happened_at, payload, digest)


@lru_cache(maxsize=4_096)
def tidy_source(text: str) -> str:
    """A source's name as it is shown: "paid_search" and "paid  search" are one."""
    return _BREAKS.sub(" ", text).strip()[:LONGEST_SOURCE].rstrip()


@lru_cache(maxsize=4_096)
def _moment(text: str, dates: str, zone: tzinfo) -> datetime | None:
    """As `read_moment`; the days of a file repeat."""
    return read_moment(text, dates, zone=zone)


def nth(digest: bytes, number: int) -> bytes:
    """The digest of the same row for the second, third ... time in one file: they are kept, and known again."""
    return digest if number == 1 else hashlib.blake2b(digest + number.to_bytes(4, "big"), digest_size=16).digest()


def _digest(payload: dict[str, object], source: str, happened_at: datetime | None) -> bytes:
    said = payload | {"source": folded_source(source), "received_at": happened_at}
    return hashlib.blake2b(_encode(said), digest_size=16).digest()
