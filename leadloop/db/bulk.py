"""Many rows at once: COPY or one JSON text on PostgreSQL, statements of many rows on SQLite.

The only module that writes SQL for tables it is told of. Identifiers come from Django's models only, never from input. All verbs need an
open transaction.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, TypeVar

import msgspec
from django.conf import settings
from django.db import connection, connections, models

try:
    import psycopg
except ModuleNotFoundError:  # the extra `postgres` is not installed: SQLite only
    psycopg = None  # type: ignore[assignment]  # nobody calls it then

ID_BLOCK = 500
COPY_FROM = 200  # rows; below, one INSERT from JSON answers sooner than COPY
MANY, FEW = 40, 8  # rows an INSERT of SQLite
MOST_VALUES = 999  # values a statement, in every SQLite that Django works with
KEY = "its_key"
BY_INDEX = ("enable_seqscan", "off"), ("enable_hashjoin", "off"), ("enable_mergejoin", "off"), ("plan_cache_mode", "force_generic_plan")
NO_COMPILING = ("jit", "off")  # what no index serves looks dear now, and PostgreSQL compiles what looks dear
_SETTINGS = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in (*BY_INDEX, NO_COMPILING))
_LOCK_LOOP = f"select pg_advisory_xact_lock(7001), {_SETTINGS}"
_LOCK_LOOP_FOR_MANY = f"select pg_advisory_xact_lock(7001), set_config('{NO_COMPILING[0]}', '{NO_COMPILING[1]}', true)"
Row = Sequence[Any]
Item = TypeVar("Item")
to_json = msgspec.json.Encoder().encode


IS_POSTGRES = "postgresql" in settings.DATABASES["default"]["ENGINE"]
"""Whether rows live in PostgreSQL; else in SQLite. One install has one store."""


def is_postgres() -> bool:
    """Whether rows live in PostgreSQL."""
    return IS_POSTGRES


def reserve_ids(model: type[models.Model], count: int) -> Callable[[], list[int]]:
    """`count` ids, asked for now and read when called, in rising order; inserting is the caller's, in the same transaction.

    Asked for under the loop's lock they rise in the order of commits, so that a reader may remember the highest one it saw.
    """
    if count == 0:
        return list
    if is_postgres():
        rows = ask("select nextval(%s::regclass) from generate_series(1, %s)", [_sequence(model), count])
        return lambda: [row[0] for row in rows()]
    [last] = fetch("select seq from sqlite_sequence where name = %s", [_table(model)]) or [(0,)]
    return lambda: list(range(last[0] + 1, last[0] + 1 + count))


def spare_ids(model: type[models.Model], count: int) -> list[int]:
    """As `reserve_ids`, mostly without a query: on PostgreSQL out of a block that this process keeps, so their order says little."""
    if count == 0 or not is_postgres():
        return reserve_ids(model, count)()
    name = (str(connection.settings_dict["NAME"]), _table(model))
    if taken := _from_block(name, count):
        return taken
    fresh = reserve_ids(model, max(count, ID_BLOCK))()
    with _blocks_lock:
        _blocks.setdefault(name, []).extend(fresh[count:])
    return fresh[:count]


def _from_block(name: tuple[str, str], count: int) -> list[int]:
    """`count` ids that lie ready, or none. The store is never asked under this lock: its answer may wait for a thread that waits here."""
    with _blocks_lock:
        block = _blocks.setdefault(name, [])
        if len(block) < count:
            return []
        taken, block[:count] = block[:count], []
        return taken


def insert(model: type[models.Model], columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Insert rows of plain values in the order of `columns` (attribute names). JSON columns take text."""
    if not rows:
        return
    if not is_postgres():
        _insert_lines(model, columns, rows, clash="fail")
    elif len(rows) >= COPY_FROM and not _is_pipelined(_raw()):
        _copy(model, columns, rows)
    else:
        _execute(_records_sql(model, columns), [_records(columns, rows)])


