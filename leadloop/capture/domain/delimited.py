"""CSV and its relatives as they are: unknown encoding, unknown delimiter, broken quotes. Streaming, in bounded memory."""

import codecs
import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import clevercsv
from charset_normalizer import from_bytes

from leadloop.capture.domain.rows import RowRefused, SheetRefused

DELIMITERS = (",", ";", "\t", "|")
LONGEST_LINE = 1_000_000  # characters
MOST_LINES_OF_A_RECORD = 1_000  # a quote open for longer is a mistake in the file
_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_ODD_SAMPLE = 1 << 15  # bytes of lines beyond ASCII that are shown to the guesser
_ENOUGH_TO_GUESS = 40  # bytes beyond ASCII
_ESCAPED_QUOTE = re.compile(r'\\"[^,;\t|"\r\n]')
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip


class Dialect(NamedTuple):
    """How the cells of a line are told apart."""

    delimiter: str
    escape: str | None = None


def find_encoding(stream: BinaryIO) -> str:
    """Encoding of a text file: by mark, by strict UTF-8, else a guess to be shown to a person. Reads the whole file once."""
    stream.seek(0)
    head = stream.read(_SAMPLE)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    if head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := stream.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _guess(stream)
    return "utf-8"


def find_dialect(sample: str) -> Dialect:
    """Delimiter and escape of a sample of whole lines; a comma where nothing can be told."""
    escape = "\\" if _ESCAPED_QUOTE.search(sample) else None
    shares = {mark: _even_share(sample, mark) for mark in DELIMITERS}
    certain = [mark for mark, share in shares.items() if share == 1.0]
    if len(certain) == 1:
        return Dialect(certain[0], escape)
    try:
        found = clevercsv.Sniffer().sniff(sample[:8_192], delimiters=list(DELIMITERS))
        if found is not None and found.delimiter in DELIMITERS:
            return Dialect(found.delimiter, escape)
    except (clevercsv.Error, ValueError, IndexError, TypeError):
        pass  # it found no dialect; the shares stand
    best = max(DELIMITERS, key=lambda mark: shares[mark])
    return Dialect(best if shares[best] > 0 else ",", escape)


def sample_of(stream: BinaryIO, encoding: str) -> str:
    """The first lines of the file as text, whole ones."""
    text = next(_texts(stream, encoding, size=_SAMPLE), "")
    end = max(text.rfind("\n"), text.rfind("\r"))
    return text[: end + 1] if end > 0 and len(text) >= _SAMPLE else text


def records(stream: BinaryIO, encoding: str, dialect: Dialect) -> Iterator[tuple[int, list[str]] | RowRefused]:
    """Records with the line each starts on. A quote that is never closed costs its own line only, not the rest of the file."""
    lines = _Lines(stream, encoding)
    while True:
        start = lines.position
        reader = csv.reader(
            lines.taken_one_by_one(), delimiter=dialect.delimiter, escapechar=dialect.escape, skipinitialspace=True, strict=False
        )
        try:
            for cells in reader:
                start = lines.position - len(lines.record) + 1
                if len(lines.record) > 1 and lines.ended and _is_open(lines.record, dialect):
                    break
                yield start, cells
                lines.record.clear()
            else:
                return
            yield lines.give_up("quote_not_closed")
        except (_RecordTooLong, csv.Error):
            yield lines.give_up("quote_not_closed" if len(lines.record) > 1 else "line_too_long")


class _RecordTooLong(Exception):
    """One record took more lines than any real one."""


class _Lines:
    """Lines of a text stream that remembers those of the record in hand, so that they can be given back."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._fresh = _texts(stream, encoding, size=LONGEST_LINE)
        self._returned: deque[str] = deque()
        self.record: list[str] = []
        self.position = 0  # lines handed out
        self.ended = False

    def taken_one_by_one(self) -> Iterator[str]:
        while True:
            line = self._returned.popleft() if self._returned else next(self._fresh, None)
            if line is None:
                self.ended = True
                return
            self.record.append(line)
            self.position += 1
            if len(self.record) > MOST_LINES_OF_A_RECORD:
                raise _RecordTooLong
            yield line.replace("\0", "") if "\0" in line else line

    def give_up(self, reason: str) -> RowRefused:
        """Refuse the first line of the record and give the others back."""
        first = self.position - len(self.record) + 1
        refused = RowRefused(first, reason, self.record[0][:200].strip() if self.record else "")
        self._returned.extendleft(reversed(self.record[1:]))
        self.position = first
        self.record.clear()
        self.ended = False
        return refused


def _texts(stream: BinaryIO, encoding: str, *, size: int) -> Iterator[str]:
    """Lines of at most `size` characters, or, for a sample, the first block of that size."""
    stream.seek(0)
    try:
        text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    except LookupError as error:
        raise SheetRefused(reason=f"there is no encoding called {encoding!r}.") from error
    try:
        if size == _SAMPLE:
            yield text.read(size)
            return
        while line := text.readline(size):
            if len(line) >= size:
                raise SheetRefused(reason="a line is longer than a million characters; is this a text table?")
            yield line
    finally:
        text.detach()


def _is_open(record: list[str], dialect: Dialect) -> bool:
    """Whether the file ends inside quotes: only the strict reader tells."""
    try:
        list(csv.reader(record, delimiter=dialect.delimiter, escapechar=dialect.escape, skipinitialspace=True, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def _even_share(sample: str, mark: str) -> float:
    """Share of the first records that have the most usual number of cells, if that is more than one."""
    widths: Counter[int] = Counter()
    try:
        for place, cells in enumerate(csv.reader(io.StringIO(sample, newline=""), delimiter=mark, skipinitialspace=True)):
            if place >= 60:
                break
            if any(cells):
                widths[len(cells)] += 1
    except csv.Error:
        return 0.0
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    return count / widths.total() if width > 1 else 0.0


def _guess(stream: BinaryIO) -> str:
    """An encoding for bytes that are not UTF-8: Windows-1252 unless there is enough to say that it is another."""
    stream.seek(0)
    odd = bytearray()
    for line in iter(lambda: stream.readline(4_096), b""):
        if not line.isascii():
            odd += line
            if len(odd) > _ODD_SAMPLE:
                break
    high = sum(byte > 127 for byte in odd)
    best = from_bytes(bytes(odd)).best() if high >= _ENOUGH_TO_GUESS else None
    if best is None or "cp1252" in best.could_be_from_charset or best.encoding.startswith(("mac", "hp", "cp4", "cp8", "iso8859_1")):
        return "cp1252"
    if best.multi_byte_usage and high * 3 < len(odd):
        return "cp1252"  # a few accents look like Chinese; real Chinese fills the line
    return best.encoding
