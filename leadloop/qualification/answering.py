"""Frameworks in force and answers: which questions a lead is asked, what was answered, and the declared fields that rules read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings

from leadloop.db.versions import current_epoch
from leadloop.leads import fields
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.criteria import CriteriaInvalid
from leadloop.leads.domain.custom_fields import Sensitivity
from leadloop.qualification.domain.frameworks import Kind, Questions, compile_framework, field_of, qualified
from leadloop.qualification.models import Answer, Framework

_TYPES = {Kind.YES_NO: "choice", Kind.CHOICE: "choice", Kind.MONEY: "money", Kind.DATE: "date", Kind.TEXT: "text"}


@lru_cache(maxsize=2)
def published_frameworks(epoch: int) -> Sequence[Questions]:
    """The frameworks in force, compiled; one whose criteria cannot be read any more is left out. One query an epoch."""
    found = []
    for row in Framework.objects.published().order_by("title"):
        try:
            found.append(compile_of(row, fields.known(epoch)))
        except CriteriaInvalid:
            continue
    return tuple(found)


def compile_of(row: Framework, catalogue: Any) -> Questions:
    return compile_framework(row.spec, name=row.name, title=row.title, version=row.version, catalogue=catalogue)


def declarations(framework: Questions) -> list[dict[str, Any]]:
    """The fields that hold the answers of a framework, its score and its completion, as `leads.fields.declare` takes them."""
    found: list[dict[str, Any]] = []
    for one in framework.questions:
        spec: dict[str, Any] = {
            "name": framework.field_of(one.id),
            "label": one.label,
            "type": _TYPES[one.kind],
            "group": framework.title[:60],
        }
        if one.options:
            spec["choices"] = one.options
        if one.kind is Kind.MONEY:
            spec["limits"] = {"currency": settings.DEFAULT_CURRENCY}
        found.append(spec)
    for key, label in (("score", "score"), ("complete", "answered, %")):
        spec = {"name": framework.field_of(key), "label": f"{framework.title[:60]} {label}", "type": "whole", "group": framework.title[:60]}
        found.append(spec)
    return found


def clashes(framework: Questions) -> list[str]:
    """Questions whose field is declared already with another type: leads may have values of it."""
    known = fields.ever_declared(current_epoch())
    return [spec["label"] for spec in declarations(framework) if spec["name"] in known and known[spec["name"]].kind.value != spec["type"]]


def put_in_force(framework: Questions, *, now: datetime) -> None:
    """Declare the fields of a framework that was published, so that rules can ask for its answers in the same minute."""
    fields.declare(declarations(framework), now=now)
    hide_results({framework.field_of(one.id) for one in framework.questions}, now=now)


def hide_results(names: Collection[str], *, now: datetime) -> None:
    """Score and completion of a framework are sensitive as soon as one of these fields is both an answer to it and sensitive."""
    specs = fields.declared_now()
    secret = {name for name in names if name in specs and specs[name].is_sensitive}
    asked = [one for one in published_frameworks(current_epoch()) if secret & {one.field_of(question.id) for question in one.questions}]
    results = [spec for one in asked for spec in declarations(one)[len(one.questions) :]]
    plain = [spec for spec in results if spec["name"] in specs and not specs[spec["name"]].is_sensitive]
    if plain:
        fields.declare([spec | {"sensitivity": Sensitivity.SENSITIVE.value} for spec in plain], now=now)


def values_of(framework: Questions, custom: Mapping[str, Any]) -> dict[str, Any]:
    """The present answers of a lead by question; what came with the lead is an answer as well."""
    return {one.id: custom[framework.field_of(one.id)] for one in framework.questions if custom.get(framework.field_of(one.id)) is not None}


def with_answers(custom: Mapping[str, Any], framework: Questions, given: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    """The declared fields of a lead once it has these answers; None takes one away. Score and completion follow."""
    changed = {**custom}
    for question, value in given.items():
        changed[framework.field_of(question)] = value
    kept = {name: value for name, value in changed.items() if value is not None}
    judged = qualified(framework, values_of(framework, kept), today=today)
    return kept | {framework.field_of("score"): judged.score, framework.field_of("complete"): judged.complete}


def note_answers(
    cases: Sequence[Case],
    framework: Questions,
    given: Mapping[str, Any],
    *,
    evidence: str,
    touch_id: int | None,
    person: int | None,
    at: datetime,
) -> None:
    """Append what was answered. One query."""
    Answer.objects.bulk_create(
        Answer(
            lead_id=case.lead_id,
            framework=framework.name,
            version=framework.version,
            question=question,
            value=value,
            evidence=evidence,
            touch_id=touch_id,
            person_id=person,
            answered_at=at,
        )
        for case in cases
        for question, value in given.items()
    )


def answered(lead_id: int, names: Collection[str]) -> set[str]:
    """Which of these fields were ever answered about a lead: the history keeps what the lead does not say any more. At most one query."""
    if not names:
        return set()
    rows = Answer.objects.filter(lead_id=lead_id).exclude(value=None).values_list("framework", "question").distinct().order_by()
    return {field_of(framework, question) for framework, question in rows} & set(names)


def history_of(lead_id: int, *, most: int = 60) -> list[Answer]:
    """What was answered about a lead, the latest first. One query."""
    return list(Answer.objects.filter(lead_id=lead_id).select_related("person", "touch").order_by("-id")[:most])
