"""Spreadsheets: measured before they are opened, then read by calamine."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import BinaryIO, NamedTuple
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from leadloop.capture.domain.rows import SheetRefused

LARGEST_FILE = 50_000_000  # bytes
MOST_ENTRIES = 5_000
MOST_INFLATED = 400_000_000  # bytes in all
HIGHEST_RATIO = 250  # inflated to packed, for parts above a megabyte
MOST_CELLS = 2_000_000  # rows times columns of one sheet, as calamine keeps them: some 100 bytes each
_BLOCK = 1 << 18
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_PLACE = re.compile(rb'\br="([A-Z]{0,3})(\d{1,9})"')
_BIFF_DIMENSIONS = b"\x00\x02\x0e\x00"  # the record of an .xls sheet that tells its size


class Workbook(NamedTuple):
    """An opened workbook."""

    kind: str  # xlsx | xls | ods
    book: CalamineWorkbook
    names: tuple[str, ...]  # visible sheets with cells


def open_workbook(stream: BinaryIO) -> Workbook:
    """Measure, then open. Raises SheetRefused for what is too large, damaged, locked or of another kind."""
    kind = _measured(stream)
    stream.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(stream)
    except (CalamineError, OSError, ValueError) as error:
        raise SheetRefused(
            reason=f"the workbook cannot be opened ({type(error).__name__}); is it damaged or locked with a password?"
        ) from error
    except BaseException as error:
        raise _mended(error) from error
    visible = [
        sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    if not visible:
        raise SheetRefused(reason="the workbook has no visible sheet of cells.")
    return Workbook(kind, book, tuple(visible))


def cells_of(workbook: Workbook, name: str) -> Iterator[tuple[int, list[str]]]:
    """Rows of a sheet as text, numbered from 1 as the spreadsheet shows them."""
    try:
        sheet = workbook.book.get_sheet_by_name(name)
        for line, row in enumerate(sheet.iter_rows(), start=1):
            yield line, [_shown(value) for value in row]
    except (CalamineError, OSError, ValueError) as error:
        raise SheetRefused(reason=f"the sheet {name!r} cannot be read ({type(error).__name__}).") from error
    except (KeyboardInterrupt, SystemExit, GeneratorExit, SheetRefused):
        raise
    except BaseException as error:
        raise _mended(error) from error


def _mended(error: BaseException) -> BaseException:
    """The reader's own crash (Rust: PanicException, no Exception) is the file's fault; anything else is not ours to catch."""
    if type(error).__name__ == "PanicException":
        return SheetRefused(reason="the workbook is damaged.")
    return error


def _shown(value: object) -> str:
    """A cell as text: whole numbers without ".0", dates as ISO, yes and no as true and false."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e21 else format(value, ".15g")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, (int, timedelta)) else ""


def _measured(stream: BinaryIO) -> str:
    stream.seek(0, 2)
    if stream.tell() > LARGEST_FILE:
        raise SheetRefused(reason=f"a workbook may have {LARGEST_FILE // 1_000_000} MB; save it as CSV.")
    stream.seek(0)
    head = stream.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        _measure_xls(stream)
        return "xls"
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            return _measure_archive(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise SheetRefused(reason="the workbook is damaged, locked or no workbook at all.") from error


def _measure_archive(archive: zipfile.ZipFile) -> str:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MOST_ENTRIES:
        raise SheetRefused(reason="the workbook has too many parts.")
    if "xl/workbook.bin" in names:
        raise SheetRefused(reason="binary workbooks (.xlsb) are not read; save it as .xlsx or CSV.")
    kind = "ods" if "content.xml" in names else "xlsx" if any(name.startswith("xl/") for name in names) else ""
    if not kind:
        raise SheetRefused(reason="the archive holds no workbook; unpack it first.")
    inflated = 0
    for part in parts:
        measure: _RowMeasure | _OdsMeasure | None = None
        if kind == "xlsx" and part.filename.endswith(".xml") and "worksheets/" in part.filename:
            measure = _RowMeasure()
        elif part.filename == "content.xml":
            measure = _OdsMeasure()
        inflated += _measure_part(archive, part, measure, most=MOST_INFLATED - inflated)
        if measure is not None and measure.cells() > MOST_CELLS:
            raise SheetRefused(reason="a sheet is too large to be read as a workbook; save it as CSV.")
    return kind


def _measure_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, measure: "_RowMeasure | _OdsMeasure | None", *, most: int) -> int:
    """Inflate a part, believing nothing that the archive says of its size."""
    packed = max(part.compress_size, 1)
    part.file_size = most + 1  # so that the reader goes to the true end
    size = 0
    with archive.open(part) as opened:
        while block := opened.read(_BLOCK):
            size += len(block)
            if size > most or (size > 1_000_000 and size > packed * HIGHEST_RATIO):
                raise SheetRefused(reason="the workbook unpacks to far more than it should.")
            if measure is not None:
                measure.feed(block)
                if measure.cells() > MOST_CELLS:
                    raise SheetRefused(reason="a sheet is too large to be read as a workbook; save it as CSV.")
    return size


