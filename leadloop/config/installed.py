"""Whether there is an install to run a command on; looked at before Django starts, so that looking leaves nothing behind."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import dj_database_url
import psycopg

from leadloop.config.env import Env

MAKES_ONE = frozenset({"serve", "demo", "migrate"})
NEEDS_NONE = frozenset({"help", "version", "check", "collectstatic", "diffsettings", "makemigrations"})
OUR_TABLE = "leads_lead"


def no_install(asked: Sequence[str]) -> str:
    """One sentence that says so if a command needs an install and there is none; '' otherwise."""
    if not asked or asked[0] in MAKES_ONE | NEEDS_NONE or asked[0].startswith("-") or {"--help", "-h"} & set(asked):
        return ""
    env = Env()
    url = dj_database_url.parse(env.database_url) if env.database_url else None
    if url and "sqlite" not in str(url.get("ENGINE", "")):
        if _answers_without_tables(env.database_url):
            return "There is no Leadloop install in the database of LEADLOOP_DATABASE_URL. `leadloop serve` makes one."
        return ""
    home = env.home.resolve()
    if _has_tables(Path(str(url["NAME"])) if url else home / "leadloop.sqlite3"):
        return ""
    return f"There is no Leadloop install at {home} (LEADLOOP_HOME). Go to its folder or name its home; `leadloop serve` makes one."


def _has_tables(path: Path) -> bool:
    """Opened to read only: a file that is not there is not made."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as store:
            return bool(store.execute("select 1 from sqlite_master where name = ?", [OUR_TABLE]).fetchone())
    except sqlite3.Error:
        return path.exists() and path.stat().st_size > 0  # busy, or broken: the command will say in its own words


def _answers_without_tables(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=5) as store:
            row = store.execute("select to_regclass(%s)", [OUR_TABLE]).fetchone()
            return row is None or row[0] is None
    except psycopg.Error:
        return False  # it does not answer, which the command will say in its own words
