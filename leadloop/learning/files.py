"""A file of decided leads as a table: any CSV, packed or not, whatever separates its cells."""

import csv
import gzip
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from leadloop.learning.domain.table import MOST_ROWS, Table
from leadloop.learning.domain.values import BLANK, UNANSWERED, moment_of, words_of
from leadloop.learning.errors import UnreadableTable

SEPARATORS = ",;\t|"
LONGEST_CELL = 1_000_000


def read_table(path: Path, *, target: str, positive: Sequence[str], time: str = "", leave_out: Sequence[str] = ()) -> Table:
    """The rows whose `target` is filled; won where it is one of `positive`, case aside.

    Raises:
        UnreadableTable: there is no such file, column or outcome, or it is no text.
    """
    names, rows = _rows(path)
    for name in (target, *([time] if time else []), *leave_out):
        if name not in names:
            raise UnreadableTable(problem=f'{path.name} has no column "{name}". It has: {", ".join(names)}')
    wanted, at = {words_of(one) for one in positive}, names.index(target)
    decided = [row for row in rows if words_of(row[at]) not in (BLANK, UNANSWERED)]
    won = [int(words_of(row[at]) in wanted) for row in decided]
    if not 0 < sum(won) < len(won):
        raise UnreadableTable(
            problem=f'Of {len(won):,} decided rows {sum(won):,} are won ("{target}" is {" or ".join(positive)}); both kinds are needed'
        )
    columns = {name: [row[place] for row in decided] for place, name in enumerate(names) if name != target and name not in leave_out}
    return Table(columns, won, _moments(columns[time]) if time else None, time)


def _rows(path: Path) -> tuple[list[str], list[list[str]]]:
    csv.field_size_limit(LONGEST_CELL)
    try:
        packed = path.suffix == ".gz"
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") if packed else path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline(LONGEST_CELL)
            separator = max(SEPARATORS, key=first.count)
            names = [name.strip() for name in next(csv.reader([first], delimiter=separator), [])]
            rows = [(row + [""] * len(names))[: len(names)] for row in csv.reader(file, delimiter=separator) if any(row)]
    except (OSError, EOFError, csv.Error, UnicodeDecodeError) as error:
        raise UnreadableTable(problem=f"{path} cannot be read: {error}") from error
    if len(set(names)) < len(names) or not names:
        raise UnreadableTable(problem=f"{path.name} needs one line of column names, each a different one")
    if len(rows) > MOST_ROWS:
        raise UnreadableTable(problem=f"{path.name} has {len(rows):,} rows; at most {MOST_ROWS:,} are learned from at once")
    return names, rows


def _moments(cells: Sequence[str]) -> list[datetime | None]:
    """The moments of a column; day before month unless that cannot be."""
    day_first = [moment_of(cell) for cell in cells]
    month_first = [moment_of(cell, day_first=False) for cell in cells]
    return max(day_first, month_first, key=lambda moments: sum(moment is not None for moment in moments))
