"""Scores of very many leads at once: the store computes a range of leads in one statement and writes those that differ.

Instead of a touch for each lead one row of `Rescored` says what became of them; `leadloop verify` folds both into one history.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from leadloop.db import bulk
from leadloop.leads import fields
from leadloop.leads.actions import moment
from leadloop.leads.domain.heat import days_since_epoch
from leadloop.leads.domain.touch_kinds import HALF_LIFE_DAYS
from leadloop.leads.models import Standing, Touch
from leadloop.scoring.domain.packing import pack
from leadloop.scoring.models import Rescored, Rescoring, ScoreModel
from leadloop.scoring.score_sql import Model, Sql, model_of, scored

FRESH = "scoring_fresh"
Row = tuple[int, int | None, str]
Differing = tuple[int, int | None, str, int]
_TABLE = f"""
    create temporary table if not exists {FRESH}
    (lead_id bigint, place integer, score smallint, grade varchar(1), rest integer, level float)
"""
_PLANS = "select " + ", ".join(
    f"set_config('{name}', '{value}', true)"
    for name, value in (
        *((f"enable_{way}", "on") for way in ("seqscan", "hashjoin", "mergejoin")),
        *((f"parallel_{what}_cost", "0") for what in ("setup", "tuple")),
        *((f"min_parallel_{what}_scan_size", "0") for what in ("table", "index")),
    )
)
"""A range is read whole, by all processors: `bulk.lock_loop` would have it looked up lead by lead, and what thirty rules cost a lead is
more than PostgreSQL thinks when it asks whether a second process pays."""

_SOMEBODY = """
    select 1 from pg_locks where relation = 'leads_standing'::regclass and mode in ('RowShareLock', 'RowExclusiveLock')
        and pid <> pg_backend_pid() and database = (select oid from pg_database where datname = current_database()) limit 1
"""
_ALL = "select 1 from leads_standing where lead_id between %s and %s order by lead_id for update"
_HELD = _ALL.replace("order by", "and xmax <> '0' order by")
"""The rows that a step holds, or once held in vain: locking every row would be a write of every row. What a step holds has its number in
`xmax`, which is read as it is at this moment, whatever the snapshot."""


@dataclass(slots=True)
class Written:
    """What one range came to: the leads whose score or grade is another now, those that are over a threshold they were not over, and those
    that a step took between reading and writing: each of them is to be judged by itself."""

    changed: list[Row] = field(default_factory=list)
    crossing: list[int] = field(default_factory=list)
    missed: list[int] = field(default_factory=list)


def models_in_force() -> list[Model]:
    """The published models with both compilers' view of them, in the order in which they are asked."""
    known = fields.known_now()
    found = [model_of(row, known) for row in ScoreModel.objects.published()]
    return sorted(found, key=lambda one: (one.card.order, one.card.name))


def write_scores(
    models: Sequence[Model], leads: QuerySet[Standing], ids: tuple[int, int], *, now: datetime, plan: Rescoring | None
) -> Written:
    """Score `leads`, which lie between `ids`, both included, and write what differs. A constant number of statements.

    Needs a transaction with `bulk.lock_loop`: a batch that is judged by the rules before has ended then, and none begins meanwhile. Steps
    that are under way are waited for, so that their scores are judged again here; one that comes later reads the rules of now.
    """
    written = Written()
    plain = len(models) == 1 and not models[0].spec.get("for") and not models[0].card.thresholds
    if bulk.is_postgres():
        _run(Sql(_PLANS, []))
        if not plain or _run(Sql(_SOMEBODY, [])):
            _run(Sql(_HELD if plain else _ALL, [*ids]))
    if plain:
        differing = _differing(models[0], leads, ids, now=now)
        written.changed = _write(differing)
        if len(written.changed) < len(differing):
            done = {row[0] for row in written.changed}
            written.missed = [row[0] for row in differing if row[0] not in done]
    else:
        _compute(models, leads, ids, now=now)
        if len(models) > 1:
            _keep(models, ids)
        written.changed = _update(models, leads, ids)
    if written.changed:
        _leave_trace(written.changed, now=now, plan=plan)
    for place, model in enumerate(models):
        if model.card.thresholds:
            written.crossing += _cross(place, model, ids, now=now, quiet=plan is None or not plan.fires)
    return written


