"""A lead file, whatever wrote it, as a stream of rows: text by header. Nothing is believed and nothing is loaded whole but workbooks."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from leadloop.capture.domain.delimited import DELIMITERS, Dialect, find_dialect, find_encoding, records, sample_of
from leadloop.capture.domain.rows import LONGEST_CELL, MOST_COLUMNS, Row, RowRefused, SheetRefused
from leadloop.capture.domain.workbooks import Workbook, cells_of, open_workbook

__all__ = ["Row", "RowRefused", "Sheet", "SheetRefused", "open_sheet"]

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NOT_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"{\\rtf")
_LOOKED_AT = 30  # records, for the header
_FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")

_Record = tuple[int, list[str]] | RowRefused


@dataclass(frozen=True, slots=True)
class Sheet:
    """An opened lead file. `rows` may be called again and again; each call reads from the start of the stream."""

    headers: tuple[str, ...]
    kind: str  # csv | xlsx | xls | ods
    encoding: str  # '' for a workbook
    delimiter: str
    sheet_name: str  # '' for a text file
    header_line: int
    _source: "_Source"

    def rows(self, after_line: int = 0) -> Iterator[Row | RowRefused]:
        """Rows below the header, blank ones left out; those up to `after_line` were dealt with before."""
        headers, width = self.headers, len(self.headers)
        after_line = max(after_line, self.header_line)
        for record in self._source.records():
            if isinstance(record, RowRefused):
                if record.line > after_line:
                    yield record
                continue
            line, cells = record
            if line <= after_line:
                continue
            cells = [_plain(cell) for cell in cells]
            if len(cells) > width:
                if any(cells[width:]):
                    yield RowRefused(line, "too_many_cells", " | ".join(cells)[:200])
                    continue
                del cells[width:]
            if any(cells):
                cells += [""] * (width - len(cells))
                yield Row(line, dict(zip(headers, cells, strict=True)))


@dataclass(frozen=True, slots=True)
class _Source:
    """Where records come from, as often as they are asked for."""

    stream: BinaryIO
    encoding: str
    dialect: Dialect
    workbook: Workbook | None
    sheet: str

    def records(self) -> Iterator[_Record]:
        if self.workbook is not None:
            return cells_of(self.workbook, self.sheet)
        return records(self.stream, self.encoding, self.dialect)


def open_sheet(stream: BinaryIO, *, name: str, encoding: str = "", delimiter: str = "", sheet: str = "") -> Sheet:
    """Find out what a file is and read its header.

    Args:
        stream: seekable; stays open as long as the sheet is used.
        name: of the file; only told in errors, what it is shows in its content.
        encoding, delimiter, sheet: what a person chose in the preview; '' to find out.

    Raises:
        SheetRefused: no table in it, damaged, too large, or a header without names.
    """
    stream.seek(0)
    head = stream.read(512)
    if not head:
        raise SheetRefused(reason="it is empty.", name=name)
    if head.startswith(_NOT_TABLES) or head.lstrip()[:5].lower() in (b"<html", b"<!doc", b"<?xml"):
        raise SheetRefused(reason="it is no table; export it as CSV or .xlsx.", name=name)
    if head.startswith((_ZIP, _OLE)):
        return _open_workbook(stream, name=name, sheet=sheet)
    encoding = encoding or find_encoding(stream)
    dialect = find_dialect(sample_of(stream, encoding))
    if delimiter in DELIMITERS:
        dialect = dialect._replace(delimiter=delimiter)
    source = _Source(stream, encoding, dialect, None, "")
    line, cells = _find_header(source)
    return Sheet(_headers(cells), "csv", encoding, dialect.delimiter, "", line, source)


def _open_workbook(stream: BinaryIO, *, name: str, sheet: str) -> Sheet:
    workbook = open_workbook(stream)
    if sheet and sheet not in workbook.names:
        raise SheetRefused(reason=f"it has no sheet called {sheet!r}.", name=name)
    for chosen in (sheet,) if sheet else workbook.names:
        source = _Source(stream, "", Dialect(""), workbook, chosen)
        line, cells = _find_header(source)
        if cells or chosen == (sheet or workbook.names[-1]):
            return Sheet(_headers(cells), workbook.kind, "", "", chosen, line, source)
    raise SheetRefused(reason="it has no header.", name=name)


def _find_header(source: _Source) -> tuple[int, list[str]]:
    """The first line with names: notes above a table are much narrower than the table."""
    first: list[tuple[int, list[str], int]] = []
    for record in source.records():
        if isinstance(record, RowRefused):
            if not first:
                raise SheetRefused(reason=f"its header cannot be read: {record.reason.replace('_', ' ')} in line {record.line}.")
            break
        line, cells = record
        width = max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)
        if width:
            first.append((line, cells, width))
        if len(first) == _LOOKED_AT or line > 10 * _LOOKED_AT:
            break
    usual = Counter(width for _line, _cells, width in first).most_common(1)
    for line, cells, width in first:
        if width * 2 > usual[0][0]:
            return line, cells
    return 0, []


def _headers(cells: list[str]) -> tuple[str, ...]:
    """Names of the columns: trimmed, blank ones numbered, repeated ones told apart as "Phone (2)"."""
    names = [" ".join(cell.replace("\ufeff", "").split())[:200] for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise SheetRefused(reason="it has no header.")
    if len(names) > MOST_COLUMNS:
        raise SheetRefused(reason=f"it has more than {MOST_COLUMNS} columns.")
    seen: Counter[str] = Counter()
    headers: list[str] = []
    for place, given in enumerate(names, start=1):
        name = given or f"column {place}"
        seen[name.casefold()] += 1
        number = seen[name.casefold()]
        unique = name if number == 1 else f"{name} ({number})"
        while unique in headers:
            number += 1
            unique = f"{name} ({number})"
        headers.append(unique)
    return tuple(headers)


def _plain(cell: str) -> str:
    """A cell without the apostrophe that exports put before what a spreadsheet would run."""
    cell = cell.strip()
    if cell[:1] == "'" and (cell[1:].startswith(_FORMULA_STARTS) or cell[1:].lstrip().startswith(_FORMULA_STARTS)):
        return cell[1:]
    return cell if len(cell) <= LONGEST_CELL else cell[:LONGEST_CELL]
