"""How a file is read: which column is which field, in what order it writes dates, and what a person has to say first."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.conf import settings

from leadloop.capture import uploads
from leadloop.capture.domain.columns import DateOrder, date_order, map_headers
from leadloop.capture.domain.import_fields import FIELDS
from leadloop.capture.domain.import_rows import MOST_SOURCES, Reading
from leadloop.capture.domain.rows import Row, RowRefused, SheetRefused
from leadloop.capture.domain.sheets import Sheet, open_sheet
from leadloop.capture.errors import BadMapping, DateOrderUnclear
from leadloop.capture.models import Import
from leadloop.leads.domain.source_names import folded_source


def guessed_mapping(sheet: Sheet) -> dict[str, str]:
    return {header: name or "" for header, name in map_headers(sheet.headers).items()}


def without(mapping: Mapping[str, str], claimed: Iterable[str]) -> dict[str, str]:
    """Guesses that a person's own choices did not take away."""
    taken = set(claimed)
    return {header: "" if name in taken else name for header, name in mapping.items()}


def checked_mapping(headers: Iterable[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """A whole mapping over these headers, "" where a column is left out.

    Raises:
        BadMapping: a column that is not there, a field that does not exist, or one field for two columns.
    """
    headers = list(headers)
    for header in mapping:
        if header not in headers:
            raise BadMapping(reason=f"The file has no column “{header}”.")
    taken: dict[str, str] = {}
    for header, name in mapping.items():
        if name and name not in FIELDS and not (name.startswith("custom.") and 7 < len(name) <= 80):
            raise BadMapping(reason=f"There is no field “{name}”.")
        if name and name in taken:
            raise BadMapping(reason=f"“{taken[name]}” and “{header}” cannot both be {name.replace('_', ' ')}.")
        taken[name] = header
    return {header: mapping.get(header, "") for header in headers}


def check_ready(mapping: Mapping[str, str], options: Mapping[str, Any]) -> None:
    """Raises DateOrderUnclear or BadMapping while a person has to say something."""
    if not any(mapping.values()):
        raise BadMapping(reason="No column is used. Say which column holds what.")
    if options.get("too_many_sources"):
        column = next(header for header, name in mapping.items() if name == "source")
        raise BadMapping(reason=f"“{column}” names more than {MOST_SOURCES} sources; is it another column?")
    why = {"ambiguous": "can be read both ways", "mixed": "contradict each other"}.get(options.get("dates", ""))
    if why:
        column = next(header for header, name in mapping.items() if name == "received_at")
        raise DateOrderUnclear(column=column, why=why)


def inspect(row: Import, sheet: Sheet) -> None:
    """Read the whole file once: rows, date order, number of sources."""
    dated = next((header for header, name in row.mapping.items() if name == "received_at"), None)
    sourced = next((header for header, name in row.mapping.items() if name == "source"), None)
    names: set[str] = set()
    total = 0

    def dates() -> Iterator[str]:
        nonlocal total
        for one in sheet.rows():
            total += 1
            if isinstance(one, Row):
                if sourced is not None and len(names) <= MOST_SOURCES:
                    names.add(folded_source(one.cells[sourced]))
                if dated is not None:
                    yield one.cells[dated]

    found = date_order(dates())
    row.total_rows = total
    row.options = {
        **row.options,
        "headers": list(sheet.headers),
        "found_dates": str(found.value) if dated is not None else "",
        "dates": row.options.get("chosen_dates") or (str(found.value) if dated is not None else ""),
        "too_many_sources": len(names) > MOST_SOURCES,
    }


def reading_of(row: Import, *, now: datetime) -> Reading:
    mapping = {header: name or None for header, name in row.mapping.items()}
    return Reading(mapping, row.options.get("dates") or DateOrder.YMD, ZoneInfo(settings.REPORT_ZONE), now)


def sheet_of(stream: BinaryIO, row: Import) -> Sheet:
    chosen = row.options
    return open_sheet(
        stream,
        name=row.file_name,
        encoding=chosen.get("encoding", ""),
        delimiter=chosen.get("delimiter", ""),
        sheet=chosen.get("sheet", ""),
    )


@contextmanager
def rows_of(sheet: Sheet) -> Iterator[Iterator[Row | RowRefused]]:
    """The rows, let go of before the file is closed even when somebody stops half-way."""
    rows = sheet.rows()
    try:
        yield rows
    finally:
        if isinstance(rows, Generator):
            rows.close()


def stored(row: Import) -> BinaryIO:
    try:
        return uploads.place_of(row.path).open("rb")
    except FileNotFoundError as error:
        raise SheetRefused(reason="it is not there any more; upload it again.") from error