def _differing(model: Model, leads: QuerySet[Standing], ids: tuple[int, int], *, now: datetime) -> list[Differing]:
    """The leads whose score or grade by the one model is another than what stands. A plain read, which PostgreSQL shares among workers."""
    given = scored(model, leads, now, ids=ids)
    columns = "lead_id, score, grade, was_version"
    text = f"select {columns} from ({given.text}) new where score is distinct from was_score or grade <> was_grade"  # noqa: S608 - our own names
    return sorted(_run(Sql(text, given.params)))


def _write(differing: Sequence[Differing]) -> list[Row]:
    """Write scores and grades of many leads, and move their versions on; returns those that were still as they were read. One statement."""
    if not differing:
        return []
    if bulk.is_postgres():
        text = """
            update leads_standing set score = new.score, grade = new.grade, version = new.version + 1
            from unnest(%s::bigint[], %s::smallint[], %s::text[], %s::bigint[]) new(lead_id, score, grade, version)
            where new.lead_id = leads_standing.lead_id and leads_standing.lead_id between %s and %s and leads_standing.version = new.version
            returning leads_standing.lead_id
        """  # without the range it may read the whole table
        columns = [list(column) for column in zip(*differing, strict=True)]
        done = {lead_id for (lead_id,) in _run(Sql(text, [*columns, differing[0][0], differing[-1][0]]))}
        return [row[:3] for row in differing if row[0] in done]
    with connection.cursor() as cursor:
        rows = [(score, grade, lead_id) for lead_id, score, grade, _ in differing]
        cursor.executemany("update leads_standing set score = %s, grade = %s, version = version + 1 where lead_id = %s", rows)
    return [row[:3] for row in differing]


def _compute(models: Sequence[Model], leads: QuerySet[Standing], ids: tuple[int, int], *, now: datetime) -> None:
    """The scores by every model beside the standings, for what follows from more than one number."""
    _run(Sql(_TABLE, []))
    _run(Sql(f"delete from {FRESH}", []))  # noqa: S608 - our own name
    for place, model in enumerate(models):
        given = scored(model, leads, now, ids=ids)
        into = f"insert into {FRESH} (lead_id, place, score, grade, rest, level)"
        _run(Sql(f"{into} select lead_id, {place}, score, grade, rest, level from ({given.text}) one", given.params))  # noqa: S608 - our own names


def _update(models: Sequence[Model], leads: QuerySet[Standing], ids: tuple[int, int]) -> list[Row]:
    """Write the score of the first model that applies to each lead, where it differs."""
    if len(models) == 1 and not models[0].spec.get("for"):
        source = FRESH
        params: list[Any] = []
    else:
        chosen, given = leads.order_by().values_list("lead_id").query.sql_with_params()
        params = list(given)
        first = f"select lead_id, min(place) as place from {FRESH} group by lead_id"  # noqa: S608 - our own name
        source = f"""(
            select wanted.lead_id, f.score, coalesce(f.grade, '') as grade from ({chosen}) wanted
            left join ({first}) first on first.lead_id = wanted.lead_id
            left join {FRESH} f on f.lead_id = first.lead_id and f.place = first.place)
        """  # noqa: S608 - our own names
    text = f"""
        update leads_standing set score = new.score, grade = new.grade, version = leads_standing.version + 1 from {source} new
        where new.lead_id = leads_standing.lead_id and leads_standing.lead_id between %s and %s
            and (leads_standing.score is distinct from new.score or leads_standing.grade <> new.grade)
        returning lead_id, score, grade
    """  # noqa: S608 - our own names
    if bulk.is_postgres():
        text = text.replace(
            "returning lead_id, score, grade", "returning leads_standing.lead_id, leads_standing.score, leads_standing.grade"
        )
    return sorted(_run(Sql(text, [*params, *ids])))


