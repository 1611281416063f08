"""The background job of simulating."""

from typing import Any

from django_tasks import task

from leadloop.db import queue
from leadloop.db.clock import utc_now
from leadloop.simulation import actions


@task()
def run_simulation(*, simulation: int) -> dict[str, Any]:
    """Carry out a run that was asked for."""
    return {"ran": actions.carry_out(simulation, now=utc_now())}


@queue.at_death_of(run_simulation)
def give_up(*, simulation: int) -> None:
    """It failed each time: the page says so."""
    actions.fail(simulation, problem="The simulation failed each time it was tried. The log of the worker has the reason.", now=utc_now())
