"""The tables that the migrations make, made once and copied from then on: for each test process, and for each install of a test."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import transaction

from scripts import pg

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".pytest_cache" / "tables"
"""For each state of the migrations a SQLite file, and what `pg_dump` says; from that, one database in each run's cluster."""


@cache
def key() -> str:
    """Changes with whatever the tables may depend on: our migrations, the packages that bring their own, the settings."""
    files = [*ROOT.glob("leadloop/*/migrations/*.py"), *ROOT.glob("requirements/*.lock.txt"), *ROOT.glob("leadloop/config/settings.py")]
    told = sha256(sys.version.encode())
    for file in sorted([*files, *ROOT.glob("leadloop/db/sqlite/*.py"), Path(__file__)]):
        told.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return told.hexdigest()[:16]


def copy_to(file: Path) -> None:
    """The tables on SQLite, in a new file."""
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"{key()}.sqlite3"
    with (KEPT / "lock").open("w") as lock:  # of many that start at once, one makes them
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for older in KEPT.glob("*.sqlite3"):
                older.unlink()
            with tempfile.TemporaryDirectory(dir=KEPT) as home:
                migrate(home=home, url="")
                Path(home, "leadloop.sqlite3").rename(kept)
        shutil.copyfile(kept, file)


@contextmanager
def copied_in(url: str) -> Iterator[str]:
    """The tables on PostgreSQL: the name of a new database in the cluster, as long as the block lasts."""
    import psycopg  # noqa: PLC0415 - an extra that a SQLite-only machine lacks

    kept, name = f"tables_{key()}", f"copy_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("select pg_advisory_lock(1)")  # of many that start at once, one makes them
        if not admin.execute("select from pg_database where datname = %s", [kept]).rowcount:
            admin.execute(f"create database {name}")
            fill(beside(url, name))
            admin.execute(f"alter database {name} rename to {kept}")
        admin.execute(f"create database {name} template {kept}")
    try:
        yield name
    finally:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"drop database {name} with (force)")


def fill(url: str) -> None:
    """The tables in an empty database: from what an earlier run wrote down, else by the migrations."""
    KEPT.mkdir(parents=True, exist_ok=True)
    kept, programs = KEPT / f"{key()}.sql", pg.binaries()
    if programs and kept.exists():
        options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
        subprocess.run([programs / "psql", *options, "--file", kept, url], check=True, stdout=subprocess.DEVNULL)
        return
    with tempfile.TemporaryDirectory() as home:
        migrate(home=home, url=url)
    if programs:
        for older in KEPT.glob("*.sql"):
            older.unlink(missing_ok=True)
        new = KEPT / f"{uuid4().hex}.new"
        subprocess.run([programs / "pg_dump", "--no-owner", "--file", new, url], check=True)
        new.rename(kept)


def beside(url: str, name: str) -> str:
    """The address of another database in the same cluster."""
    return url.rpartition("/")[0] + "/" + name


def migrate(*, home: str, url: str) -> None:
    """Run the migrations as an operator does, in a process of its own."""
    environment = os.environ | {"LEADLOOP_HOME": home, "LEADLOOP_DATABASE_URL": url}
    command = [sys.executable, "-m", "django", "migrate", "--verbosity=0", "--settings=leadloop.config.settings"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


@contextmanager
def in_use(connection: Any) -> Iterator[None]:
    """Django works on a copy of the tables as long as the block lasts."""
    settings = connection.settings_dict
    before = settings["NAME"]
    connection.close()
    with _copy_for(connection) as settings["NAME"]:
        try:
            yield
        finally:
            connection.close()
            settings["NAME"] = before


@contextmanager
def _copy_for(connection: Any) -> Iterator[str]:
    if connection.vendor == "sqlite":
        file = connection.settings_dict["TEST"]["NAME"]
        copy_to(file)
        yield str(file)
        return
    with copied_in(os.environ["LEADLOOP_DATABASE_URL"]) as name:
        yield name


KEEP = {"django_migrations", "django_content_type", "auth_permission"}
"""What `migrate` fills anew whenever it runs."""


def empty(connection: Any) -> None:
    """Take every row out of the tables that have some, without counting any; numbers go on from where they were."""
    tables = sorted(set(connection.introspection.django_table_names()) - KEEP)
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" union all ".join(f"select '{table}' where exists (select 1 from {table})" for table in tables))
        for [table] in cursor.fetchall():
            cursor.execute(f"delete from {table}")
