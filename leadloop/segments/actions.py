"""The verbs of segments: who is in now."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from leadloop.db import bulk
from leadloop.db.outages import retried
from leadloop.leads import criteria_sql, fields
from leadloop.leads.actions import moment
from leadloop.leads.domain import criteria
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.criteria.reading import reading_order, segments_read
from leadloop.leads.models import Standing
from leadloop.segments.models import Member, Segment

BLOCK = 20_000  # leads whose memberships are rebuilt in one transaction
_LOCK = 7003


@lru_cache(maxsize=2)
def published_segments(epoch: int) -> dict[str, Callable[[dict[str, Any], datetime], bool]]:
    """Compiled criteria by segment name; one that reads others comes after them."""
    known = fields.known(epoch)
    trees = {row.name: criteria.parse(row.spec["criteria"], known) for row in Segment.objects.published()}
    order = reading_order({name: segments_read(tree) for name, tree in trees.items()})
    return {name: criteria.predicate(trees[name]) for name in order}


def place(cases: Sequence[Case], *, epoch: int, now: datetime) -> None:
    """Bring each case's memberships up to date. A constant number of statements, none without segments."""
    segments = published_segments(epoch)
    if not segments:
        return
    wanted = set()
    for case in cases:
        case.recall(segments=())
        for name, holds in segments.items():
            if holds(facts := case.facts(), now):
                facts["segments"] = (*facts["segments"], name)
        wanted |= {(name, case.lead_id) for name in case.facts()["segments"]}
    known = [case.lead_id for case in cases if not case.fresh]
    present: set[tuple[str, int]] = set()
    if known:
        _lock_members("pg_advisory_xact_lock_shared")
        condition, params = bulk.any_of("lead_id", known)
        present = set(bulk.fetch(f"select segment, lead_id from segments_member where {condition}", params))  # noqa: S608 - constant text
    bulk.insert(Member, ("segment", "lead_id", "since"), [(*row, moment(now)) for row in sorted(wanted - present)])
    for name in segments:
        gone = [lead_id for segment, lead_id in present - wanted if segment == name]
        if gone:
            Member.objects.filter(segment=name, lead_id__in=gone).delete()


def rebuild(version: Segment, *, now: datetime) -> int:
    """Make the members of a segment equal to its criteria over the whole base, in blocks that each commit; returns how many are in.

    Ends early where another version came into force meanwhile, which is rebuilt by itself.
    """
    condition = criteria_sql.condition(criteria.parse(version.spec["criteria"], fields.known_now()), now)
    with transaction.atomic():
        bulk.lock_loop()  # a batch that is judged by the rules before has ended, and its leads are counted
        top = Standing.objects.aggregate(top=Max("lead_id"))["top"] or 0
    for low in range(0, top, BLOCK):
        if not _rebuild_block(version, condition, above=low, now=now):
            break
    return Member.objects.filter(segment=version.name).count()


@retried
def _rebuild_block(version: Segment, condition: Q, *, above: int, now: datetime) -> bool:
    """True if the version is still in force. Holds up the loop and every step that moves members, so that what it reads stays true."""
    block = {"lead_id__gt": above, "lead_id__lte": above + BLOCK}
    with transaction.atomic():
        bulk.lock_loop()
        _lock_members("pg_advisory_xact_lock")
        if not Segment.objects.published().filter(pk=version.pk).exists():
            return False
        wanted = set(Standing.objects.filter(condition, **block).values_list("lead_id", flat=True))
        present = set(Member.objects.filter(segment=version.name, **block).values_list("lead_id", flat=True))
        bulk.insert(Member, ("segment", "lead_id", "since"), [(version.name, one, moment(now)) for one in sorted(wanted - present)])
        for gone in bulk.chunks(sorted(present - wanted), 5000):
            Member.objects.filter(segment=version.name, lead_id__in=gone).delete()
    return True


def _lock_members(how: str) -> None:
    """Steps that move members share them, a rebuilding has them alone, to the end of the transaction. SQLite has one writer anyway."""
    if bulk.is_postgres():
        bulk.execute(f"select {how}({_LOCK})")
