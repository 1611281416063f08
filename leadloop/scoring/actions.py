"""The verbs of scoring: read the published rules, judge a batch."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from leadloop.leads import fields
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.stages import Stage
from leadloop.scoring.domain.definition import QualifiedLead, compile_definition
from leadloop.scoring.domain.scorecard import Scorecard, compile_scorecard, score
from leadloop.scoring.models import Definition, ScoreModel

MODEL, MQL = "main", "mql"


@lru_cache(maxsize=2)
def published_scorecard(epoch: int) -> Scorecard | None:
    """The score model in force; kept until the epoch moves on. None before the first publication."""
    row = ScoreModel.objects.published().filter(name=MODEL).first()
    return compile_scorecard(row.spec, version=row.version, catalogue=fields.known(epoch)) if row else None


@lru_cache(maxsize=2)
def published_definition(epoch: int) -> QualifiedLead | None:
    """The signed definition of a marketing qualified lead in force, or None before the first one."""
    row = Definition.objects.published().filter(name=MQL).first()
    return compile_definition(row.spec, version=row.version, catalogue=fields.known(epoch)) if row else None


def rescore(cases: Sequence[Case], *, epoch: int, now: datetime) -> None:
    """Give each case its score with reasons, and its stage where it now meets the definition. No query once compiled.

    A lead becomes an MQL once: a score that falls later takes nothing back, and one that rises again does not fire twice.
    """
    card, definition = published_scorecard(epoch), published_definition(epoch)
    for case in cases:
        facts = case.facts()
        if card:
            given = score(facts, card, now=now)
            case.become(score=given.points, grade=given.grade)
            case.decided["score"] = {"model": card.version, "reasons": given.reasons}
        if definition and case.standing["stage"] == Stage.NEW and definition.holds(facts, now):
            case.become(stage=Stage.MQL.value, mql_at=now, entered_at=now)
            case.decided["definition"] = definition.version
