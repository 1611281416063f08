"""Which steps a person is shown for a lead: those its stage allows and the person's role and hands reach."""

from leadloop.leads.domain.lifecycle import open_steps
from leadloop.leads.domain.stages import OPEN

STEERING = frozenset({"manager", "admin"})
NEEDS_OWNER = frozenset({"accept", "release"})
BY_MARKETING = frozenset({"disqualify", "junk", "recycle", "reopen", "rewrite"})
VERDICT = frozenset({"disqualify", "recycle"})
"""What `reject` does, asked as one question while sales owes a verdict."""
CONTACT = frozenset({"log", "touch", "note", "plan", "edit", "temper"})


def steps_for(stage: str, *, owner: int | None, person: int, role: str) -> frozenset[str]:
    """The steps to show, `log`, `note`, `plan` and `edit` among them; what is not here, the verbs refuse as well."""
    possible = open_steps(stage) | CONTACT
    if stage == "won":
        possible = possible - {"reopen"} | {"reopen_won"}  # which asks why
    if stage == "mql" and (role in STEERING or owner == person):
        possible = possible - VERDICT | {"reject"}
    if role in STEERING:
        return possible - (frozenset({"claim"}) if owner is not None else NEEDS_OWNER)
    if owner == person:
        return possible - {"claim", "assign"}
    if owner is None and role == "marketer":
        return possible & (BY_MARKETING | {"note", "edit", "temper"})
    return possible & {"claim"} if owner is None and role == "rep" else frozenset()


def next_step(stage: str, steps: frozenset[str], *, touched: bool) -> str:
    """The one step that is most likely next, or "" when there is nothing to do."""
    if "claim" in steps and "accept" not in steps:
        return "claim"
    wishes = {
        "new": ("accept",),
        "mql": ("accept",),
        "working": ("qualify",) if touched else ("log",),
        "sql": ("convert",),
        "converted": ("win",),
        "won": (),
    }
    return next((step for step in (*wishes.get(stage, ("reopen",)),) if step in steps), "")


def is_open(stage: str) -> bool:
    """Whether somebody in sales has to act."""
    return stage in {one.value for one in OPEN}
