"""The verbs of simulating: read assumptions, ask for a run, run it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil
from typing import Any

from django.db import transaction

from leadloop.db.models import Job
from leadloop.simulation import observing, shown
from leadloop.simulation.domain.compare import Tell, compare, silent
from leadloop.simulation.domain.effort import seconds
from leadloop.simulation.domain.fitting import Ground
from leadloop.simulation.domain.given import MOST_DAYS, MOST_PEOPLE, MOST_PER_WEEK, NotUnderstood, as_document, read_policies, read_world
from leadloop.simulation.domain.policies import PRESETS, USUAL, Policy
from leadloop.simulation.domain.world import World, default_world
from leadloop.simulation.errors import BadAssumptions, TooMuch
from leadloop.simulation.models import Simulation

RUN = "leadloop.simulation.tasks.run_simulation"
AT_ONCE, MOST = 1.0, 400.0
"""Seconds of one core: what is done in the answer, and what a page or a program may ask for."""
KEPT = 50
MOST_SEEDS = 100


def assumed(document: Mapping[str, Any] | None = None, *, now: datetime | None = None) -> tuple[World, tuple[Policy, ...], list[Ground]]:
    """The world and policies of a document, on top of what the base says (given `now`), or of the stated assumptions.

    Raises:
        BadAssumptions: the document says something that cannot be.
    """
    usual, grounds = observing.fitted_world(now=now) if now else (default_world(), [])
    try:
        world = read_world(document or {}, usual)
        policies = read_policies(document or {})
    except NotUnderstood as error:
        raise BadAssumptions(why=str(error)) from error
    if document and (said := [name for name in ("sources", "people", "response") if name in document]):
        grounds = [*grounds, Ground("Given", ", ".join(said), False, "as written in the assumptions, whatever the lines above say of them")]
    return (
        world,
        policies or tuple(PRESETS[name] for name in USUAL),
        grounds or [Ground("Everything", "", False, "assumed: nothing was fitted or given")],
    )


def run(world: World, policies: Sequence[Policy], seeds: Sequence[int], *, tell: Tell = silent) -> dict[str, Any]:
    """The comparison as plain values."""
    return shown.as_json(compare(world, policies, seeds, tell=tell))


def ask(
    world: World, policies: Sequence[Policy], seeds: Sequence[int], *, grounds: Sequence[Ground], author: Any, now: datetime
) -> Simulation:
    """Keep a run; a short one is done at once, a long one is left for a worker.

    Raises:
        TooMuch: it would take minutes.
        BadAssumptions: a worker could not read it.
    """
    asked = seconds(world, policies, seeds)
    if asked > MOST or not 0 < len(seeds) <= MOST_SEEDS:
        raise TooMuch(asked=f"{ceil(asked / 60):,}", most=f"{MOST / 60:.0f}")
    document = as_document(world, policies)
    if asked > AT_ONCE:
        _must_be_readable(document)
    row = Simulation(document=document, seeds=list(seeds), author=author, asked_at=now)
    row.grounds = shown.grounds_json(grounds)
    if asked <= AT_ONCE:
        row.result, row.state, row.percent, row.finished_at = run(world, policies, seeds), Simulation.State.DONE, 100, now
    with transaction.atomic():
        row.save(force_insert=True)
        if row.result is None:
            Job(name=RUN, kwargs={"simulation": row.pk}, run_after=now, created_at=now, dedupe_key=f"simulate:{row.pk}").save(
                force_insert=True
            )
        _clear_away()
    return row


def _must_be_readable(document: Mapping[str, Any]) -> None:
    """Sizes that were given apart may have brought it out of bounds, where no worker could run it."""
    try:
        read_world(document, default_world())
        read_policies(document)
    except NotUnderstood as error:
        raise BadAssumptions(why=str(error)) from error


def carry_out(simulation_id: int, *, now: datetime) -> bool:
    """Run one that waits; False if it has ended or was cleared away. Twice comes to the same."""
    live = Simulation.objects.filter(pk=simulation_id, state__in=[Simulation.State.WAITING, Simulation.State.RUNNING])
    row = live.first()
    if row is None:
        return False
    live.update(state=Simulation.State.RUNNING, percent=0, says="")
    world, policies = read_world(row.document, default_world()), read_policies(row.document)

    def tell(says: str, share: float) -> None:
        live.update(says=says[:200], percent=min(99, round(100 * share)))

    result = run(world, policies, row.seeds, tell=tell)
    return bool(live.update(state=Simulation.State.DONE, result=result, percent=100, says="", finished_at=now))


def fail(simulation_id: int, *, problem: str, now: datetime) -> None:
    """It ended without a result."""
    live = Simulation.objects.filter(pk=simulation_id, state__in=[Simulation.State.WAITING, Simulation.State.RUNNING])
    live.update(state=Simulation.State.FAILED, finished_at=now, problem=problem[:400])


def bytes_of(result: Mapping[str, Any]) -> bytes:
    """A result as the bytes that the same seed always gives."""
    return json.dumps(result, sort_keys=True, ensure_ascii=False).encode()


def _clear_away() -> None:
    old = list(Simulation.objects.order_by("-pk").values_list("pk", flat=True)[KEPT : 2 * KEPT])
    Simulation.objects.filter(pk__in=old).exclude(state=Simulation.State.RUNNING).delete()


def resized(world: World, *, days: float | None = None, leads: int | None = None, people: int | None = None) -> World:
    """The same with other sizes: `leads` come in the measured days, as the sources share them; `people` are like the first.

    Raises:
        BadAssumptions: a size out of bounds.
    """
    if people is not None:
        if not 0 < people <= MOST_PEOPLE:
            raise BadAssumptions(why=f"1 to {MOST_PEOPLE} people can be simulated")
        here = next((person for person in world.people if not person.gone), world.people[0])
        world = replace(world, people=tuple(replace(here, name=f"Person {number + 1}") for number in range(people)))
    if days is not None:
        if not 1 <= days <= MOST_DAYS:
            raise BadAssumptions(why=f"1 to {MOST_DAYS} days can be simulated")
        world = replace(world, days=float(days))
    if leads is not None:
        if not 0 < leads <= MOST_PER_WEEK:
            raise BadAssumptions(why=f"1 to {MOST_PER_WEEK:,} leads can be simulated")
        factor = leads / world.days * 7 / world.per_week
        world = replace(world, sources=tuple(replace(source, per_week=source.per_week * factor) for source in world.sources))
    return world
