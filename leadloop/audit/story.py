"""The whole story of one lead as plain values: what came in, what was decided and from what, who had it, how it ended."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import models

from leadloop.audit.decisions import Rules, explain_touch
from leadloop.consent.models import Consent
from leadloop.intake.models import Submission, Verdict
from leadloop.leads.domain.criteria import Vocabulary, in_words
from leadloop.leads.domain.masks import masked_custom, masked_deeply, masked_touch
from leadloop.leads.domain.touch_kinds import TITLES
from leadloop.leads.models import Lead, Standing, Touch
from leadloop.leads.sample import reference_names
from leadloop.leads.sensitive import all_sensitive
from leadloop.matching.models import MatchKey
from leadloop.nurture.models import Recycle
from leadloop.outcomes.models import Conversion, Disposition
from leadloop.routing.explaining import explain
from leadloop.routing.models import Assignment
from leadloop.segments.models import Change, Member, Segment
from leadloop.work.models import Task

Story = dict[str, Any]


def tell(lead: Lead) -> Story:
    """Everything, oldest first. About thirty queries, whatever the lead went through."""
    names, hidden = reference_names(), all_sensitive()
    touches = list(Touch.objects.filter(lead=lead).order_by("pk"))
    rules = Rules(touches, names)
    standing = Standing.objects.filter(pk=lead.pk).first()
    decided = explain(lead.pk, hidden=hidden)
    return {
        "lead": _lead(lead, names, hidden),
        "standing": _standing(standing, names) if standing else None,
        "submissions": _submissions(lead, hidden),
        "touches": [_touch(touch, rules, names, hidden) for touch in touches],
        "routing": decided.as_json() if decided else None,
        "segments": _segments(lead, names),
        "assignments": _rows(Assignment.objects.filter(lead=lead), names, drop=("lead",)),
        "rests": _rows(Recycle.objects.filter(lead=lead), names, drop=("lead",)),
        "dispositions": _rows(Disposition.objects.filter(lead=lead), names, drop=("lead",)),
        "conversions": [_conversion(one, names) for one in _conversions(lead)],
        "tasks": _rows(Task.objects.filter(lead=lead), names, drop=("lead",)),
        "match_keys": list(MatchKey.objects.filter(lead=lead).order_by("key").values_list("key", flat=True)),
        "consents": _consents(lead, names),
    }


def _lead(lead: Lead, names: dict[str, dict[int, str]], hidden: frozenset[str]) -> Story:
    """What is known; blanks left out, sensitive values masked: who reads a terminal is not known."""
    facts = _row(lead, names)
    facts["custom"] = masked_custom(facts["custom"], hidden)
    return {name: value for name, value in facts.items() if value not in ("", None, [], {})} | {"display_name": lead.display_name}


def _standing(standing: Standing, names: dict[str, dict[int, str]]) -> Story:
    return _row(standing, names, drop=("lead",))


def _submissions(lead: Lead, hidden: frozenset[str]) -> list[Story]:
    """As they came, but for sensitive values. Two queries."""
    verdicts = {row.submission_id: row for row in Verdict.objects.filter(pk__in=_sent_by(lead))}
    sources = dict(reference_names()["source"])
    return [
        {
            "id": row.pk,
            "door": row.door,
            "source": sources.get(row.source_id, row.source_id),
            "received_at": row.received_at,
            "outcome": verdicts[row.pk].outcome if row.pk in verdicts else "waiting",
            "context": row.context,
            "payload": masked_deeply(_decoded(row.payload), hidden),
        }
        for row in Submission.objects.filter(pk__in=_sent_by(lead)).order_by("pk")
    ]


def _sent_by(lead: Lead) -> models.QuerySet[Touch, int | None]:
    return Touch.objects.filter(lead=lead, submission_id__isnull=False).values_list("submission_id", flat=True)


def _decoded(payload: str) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload


def _touch(touch: Touch, rules: Rules, names: dict[str, dict[int, str]], hidden: frozenset[str]) -> Story:
    return {
        "id": touch.pk,
        "kind": touch.kind,
        "title": TITLES.get(touch.kind, touch.kind.replace("_", " ").capitalize()),
        "happened_at": touch.happened_at,
        "actor": names["owner"].get(touch.actor_id or 0) if touch.actor_id else None,
        "submission": touch.submission_id,
        **explain_touch(masked_touch(touch.data, hidden), rules),
    }


def _segments(lead: Lead, names: Vocabulary) -> list[Story]:
    """Where the lead is in now, what brought her in, and the criteria in force. Three queries."""
    since = dict(Member.objects.filter(lead=lead).values_list("segment", "since"))
    moved = {one.segment: str(one.get_why_display()) for one in Change.objects.filter(lead=lead, entered=True).order_by("pk")}
    published = Segment.objects.published().filter(name__in=since).order_by("name")
    return [
        {
            "name": row.name,
            "title": row.title,
            "version": row.version,
            "since": since[row.name],
            "came_in_by": moved.get(row.name, ""),
            "criteria": in_words(row.spec["criteria"], names) if "criteria" in row.spec else "put in by hand",
        }
        for row in published
    ]


def _conversions(lead: Lead) -> Iterable[Conversion]:
    return Conversion.objects.filter(lead=lead).select_related("account", "contact", "opportunity").order_by("pk")


def _conversion(one: Conversion, names: dict[str, dict[int, str]]) -> Story:
    deal = one.opportunity
    return _row(one, names, drop=("lead", "account", "contact", "opportunity")) | {
        "account": str(one.account) if one.account else None,
        "contact": str(one.contact) if one.contact else None,
        "opportunity": _row(deal, names, drop=("account", "contact")) if deal else None,
    }


def _consents(lead: Lead, names: dict[str, dict[int, str]]) -> list[Story]:
    points = [key for key in (lead.email and f"e:{lead.email}", lead.phone and f"p:{lead.phone}") if key]
    return _rows(Consent.objects.filter(contact_point__in=points), names)


def _rows(rows: models.QuerySet[Any], names: dict[str, dict[int, str]], *, drop: Iterable[str] = ()) -> list[Story]:
    return [_row(row, names, drop=drop) for row in rows.order_by("pk")]


def _row(row: models.Model, names: dict[str, dict[int, str]], *, drop: Iterable[str] = ()) -> Story:
    """Columns by name; people, pools and sources by theirs."""
    told: Story = {}
    for field in row._meta.concrete_fields:
        if field.name in drop:
            continue
        value = getattr(row, field.attname)
        told[field.name.removesuffix("_id") if field.name == "pool_id" else field.name] = _called(field, value, names)
    return told


def _called(field: Any, value: Any, names: dict[str, dict[int, str]]) -> Any:
    label = field.related_model._meta.label if field.is_relation else ""
    register = {"teams.User": "owner", "routing.Pool": "pool", "leads.Source": "source"}.get(
        label, "pool" if field.name == "pool_id" else ""
    )
    if register and value is not None:
        return names[register].get(value, value)
    return value
