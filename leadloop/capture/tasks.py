"""Imports in the background: a worker carries a file from where the last one stopped."""

from typing import Any

from django_tasks import task

from leadloop.capture import importing
from leadloop.capture.import_list import list_leads
from leadloop.capture.models import Import
from leadloop.db.clock import utc_now
from leadloop.db.queue import at_death_of
from leadloop.teams.models import User


@task()
def run_import(import_id: int) -> dict[str, Any]:
    """Take the rest of a file in, chunk by chunk. Safe to run twice: each chunk says where it begins."""
    return importing.run(import_id, clock=utc_now).as_json()


@at_death_of(run_import)
def give_up_import(import_id: int) -> None:
    """Its page says that it failed, and offers to go on."""
    importing.give_up(import_id, now=utc_now())


@task()
def list_import(import_id: int, name: str, person_id: int | None) -> int:
    """Put the leads of an import into a fixed list. Safe to run twice."""
    row, person = Import.objects.get(pk=import_id), User.objects.filter(pk=person_id).first()
    return list_leads(row, name, person=person, now=utc_now())


@task()
def try_import(import_id: int) -> dict[str, Any]:
    """Count what an import would do, and keep the counts with it."""
    return importing.try_out(import_id, now=utc_now())


@at_death_of(try_import)
def stop_counting(import_id: int) -> None:
    """Its page says that nothing was counted."""
    importing.stop_trying_out(import_id)
