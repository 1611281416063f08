"""What people tell of a lead: something happened, or something we knew was wrong."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from leadloop.db.versions import current_epoch
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.custom_fields import PREFIX
from leadloop.leads.domain.masks import MASK
from leadloop.leads.domain.stages import OPEN
from leadloop.leads.domain.touch_kinds import OUTREACH
from leadloop.leads.errors import StaleLead
from leadloop.leads.sensitive import all_sensitive
from leadloop.loop import rescore_and_route
from leadloop.matching import actions as matching
from leadloop.scoring import actions as scoring
from leadloop.steps.taking import By, Steps, take

FOLLOW_UP = timedelta(days=1)
"""When a lead waits again after we got in touch and planned nothing further."""


def log(
    lead_ids: Sequence[int],
    actor: By,
    *,
    kind: str,
    text: str = "",
    outcome: str = "",
    campaign: str = "",
    next_at: datetime | None = None,
    along: dict[str, Any] | None = None,
) -> Steps:
    """Something happened, maybe in a campaign: a call, an e-mail, a meeting, a note. Our first word ends the speed-to-lead clock.

    `along` is what else the caller did in the same transaction, kept in the touch for whoever undoes it.
    """

    def change(cases: list[Case]) -> None:
        for case in cases:
            if kind in OUTREACH and case.standing["first_touch_at"] is None:
                case.become(first_touch_at=actor.happened_at)
            if case.standing["stage"] in OPEN and (kind in OUTREACH or next_at):
                due_at = next_at or actor.happened_at + FOLLOW_UP
                case.become(waits_since=due_at, due_at=due_at)

    return take(
        None,
        lead_ids,
        actor,
        kind=kind,
        change=change,
        data={"text": text, "outcome": outcome, **({"campaign": campaign} if campaign else {}), **(along or {})},
    )


def temper(lead_ids: Sequence[int], actor: By, *, temperature: str) -> Steps:
    """Say how warm a lead is, whatever the rule says; "" lets the rule speak again."""

    def change(cases: list[Case]) -> None:
        for case in cases:
            case.decided["was"], case.decided["now"] = {"temperature": case.standing["temper"]}, {"temperature": temperature}
            case.become(temper=temperature)
        if temperature == "hot":
            scoring.call_by_hand(cases, epoch=current_epoch(), now=actor.now, actor=actor.id)

    return take(None, lead_ids, actor, kind="tempered", change=change)


def edit(lead_ids: Sequence[int], actor: By, *, values: dict[str, Any], version: int | None = None) -> Steps:
    """Correct what we know of a lead; scores follow at once. `version` is the standing the caller saw.

    `values` are columns, and declared fields as "custom.<name>" in their stored form; None takes one away. The touch says that a
    sensitive value changed, and not to what.
    """
    hidden = all_sensitive() if any(name.startswith(PREFIX) for name in values) else frozenset[str]()

    def change(cases: list[Case]) -> None:
        for case in cases:
            if version is not None and case.standing["version"] != version:
                raise StaleLead
            changed = {name: value for name, value in values.items() if _known(case, name) != value}
            case.decided["was"] = {name: _told(name, _known(case, name), hidden) for name in changed}
            case.decided["now"] = {name: _told(name, value, hidden) for name, value in changed.items()}
            case.learn(**_columns(case, changed))
        matching.remember_contact_points(cases)
        rescore_and_route(cases, now=actor.now)

    return take(None, lead_ids, actor, kind="edited", change=change)


def _known(case: Case, name: str) -> Any:
    return case.values["custom"].get(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else case.values[name]


def _told(name: str, value: Any, hidden: frozenset[str]) -> Any:
    """A value as everybody who sees the timeline may read it."""
    return MASK if name.removeprefix(PREFIX) in hidden and name.startswith(PREFIX) and value not in (None, "", []) else value


def _columns(case: Case, changed: dict[str, Any]) -> dict[str, Any]:
    """Columns with the declared fields among them put into the one that holds them."""
    declared = {name.removeprefix(PREFIX): value for name, value in changed.items() if name.startswith(PREFIX)}
    plain = {name: value for name, value in changed.items() if not name.startswith(PREFIX)}
    if declared:
        both = {**case.values["custom"], **declared}
        plain["custom"] = {name: value for name, value in both.items() if value is not None}
    return plain
