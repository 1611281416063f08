"""Segments of a large base beside the bare SQL of the same difference: `python -m benchmarks.segments SEGMENTS` prints JSON."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - after setup

from leadloop.db import bulk  # noqa: E402 - after setup
from leadloop.db.clock import utc_now  # noqa: E402 - after setup
from leadloop.db.versions import publish, save_draft  # noqa: E402 - after setup
from leadloop.leads import criteria_sql  # noqa: E402 - after setup
from leadloop.leads.actions import moment  # noqa: E402 - after setup
from leadloop.leads.domain import criteria  # noqa: E402 - after setup
from leadloop.leads.models import Standing  # noqa: E402 - after setup
from leadloop.segments import rebuilding  # noqa: E402 - after setup
from leadloop.segments.models import Member, Segment  # noqa: E402 - after setup
from leadloop.segments.settling import typed  # noqa: E402 - after setup

NAME = "bench"
HALF = {"any": [{"field": "score", "op": "at_least", "value": 40}, {"field": "country", "op": "one_of", "value": ["DE", "FR"]}]}
SILENT = {"touches": "any", "op": "none", "within_days": 14}
BARE = """create table bench_member (segment varchar(60) not null, lead_id bigint not null, since {moment} not null,
    primary key (segment, lead_id))"""


def measure(segments: int) -> dict[str, float]:
    """Seconds: a first build, a difference of one in a hundred, many segments, and a look at what time turned; with their bare SQL."""
    now, tree = utc_now(), criteria.parse(HALF)
    version = _in_force(NAME, HALF, now)
    _bare_table()
    found: dict[str, float] = {"base": Standing.objects.count(), "segments": segments}
    found["bare_first"] = _timed(lambda: _bare(tree, NAME, now))
    found["first"] = _timed(lambda: rebuilding.rebuild(version, now=now))
    found["members"] = Member.objects.filter(segment=NAME).count()
    bare, ours = [], []
    for run in range(3):
        _disturb(run)
        bare.append(_timed(lambda: _bare(tree, NAME, now)))
        ours.append(_timed(lambda: rebuilding.rebuild(version, now=now)))
    found |= {"bare_again": statistics.median(bare), "again": statistics.median(ours)}
    found |= _many(segments, now)
    return found | _looks(now)


def _many(count: int, now: datetime) -> dict[str, float]:
    """So many segments of different criteria, compared with everybody when one in a hundred differs."""
    specs = {f"bench-{place}": {"all": [HALF, {"field": "score", "op": "at_least", "value": 20 + 3 * place}]} for place in range(count)}
    versions = {name: _in_force(name, spec, now) for name, spec in specs.items()}
    for name, spec in specs.items():
        _bare(criteria.parse(spec), name, now)
        rebuilding.rebuild(versions[name], now=now)
    _disturb(7)
    bare = _timed(lambda: [_bare(criteria.parse(spec), name, now) for name, spec in specs.items()])
    return {"bare_many": bare, "many": _timed(lambda: rebuilding.rebuild_all(now=now))}


def _looks(now: datetime) -> dict[str, float]:
    """A look at what a minute has turned, and one at what a day has, of a segment of leads that nobody touches."""
    silent = _in_force("bench-silent", SILENT, now)
    first = _timed(lambda: rebuilding.rebuild(silent, now=now))
    minute = _timed(lambda: rebuilding.refresh(now=now + timedelta(minutes=1)))
    later = now + timedelta(days=14, minutes=-1)
    Segment.objects.exclude(name="bench-silent").update(status="retired")
    return {"silent": first, "minute": minute, "turned": _timed(lambda: rebuilding.refresh(now=later))}


def _in_force(name: str, spec: dict[str, Any], now: datetime) -> Segment:
    draft = save_draft(Segment, name=name, title=name, spec={"criteria": spec}, author=None, now=now)
    publish(draft, author=None, now=now)
    return Segment.objects.get(pk=draft.pk)


def _bare_table() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BARE.format(moment="timestamptz" if bulk.is_postgres() else "datetime"))
        cursor.execute("create index bench_member_lead on bench_member (lead_id)")


def _bare(tree: criteria.Node, name: str, now: datetime) -> None:
    """The difference in two statements, without locks, blocks or a history."""
    meeting = Standing.objects.filter(criteria_sql.condition(tree, now)).order_by()
    sql, params = meeting.values("lead_id").query.sql_with_params()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"insert into bench_member select %s, lead_id, {typed('timestamptz')} from ({sql}) as meeting "
            "where not exists (select 1 from bench_member m where m.segment = %s and m.lead_id = meeting.lead_id)",
            [name, moment(now), *params, name],
        )
        cursor.execute(
            f"delete from bench_member where segment = %s and not exists (select 1 from ({sql}) as meeting "
            "where meeting.lead_id = bench_member.lead_id)",
            [name, *params],
        )


def _disturb(run: int) -> None:
    """One member in a hundred is lost, in both tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("bench_member", "segments_member"):
            cursor.execute(f"delete from {table} where segment like 'bench%%' and lead_id %% 100 = %s", [run])


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    if bulk.is_postgres():
        with connection.cursor() as cursor_:
            cursor_.execute("analyze")
    print(json.dumps(measure(int(sys.argv[1]))))
