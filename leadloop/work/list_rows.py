"""What a row of the list of leads says: one query for the rows, plain values for the template, since fifty rows make a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from leadloop.db.versions import current_epoch
from leadloop.leads.criteria_values import column_of
from leadloop.leads.custom_shown import shown
from leadloop.leads.custom_sql import sortable
from leadloop.leads.domain.custom_fields import FieldSpec
from leadloop.leads.domain.masks import MASK
from leadloop.leads.domain.temperature import ICONS, LABELS, TONES, Thermometer
from leadloop.leads.models import Standing
from leadloop.leads.temperature import thermometer
from leadloop.templatetags.moments import ago, clock_name, deadline, urgency
from leadloop.templatetags.words import initials, stage_label, stage_tone, tone_of

COLUMNS = (
    "pk", "stage", "owner_id", "source_id", "received_at", "score", "grade", "heat", "temper", "waits_since", "due_at",
    "lead__first_name", "lead__last_name", "lead__company", "lead__email", "lead__phone", "lead__phone_raw", "lead__external_id",
    "lead__title", "lead__country",
)  # fmt: skip


@dataclass(slots=True)
class Moment:
    """A moment as the page's clocks take it."""

    iso: str
    words: str
    title: str
    tone: str = ""
    since: str = ""


@dataclass(slots=True)
class LeadRow:
    """One lead in a list; everything is ready to be written."""

    pk: int
    name: str
    note: str
    country: str
    stage: str
    stage_tone: str
    score: int | None
    score_tone: str
    grade: str
    temperature: str
    temperature_icon: str
    temperature_tone: str
    owner: str
    owner_initials: str
    owner_tone: str
    source: str
    received: Moment
    due: Moment | None
    sorted_by: Any = None
    percent: int | None = None  # how likely it is to be won
    declared: list[tuple[str, str]] = field(default_factory=list)  # label and text of the columns that somebody chose


def load_rows(
    ids: Sequence[int],
    *,
    people: Mapping[int, str],
    sources: Mapping[int, str],
    now: datetime,
    sorted_by: str = "received_at",
    sorted_field: FieldSpec | None = None,
    declared: Sequence[FieldSpec] = (),
    likely: bool = False,
) -> list[LeadRow]:
    """Rows in the order of the ids. Two queries, one of them for the rule of temperature in force.

    Args:
        sorted_field: the declared field that the list is in the order of, where it is.
        likely: whether to say how likely each is to be won.
        declared: declared fields to show. Sensitive ones are masked for everybody: the lead's page shows them to who may see them.
    """
    standings, more = Standing.objects.filter(pk__in=ids), ["lead__custom"] if declared else []
    if sorted_field:
        standings, sorted_by = standings.annotate(sorted_custom=sortable(sorted_field)), "sorted_custom"
        more.append(sorted_by)
    percent = column_of("probability")
    names = (*COLUMNS, *more, *([percent] if likely or sorted_by == percent else ()))
    found = {row[0]: row for row in standings.values_list(*names)}
    place, rule = names.index(sorted_by), thermometer(current_epoch())
    rows = []
    for pk in ids:
        if pk in found:
            row = _row(found[pk][: len(COLUMNS)], people, sources, now, rule)
            row.sorted_by = found[pk][place]
            custom = found[pk][names.index("lead__custom")] if declared else {}
            row.declared = [(spec.label, _declared(spec, custom.get(spec.name))) for spec in declared]
            row.percent = found[pk][names.index(percent)] if likely else None
            rows.append(row)
    return rows


def _declared(spec: FieldSpec, value: Any) -> str:
    text = shown(spec, value)
    return MASK if text and spec.is_sensitive else text


def _row(values: tuple[Any, ...], people: Mapping[int, str], sources: Mapping[int, str], now: datetime, rule: Thermometer) -> LeadRow:
    (
        pk,
        stage,
        owner_id,
        source_id,
        received_at,
        score,
        grade,
        heat,
        temper,
        waits_since,
        due_at,
        first,
        last,
        company,
        email,
        phone,
        raw,
        outside,
        title,
        country,
    ) = values
    full = f"{first} {last}".strip()
    name = full or company or email or phone or raw or outside or f"Lead {pk}"
    note = ", ".join(part for part in (title if full else "", company if full else "") if part) or (email if name != email else "")
    owner = people.get(owner_id, "") if owner_id else ""
    felt = rule.reads({"heat": heat, "received_at": received_at, "score": score, "grade": grade, "temper": temper}, now)
    return LeadRow(
        pk=pk,
        name=name,
        note=note,
        country=country,
        stage=stage_label(stage),
        stage_tone=stage_tone(stage),
        score=score,
        score_tone="gray" if score is None or score < 40 else "green" if score >= 70 else "amber",
        grade=grade,
        temperature=LABELS[felt],
        temperature_icon=ICONS[felt],
        temperature_tone=TONES[felt],
        owner=owner,
        owner_initials=initials(owner) if owner else "",
        owner_tone=tone_of(owner) if owner else "",
        source=sources.get(source_id, ""),
        received=Moment(received_at.isoformat(timespec="seconds"), ago(received_at, now=now), clock_name(received_at)),
        due=_due(due_at, waits_since, now) if due_at else None,
    )


def _due(due_at: datetime, since: datetime | None, now: datetime) -> Moment:
    iso = due_at.isoformat(timespec="seconds")
    tone = urgency(due_at, since=since, now=now)
    return Moment(iso, deadline(due_at, now=now), clock_name(due_at), tone, since.isoformat(timespec="seconds") if since else "")
