"""The verbs of segments: who is in now."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from leadloop.db import bulk
from leadloop.leads import criteria_sql
from leadloop.leads.actions import moment
from leadloop.leads.domain import criteria
from leadloop.leads.domain.case import Case
from leadloop.leads.models import Standing
from leadloop.segments.models import Member, Segment


@lru_cache(maxsize=2)
def published_segments(epoch: int) -> dict[str, Callable[[dict[str, Any], datetime], bool]]:  # noqa: ARG001 - the key of the cache
    """Compiled criteria by segment name."""
    return {row.name: criteria.predicate(criteria.parse(row.spec["criteria"])) for row in Segment.objects.published()}


def place(cases: Sequence[Case], *, epoch: int, now: datetime) -> None:
    """Bring each case's memberships up to date. At most three statements, none without segments."""
    segments = published_segments(epoch)
    if not segments:
        return
    wanted = set()
    for case in cases:
        facts = case.facts()
        wanted |= {(name, case.lead_id) for name, holds in segments.items() if holds(facts, now)}
    known = [case.lead_id for case in cases if not case.fresh]
    present: set[tuple[str, int]] = set()
    if known:
        condition, params = bulk.any_of("lead_id", known)
        present = set(bulk.fetch(f"select segment, lead_id from segments_member where {condition}", params))  # noqa: S608 - constant text
    bulk.insert(Member, ("segment", "lead_id", "since"), [(*row, moment(now)) for row in sorted(wanted - present)])
    for name in segments:
        gone = [lead_id for segment, lead_id in present - wanted if segment == name]
        if gone:
            Member.objects.filter(segment=name, lead_id__in=gone).delete()


def rebuild(name: str, tree: dict[str, Any], *, now: datetime) -> int:
    """Make the members of one segment equal to its criteria over the whole base; returns how many there are."""
    matching = Standing.objects.filter(criteria_sql.condition(criteria.parse(tree), now)).values_list("lead_id", flat=True)
    wanted, present = set(matching), set(Member.objects.filter(segment=name).values_list("lead_id", flat=True))
    bulk.insert(Member, ("segment", "lead_id", "since"), [(name, lead_id, moment(now)) for lead_id in sorted(wanted - present)])
    for gone in bulk.chunks(sorted(present - wanted), 5000):
        Member.objects.filter(segment=name, lead_id__in=gone).delete()
    return len(wanted)
