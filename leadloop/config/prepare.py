"""Bring an install up to date: tables and starter rules. Safe to repeat; quick when there is nothing to do."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from leadloop import starter
from leadloop.db.clock import utc_now
from leadloop.scrub.again import erase_again


def prepare() -> bool:
    """True if something had to be done."""
    if not pending_migrations():
        erase_again()
        return False
    call_command("migrate", verbosity=0, interactive=False)
    starter.set_up(now=utc_now())
    erase_again()
    return True


def pending_migrations() -> bool:
    """Whether the tables are older than the code."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
