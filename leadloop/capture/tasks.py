"""Imports in the background: a worker carries a file from where the last one stopped."""

from typing import Any

from django_tasks import task

from leadloop.capture import importing
from leadloop.db.clock import utc_now


@task()
def run_import(import_id: int) -> dict[str, Any]:
    """Take the rest of a file in, chunk by chunk. Safe to run twice: each chunk says where it begins."""
    return importing.run(import_id, clock=utc_now).as_json()


@task()
def try_import(import_id: int) -> dict[str, Any]:
    """Count what an import would do, and keep the counts with it."""
    return importing.try_out(import_id, now=utc_now())
