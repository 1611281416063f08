"""What people marked, as the learner and the previews read it: the newest leads with their judgement."""

from datetime import datetime

from leadloop.leads.domain.case import Case
from leadloop.leads.domain.stages import Stage
from leadloop.leads.models import Source
from leadloop.leads.sample import newest
from leadloop.outcomes.domain.junk_learning import Mark, Proposal, propose
from leadloop.outcomes.domain.junk_rules import JunkPlan, Seen, caught_by
from leadloop.outcomes.domain.reasons import OURS
from leadloop.outcomes.models import Disposition

LOOKED_AT = 10_000
"""Leads that rules are learned from at most: the newest, so that counts are those of the base of today."""


def proposals(plan: JunkPlan | None, *, now: datetime, limit: int = LOOKED_AT) -> list[Proposal]:
    """Rules that the marks suggest beyond those in force. Five queries."""
    marks = [Mark(case.facts(), junk, won) for case, junk, won in _judged(limit)]
    if plan:
        marks = [mark for mark in marks if not caught_by(dict(mark.facts), plan, now=now)]
    return propose(marks, sources=dict(Source.objects.values_list("pk", "name")), now=now)


def seen_leads(*, limit: int = LOOKED_AT, touches: bool = False) -> dict[int, Seen]:
    """The newest leads as a preview looks at them. At most five queries."""
    return {case.lead_id: Seen(case.facts(), junk, won) for case, junk, won in _judged(limit, touches=touches)}


def _judged(limit: int, *, touches: bool = False) -> list[tuple[Case, bool, bool]]:
    """Leads with people's word on them: junk that only a rule caught, and nobody has looked at, is left out."""
    cases = newest(limit, touches=touches).cases
    junk = [case.lead_id for case in cases if case.standing["stage"] == Stage.JUNK]
    ends = Disposition.objects.in_force().filter(stage=Stage.JUNK, lead_id__in=junk)
    by_us = set(ends.filter(reason__in=list(OURS["junk"])).values_list("lead_id", flat=True))
    return [
        (case, case.standing["stage"] == Stage.JUNK, case.standing["stage"] == Stage.WON) for case in cases if case.lead_id not in by_us
    ]
