"""The loop's look for junk: published rules and suppressed contact points. Marks, never drops; no query while neither is there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from leadloop.consent import suppression
from leadloop.consent.models import Suppression
from leadloop.leads import fields
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.lifecycle import awake_stage
from leadloop.leads.domain.stages import Stage
from leadloop.outcomes import actions
from leadloop.outcomes.domain.junk_rules import JunkPlan, caught_by, compile_junk_rules, lets_through
from leadloop.outcomes.models import JunkRules

RULES = "junk"


@dataclass(slots=True)
class Findings:
    """What the look found: (lead, reason, rule) set aside, leads that were junk and pass, and contact points that may come back."""

    aside: list[tuple[int, str, str]] = field(default_factory=list)
    passed: list[int] = field(default_factory=list)
    lifted: dict[str, list[str]] = field(default_factory=dict)  # how → contact points


@lru_cache(maxsize=2)
def published_rules(epoch: int) -> JunkPlan | None:
    """The junk rules in force, compiled; None before the first publication, or when they say nothing."""
    row = JunkRules.objects.published().filter(name=RULES).first()
    plan = compile_junk_rules(row.spec, version=row.version, catalogue=fields.known(epoch)) if row else None
    return plan if plan and (plan.rules or plan.passes) else None


def judge(cases: Sequence[Case], *, epoch: int, now: datetime) -> None:
    """Set new leads aside that are junk, and let through who was junk and is not any more. At most one query to look."""
    plan = published_rules(epoch)
    kept: dict[str, str] = {}
    if suppression.in_use(epoch):
        kept = suppression.suppressed({key for case in cases if case.fresh for one in case.inquiries for key in one.keys}, now=now)
    if plan is None and not kept:
        return
    found = Findings()
    for case in cases:
        if case.fresh:
            _judge_fresh(case, plan, kept, found, now=now)
        elif plan and case.standing["stage"] == Stage.JUNK and lets_through(case.facts(), plan, now=now):
            _come_back(case, plan, found, now=now)
    _write(found, now=now)


def _judge_fresh(case: Case, plan: JunkPlan | None, kept: dict[str, str], found: Findings, *, now: datetime) -> None:
    points = [key for one in case.inquiries for key in one.keys if key in kept]
    kinds = {kept[key] for key in points}
    if Suppression.Kind.ERASED in kinds and _permits(case):
        kinds.discard(Suppression.Kind.ERASED)
        found.lifted.setdefault("permission", []).extend(points)
        case.decided["junk"] = {"why": "permission"}
    if Suppression.Kind.ERASED in kinds:
        _set_aside(case, found, why="erased", now=now)
    elif Suppression.Kind.JUNK in kinds and not (plan and lets_through(case.facts(), plan, now=now)):
        _set_aside(case, found, why="suppressed", now=now)
    elif plan and (rule := caught_by(case.facts(), plan, now=now)):
        _set_aside(case, found, why="rule", now=now, version=plan.version, rule=rule)


def _permits(case: Case) -> bool:
    """Whether an inquiry brings a fresh permission, in words that the person saw."""
    return any(claim.granted and claim.text for inquiry in case.inquiries for claim in inquiry.consents)


def _set_aside(case: Case, found: Findings, *, why: str, now: datetime, version: int = 0, rule: str = "") -> None:
    case.become(stage=Stage.JUNK.value, entered_at=now, closed_at=now)
    case.decided["junk"] = {"why": why, "version": version, "rule": rule} if rule else {"why": why}
    found.aside.append((case.lead_id, why, f"{version}:{rule}" if rule else ""))


def _come_back(case: Case, plan: JunkPlan, found: Findings, *, now: datetime) -> None:
    """As a resting lead that asks anew: the route says whose it is; whoever had it gets it back if there is room."""
    case.woken, case.before = True, case.standing["owner_id"]
    case.become(stage=awake_stage(case.standing), entered_at=now, owner_id=None, pool_id=None, accepted_at=None, closed_at=None)
    case.decided["junk"] = {"why": "passed", "version": plan.version}
    found.passed.append(case.lead_id)
    found.lifted.setdefault("passed", []).extend(key for one in case.inquiries for key in one.keys)


def _write(found: Findings, *, now: datetime) -> None:
    actions.set_aside(found.aside, now=now)
    actions.let_go(found.passed, now=now)
    for how, points in found.lifted.items():
        suppression.lift_points(points, how=how, now=now)
