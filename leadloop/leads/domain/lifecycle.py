"""Which step is open to a lead in which stage, and where it leads."""

from typing import Any

from leadloop.kernel.errors import Conflict
from leadloop.leads.domain.stages import LABELS, OPEN, Stage

_STEPS: dict[str, tuple[tuple[Stage, ...], Stage | None]] = {
    "accept": ((Stage.NEW, Stage.MQL), Stage.WORKING),
    "qualify": ((Stage.NEW, Stage.MQL, Stage.WORKING), Stage.SQL),
    "disqualify": ((*OPEN, Stage.NURTURE), Stage.DISQUALIFIED),
    "junk": ((*OPEN, Stage.NURTURE, Stage.DISQUALIFIED), Stage.JUNK),
    "recycle": (OPEN, Stage.NURTURE),
    "reopen": ((Stage.NURTURE, Stage.DISQUALIFIED, Stage.LOST, Stage.JUNK, Stage.WON), None),
    "rewrite": ((Stage.NURTURE, Stage.DISQUALIFIED, Stage.LOST, Stage.JUNK), None),
    "correct": ((Stage.WON,), None),
    "convert": (OPEN, Stage.CONVERTED),
    "unconvert": ((Stage.CONVERTED,), None),
    "win": ((Stage.CONVERTED,), Stage.WON),
    "lose": ((Stage.CONVERTED,), Stage.LOST),
    "claim": (OPEN, None),
    "release": (OPEN, None),
    "assign": (OPEN, None),
}
"""Step: stages it may start from, and the stage it ends in (None: decided by the lead's history)."""


class WrongStage(Conflict):
    """The step does not fit where the lead stands now."""

    code, message = "wrong_stage", "A lead that is {stage} cannot take the step “{step}”."


def stage_after(step: str, stage: str) -> str | None:
    """The stage that `step` leads to from `stage`, or None where history decides.

    Raises:
        WrongStage: the step is not open from there.
    """
    starts, end = _STEPS[step]
    if stage not in starts:
        raise WrongStage(stage=LABELS[Stage(stage)].lower(), step=step)
    return None if end is None else end.value


def open_steps(stage: str) -> frozenset[str]:
    """The steps a lead in `stage` can take."""
    return frozenset(step for step, (starts, _) in _STEPS.items() if stage in starts)


def awake_stage(standing: dict[str, Any]) -> str:
    """Where a resting lead goes on when it wakes: what it had reached by marketing's definition stays reached."""
    return Stage.MQL.value if standing["mql_at"] else Stage.NEW.value


def restored_stage(standing: dict[str, Any]) -> str:
    """Where a lead stood before it ended, for the person who reopens it: a closed deal is open again."""
    if standing["stage"] in (Stage.LOST, Stage.WON) and standing["converted_at"]:
        return Stage.CONVERTED.value
    if standing["sql_at"]:
        return Stage.SQL.value
    return Stage.WORKING.value if standing["accepted_at"] else awake_stage(standing)
