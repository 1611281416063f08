"""Decided leads as a table of columns, and what kind of thing each column holds."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from leadloop.learning.domain.values import BLANK, UNANSWERED, mail_domain, moment_of, number_of, words_of

MOST_ROWS = 500_000
MOST = 0.95
"""A column is of a kind when this share of what it says is."""
FEW_NUMBERS = 60
MAILS = 0.6
"""As `MOST` for addresses: masked and broken ones are many in real files."""
ALL_DIFFERENT, ENOUGH_TO_SEE_IT = 0.9, 50
LONG_TEXT = 3.0
"""Words a cell from which on a column of many different ones is text and not a list of numbers of things."""


@dataclass(frozen=True)
class Table:
    """Columns of equal length; `won` holds 1 or 0 for each row, `at` the moment each lead came in, if known."""

    columns: Mapping[str, Sequence[object]]
    won: Sequence[int]
    at: Sequence[datetime | None] | None = None
    time: str = ""

    def take(self, rows: Sequence[int]) -> "Table":
        """Only these rows, in this order."""
        columns = {name: [cells[row] for row in rows] for name, cells in self.columns.items()}
        at = [self.at[row] for row in rows] if self.at is not None else None
        return Table(columns, [self.won[row] for row in rows], at, self.time)

    def without(self, names: Sequence[str]) -> "Table":
        """All but these columns."""
        return Table({name: cells for name, cells in self.columns.items() if name not in names}, self.won, self.at, self.time)

    def row(self, number: int) -> dict[str, object]:
        """The facts of one lead."""
        return {name: cells[number] for name, cells in self.columns.items()}


def table_as_json(table: Table) -> dict[str, Any]:
    """What goes to the training process; moments as text, the rest as it is."""
    columns = {name: [cell.isoformat() if isinstance(cell, datetime) else cell for cell in cells] for name, cells in table.columns.items()}
    at = [moment.isoformat() if moment else None for moment in table.at] if table.at is not None else None
    return {"columns": columns, "won": list(table.won), "at": at, "time": table.time}


def table_from_json(spec: Mapping[str, Any]) -> Table:
    """As it was before `table_as_json`, but that moments in columns stay text."""
    at = [datetime.fromisoformat(moment) if moment else None for moment in spec["at"]] if spec["at"] is not None else None
    return Table(spec["columns"], spec["won"], at, spec["time"])


@dataclass(frozen=True)
class Kind:
    """What a column holds: level, number, moment, mail, text; or nothing to learn from (constant, id), with the reason in `why`."""

    name: str
    why: str = ""
    few: bool = False  # numbers that may as well be names: few different ones, all whole
    day_first: bool = True
    clock: bool = False
    levels: Counter[str] = field(default_factory=Counter)


def kind_of(cells: Sequence[object]) -> Kind:
    """What the cells of one column are, judged by what most of them say. Each different value is looked at once."""
    counts = Counter(cells)
    levels: Counter[str] = Counter()
    for cell, count in counts.items():
        levels[words_of(cell)] += count
    if len(levels) < 2:
        return Kind("constant", "says the same of every lead", levels=levels)
    filled = {cell: count for cell, count in counts.items() if words_of(cell) not in (BLANK, UNANSWERED)}
    rows = sum(filled.values())
    if not rows:
        return Kind("level", levels=levels)
    different = len({words_of(cell) for cell in filled}) / rows
    if _share(filled, lambda cell: number_of(cell) is not None) >= MOST:
        return _number(filled, different, levels)
    if (moment := _moment(filled, levels)) is not None:
        return moment
    if _share(filled, lambda cell: mail_domain(cell) is not None) >= MAILS:
        return Kind("mail", levels=levels)
    if different >= ALL_DIFFERENT / 3 and sum(len(str(cell).split()) * count for cell, count in filled.items()) / rows >= LONG_TEXT:
        return Kind("text", levels=levels)
    if different >= ALL_DIFFERENT and rows >= ENOUGH_TO_SEE_IT:
        return Kind("id", "nearly every lead has a value of its own", levels=levels)
    return Kind("level", levels=levels)


def _number(filled: Mapping[object, int], different: float, levels: Counter[str]) -> Kind:
    numbers = {number for cell in filled if (number := number_of(cell)) is not None}
    whole = all(number == int(number) for number in numbers)
    if whole and different >= ALL_DIFFERENT and sum(filled.values()) >= ENOUGH_TO_SEE_IT:
        return Kind("id", "nearly every lead has a number of its own", levels=levels)
    return Kind("number", few=whole and len(numbers) <= FEW_NUMBERS, levels=levels)


def _moment(filled: Mapping[object, int], levels: Counter[str]) -> Kind | None:
    for day_first in (True, False):
        moments = {cell: moment_of(cell, day_first=day_first) for cell in filled}
        if sum(filled[cell] for cell, moment in moments.items() if moment) / sum(filled.values()) >= MOST:
            clock = any(moment and (moment.hour or moment.minute) for moment in moments.values())
            return Kind("moment", day_first=day_first, clock=clock, levels=levels)
    return None


def _share(filled: Mapping[object, int], holds: Callable[[object], bool]) -> float:
    return sum(count for cell, count in filled.items() if holds(cell)) / sum(filled.values())
