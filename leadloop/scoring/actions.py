"""The verbs of scoring: read the published rules, judge a batch."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from leadloop.db import bulk
from leadloop.leads import fields
from leadloop.leads.domain.case import Case, Signal
from leadloop.leads.domain.criteria import CriteriaInvalid
from leadloop.leads.domain.stages import Stage
from leadloop.leads.domain.touch_kinds import WEIGHTS, by_machine
from leadloop.leads.temperature import thermometer
from leadloop.leads.warmth import hear
from leadloop.scoring.crossings import call_by_hand, call_hot, cross, tell_crossings
from leadloop.scoring.domain.definition import Ends, Term, by_the_clock, compile_definition
from leadloop.scoring.domain.scorecard import MAIN, Score, Scorecard, compile_scorecard, score
from leadloop.scoring.domain.terms import MQL, SQL
from leadloop.scoring.models import Definition, ModelScore, ScoreModel

__all__ = [
    "MODEL",
    "MQL",
    "SQL",
    "agreed",
    "call_by_hand",
    "call_hot",
    "published_definition",
    "published_gate",
    "published_models",
    "rescore",
    "rescore_by_touch",
    "tell_crossings",
]
MODEL = MAIN
Given = list[tuple[Scorecard, Score]]


class Models(NamedTuple):
    """The score models in force, in the order in which they are asked; the first that applies gives the main score."""

    cards: tuple[Scorecard, ...]
    listens: bool  # whether one of them reads single touches

    @property
    def several(self) -> bool:
        return len(self.cards) > 1

    def main_for(self, facts: dict[str, Any], now: datetime) -> Scorecard | None:
        """The model that gives a lead its main score."""
        return next((card for card in self.cards if card.applies is None or card.applies(facts, now)), None)


@lru_cache(maxsize=2)
def published_models(epoch: int) -> Models:
    """The score models in force; kept until the epoch moves on."""
    known = fields.known(epoch)
    rows = ScoreModel.objects.published()
    cards = [compile_scorecard(row.spec, version=row.version, name=row.name, catalogue=known) for row in rows]
    cards.sort(key=lambda card: (card.order, card.name))
    return Models(tuple(cards), any(card.engagement for card in cards))


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
        return _compiled(row, epoch) if row else None
    except CriteriaInvalid:
        return None


def _in_force(name: str, epoch: int) -> Term | None:
    row = Definition.objects.published().filter(name=name).first()
    return _compiled(row, epoch) if row else None


def _compiled(row: Definition, epoch: int) -> Term:
    return compile_definition(row.spec, version=row.version, catalogue=fields.known(epoch), ends=promise_ends(epoch))


def promise_ends(epoch: int) -> Ends:
    """When the promise of a verdict is over, by what is in force in this epoch. The one place for a calendar of working time."""
    del epoch  # nobody publishes a calendar yet
    return by_the_clock


def rescore(cases: Sequence[Case], *, epoch: int, now: datetime, quiet: bool = False, also: Signal | None = None) -> None:
    """Give each case its score with reasons, and its stage where it now meets the definition. No query once compiled, but for
    models that ask for more: one for touches where engagement counts them, two where there are several models, three for thresholds.

    A lead becomes an MQL once: a score that falls later takes nothing back, and one that rises again does not fire twice.

    Args:
        quiet: nobody hears of thresholds that are crossed; so it is for what a file brings, too.
        also: a touch that is about to be recorded.
    """
    models, definition, rule = published_models(epoch), published_definition(epoch), thermometer(epoch)
    if models.listens:
        listen(cases, also)
    given: list[tuple[Case, Given]] = []
    again = rule.asks_score
    for case in cases:
        case.remember()
        facts = case.facts()
        facts["temperature"] = rule.reads(case.standing, now)
        if models.cards:
            given.append((case, _judged(case, facts, models, now)))
            if again:
                facts["temperature"] = rule.reads(case.standing, now)
        if definition and case.standing["stage"] == Stage.NEW and definition.holds(facts, now):
            case.become(stage=Stage.MQL.value, mql_at=now, entered_at=now)
            case.decided["definition"] = definition.version
    if models.several:
        _keep(given)
    if any(card.thresholds for card in models.cards):
        cross(given, now=now, quiet=quiet)


def rescore_by_touch(
    cases: Sequence[Case], kind: str, *, epoch: int, now: datetime, happened_at: datetime, data: Mapping[str, Any]
) -> None:
    """What a touch that is about to be recorded makes of scores, where a model in force counts activity exactly; else nothing."""
    if kind not in WEIGHTS or by_machine(data) or not any(card.exact for card in published_models(epoch).cards):
        return
    rescore(cases, epoch=epoch, now=now, also=Signal(kind, happened_at, str(data.get("campaign") or "")))


def listen(cases: Sequence[Case], also: Signal | None = None) -> None:
    """Let engagement hear what people did: stored touches, inquiries of this batch, and one that is about to be recorded. One query.

    A touch that names no campaign belongs to the one that the lead came from.
    """
    heard = hear([case.lead_id for case in cases if not case.fresh])
    for case in cases:
        told = [*heard.get(case.lead_id, ()), *(Signal("captured", one.received_at) for one in case.inquiries), *([also] if also else ())]
        campaign = case.values["campaign"]
        case.signals[:] = [one if one.campaign or not campaign else one._replace(campaign=campaign) for one in told]


def _judged(case: Case, facts: dict[str, Any], models: Models, now: datetime) -> Given:
    """Every model that applies, the first of which gives the main score; none applies: no score."""
    given = [(card, score(facts, card, now=now)) for card in models.cards if card.applies is None or card.applies(facts, now)]
    if not given:
        case.become(score=None, grade="")
        return given
    card, main = given[0]
    case.become(score=main.points, grade=main.grade)
    said = case.decided["score"] = {"model": card.version, "reasons": main.reasons}
    if card.name != MODEL:
        said["name"] = card.name
    return given


def _keep(given: Sequence[tuple[Case, Given]]) -> None:
    """Keep the scores by all models, so that they can be shown side by side. Two statements."""
    leads, ids = bulk.any_of("lead_id", [case.lead_id for case, _ in given if not case.fresh])
    bulk.execute(f"delete from scoring_modelscore where {leads}", ids)  # noqa: S608 - placeholders only
    rows = [
        (case.lead_id, card.name, card.version, one.points, one.grade, bulk.to_json(one.reasons).decode())
        for case, scores in given
        for card, one in scores
    ]
    bulk.insert(ModelScore, ("lead_id", "model", "version", "score", "grade", "reasons"), rows)
