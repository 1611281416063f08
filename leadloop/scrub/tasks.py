"""The job that carries a scrub on, chunk by chunk; killed at any moment, the next worker goes on where it had come to."""

from django_tasks import task

from leadloop.db.clock import utc_now
from leadloop.db.queue import at_death_of
from leadloop.scrub.actions import run
from leadloop.scrub.models import Scrub


@task()
def carry_on(scrub_id: int) -> int:
    """Do what is left of a scrub, or of its undoing. Safe to run twice."""
    done = 0
    while count := run(scrub_id, now=utc_now()):
        done += count
    return done


@at_death_of(carry_on)
def broke_off(scrub_id: int) -> None:
    """The page says that it broke off, and offers to go on."""
    Scrub.objects.filter(pk=scrub_id, state__in=(Scrub.State.RUNNING, Scrub.State.UNDOING)).update(state=Scrub.State.BROKEN)