def insert_new(model: type[models.Model], columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    """As `insert`, but rows that a unique constraint already knows are left out."""
    if not rows:
        return
    if not is_postgres():
        _insert_lines(model, columns, rows, clash="ignore")
        return
    _execute(_records_sql(model, columns) + " on conflict do nothing", [_records(columns, rows)])


def add(model: type[models.Model], column: str, key: str, rows: Sequence[tuple[int, Any]]) -> None:
    """Add to one number column: (how much, value of the unique `key`). Rows are changed in the order given."""
    if not rows:
        return
    table, name, where = _table(model), _column(model, column), _column(model, key)
    if not is_postgres():
        _run_many(f'update "{table}" set "{name}" = "{name}" + ? where "{where}" = ?', rows)  # noqa: S608 - model names only
        return
    kind = _types(model, (key,))[0]
    sql = (
        f"update {table} old set {name} = old.{name} + new.more from unnest(%b::int8[], %b::{kind}[]) as new(more, its_key) "  # noqa: S608 - model names only
        f"where old.{where} = new.its_key"
    )
    _execute(sql, [list(column) for column in zip(*rows, strict=True)])


def update(model: type[models.Model], columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Set `columns` of many rows; each row holds the new values and, last, the primary key."""
    if not rows:
        return
    if not is_postgres():
        sets = ", ".join(f'"{_column(model, name)}" = ?' for name in columns)
        _run_many(f'update "{_table(model)}" set {sets} where "{_pk(model)}" = ?', rows)  # noqa: S608 - model names only
        return
    _execute(_update_sql(model, columns), [_records((*columns, KEY), rows)])


def fetch(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Rows of a hand-written query with `%s` parameters."""
    return ask(sql, params)()


def ask(sql: str, params: Sequence[Any] = ()) -> Callable[[], list[tuple[Any, ...]]]:
    """As `fetch`, but asked now and read when called: inside `pipelined` the store works on it meanwhile."""
    rows: Callable[[], list[tuple[Any, ...]]] = _execute(sql, params).fetchall
    return rows


def execute(sql: str, params: Sequence[Any] = ()) -> None:
    """A hand-written statement with `%s` parameters and no answer."""
    _execute(sql, params)


def any_of(column: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """SQL and parameters for "column is one of values" that keeps one statement text whatever the number of values."""
    if is_postgres():
        return f"{column} = any(%s)", [list(values)]
    return f"{column} in (select value from json_each(%s))", [json.dumps(list(values))]  # noqa: S608 - callers name columns


@contextmanager
def pipelined(rows: int) -> Iterator[None]:
    """Send writes without waiting for each answer (PostgreSQL, small batches; COPY of large ones needs none).

    Reads inside wait for their own answer only. A write that the store refuses surfaces at a later read or at the end, so do not catch
    its error inside, and do not ask how many rows a statement changed.
    """
    if not is_postgres() or rows >= COPY_FROM:
        yield
        return
    with _raw().pipeline():
        yield


def lock_loop() -> None:
    """One batch at a time looks for matches and creates leads, on any machine; held to the end of the transaction.

    On SQLite the write transaction itself is that lock. On PostgreSQL the transaction reads by index from then on: a plan that was
    made, and kept, while a table was small must not read it whole when it is large.
    """
    if is_postgres():
        _execute(_LOCK_LOOP)


def lock_loop_for_many() -> None:
    """As `lock_loop`, for statements over thousands of rows: which way to read them is the database's own choice."""
    if is_postgres():
        _execute(_LOCK_LOOP_FOR_MANY)


def chunks(rows: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Slices of at most `size`."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _execute(sql: str, params: Sequence[Any] = ()) -> Any:
    """By a driver's cursor below Django's: parameters are bound by the server, nothing is logged or wrapped.

    On PostgreSQL a small batch, which is pipelined, is planned once a connection; its plans go by index, see `lock_loop`.
    """
    raw = _raw()
    if IS_POSTGRES:
        return psycopg.Cursor(raw).execute(sql, params, prepare=_is_pipelined(raw))
    return sqlite3.Cursor(raw).execute(sql.replace("%s", "?"), params)


def _raw() -> Any:
    """The driver's connection of this thread; Django's proxy is asked once."""
    wrapper = connections["default"]
    if wrapper.connection is None:
        wrapper.ensure_connection()
    return wrapper.connection


def _run_many(sql: str, rows: Sequence[Row]) -> None:
    _raw().executemany(sql, rows)


def _insert_lines(model: type[models.Model], columns: tuple[str, ...], rows: Sequence[Row], *, clash: str) -> None:
    """On SQLite: many rows a statement, as setting out costs as much as a narrow row; the last few alone.

    A row that is refused fails and leaves the statement's others to the transaction, which whoever hears of it rolls back: to be able to
    take back one statement, SQLite would copy each page before it writes (docs/decisions/0024-many-rows-a-statement.md).
    """
    raw, start = _raw(), 0
    for size in (min(MANY, MOST_VALUES // len(columns)), FEW):
        end = len(rows) - (len(rows) - start) % size
        for first in range(start, end, size):
            raw.execute(_insert_sql(model, columns, size, clash), list(chain.from_iterable(rows[first : first + size])))
        start = end
    if start < len(rows):
        raw.executemany(_insert_sql(model, columns, 1, clash), rows[start:])


_blocks: dict[tuple[str, str], list[int]] = {}
_blocks_lock = threading.Lock()


def _is_pipelined(raw: Any) -> bool:
    return raw._pipeline is not None  # noqa: SLF001 - psycopg has no public question for it


def _copy(model: type[models.Model], columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    with psycopg.Cursor(_raw()).copy(_copy_sql(model, columns)) as copy:
        for row in rows:
            copy.write_row(row)


@lru_cache(maxsize=256)
def _copy_sql(model: type[models.Model], columns: tuple[str, ...]) -> str:
    return f"copy {_table(model)} ({_names(model, columns)}) from stdin"


@lru_cache(maxsize=512)
def _insert_sql(model: type[models.Model], columns: tuple[str, ...], rows: int, clash: str) -> str:
    marks = ", ".join([f"({', '.join('?' * len(columns))})"] * rows)
    return f'insert or {clash} into "{_table(model)}" ({_names(model, columns)}) values {marks}'  # noqa: S608 - model names only


def _records(columns: tuple[str, ...], rows: Sequence[Row]) -> str:
    """Rows as one JSON text: the server takes it apart faster than the driver puts arrays together."""
    return to_json([dict(zip(columns, row, strict=True)) for row in rows]).decode()


@lru_cache(maxsize=256)
def _records_sql(model: type[models.Model], columns: tuple[str, ...]) -> str:
    kinds = _types(model, columns)
    values = ", ".join(_read(name, kind) for name, kind in zip(columns, kinds, strict=True))
    return f"insert into {_table(model)} ({_names(model, columns)}) select {values} from {_recordset(columns, kinds)}"  # noqa: S608 - model names only


@lru_cache(maxsize=256)
def _update_sql(model: type[models.Model], columns: tuple[str, ...]) -> str:
    kinds = [*_types(model, columns), _types(model, (model._meta.pk.attname,))[0]]
    sets = ", ".join(f'"{_column(model, name)}" = {_read(name, kind)}' for name, kind in zip(columns, kinds, strict=False))
    source = _recordset((*columns, KEY), kinds)
    return f"update {_table(model)} old set {sets} from {source} where old.{_pk(model)} = new.{KEY}"  # noqa: S608 - model names only


def _recordset(columns: tuple[str, ...], kinds: Sequence[str]) -> str:
    fields = ", ".join(f'"{name}" {"text" if kind in ("jsonb", "bytea") else kind}' for name, kind in zip(columns, kinds, strict=True))
    return f"json_to_recordset(%s::json) as new({fields})"


def _read(name: str, kind: str) -> str:
    """How a value that travelled as JSON becomes one of its column: JSON columns travel as text, bytes as base64."""
    if kind == "jsonb":
        return f'new."{name}"::jsonb'
    return f"decode(new.\"{name}\", 'base64')" if kind == "bytea" else f'new."{name}"'


@lru_cache(maxsize=256)
def _types(model: type[models.Model], columns: tuple[str, ...]) -> list[str]:
    """PostgreSQL's names of the columns' types, without lengths."""
    kinds = []
    for name in columns:
        field = _field(model, name)
        kind = field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
        kinds.append(str(kind).split("(")[0].replace("varchar", "text"))
    return kinds


@lru_cache(maxsize=64)
def _sequence(model: type[models.Model]) -> str:
    return str(fetch("select pg_get_serial_sequence(%s, 'id')", [_table(model)])[0][0])


def _field(model: type[models.Model], name: str) -> Any:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return fields[name]


def _column(model: type[models.Model], name: str) -> str:
    return str(_field(model, name).column)


def _names(model: type[models.Model], columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{_column(model, name)}"' for name in columns)


def _table(model: type[models.Model]) -> str:
    return str(model._meta.db_table)


def _pk(model: type[models.Model]) -> str:
    return str(model._meta.pk.column)


@lru_cache(maxsize=1024)
def moment(value: datetime | None) -> Any:
    """A moment as the database driver of a bulk write takes it; Django's own text form on SQLite."""
    if value is None or is_postgres():
        return value
    return str(value.astimezone(UTC).replace(tzinfo=None))


def picker(names: tuple[str, ...]) -> Any:
    """Takes the values of `names` out of a dict, as a tuple."""
    return itemgetter(*names)
