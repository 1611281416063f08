"""Indexes of declared fields that people filter and sort by: made and dropped by a worker, off the page."""

import zlib

from django.db import connection
from django_tasks import task

from leadloop.db import bulk
from leadloop.db.versions import current_epoch
from leadloop.leads.custom_sql import index_sql
from leadloop.leads.domain.custom_fields import FieldSpec
from leadloop.leads.fields import ever_declared

PREFIX = "custom_field_"


@task()
def keep_field_indexes() -> dict[str, list[str]]:
    """Make the indexes that are missing and drop those that nobody asks for any more. Safe to run twice, and after a broken run.

    PostgreSQL builds them without holding up anybody; SQLite in the write of a few seconds a million leads.
    """
    specs = [spec for spec in ever_declared(current_epoch()).values() if spec.filterable and not spec.retired]
    said = {index_name(spec): index_sql(spec, postgres=bulk.is_postgres()) for spec in specs}
    wanted = {name: expression for name, expression in said.items() if expression}
    stood = _standing()
    made, dropped = [], [name for name, whole in stood.items() if name not in wanted or not whole]
    for name in dropped:
        _run(f'drop index{_concurrently()} if exists "{name}"')
    for name, expression in wanted.items():
        if not stood.get(name):
            _run(f'create index{_concurrently()} if not exists "{name}" on leads_lead (({expression}), id)')
            made.append(name)
    return {"made": made, "dropped": dropped}


def index_name(spec: FieldSpec) -> str:
    """What the index of a field is called: another one where it would hold something else. PostgreSQL takes 63 letters."""
    digest = zlib.crc32(index_sql(spec, postgres=bulk.is_postgres()).encode())
    return f"{PREFIX}{spec.name[:40]}_{digest:08x}"


def _standing() -> dict[str, bool]:
    """Our indexes that there are, and whether each is whole: one whose making broke off is not."""
    with connection.cursor() as cursor:
        if bulk.is_postgres():
            cursor.execute(
                "select c.relname, i.indisvalid from pg_index i join pg_class c on c.oid = i.indexrelid "
                "where i.indrelid = 'leads_lead'::regclass and starts_with(c.relname, %s)",
                [PREFIX],
            )
            return dict(cursor.fetchall())
        cursor.execute("select name from sqlite_master where type = 'index' and substr(name, 1, %s) = %s", [len(PREFIX), PREFIX])
        return {name: True for (name,) in cursor.fetchall()}


def _concurrently() -> str:
    return " concurrently" if bulk.is_postgres() and not connection.in_atomic_block else ""


def _run(sql: str) -> None:
    """A statement of our own words and of checked names."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
