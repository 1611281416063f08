"""Paging by key: a page begins behind the row that the last one ended with, so that page 10,000 costs what page 1 costs.

Rows are ordered by one column and then by primary key, blanks of the column last in either direction. A page is read as ids, from
one or several branches (disjoint querysets that each have an index in this order) that the database merges.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet

JOINED = {"likelihood_percent": "learning_likelihood"}
"""Indexes of tables that a list is joined with, by which it may be in order."""
LONGEST_TEXT = 600  # characters of a sorted text that a cursor keeps
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort a list. `column` is a number, a moment or a text; `blanks_indexed`: an index holds its blanks too."""

    column: str
    descending: bool = True
    nullable: bool = False
    blanks_indexed: bool = True
    holds: type | None = None  # what the column holds, where its name does not tell a moment from a number


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row that a page borders on, and on which side of it the page lies."""

    value: Any  # of the order's column; None for a blank
    pk: int
    before: bool = False  # towards the first page

    def __str__(self) -> str:
        return f"{'b' if self.before else 'a'}.{_text_of(self.value)}.{self.pk}"


@dataclass(frozen=True, slots=True)
class Page:
    """Primary keys in order, and whether there are rows on either side."""

    ids: list[int]
    has_newer: bool
    has_older: bool


def read_cursor(text: str) -> Cursor | None:
    """A cursor as it stands in an address; None, which is the first page, for anything else."""
    side, _, rest = text.partition(".")
    value, _, pk = rest.partition(".")
    if len(text) > 4_900 or side not in ("a", "b") or not _is_whole(pk):
        return None
    if value == "n":
        return Cursor(None, int(pk), before=side == "b")
    if value[:1] in ("f", "s"):
        return _read_other(value, int(pk), before=side == "b")
    if value[:1] not in ("i", "t") or not _is_whole(value[1:].removeprefix("-")):
        return None
    try:
        number = int(value[1:])
        return Cursor(number if value[0] == "i" else EPOCH + timedelta(microseconds=number), int(pk), before=side == "b")
    except OverflowError:
        return None


def _read_other(value: str, pk: int, *, before: bool) -> Cursor | None:
    """A cursor at a fraction or a text, which stand in an address as hexadecimal digits."""
    try:
        known = bytes.fromhex(value[1:]).decode()
        return Cursor(known if value[0] == "s" else float(known), pk, before=before)
    except ValueError:
        return None


def page_ids(branches: Sequence[QuerySet[Any]], order: Order, *, cursor: Cursor | None, size: int, sort: str = "", index: str = "") -> Page:
    """The ids of one page: one query, two where the column has blanks and the page reaches them.

    Args:
        branches: disjoint querysets of one model; the database merges them.
        sort: an alias that equals the column, where rows are to be sorted without its index.
        index: the index to read in order, of the table or of the one that the column is joined from. SQLite keeps no statistics to
            choose by and is told; PostgreSQL chooses.
    """
    backwards = cursor is not None and cursor.before
    if cursor is not None and not _fits(cursor, order):
        cursor, backwards = None, False
    ids: list[int] = []
    for blank in _sections(order, cursor, backwards=backwards):
        conditions = _behind(order, cursor, blank=blank, backwards=backwards)
        rows = [branch.filter(conditions) for branch in branches]
        column = "" if blank and not order.blanks_indexed else sort or order.column
        hint = index if column else ""
        ids += _merged(rows, column, down=order.descending != backwards, limit=size + 1 - len(ids), index=hint)
        if len(ids) > size:
            break
    more, ids = len(ids) > size, ids[:size]
    if backwards:
        return Page(ids[::-1], has_newer=more, has_older=True)
    return Page(ids, has_newer=cursor is not None, has_older=more)


def links(page: Page, values: Sequence[Any]) -> tuple[str, str]:
    """Cursors for "newer" and "older", "" where there is nothing. `values`: the sorted column of each row of the page."""
    if not page.ids:
        return "", ""
    newer = str(Cursor(values[0], page.ids[0], before=True)) if page.has_newer else ""
    older = str(Cursor(values[-1], page.ids[-1])) if page.has_older else ""
    return newer, older


def capped_count(rows: QuerySet[Any], *, most: int) -> int:
    """How many rows there are, counted no further than `most` + 1."""
    return rows.order_by().values("pk")[: most + 1].count()


def _fits(cursor: Cursor, order: Order) -> bool:
    """Whether the cursor was made in this order."""
    if cursor.value is None:
        return order.nullable
    if order.holds is not None:
        return isinstance(cursor.value, order.holds)
    return not isinstance(cursor.value, str) and isinstance(cursor.value, datetime) == order.column.endswith("_at")


def _sections(order: Order, cursor: Cursor | None, *, backwards: bool) -> list[bool]:
    """Which rows to read, in turn: False those with a value, True the blank ones."""
    if not order.nullable:
        return [False]
    if cursor is None:
        return [False, True]
    if cursor.value is None:
        return [True, False] if backwards else [True]
    return [False] if backwards else [False, True]


def _behind(order: Order, cursor: Cursor | None, *, blank: bool, backwards: bool) -> Q:
    """The rows of a section that lie on the cursor's side, as a range of an index: never `a < x or (a = x and b < y)`."""
    column = order.column
    section = Q((f"{column}__isnull", blank)) if order.nullable else Q()
    if cursor is None or (cursor.value is None) != blank:
        return section
    less = "lt" if order.descending != backwards else "gt"
    beyond = Q((f"pk__{less}", cursor.pk))
    if blank:
        return section & beyond
    return Q((f"{column}__{less}e", cursor.value)) & (Q((f"{column}__{less}", cursor.value)) | beyond)


def _merged(branches: Sequence[QuerySet[Any]], column: str, *, down: bool, limit: int, index: str) -> list[int]:
    """Ids of all branches in order. One query, whatever the number of branches."""
    names = [column, "pk"] if column else ["pk"]
    sort = [F(name).desc() if down else F(name).asc() for name in names]
    parts: list[str] = []
    params: list[Any] = []
    for branch in branches:
        try:
            sql, values = branch.order_by(*sort).values_list(*names)[:limit].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"select * from ({_told(sql, branch, index)}) as branch_{len(parts)}")  # noqa: S608 - the ORM's own statement
        params += values
    if not parts:
        return []
    way = "desc" if down else "asc"
    order = ", ".join(f"{place} {way}" for place in range(1, len(names) + 1))
    with connection.cursor() as cursor:
        cursor.execute(f"{' union all '.join(parts)} order by {order} limit %s", [*params, limit])
        return [row[-1] for row in cursor.fetchall()]


def _told(sql: str, rows: QuerySet[Any], index: str) -> str:
    """The statement with SQLite told which index to read."""
    if not index or connection.vendor != "sqlite":
        return sql
    table = f'FROM "{rows.model._meta.db_table}"'
    if index in JOINED:
        table = f'JOIN "{JOINED[index]}"'
    return sql.replace(table, f'{table} INDEXED BY "{index}"', 1)


def _text_of(value: Any) -> str:
    if value is None:
        return "n"
    if isinstance(value, str | float):
        return f"{'s' if isinstance(value, str) else 'f'}{str(value)[:LONGEST_TEXT].encode().hex()}"
    return f"t{(value - EPOCH) // timedelta(microseconds=1)}" if isinstance(value, datetime) else f"i{value}"


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