class _RowMeasure:
    """Upper bound of the cells of an .xlsx sheet, from its text, without parsing it."""

    def __init__(self) -> None:
        self._last_row = self._last_column = self._row_tags = self._in_row = self._widest = 0
        self._rest = b""

    def feed(self, block: bytes) -> None:
        text = self._rest + block
        cut = text.rfind(b"<", max(0, len(text) - 4_096))
        text, self._rest = (text[:cut], text[cut:]) if cut > 0 else (text, b"")
        places = _PLACE.findall(text)
        self._last_row = max([self._last_row, *map(int, {row for _column, row in places})])
        self._last_column = max([self._last_column, *map(_column_number, {column for column, _row in places})])
        if len(places) < len(_CELL.findall(text)) or self._widest:
            self._count_unplaced(text)

    def _count_unplaced(self, text: bytes) -> None:
        """Some writers leave out where a cell is: then it follows the one before."""
        for place, piece in enumerate(_ROW.split(text)):
            self._in_row = self._in_row * (place == 0) + len(_CELL.findall(piece))
            self._row_tags += place > 0
            self._widest = max(self._widest, self._in_row)

    def cells(self) -> int:
        return (self._last_row + self._row_tags) * (self._last_column + self._widest)


class _OdsMeasure:
    """Cells of the largest table of an .ods, repetitions multiplied out, blank tails left out as the reader does."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse
        self._largest = self._rows = self._row = self._width = self._column = self._full_width = 0
        self._repeats = 1

    def feed(self, block: bytes) -> None:
        try:
            self._parser.Parse(block, False)
        except expat.ExpatError as error:
            raise SheetRefused(reason="the workbook is damaged.") from error

    def cells(self) -> int:
        return max(self._largest, self._rows * self._width)

    def _refuse(self, *_declared: object) -> None:
        raise SheetRefused(reason="the workbook declares a document type or entities.")

    def _start(self, name: str, marks: dict[str, str]) -> None:
        kind = name.rpartition(" ")[2]
        if kind == "table":
            self._largest = self.cells()
            self._rows = self._row = self._width = 0
        elif kind == "table-row":
            self._repeats = _repeats(marks, "number-rows-repeated")
            self._column = self._full_width = 0
        elif kind in ("table-cell", "covered-table-cell"):
            self._column += _repeats(marks, "number-columns-repeated")
            if any(mark.endswith((" value-type", " formula")) for mark in marks):
                self._full_width = self._column
        elif kind == "p":
            self._full_width = self._column

    def _end(self, name: str) -> None:
        if name.endswith(" table-row"):
            self._row += self._repeats
            if self._full_width:
                self._rows, self._width = self._row, max(self._width, self._full_width)


def _repeats(marks: dict[str, str], name: str) -> int:
    for mark, value in marks.items():
        if mark.endswith(name):
            return int(value) if value.isdecimal() and len(value) < 12 else 10**12
    return 1


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _measure_xls(stream: BinaryIO) -> None:
    """An .xls sheet says its size in a record that calamine trusts; all places that look like one are checked."""
    stream.seek(0)
    data = stream.read()
    place = data.find(_BIFF_DIMENSIONS)
    while place >= 0:
        first, last = (int.from_bytes(data[place + at : place + at + 4], "little") for at in (4, 8))
        left, right = (int.from_bytes(data[place + at : place + at + 2], "little") for at in (12, 14))
        if first <= last <= 65_536 and left <= right <= 256 and (last - first) * (right - left) > MOST_CELLS:
            raise SheetRefused(reason="a sheet is too large to be read as a workbook; save it as CSV.")
        place = data.find(_BIFF_DIMENSIONS, place + 4)
