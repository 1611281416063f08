"""The agreement as a rulebook: who edits, who reads, who signs for which side."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from leadloop.leads import fields
from leadloop.leads.rule_graph import unringed
from leadloop.leads.sample import reference_names
from leadloop.scoring.actions import MQL, SQL
from leadloop.scoring.domain.agreement import check_signed, check_term, term_lines
from leadloop.scoring.domain.definition import SIDES
from leadloop.scoring.models import Definition
from leadloop.scoring.views.books import EDITORS, rescored
from leadloop.web.access import EVERYBODY
from leadloop.web.rulebook import Rulebook

SIGNERS = {"marketing": ("marketer", "admin"), "sales": ("manager", "admin")}


def signatures_kept(spec: dict[str, Any]) -> str:
    """An agreement that comes back keeps the signatures it was given."""
    names = [signed["name"] for signed in spec.get("signatures", {}).values()]
    return f"signatures of {' and '.join(names)} kept" if names else ""


def in_force(request: HttpRequest, version: Any, now: datetime) -> str:
    """What publication of a term brings along: leads judged again, or what the gate does from now on."""
    if version.name == MQL:
        return rescored(request, version, now)
    return "Whoever qualifies a lead from now on is asked for it." if version.name == SQL else ""


BOOK = Rulebook(
    model=Definition,
    key="scoring:definition",
    noun="definition",
    roles=EDITORS,
    readers=EVERYBODY,
    check=unringed(lambda spec: check_signed(spec, fields.in_force()), table="scoring_definition"),
    lines=term_lines,
    names=reference_names,
    published=in_force,
    kept=signatures_kept,
)


def sides_of(spec: dict[str, Any], person: Any) -> list[dict[str, Any]]:
    """Both signatures, and whether this person may give the one that is missing."""
    signed = spec.get("signatures", {})
    return [{"side": side, "by": signed.get(side), "why_not": why_not_sign(spec, side, person)} for side in SIDES]


def why_not_sign(spec: dict[str, Any], side: str, person: Any) -> str:
    """Why this person cannot sign for this side; "" when nothing stands in the way."""
    if side not in SIDES:
        return "There is no such side."
    signed = spec.get("signatures", {})
    problems = check_term(spec, fields.in_force())
    if problems:
        return f"Not yet: {problems[0]}"
    if side in signed:
        return f"{signed[side]['name']} has signed for {side}."
    if person.role not in SIGNERS[side]:
        return "A marketer signs for marketing." if side == "marketing" else "A manager signs for sales."
    if any(other.get("person") == person.pk for other in signed.values()):
        return "You signed for the other side; an agreement takes two people."
    return ""
