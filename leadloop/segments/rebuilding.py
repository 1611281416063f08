"""Keeps members right where no lead passes the loop: after a publication over the whole base, and as time goes by for those it can turn."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max, Q

from leadloop.db import bulk
from leadloop.db.outages import retried
from leadloop.leads import fields
from leadloop.leads.actions import moment
from leadloop.leads.models import Standing
from leadloop.segments.domain.rule import Rule, followers, rule_of
from leadloop.segments.models import Freshness, Member, Segment, Why
from leadloop.segments.moved import moved_ids
from leadloop.segments.published import segments_in_force
from leadloop.segments.settling import Told, lock_members, settle, typed

BLOCK = 20_000  # leads that are compared in one transaction
AT_ONCE = 2_000  # leads by their ids in one statement
MANY = 100_000
"""Leads to look at; above, it is quicker to compare everybody."""
OVERLAP = timedelta(minutes=5)
"""How far each look reaches back behind the last one: longer than a step takes from reading the clock to its commit."""
Clock = Callable[[], datetime]


class Refreshed(NamedTuple):
    """What a refresh did: leads that it looked at, and leads that moved."""

    looked_at: int
    moved: int


def rebuild(version: Segment, *, now: datetime, clock: Clock | None = None, why: Why = Why.PUBLISHED) -> int:
    """Make the members of a segment what they should be over the whole base, in blocks that each commit; returns how many are in.

    Each block is judged at its own moment, read under its locks: a touch that came during the rebuilding counts. Ends early where another
    version came into force meanwhile, which is rebuilt by itself. Segments that ask about this one follow for the leads that moved.
    """
    clock = clock or (lambda: now)
    rule = rule_of(version.name, version.title, version.version, version.spec, fields.known_now())
    with transaction.atomic():
        bulk.lock_loop()  # a batch that is judged by the rules before has ended, and its leads are counted
        top = Standing.objects.aggregate(top=Max("lead_id"))["top"] or 0
    for low in range(0, top, BLOCK):
        moved = _settle_block(rule, Q(lead_id__gt=low, lead_id__lte=low + BLOCK), clock=clock, told=Told(why))
        if moved is None:
            break
        follow(rule.name, moved, clock=clock, told=Told(why))
    else:
        fresh = {"version": rule.version, "rebuilt_at": now, "sure_until": now}
        if Segment.objects.published().filter(pk=version.pk).exists():
            Freshness.objects.update_or_create(segment=rule.name, defaults=fresh)
    return Member.objects.filter(segment=version.name).count()


def rebuild_all(*, now: datetime, clock: Clock | None = None) -> int:
    """Compare every lead with every segment, those first that waited longest; returns of how many segments. What had to be mended is told
    by the history."""
    fresh = dict(Freshness.objects.values_list("segment", "rebuilt_at"))
    segments = sorted(Segment.objects.published(), key=lambda row: (row.name in fresh, fresh.get(row.name, row.created_at)))
    for segment in segments:
        rebuild(segment, now=clock() if clock else now, clock=clock, why=Why.RECONCILED)
    return len(segments)


def refresh(*, now: datetime, clock: Clock | None = None) -> Refreshed:
    """Look at the leads for which time alone may have turned a segment since the last look, and at no others.

    Segments come in the order in which they ask about one another; a lead that moves is looked at again by those that ask about it.
    """
    clock, looked, moved = clock or (lambda: now), 0, 0
    known = {row.segment: row for row in Freshness.objects.all()}
    for rule in segments_in_force().rules:
        state = known.get(rule.name)
        if not rule.moving or state is None or state.version != rule.version:
            continue  # steady, or its rebuilding is under way
        ids = _turned(rule, since=state.sure_until - OVERLAP, now=now)
        if ids is None:
            rebuild(Segment.objects.published().get(name=rule.name, version=rule.version), now=now, clock=clock, why=Why.TIME)
            continue
        changed = settle_leads(rule, sorted(ids), clock=clock, told=Told(Why.TIME))
        follow(rule.name, changed, clock=clock, told=Told(Why.TIME))
        Freshness.objects.filter(segment=rule.name, version=rule.version, sure_until__lt=now).update(sure_until=now)
        looked, moved = looked + len(ids), moved + len(changed)
    return Refreshed(looked, moved)


def settle_leads(rule: Rule, lead_ids: Sequence[int], *, clock: Clock, told: Told) -> list[int]:
    """Compare some leads with the rule, a block at a time; returns who moved."""
    moved: list[int] = []
    for block in bulk.chunks(lead_ids, AT_ONCE):
        moved += _settle_block(rule, Q(lead_id__in=block), clock=clock, told=told) or []
    return moved


def follow(name: str, lead_ids: Sequence[int], *, clock: Clock, told: Told) -> None:
    """Leads moved in a segment: those that ask about it look at them. No query where none does."""
    if not lead_ids:
        return
    for rule in followers(segments_in_force().rules, [name]):
        settle_leads(rule, lead_ids, clock=clock, told=Told(Why.CRITERIA, told.person_id))


def _turned(rule: Rule, *, since: datetime, now: datetime) -> set[int] | None:
    """The leads to look at, or None for so many that everybody is compared instead."""
    found: set[int] = set()
    for leaf in rule.moving:
        for lead_id in moved_ids(leaf, since=since, now=now):
            found.add(lead_id)
            if len(found) > MANY:
                return None
    return found


@retried
def _settle_block(rule: Rule, scope: Q, *, clock: Clock, told: Told) -> list[int] | None:
    """Who moved; None if the version is not in force any more. Holds up the loop and every step that moves members, so that what it reads
    stays true."""
    with transaction.atomic():
        lock_members()
        if not Segment.objects.published().filter(name=rule.name, version=rule.version).exists():
            return None
        return settle(rule, scope, now=clock(), told=told)


def retire_members(version: Segment, *, person_id: int | None, now: datetime) -> None:
    """Nobody is in a segment that went out of force, and the history says so; what people said stays. Needs a transaction."""
    lock_members()
    goes = f"select segment, lead_id, false, %s, %s, {typed('bigint')}, '', {typed('timestamptz')} from segments_member where segment = %s"  # noqa: S608 - constant text
    said = [Why.RETIRED.value, version.version, person_id, moment(now), version.name]
    bulk.execute(f"insert into segments_change (segment, lead_id, entered, why, version, person_id, note, happened_at) {goes}", said)
    Member.objects.filter(segment=version.name).delete()
    Freshness.objects.filter(segment=version.name).delete()
