"""Sales says no to leads that marketing handed over: one question, and the lead goes where the agreement says."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from leadloop.db.versions import current_epoch
from leadloop.scoring.actions import published_definition
from leadloop.scoring.domain.definition import Returned
from leadloop.steps.ends import disqualify, recycle
from leadloop.steps.hands import pass_on
from leadloop.steps.taking import By, Steps


def reject(lead_ids: Sequence[int], actor: By, *, reason: str, note: str = "", becomes: str = "", until: datetime | None = None) -> Steps:
    """Reject with a reason: back to nurture, to the disqualified, or on to another pool.

    Args:
        becomes: "nurture" or "disqualify", where the agreement leaves that to the person; without it, `until` means nurture.
        until: when the lead comes back from nurture; by default after the days agreed.
    """
    agreed = returned()
    to = agreed.to if agreed.to != "choose" else becomes or ("nurture" if until else "disqualify")
    if to == "nurture":
        return recycle(lead_ids, actor, reason=reason, due_at=until or actor.now + timedelta(days=agreed.days), note=note)
    if to == "pool" and agreed.pool:
        return pass_on(lead_ids, actor, reason=reason, pool_id=agreed.pool, note=note)
    return disqualify(lead_ids, actor, reason=reason, note=note)


def returned() -> Returned:
    """Where a rejected lead goes by the definition in force."""
    term = published_definition(current_epoch())
    return term.returned if term else Returned()
