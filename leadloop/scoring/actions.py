"""The verbs of scoring: read the published rules, judge a batch."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from leadloop.leads import fields
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.criteria import CriteriaInvalid
from leadloop.leads.domain.stages import Stage
from leadloop.scoring.domain.definition import Term, compile_definition
from leadloop.scoring.domain.scorecard import Scorecard, compile_scorecard, score
from leadloop.scoring.domain.terms import MQL, SQL
from leadloop.scoring.models import Definition, ScoreModel

MODEL = "main"
__all__ = ["MODEL", "MQL", "SQL", "agreed", "published_definition", "published_gate", "published_scorecard", "rescore"]


@lru_cache(maxsize=2)
def published_scorecard(epoch: int) -> Scorecard | None:
    """The score model in force; kept until the epoch moves on. None before the first publication."""
    row = ScoreModel.objects.published().filter(name=MODEL).first()
    return compile_scorecard(row.spec, version=row.version, catalogue=fields.known(epoch)) if row else None


@lru_cache(maxsize=2)
def published_definition(epoch: int) -> Term | None:
    """The signed definition of a marketing qualified lead in force, or None before the first one."""
    return _in_force(MQL, epoch)


@lru_cache(maxsize=2)
def published_gate(epoch: int) -> Term | None:
    """The signed definition of a sales qualified lead in force: the gate of `qualify`. None where nothing is agreed."""
    return _in_force(SQL, epoch)


@lru_cache(maxsize=64)
def agreed(epoch: int, version: int) -> Term | None:
    """The definition of a marketing qualified lead as it was in that version; None where its fields are gone."""
    row = Definition.objects.filter(name=MQL, version=version).first()
    try:
        return compile_definition(row.spec, version=version, catalogue=fields.known(epoch)) if row else None
    except CriteriaInvalid:
        return None


def _in_force(name: str, epoch: int) -> Term | None:
    row = Definition.objects.published().filter(name=name).first()
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
