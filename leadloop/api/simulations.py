"""Simulations for programs: ask for one, and read what came out."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import Field

from leadloop.api.auth import KeyAuth
from leadloop.api.shapes import Strict
from leadloop.db.clock import utc_now
from leadloop.simulation import actions
from leadloop.simulation.domain.policies import PRESETS
from leadloop.simulation.errors import NoSimulation
from leadloop.simulation.models import Simulation

router = Router(tags=["Simulations"])
SCOPE = "reports:read"
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
Preset = Literal["by-hand", "listed", "turns", "least", "pull", "hybrid"]


class SimulationIn(Strict):
    """What to compare, with the first policy. `assumptions` is a document as in the guide, on top of what `basis` says."""

    basis: Literal["base", "assumed"] = "base"
    assumptions: dict[str, Any] = {}
    policies: Annotated[list[Preset], Field(max_length=len(PRESETS))] = []
    seeds: Annotated[int, Field(ge=1, le=50)] = 10
    days: Annotated[float | None, Field(ge=1, le=366)] = None
    leads: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    people: Annotated[int | None, Field(ge=1, le=200)] = None


class GroundOut(Schema):
    """Where an assumption comes from."""

    what: str
    value: str
    fitted: bool
    says: str


class SimulationOut(Schema):
    """A run. `result` is there once `state` is done; each figure is a mean with the ends of its 95 % interval over the seeds."""

    id: int
    state: Literal["waiting", "running", "done", "failed"]
    percent: int
    asked_at: datetime
    finished_at: datetime | None
    assumptions: dict[str, Any]
    grounds: list[GroundOut]
    result: dict[str, Any] | None
    problem: str


@router.post(
    "/simulations",
    operation_id="create_simulation",
    summary="Compare ways to hand leads out",
    auth=KeyAuth(SCOPE),
    response={200: SimulationOut, 202: SimulationOut},
)
def create_simulation(request: HttpRequest, asked: SimulationIn) -> Status[dict[str, Any]]:
    """A short run is done in the answer (200); a long one is left for a worker (202), and read later. Nothing else is changed."""
    now = utc_now()
    world, policies, grounds = actions.assumed(asked.assumptions, now=now if asked.basis == "base" else None)
    world = actions.resized(world, days=asked.days, leads=asked.leads, people=asked.people)
    chosen = tuple(PRESETS[name] for name in dict.fromkeys(asked.policies)) or policies
    row = actions.ask(world, chosen, range(1, asked.seeds + 1), grounds=grounds, author=None, now=now)
    return Status(200 if row.state == Simulation.State.DONE else 202, _told(row))


@router.get(
    "/simulations/{number}", operation_id="get_simulation", summary="What a simulation found", auth=KeyAuth(SCOPE), response=SimulationOut
)
def get_simulation(request: HttpRequest, number: Number) -> dict[str, Any]:
    """How far it is, and its result once there is one. The last fifty are kept."""
    row = Simulation.objects.filter(pk=number).first()
    if row is None:
        raise NoSimulation
    return _told(row)


def _told(row: Simulation) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("state", "percent", "asked_at", "finished_at", "grounds", "result", "problem")}
    return {"id": row.pk, "assumptions": row.document, **plain}
