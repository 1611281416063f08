"""What is planned."""

from dataclasses import dataclass

from leadloop.work.models import Task
from leadloop.work.opened import Opened

TEMPLATE = "work/panels/_tasks.html"


@dataclass(frozen=True, slots=True)
class Planned:
    """Next steps, the first one first."""

    lead_id: int
    tasks: list[Task]
    may_plan: bool


def read(opened: Opened) -> Planned | None:
    """None where nothing is planned and this person cannot plan. No query."""
    may_plan = "plan" in opened.steps
    return Planned(opened.standing.pk, opened.tasks, may_plan) if opened.tasks or may_plan else None
