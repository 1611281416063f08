"""A term of the agreement tried on real leads: who enters, who leaves, and which condition decides it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from leadloop.db.clock import utc_now
from leadloop.db.drafts import published_of
from leadloop.leads import fields
from leadloop.leads.domain import criteria
from leadloop.leads.recalling import asked_of
from leadloop.leads.sample import Sample, lead_names, newest
from leadloop.scoring.actions import MODEL
from leadloop.scoring.domain import preview
from leadloop.scoring.domain.definition import compile_definition, failing
from leadloop.scoring.domain.scorecard import compile_scorecard
from leadloop.scoring.models import ScoreModel

SHOWN = 20


class Judged(NamedTuple):
    """The newest leads with the facts that both definitions were asked about."""

    sample: Sample
    facts: Mapping[int, dict[str, Any]]
    now: datetime


def previewed(published: Any, draft: Any) -> tuple[preview.DefinitionPreview, Judged]:
    """Both definitions on the newest leads, each lead with the score that the model in force gives it now."""
    now, model, known = utc_now(), published_of(ScoreModel, MODEL), fields.known_now()
    specs = [row.spec for row in (published, draft, model) if row]
    sample = newest(touches=bool(asked_of(specs)))
    card = compile_scorecard(model.spec, version=model.version, catalogue=known) if model else None
    facts = preview.judged({case.lead_id: case.facts() for case in sample.cases}, card, now=now)
    before = compile_definition(published.spec, version=published.version, catalogue=known).holds if published else None
    after = compile_definition(draft.spec, version=draft.version, catalogue=known).holds
    return preview.preview_definition(facts, before=before, after=after, now=now), Judged(sample, facts, now)


def rows_of(ids: Sequence[int], judged: Judged, stopped_by: Any, names: Any) -> list[dict[str, Any]]:
    """The first leads that cross, each with the conditions of the version that does not take it. One query."""
    leads = lead_names(ids[:SHOWN])
    standings = {case.lead_id: case.standing for case in judged.sample.cases}
    tree = criteria.parse(stopped_by.spec["criteria"], names.catalogue) if stopped_by else None
    return [
        {
            "lead": leads[one],
            "standing": standings[one],
            "why": failing(tree, judged.facts[one], judged.now, names) if tree else [],
        }
        for one in ids[:SHOWN]
        if one in leads
    ]
