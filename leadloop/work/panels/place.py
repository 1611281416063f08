"""Where the lead stands now: score, stage, temperature, who has it and why, what waits, what is planned next."""

from dataclasses import dataclass

from leadloop.leads.models import Standing
from leadloop.leads.temperature import reading, thermometer
from leadloop.templatetags import moments
from leadloop.work.domain.rights import is_open
from leadloop.work.domain.story import Reason
from leadloop.work.models import Task
from leadloop.work.opened import Opened

TEMPLATE = "work/panels/_place.html"


@dataclass(frozen=True, slots=True)
class Place:
    """The first thing to see."""

    standing: Standing
    reasons: list[Reason]
    temperature: str
    waits: bool  # somebody waits already
    why: str
    next_task: Task | None
    unplanned: bool  # somebody has the lead to act on, and nothing is planned
    clocks: list[tuple[str, str]]


def read(opened: Opened) -> Place:
    """No query once the temperature rule is compiled."""
    standing, now = opened.standing, opened.now
    next_task = next(iter(opened.tasks), None)
    return Place(
        standing=standing,
        reasons=[Reason(one.text, one.points) for one in opened.score.reasons],
        temperature=reading(standing, thermometer(opened.epoch), now=now),
        waits=bool(standing.waits_since and standing.waits_since <= now),
        why=opened.why,
        next_task=next_task,
        unplanned=next_task is None and is_open(standing.stage) and standing.owner_id is not None,
        clocks=_clocks(opened),
    )


def _clocks(opened: Opened) -> list[tuple[str, str]]:
    """How fast we were, and how long it has been in this stage."""
    standing, now = opened.standing, opened.now
    reached = standing.first_touch_at
    answered = f"after {moments.duration((reached - standing.received_at).total_seconds())}" if reached else "not yet"
    return [
        ("Received", moments.ago(standing.received_at, now=now)),
        ("First word from us", answered),
        ("In this stage", moments.span((now - standing.entered_at).total_seconds())),
    ]
