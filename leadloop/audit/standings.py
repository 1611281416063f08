"""Standings against timelines: what stands is the last word of the touches on each column, heat and score recomputed.

Reads all touches once, lead by lead, in blocks of leads: memory does not grow with the base.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from math import isclose
from typing import Any, NamedTuple

import msgspec

from leadloop.audit.finding import Finding, Proof, Scope
from leadloop.db import bulk
from leadloop.leads.domain.case import MOMENTS, STANDING_COLUMNS
from leadloop.leads.domain.heat import heat_of
from leadloop.leads.domain.touch_kinds import CAPS, COUNTED, HALF_LIFE_DAYS, WEIGHTS, by_machine
from leadloop.scoring.actions import MODEL
from leadloop.scoring.domain.packing import unpack
from leadloop.scoring.domain.scorecard import TOP
from leadloop.scoring.models import Rescored, ScoreModel

BLOCK = 2_000
HEAT_TOLERANCE = 1e-6
SAID = tuple(name for name in STANDING_COLUMNS if name not in ("source_id", "received_at", "version", "heat"))
_STANDING = f"select lead_id, {', '.join(STANDING_COLUMNS)} from leads_standing where lead_id > %s order by lead_id limit {BLOCK}"  # noqa: S608 - our own names
_TOUCHES = """
    select lead_id, id, kind, happened_at, data from leads_touch where lead_id > %s and lead_id <= %s order by lead_id, id
"""
"""In the order of writing."""
_RESCORED = "select id, at, after_touch from scoring_rescored where last_lead > %s and first_lead <= %s order by id"
_BEFORE = {"stage": "new", "grade": "", "temper": ""}
"""What stands of a fresh lead where no touch says so; everything else is blank."""


class Given(msgspec.Struct):
    """A score as a touch keeps it."""

    model: int = 0
    reasons: list[tuple[str, int]] = []
    name: str = MODEL


class Said(msgspec.Struct):
    """What matters here of a touch's data."""

    became: dict[str, Any] | None = None
    score: Given | None = None
    machine: Any = None


class Happened(NamedTuple):
    """A touch as heat reads it."""

    kind: str
    happened_at: datetime


UNREADABLE = Said()
_read = msgspec.json.Decoder(Said).decode
Difference = tuple[str, Any, Any]
Row = Sequence[Any]


def standings(scope: Scope) -> Iterator[Finding]:
    """Every column of every standing is what the touches last said."""
    found = Finding("standings", "A standing is not what its timeline says.", 0)
    scores = Finding("scores", "A score is not the sum of its reasons.", 0)
    _unpacked.cache_clear()
    bases = {
        (name, version): 0 if spec.get("v") == 2 else int(spec.get("base", 0))
        for name, version, spec in ScoreModel.objects.values_list("name", "version", "spec")
    }
    for standing, touches in _by_lead():
        for column, stands, said in differences(standing, touches):
            _note(found, scope, lead=standing["lead_id"], column=column, stands=stands, timeline_says=said)
        for stands, sums in wrong_scores(touches, bases):
            _note(scores, scope, lead=standing["lead_id"], scored=stands, reasons_give=sums)
    yield from (one for one in (found, scores) if one.count)


def differences(standing: dict[str, Any], touches: Sequence[Row]) -> Iterator[Difference]:
    """(column, what stands, what the timeline says) of one lead."""
    if not touches:
        yield "touches", standing["touches"], "no touch at all"
        return
    said: dict[str, Any] = {"entered_at": touches[0][1], **_BEFORE}
    versions = 0
    for _, _, data in touches:
        if data is UNREADABLE:
            yield "data", "of a touch", "cannot be read"
        if data.became is not None:
            said.update(data.became)
            versions += 1
    for column in SAID:
        stands, last = standing[column], said.get(column)
        if column in MOMENTS and isinstance(last, str):
            last = datetime.fromisoformat(last)
        if stands != last and not (column == "touches" and last is None):
            yield column, stands, last
    counted = [
        Happened(kind, happened_at) for kind, happened_at, data in touches if kind in COUNTED and not by_machine({"machine": data.machine})
    ]
    if standing["touches"] != len(counted) and standing["touches"] == said.get("touches"):
        yield "touches", standing["touches"], len(counted)
    if standing["version"] != versions:
        yield "version", standing["version"], versions
    if standing["received_at"] != touches[0][1]:
        yield "received_at", standing["received_at"], touches[0][1]
    heat = heat_of(counted, weights=WEIGHTS, caps=CAPS, half_life_days=HALF_LIFE_DAYS)
    if not _same_heat(standing["heat"], heat):
        yield "heat", standing["heat"], heat


