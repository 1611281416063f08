"""The verbs of segments that the loop calls: who is in now, by criteria and by what people said."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from leadloop.db import bulk
from leadloop.leads.actions import moment
from leadloop.leads.domain.case import Case
from leadloop.segments.domain.rule import MEMBERSHIP
from leadloop.segments.models import Change, Member, Why
from leadloop.segments.published import Published, published_segments
from leadloop.segments.rebuilding import rebuild
from leadloop.segments.settling import LOCK

__all__ = ["CHANGE_COLUMNS", "place", "published_segments", "rebuild"]

CHANGE_COLUMNS = ("segment", "lead_id", "entered", "why", "version", "person_id", "note", "happened_at")
Pair = tuple[str, int]
Move = tuple[str, int, int]
"""Segment, lead, version."""


class _Known(NamedTuple):
    """What stands of known leads: memberships, the word of people, and the epoch once nobody can publish past us."""

    present: set[Pair]
    by_hand: dict[Pair, bool]
    epoch: int


def place(cases: Sequence[Case], *, epoch: int, now: datetime) -> None:
    """Bring each case's memberships up to date, and write down who moved. A constant number of statements, none without segments.

    Segments are judged in the order in which they ask about one another. Fixed lists are left as they are.
    """
    segments = published_segments(epoch)
    if not segments.tests:
        return
    known = _known([case.lead_id for case in cases if not case.fresh], epoch)
    if known.epoch != epoch:  # a version came into force while this step waited
        segments = published_segments(known.epoch)
    came: list[Move] = []
    gone: list[Move] = []
    for case in cases:
        for name, version, entered in _moves(case, segments, known, now):
            (came if entered else gone).append((name, case.lead_id, version))
    _write(sorted(came), sorted(gone), now)


def _moves(case: Case, segments: Published, known: _Known, now: datetime) -> Iterable[tuple[str, int, bool]]:
    """(segment, version, whether she comes in) of each segment that the lead comes into or goes out of."""
    facts, lead_id = case.facts(), case.lead_id
    inside = set() if case.fresh else {rule.name for rule in segments.rules if (rule.name, lead_id) in known.present}
    if segments.asks:
        facts[MEMBERSHIP] = inside  # those further on see what has just been decided
    for rule, holds in segments.tests:
        said = known.by_hand.get((rule.name, lead_id)) if known.by_hand and rule.by_hand else None
        is_in = holds(facts, now) if said is None else said
        if is_in != (rule.name in inside):
            inside.symmetric_difference_update({rule.name})
            yield rule.name, rule.version, is_in


def _known(lead_ids: Sequence[int], epoch: int) -> _Known:
    """One query under a lock that steps share and a rebuilding has alone; none for leads that are all new."""
    if not lead_ids:
        return _Known(set(), {}, epoch)
    if bulk.is_postgres():
        bulk.execute(f"select pg_advisory_xact_lock_shared({LOCK})")
    condition, params = bulk.any_of("lead_id", lead_ids)
    rows = bulk.fetch(
        f"select segment, lead_id, 2 from segments_member where {condition} "  # noqa: S608 - placeholders only
        f"union all select segment, lead_id, case when inside then 1 else 0 end from segments_override where {condition} "
        "union all select '', number, 3 from db_epoch",
        [*params, *params],
    )
    present = {(name, lead_id) for name, lead_id, what in rows if what == 2}
    by_hand = {(name, lead_id): what == 1 for name, lead_id, what in rows if what < 2}
    return _Known(present, by_hand, next((number for _, number, what in rows if what == 3), epoch))


def _write(came: Sequence[Move], gone: Sequence[Move], now: datetime) -> None:
    stamp, why = moment(now), Why.CRITERIA.value
    bulk.insert(Member, ("segment", "lead_id", "since"), [(name, lead_id, stamp) for name, lead_id, _ in came])
    if gone:
        pairs = bulk.to_json([(name, lead_id) for name, lead_id, _ in gone]).decode()
        bulk.execute(f"delete from segments_member where (segment, lead_id) in ({_PAIRS[bulk.is_postgres()]})", [pairs])  # noqa: S608 - constant text
    moves = [(*move, True) for move in came] + [(*move, False) for move in gone]
    rows = [(name, lead_id, entered, why, version, None, "", stamp) for name, lead_id, version, entered in moves]
    bulk.insert(Change, CHANGE_COLUMNS, rows)


_PAIRS = {
    True: "select value->>0, (value->>1)::bigint from json_array_elements(%s::json)",
    False: "select json_extract(value, '$[0]'), json_extract(value, '$[1]') from json_each(%s)",
}
