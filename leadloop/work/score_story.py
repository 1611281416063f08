"""Why a lead has its score: each reason with the day since which it counts, the version that gave it, and what other models say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from leadloop.leads.models import Standing, Touch
from leadloop.scoring.actions import published_models
from leadloop.scoring.domain.reasons import words_of
from leadloop.scoring.domain.scorecard import MAIN
from leadloop.scoring.models import ScoreModel
from leadloop.scoring.why import Why, crossings_of, last_batch, recomputed, scores_beside
from leadloop.work.decisions import rule_title
from leadloop.work.domain.story import Names, Reason, model_key, reason_words, reasons_of

LOOKED_AT = 30


class Dated(NamedTuple):
    """A reason with the day since which it counts; None where it was there before the touches that were looked at."""

    text: str
    points: int
    since: datetime | None = None


class Beside(NamedTuple):
    """The score of one of several models."""

    title: str
    score: int
    grade: str
    version: int
    is_main: bool


@dataclass(frozen=True, slots=True)
class ScoreStory:
    """Reasons that sum to the score on the card, by which version, when; and everything beside it."""

    reasons: list[Dated]
    title: str = ""
    version: int = 0
    at: datetime | None = None
    again: bool = False  # computed for this page, since many leads were scored at once
    beside: list[Beside] = field(default_factory=list)
    over: list[tuple[str, datetime]] = field(default_factory=list)


def agrees(scored: Touch | None, standing: Standing) -> bool:
    """Whether a touch says what stands on the card; many leads scored at once have no touch."""
    return scored is not None and (scored.data.get("became") or {}).get("score", standing.score) == standing.score


def reasons_now(
    standings: Sequence[Standing], scored: dict[int, Touch | None], names: Names, *, now: datetime, hidden: frozenset[str]
) -> dict[int, list[Reason]]:
    """Reasons for tickets: those of the last touch, or computed where many were scored at once. No query unless there are such."""
    late = {one.pk: (one.score, one.grade) for one in standings if one.score is not None and not agrees(scored.get(one.pk), one)}
    again = recomputed(late, now=now)
    labels = _labels(again.values(), hidden)
    told = {}
    for one in standings:
        touch, why = scored.get(one.pk), again.get(one.pk)
        if why:
            told[one.pk] = _told(why, labels)
        else:
            told[one.pk] = reasons_of(touch.data, names) if touch else []
    return told


def read_score(
    standing: Standing, history: Sequence[Touch], names: Names, *, epoch: int, now: datetime, hidden: frozenset[str]
) -> ScoreStory:
    """The whole story by the touches that scored a lead, newest first. No query, but for several models, thresholds, mass rescorings."""
    scored = next(iter(history), None)
    models = published_models(epoch)
    beside = scores_beside(standing.pk) if models.several else []
    over = crossings_of([standing.pk]) if any(card.thresholds for card in models.cards) else []
    story: Why | None = None
    if standing.score is not None and not agrees(scored, standing):
        batch = last_batch(standing.pk)
        story = recomputed({standing.pk: (standing.score, standing.grade)}, now=batch or now).get(standing.pk)
    if story:
        labels = _labels([story], hidden)
        reasons = [Dated(*reason, story.at) for reason in _told(story, labels)]
        name, version, at, title = story.model, story.version, story.at, labels[story.model, story.version].title
    else:
        reasons = _since(history, names)
        given = scored.data.get("score", {}) if scored else {}
        name, version, at = given.get("name", MAIN), given.get("model") or 0, scored.happened_at if scored else None
        title = names.titles.get(model_key(name, version), name)
    titles = dict(ScoreModel.objects.published().values_list("name", "title")) if beside else {}
    thresholds = {(card.name, one.id): one.label for card in models.cards for one in card.thresholds}
    return ScoreStory(
        reasons,
        title,
        version,
        at,
        again=story is not None,
        beside=[Beside(titles[one.model], one.score, one.grade, one.version, one.model == name) for one in beside if one.model in titles],
        over=[(thresholds[one.model, one.threshold], one.crossed_at) for one in over if (one.model, one.threshold) in thresholds],
    )


def _since(touches: Sequence[Touch], names: Names) -> list[Dated]:
    """Since when each reason has counted without a break."""
    if not touches:
        return []
    scored = touches[0]
    history = [({key for key, _ in row.data["score"].get("reasons", [])}, row.happened_at) for row in touches]
    model = model_key(scored.data["score"].get("name", MAIN), scored.data["score"].get("model") or 0)
    told = []
    for key, points in scored.data["score"].get("reasons", []):
        since = scored.happened_at
        for held, at in history:
            if key not in held:
                break
            since = at
        told.append(Dated(reason_words(key, names, model), points, since))
    base = names.bases.get(model, 0)
    return [*([Dated(words_of("base"), base)] if base else []), *told]


class Labels(NamedTuple):
    """What a version of a model is called, what everybody starts with that is no reason, and what its rules are called."""

    title: str
    base: int
    rules: dict[str, str]


def _told(why: Why, labels: dict[tuple[str, int], Labels]) -> list[Reason]:
    _, base, known = labels[why.model, why.version]
    reasons = [Reason(known.get(key) or words_of(key), points) for key, points in why.reasons]
    return [*([Reason(words_of("base"), base)] if base else []), *reasons]


def _labels(whys: Iterable[Why], hidden: frozenset[str]) -> dict[tuple[str, int], Labels]:
    """Labels of the models that gave scores. One query, none without any."""
    wanted = {(why.model, why.version) for why in whys}
    if not wanted:
        return {}
    rows = ScoreModel.objects.filter(name__in={name for name, _ in wanted}, version__in={version for _, version in wanted})
    return {
        (row.name, row.version): Labels(row.title, _start(row.spec), {rule["id"]: rule_title(rule, hidden) for rule in row.spec["rules"]})
        for row in rows
    }


def _start(spec: dict[str, Any]) -> int:
    return 0 if spec.get("v") == 2 else int(spec.get("base", 0))