def _keep(models: Sequence[Model], ids: tuple[int, int]) -> None:
    """The scores by every model, side by side; those of models that are gone go as well."""
    names = [one.card.name for one in models]
    _run(
        Sql(
            f"""
            delete from scoring_modelscore where lead_id between %s and %s and (
                model not in ({_marks(names)}) or exists (select 1 from {FRESH} f where f.lead_id = scoring_modelscore.lead_id))
            """,  # noqa: S608 - placeholders only
            [*ids, *names],
        )
    )
    for place, model in enumerate(models):
        text = f"""
            insert into scoring_modelscore (lead_id, model, version, score, grade, reasons)
            select lead_id, %s, %s, score, grade, '' from {FRESH} where place = {place}
        """  # noqa: S608 - our own names
        _run(Sql(text, [model.card.name, model.card.version]))


def _leave_trace(changed: Sequence[Row], *, now: datetime, plan: Rescoring | None) -> None:
    last = Touch.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    Rescored.objects.create(
        rescoring=plan,
        at=now,
        after_touch=last,
        first_lead=changed[0][0],
        last_lead=changed[-1][0],
        count=len(changed),
        packed=pack(changed),
    )


def _cross(place: int, model: Model, ids: tuple[int, int], *, now: datetime, quiet: bool) -> list[int]:
    """Arm again what fell; what is over a threshold and was not is noted in silence, or returned to be judged aloud."""
    card, today, found = model.card, days_since_epoch(now), set[int]()
    names = [one.id for one in card.thresholds]
    gone = f"delete from scoring_crossing where model = %s and lead_id between %s and %s and threshold not in ({_marks(names)})"  # noqa: S608 - placeholders only
    _run(Sql(gone, [card.name, *ids, *names]))
    for one in card.thresholds:
        fallen = f"""
            delete from scoring_crossing where model = %s and threshold = %s and lead_id between %s and %s and exists (
                select 1 from {FRESH} f where f.place = {place} and f.lead_id = scoring_crossing.lead_id
                and (f.score < %s or (scoring_crossing.lapses_day is not null and scoring_crossing.lapses_day <= %s)))
        """  # noqa: S608 - our own names
        _run(Sql(fallen, [card.name, one.id, *ids, one.rearms_below, today]))
        over = f"""
            from {FRESH} f where f.place = {place} and f.score >= %s and not exists (
                select 1 from scoring_crossing c where c.lead_id = f.lead_id and c.model = %s and c.threshold = %s)
        """  # noqa: S608 - our own names
        which = [one.at, card.name, one.id]
        if quiet:
            lapses = _lapses(model, one.rearms_below, today)
            into = "insert into scoring_crossing (lead_id, model, threshold, crossed_at, lapses_day)"
            params = [card.name, one.id, moment(now), *lapses.params, *which]
            _run(Sql(f"{into} select f.lead_id, %s, %s, %s, {lapses.text} {over}", params))
        else:
            found |= {row[0] for row in _run(Sql(f"select f.lead_id {over}", which))}
    return sorted(found)


def _lapses(model: Model, least: int, today: float) -> Sql:
    """As `scorecard.stays_at`: the day on which activity has faded to what is missing without it."""
    card = model.card
    points, full = (card.engagement.points, card.engagement.full_at) if card.engagement else (card.heat_points, card.heat_full)
    if not points:
        return Sql("null", [])
    needed = Sql("((%s - f.rest - 0.5) * %s)", [least, full / points])
    text = f"""
        case when f.rest >= %s then null when f.level <= {needed.text} then %s
        else %s + %s * (ln(f.level) - ln({needed.text})) / ln(2.0) end
    """
    return Sql(text, [least, *needed.params, today, today, HALF_LIFE_DAYS, *needed.params])


def _marks(values: Sequence[str]) -> str:
    return ", ".join(["%s"] * len(values))


def _run(sql: Sql) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.params)
        return list(cursor.fetchall()) if cursor.description else []
