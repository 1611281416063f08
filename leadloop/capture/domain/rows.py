"""What reading a lead file gives: rows, rows that could not be read, or a refusal of the file."""

from dataclasses import dataclass

from leadloop.kernel.errors import Refused

MOST_COLUMNS = 500
LONGEST_CELL = 131_072  # characters; the csv module's own limit


@dataclass(frozen=True, slots=True)
class Row:
    """One record: `line` is where it starts (1 = first line of the file or sheet), cells are trimmed text by header."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A record that cannot be told apart into cells.

    Reasons: too_many_cells, quote_not_closed, line_too_long, unreadable.
    """

    line: int
    reason: str
    text: str  # its beginning, for the report


class SheetRefused(Refused):
    """The whole file cannot be imported; `reason` says why in a sentence."""

    code, message = "sheet_refused", "This file cannot be imported: {reason}"
