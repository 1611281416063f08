"""The report of the agreement: what sales said of the leads that marketing handed over, by version, condition, source and rep.

A constant number of queries. Beyond `SAMPLED_FROM` handovers in the period every k-th is counted and the figures are multiplied; the
report says so, with the error that this brings.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil, sqrt
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, IntegerField, Max, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Mod

from leadloop.analytics.agreement_lines import Gate, Leaf, Line, Report
from leadloop.analytics.domain.agreeing import Suggestion, Z, conditions_of, suggest_threshold
from leadloop.analytics.domain.periods import Period
from leadloop.leads.domain import criteria
from leadloop.leads.domain.criteria.tree import reads_sensitive
from leadloop.leads.models import Source, Standing
from leadloop.leads.sample import reference_names
from leadloop.qualification.domain.verdicts import Word
from leadloop.qualification.models import Handed, Passage
from leadloop.scoring.actions import MQL
from leadloop.scoring.domain.definition import leaves_of
from leadloop.scoring.models import Definition
from leadloop.teams.models import User

SAMPLED_FROM = 120_000
WEEK = 604_800
JUDGED = (Word.ACCEPTED, Word.REJECTED)
KEYS = ("version", "word", "reason", "source_id", "person_id", "truths", "score", "silent", "late", "holder", "came")
OVERRIDES_SHOWN = 2_000


def report(period: Period, *, now: datetime, version: int | None = None, most: int = SAMPLED_FROM) -> Report:
    """What sales said in time, late or not at all of the leads handed over in `period`; details of `version`, else of the newest.

    Args:
        most: handovers that are all counted; of more, about half as many.
    """
    handed = _in(period, Handed.objects.filter(from_before=False), "asked_at")
    ends = handed.aggregate(count=Count("pk"), first=Min("asked_at"), last=Max("asked_at"))
    every = ceil(2 * ends["count"] / most) if ends["count"] > most else 1
    counted = _counted(_sampled(handed, every), now=now)
    versions = _lines(counted, "version", lambda key: f"Version {key}", every)
    versions.sort(key=lambda line: -(line.key or 0))
    chosen = version if any(line.key == version for line in versions) else next((line.key for line in versions), None)
    mine = [row for row in counted if row["version"] == chosen]
    spec = Definition.objects.filter(name=MQL, version=chosen).values_list("spec", flat=True).first() if chosen else None
    leaves, present = _leaves(spec)
    weeks = max(1.0, (ends["last"] - ends["first"]).total_seconds() / WEEK) if ends["first"] else 1.0
    names = dict(User.objects.values_list("pk", "name"))
    return Report(
        versions=versions,
        chosen=chosen,
        total=next((line for line in versions if line.key == chosen), Line("All")),
        sources=_by_size(_lines(mine, "source_id", dict(Source.objects.values_list("pk", "name")).get, every)),
        people=_by_size(_people(mine, names, every)),
        leaves=_judged(leaves, mine),
        suggestion=_suggestion(mine, weeks=weeks / every) if chosen else None,
        present=present,
        gate=_gate(period, names),
        every=every,
        error=Z * sqrt(0.25 / max(1, ends["count"] // every)) if every > 1 else 0.0,
    )


def _in(period: Period, rows: QuerySet[Any], moment: str) -> QuerySet[Any]:
    if period.start:
        rows = rows.filter(**{f"{moment}__gte": period.start})
    return rows.filter(**{f"{moment}__lt": period.end}) if period.end else rows


def _sampled(rows: QuerySet[Any], every: int) -> QuerySet[Any]:
    return rows if every == 1 else rows.annotate(slot=Mod("pk", Value(every))).filter(slot=0)


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


def _counted(handed: QuerySet[Any], *, now: datetime) -> list[dict[str, Any]]:
    """Handovers by everything that the report asks about, so that the table is read once. Whose desk silence lies on is looked up."""
    silent, late = Q(word=Word.OPEN, due_at__lt=now), Q(said_at__gt=F("due_at"))
    owner = Subquery(Standing.objects.filter(pk=OuterRef("lead_id")).values("owner_id"))
    holder = Case(When(silent, then=owner), default=None, output_field=BigIntegerField())
    groups = handed.annotate(silent=_flag(silent), late=_flag(late), holder=holder, came=_flag(Q(qualified_at__isnull=False))).order_by()
    rows = groups.values(*KEYS).annotate(number=Count("pk"))
    return [{**row, "qualified": row["number"] * row["came"]} for row in rows]


def _lines(counted: Sequence[dict[str, Any]], key: str, name_of: Any, every: int) -> list[Line]:
    lines: dict[int | None, Line] = {}
    for row in counted:
        line = lines.get(row[key])
        if line is None:
            line = lines[row[key]] = Line(name_of(row[key]) or f"#{row[key]}", row[key], every=every)
        line.add(row)
    return list(lines.values())


def _people(counted: Sequence[dict[str, Any]], names: Mapping[int, str], every: int) -> list[Line]:
    """Words by who said them; silence by who has the lead."""
    lines = {line.key: line for line in _lines([row for row in counted if row["word"] != Word.OPEN], "person_id", names.get, every)}
    if None in lines:
        lines[None].name = "A program"
    for row in counted:
        if row["silent"]:
            owner = row["holder"] or 0
            lines.setdefault(owner, Line(names.get(owner, "Nobody yet"), owner, every=every)).silent += row["number"]
    return list(lines.values())


def _by_size(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.handed, line.name.casefold()))


def _leaves(spec: Mapping[str, Any] | None) -> tuple[list[str], int | None]:
    """The conditions of a definition in words, "" for one on sensitive data, and the score that it asks for."""
    names = reference_names()
    try:
        leaves = list(leaves_of(criteria.parse(spec["criteria"], names.catalogue))) if spec else []
    except criteria.CriteriaInvalid:
        return [], None
    scores = [
        leaf.values[0]
        for leaf in leaves
        if isinstance(leaf, criteria.Condition) and leaf.field.name == "score" and leaf.op is criteria.Op.AT_LEAST
    ]
    return ["" if reads_sensitive(leaf) else criteria.sentence(leaf, names) for leaf in leaves], next(
        (score for score in scores if isinstance(score, int)), None
    )


def _judged(says: Sequence[str], counted: Sequence[dict[str, Any]]) -> list[Leaf]:
    """What each condition tells; not those on sensitive data, whose counts over one day would tell it of one lead."""
    found = conditions_of(_verdicts(counted, "truths"), len(says))
    return [Leaf(words, condition) for words, condition in zip(says, found, strict=True) if words]


def _suggestion(counted: Sequence[dict[str, Any]], *, weeks: float) -> Suggestion:
    scored = [row for row in counted if row["score"] is not None]
    unjudged: dict[int, int] = defaultdict(int)
    for row in scored:
        if row["word"] not in JUDGED:
            unjudged[row["score"]] += row["number"]
    return suggest_threshold(_verdicts(scored, "score"), unjudged, weeks=weeks)


def _verdicts(counted: Sequence[dict[str, Any]], key: str) -> dict[Any, tuple[int, int]]:
    """(accepted, rejected) by `key`."""
    found: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for row in counted:
        if row["word"] in JUDGED:
            found[row[key]][row["word"] == Word.REJECTED] += row["number"]
    return {key: (accepted, rejected) for key, (accepted, rejected) in found.items()}


def _gate(period: Period, names: Mapping[int, str]) -> Gate:
    """Two queries; the conditions are those of the latest overrides."""
    passages = _in(period, Passage.objects.all(), "passed_at")
    gate = Gate()
    rows = passages.order_by().values_list("person_id").annotate(number=Count("pk"), over=Count("pk", filter=~Q(override_reason="")))
    for person, number, over in sorted(rows, key=lambda row: (-row[2], -row[1])):
        gate.passed, gate.overridden = gate.passed + number, gate.overridden + over
        gate.people.append((names.get(person, "A program"), number, over))
    failed: dict[str, int] = defaultdict(int)
    for lines in passages.exclude(override_reason="").order_by("-pk").values_list("failing", flat=True)[:OVERRIDES_SHOWN]:
        for line in lines:
            failed[line] += 1
    gate.failing = sorted(failed.items(), key=lambda pair: (-pair[1], pair[0]))
    return gate
