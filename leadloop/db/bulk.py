"""Many rows at once: COPY or unnest on PostgreSQL, `executemany` on SQLite. The only module that writes SQL for tables it is told of.

Identifiers come from Django's models only, never from input. All verbs need an open transaction.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from operator import itemgetter
from typing import Any

import msgspec
from django.db import connection, models

COPY_FROM = 200  # rows; below, a pipelined INSERT .. unnest answers sooner than COPY
Row = Sequence[Any]
to_json = msgspec.json.Encoder().encode


def is_postgres() -> bool:
    """Whether rows live in PostgreSQL."""
    return connection.vendor == "postgresql"


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """`count` ids that nobody else gets, without inserting. On SQLite the caller must be in its write transaction."""
    if count == 0:
        return []
    with connection.cursor() as cursor:
        if is_postgres():
            cursor.execute("select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)", [_table(model), count])
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("select seq from sqlite_sequence where name = %s", [_table(model)])
        row = cursor.fetchone()
    first = (row[0] if row else 0) + 1
    return list(range(first, first + count))


def insert(model: type[models.Model], columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Insert rows of plain values in the order of `columns` (attribute names). JSON columns take text."""
    if not rows:
        return
    if not is_postgres():
        _run_many(_insert_sql(model, columns), rows)
    elif len(rows) >= COPY_FROM and not _pipelining():
        _copy(model, columns, rows)
    else:
        arrays = [list(column) for column in zip(*rows, strict=True)]
        _raw_cursor().execute(_unnest_sql(model, columns), arrays, prepare=True)


def update(model: type[models.Model], columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Set `columns` of many rows; each row holds the new values and, last, the primary key."""
    if not rows:
        return
    if not is_postgres():
        sets = ", ".join(f'"{_column(model, name)}" = ?' for name in columns)
        _run_many(f'update "{_table(model)}" set {sets} where "{_pk(model)}" = ?', rows)  # noqa: S608 - model names only
        return
    arrays = [list(column) for column in zip(*rows, strict=True)]
    _raw_cursor().execute(_update_sql(model, columns), arrays, prepare=True)


def fetch(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Rows of a hand-written query with `%s` parameters."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def execute(sql: str, params: Sequence[Any] = ()) -> None:
    """A hand-written statement with `%s` parameters and no answer."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def any_of(column: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """SQL and parameters for "column is one of values" that keeps one statement text whatever the number of values."""
    if is_postgres():
        return f"{column} = any(%s)", [list(values)]
    return f"{column} in (select value from json_each(%s))", [json.dumps(list(values))]


@contextmanager
def pipelined() -> Iterator[None]:
    """Send the statements inside without waiting for each answer (PostgreSQL); errors surface at the end. No reads inside."""
    if not is_postgres():
        yield
        return
    connection.ensure_connection()
    with connection.connection.pipeline():
        yield


def lock_loop() -> None:
    """One batch at a time looks for matches and creates leads, on any machine; held to the end of the transaction.

    On SQLite the write transaction itself is that lock.
    """
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(7001)")


def chunks(rows: Sequence[Row], size: int) -> Iterable[Sequence[Row]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _raw_cursor() -> Any:
    connection.ensure_connection()
    return connection.connection.cursor()


def _run_many(sql: str, rows: Sequence[Row]) -> None:
    connection.ensure_connection()
    connection.connection.executemany(sql, rows)


def _pipelining() -> bool:
    return connection.connection is not None and connection.connection._pipeline is not None


def _copy(model: type[models.Model], columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    cursor = _raw_cursor()
    with cursor.copy(_copy_sql(model, columns)) as copy:
        copy.set_types(_types(model, columns))
        for row in rows:
            copy.write_row(row)


@lru_cache(maxsize=256)
def _copy_sql(model: type[models.Model], columns: tuple[str, ...]) -> str:
    return f"copy {_table(model)} ({_names(model, columns)}) from stdin (format binary)"


@lru_cache(maxsize=256)
def _insert_sql(model: type[models.Model], columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(columns))
    return f'insert into "{_table(model)}" ({_names(model, columns)}) values ({marks})'  # noqa: S608 - model names only


@lru_cache(maxsize=256)
def _unnest_sql(model: type[models.Model], columns: tuple[str, ...]) -> str:
    arrays = ", ".join(f"%b::{kind}[]" for kind in _types(model, columns))
    return f"insert into {_table(model)} ({_names(model, columns)}) select * from unnest({arrays})"  # noqa: S608 - model names only


@lru_cache(maxsize=256)
def _update_sql(model: type[models.Model], columns: tuple[str, ...]) -> str:
    names = [_column(model, name) for name in columns]
    kinds = [*_types(model, columns), _types(model, (model._meta.pk.attname,))[0]]
    sets = ", ".join(f"{name} = new.{name}" for name in names)
    arrays = ", ".join(f"%b::{kind}[]" for kind in kinds)
    fields = ", ".join([*names, "its_key"])
    return f"update {_table(model)} old set {sets} from unnest({arrays}) as new({fields}) where old.{_pk(model)} = new.its_key"  # noqa: S608


@lru_cache(maxsize=256)
def _types(model: type[models.Model], columns: tuple[str, ...]) -> list[str]:
    """PostgreSQL's names of the columns' types, without lengths."""
    kinds = []
    for name in columns:
        field = _field(model, name)
        kind = field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
        kinds.append(str(kind).split("(")[0].replace("varchar", "text"))
    return kinds


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


def picker(names: tuple[str, ...]) -> Any:
    """Takes the values of `names` out of a dict, as a tuple."""
    return itemgetter(*names)
