"""Why a lead is, or is not, in a segment: each condition with what was found, what people said, and what happened before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from leadloop.leads import fields
from leadloop.leads.actions import load_cases
from leadloop.leads.domain import criteria
from leadloop.leads.domain.criteria.explain import Explained
from leadloop.leads.domain.criteria.tree import dump_moment, reads_sensitive
from leadloop.leads.recalling import asked_of, recall
from leadloop.segments.domain.rule import MEMBERSHIP, Kind, Rule, belongs, rule_of
from leadloop.segments.models import Change, Mark, Member, Override, Segment

SHOWN = 20
HIDDEN = "hidden"


class Line(NamedTuple):
    """One condition or group of the criteria, for one lead. `found` is None for a group; `holds` where it would tell what is sensitive."""

    depth: int
    says: str
    holds: bool | None
    found: str | None


@dataclass(frozen=True, slots=True)
class Reasons:
    """All there is to say of one lead and one segment."""

    rule: Rule
    since: datetime | None  # in since; None: not in
    holds: bool | None  # what the criteria say now; None for a fixed list
    explained: Explained | None
    override: Override | None
    changes: list[Change]  # newest first
    marks: list[Mark]
    sees_sensitive: bool

    @property
    def is_in(self) -> bool:
        return self.since is not None

    @property
    def is_due(self) -> bool:
        """Whether the next look will move the lead: time has passed, or a rebuilding is under way."""
        said = self.override.inside if self.override and self.rule.by_hand else None
        return belongs(holds=bool(self.holds), by_hand=said) != self.is_in

    @property
    def says(self) -> str:
        """The one sentence: which of the two counts."""
        if self.override and self.rule.by_hand:
            return "Put in by hand." if self.override.inside else "Taken out by hand."
        if self.rule.kind is Kind.FIXED:
            return "Put in." if self.is_in else "Nobody put this lead in."
        return "The criteria hold." if self.holds else "The criteria do not hold."

    @property
    def lines(self) -> list[Line]:
        return list(_lines(self.explained, 0, sees_sensitive=self.sees_sensitive)) if self.explained else []

    def as_json(self) -> dict[str, Any]:
        """For programs: plain JSON, without what only some may see."""
        last = self.changes[0] if self.changes else None
        said = self.override
        return {
            "segment": self.rule.name,
            "version": self.rule.version,
            "kind": self.rule.kind.value,
            "is_in": self.is_in,
            "since": self.since,
            "because": self.says,
            "criteria_hold": self.holds,
            "conditions": [line._asdict() for line in self.lines],
            "by_hand": {"inside": said.inside, "why": said.why, "note": said.note, "at": said.set_at} if said else None,
            "last_change": {"entered": last.entered, "why": last.why, "version": last.version, "at": last.happened_at} if last else None,
        }


def reasons(lead_id: int, version: Segment, *, now: datetime, names: Any = None, sees_sensitive: bool = False) -> Reasons | None:
    """Judge a lead by a segment in force, every condition of it; None where there is no such lead. At most eight queries."""
    rule = rule_of(version.name, version.title, version.version, version.spec, fields.known_now())
    case = load_cases([lead_id]).get(lead_id)
    if case is None:
        return None
    memberships = dict(Member.objects.filter(lead_id=lead_id).values_list("segment", "since"))
    explained = None
    if rule.kind is not Kind.FIXED:
        recall([case], asked_of([version.spec]))
        facts = case.facts()
        facts[MEMBERSHIP] = set(memberships)
        explained = criteria.explain(rule.tree, facts, now, names)
    return Reasons(
        rule=rule,
        since=memberships.get(rule.name),
        holds=explained.holds if explained else None,
        explained=explained,
        override=Override.objects.filter(segment=rule.name, lead_id=lead_id).select_related("person").first(),
        changes=list(Change.objects.filter(lead_id=lead_id, segment=rule.name).select_related("person").order_by("-pk")[:SHOWN]),
        marks=list(Mark.objects.filter(lead_id=lead_id, segment=rule.name).select_related("person").order_by("-pk")[:SHOWN]),
        sees_sensitive=sees_sensitive,
    )


def _lines(node: Explained, depth: int, *, sees_sensitive: bool) -> Iterator[Line]:
    """Groups first, then their parts, one step deeper."""
    if not node.parts:
        hidden = reads_sensitive(node.node) and not sees_sensitive
        is_group = isinstance(node.node, criteria.All | criteria.AnyOf)
        yield Line(depth, node.says, None if hidden else node.holds, None if is_group else (HIDDEN if hidden else _shown(node.found)))
        return
    told = not depth or sees_sensitive or not reads_sensitive(node.node)  # the whole shows in who is a member
    yield Line(depth, _GROUPS.get(type(node.node), node.says), node.holds if told else None, None)
    for part in node.parts:
        yield from _lines(part, depth + 1, sees_sensitive=sees_sensitive)


_GROUPS: dict[type, str] = {criteria.All: "All of these", criteria.AnyOf: "Any of these", criteria.Not: "Not this"}


def _shown(found: object) -> str:
    if isinstance(found, datetime):
        return dump_moment(found)
    if isinstance(found, set | frozenset | list | tuple):
        return ", ".join(sorted(map(str, found)))
    return "" if found is None else str(found)