def wrong_scores(touches: Sequence[Row], bases: dict[tuple[str, int], int]) -> Iterator[tuple[Any, int]]:
    """(score, what its reasons give) for each touch whose score is not the sum of its reasons."""
    for _, _, data in touches:
        if data.score is not None and data.became is not None and "score" in data.became:
            given = bases.get((data.score.name, data.score.model), 0) + sum(points for _, points in data.score.reasons)
            if data.became["score"] != max(0, min(TOP, given)):
                yield data.became["score"], max(0, min(TOP, given))


def _same_heat(stands: float | None, said: float | None) -> bool:
    if stands is None or said is None:
        return stands is said
    return isclose(stands, said, rel_tol=0, abs_tol=HEAT_TOLERANCE)


def _by_lead() -> Iterator[tuple[dict[str, Any], list[Row]]]:
    """Each standing with its touches in the order of writing. Two queries a block."""
    last = 0
    aware = _awareness()
    names = ("lead_id", *STANDING_COLUMNS)
    places = [place for place, name in enumerate(names) if name in MOMENTS]
    while block := bulk.fetch(_STANDING, [last]):
        touches: dict[int, list[Row]] = {row[0]: [] for row in block}
        batches = _batches(last, block[-1][0], aware)
        for lead_id, number, kind, happened_at, data in bulk.fetch(_TOUCHES, [last, block[-1][0]]):
            if lead_id in touches:  # touches of no lead are another proof's finding
                waiting = batches.get(lead_id)
                while waiting and waiting[0][0] < number:
                    touches[lead_id].append(waiting.pop(0)[1])
                touches[lead_id].append((kind, aware(happened_at), _decoded(data)))
        for lead_id, waiting in batches.items():
            if lead_id in touches:
                touches[lead_id] += [row for _, row in waiting]
        for row in block:
            values = list(row)
            for place in places:
                if values[place] is not None:
                    values[place] = aware(values[place])
            yield dict(zip(names, values, strict=True)), touches[row[0]]
        last = block[-1][0]


def _batches(above: int, upto: int, aware: Callable[[datetime], datetime]) -> dict[int, list[tuple[int, Row]]]:
    """What mass rescorings made of leads, as rows like touches, each with the touch that it came after. One query."""
    found: dict[int, list[tuple[int, Row]]] = {}
    for number, at, after_touch in bulk.fetch(_RESCORED, [above, upto]):
        for lead_id, given in _unpacked(number).items():
            if above < lead_id <= upto:
                found.setdefault(lead_id, []).append((after_touch, ("rescored", aware(at), given)))
    return found


@lru_cache(maxsize=64)
def _unpacked(number: int) -> dict[int, Said]:
    """One batch of a mass rescoring by lead. It is never changed, and neighbouring blocks read it again."""
    return {
        lead_id: Said({"score": score, "grade": grade}) for lead_id, score, grade in unpack(bytes(Rescored.objects.get(pk=number).packed))
    }


def _decoded(data: Any) -> Said:
    try:
        return _read(data) if isinstance(data, str | bytes) else msgspec.convert(data, Said)
    except msgspec.MsgspecError:
        return UNREADABLE


def _awareness() -> Callable[[datetime], datetime]:
    """SQLite gives moments without their zone, which is UTC."""
    return (lambda moment: moment) if bulk.is_postgres() else (lambda moment: moment.replace(tzinfo=UTC))


def _note(finding: Finding, scope: Scope, **facts: Any) -> None:
    finding.count += 1
    if len(finding.examples) < scope.most:
        finding.examples.append({name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()})


PROOFS = (Proof("standings", "Every standing is the last word of its timeline, with heat, counts and score recomputed.", standings),)
