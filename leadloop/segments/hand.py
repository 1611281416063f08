"""What people say of single leads in a segment: in, out, or as the criteria say. It stands until somebody says otherwise."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet

from leadloop.db import bulk
from leadloop.db.outages import retried
from leadloop.db.versions import publish, save_draft
from leadloop.leads.actions import moment
from leadloop.leads.models import Standing
from leadloop.segments.domain.rule import Kind, Rule
from leadloop.segments.errors import ByCriteriaAlone, NotInForce
from leadloop.segments.models import Mark, Override, Segment, Why
from leadloop.segments.published import segments_in_force
from leadloop.segments.rebuilding import BLOCK, follow
from leadloop.segments.settling import Told, lock_members, settle, typed
from leadloop.teams.models import User

IN, OUT, NONE = Mark.Word.IN.value, Mark.Word.OUT.value, Mark.Word.NONE.value
CHUNK = 1_000
OVERRIDE_COLUMNS = ("segment", "lead_id", "inside", "why", "person_id", "note", "set_at")
MARK_COLUMNS = ("segment", "lead_id", "word", "before", "why", "person_id", "note", "happened_at")
Words = Mapping[int, str]
"""What people said, by lead: "in" or "out"."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Who says it, by which way, and in which words."""

    person: User | None
    why: Why = Why.HAND
    note: str = ""

    @property
    def told(self) -> Told:
        return Told(self.why, self.person.pk if self.person else None, self.note)


@dataclass(slots=True)
class Said:
    """Leads of whom it was said, those that came in or went out by it, and those that were left as they were."""

    marked: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)


def put_in(name: str, lead_ids: Sequence[int], by: Hand, *, now: datetime) -> Said:
    """They are in, whatever the criteria say.

    Raises:
        NotInForce, ByCriteriaAlone.
    """
    return _say(name, lead_ids, by, lambda ids, _before: dict.fromkeys(ids, IN), now=now)


def fill(name: str, lead_ids: Sequence[int], by: Hand, *, now: datetime) -> Said:
    """As `put_in`, for an import or a program: those whom a person has put out stay out."""
    return _say(name, lead_ids, by, lambda ids, before: {one: IN for one in ids if before.get(one) != OUT}, now=now)


def keep_out(name: str, lead_ids: Sequence[int], by: Hand, *, now: datetime) -> Said:
    """They are out, whatever the criteria say.

    Raises:
        NotInForce, ByCriteriaAlone.
    """
    return _say(name, lead_ids, by, lambda ids, _before: dict.fromkeys(ids, OUT), now=now)


def clear(name: str, lead_ids: Sequence[int], by: Hand, *, now: datetime) -> Said:
    """Nobody's word counts for them any more, only the criteria.

    Raises:
        NotInForce, ByCriteriaAlone.
    """
    return _say(name, lead_ids, by, lambda ids, before: {one: NONE for one in ids if one in before}, now=now)


def take_back(name: str, lead_ids: Sequence[int], by: Hand, *, said_at: datetime, now: datetime) -> Said:
    """What this person said at `said_at` counts no more, and what was said before counts again; later words stay."""
    person = by.person.pk if by.person else None

    def former(ids: Sequence[int], before: Words) -> Words:
        last = Mark.objects.filter(segment=name, lead_id__in=ids).values("lead_id").annotate(last=Max("pk")).values("last")
        marks = Mark.objects.filter(pk__in=last, happened_at=said_at, person_id=person)
        return {
            lead_id: word for lead_id, word, now_is in marks.values_list("lead_id", "before", "word") if before.get(lead_id, NONE) == now_is
        }

    return _say(name, lead_ids, by, former, now=now)


def put_in_all(name: str, condition: Q, by: Hand, *, now: datetime) -> int:
    """Put everybody in whom a search finds at this moment, however many; returns how many came in. Those put out by hand stay out."""
    rule, came = _rule(name), 0
    top = Standing.objects.aggregate(top=Max("lead_id"))["top"] or 0
    for low in range(0, top, BLOCK):
        came += len(_put_block_in(rule, Q(lead_id__gt=low, lead_id__lte=low + BLOCK), condition, by, now=now))
    return came


def new_list(title: str, name: str, *, author: User | None, now: datetime) -> Segment:
    """A fixed list, in force at once: there is nothing in it that a preview could show."""
    with transaction.atomic():
        draft = save_draft(Segment, name=name, title=title, spec={"kind": Kind.FIXED.value}, author=author, now=now)
        publish(draft, author=author, now=now)
    return Segment.objects.get(pk=draft.pk)


def _rule(name: str) -> Rule:
    rule = segments_in_force().rule(name)
    if rule is None:
        raise NotInForce(name=name)
    if not rule.by_hand:
        raise ByCriteriaAlone(title=rule.title)
    return rule


def _say(name: str, lead_ids: Sequence[int], by: Hand, words: Callable[[Sequence[int], Words], Words], *, now: datetime) -> Said:
    """Chunk by chunk, each in a transaction: what is said, whom it moves, and who of other segments follows."""
    rule, result = _rule(name), Said()
    for ids in bulk.chunks(sorted(set(lead_ids)), CHUNK):
        marked, moved = _say_chunk(rule, ids, by, words, now=now)
        follow(name, moved, clock=lambda: now, told=by.told)
        result.marked += marked
        result.moved += moved
        result.left += [one for one in ids if one not in set(marked)]
    return result


@retried
def _say_chunk(
    rule: Rule, lead_ids: Sequence[int], by: Hand, words: Callable[[Sequence[int], Words], Words], *, now: datetime
) -> tuple[list[int], list[int]]:
    with transaction.atomic():
        lock_members()
        there = list(Standing.objects.filter(pk__in=lead_ids).values_list("pk", flat=True))
        before = {
            lead_id: IN if inside else OUT
            for lead_id, inside in Override.objects.filter(segment=rule.name, lead_id__in=there).values_list("lead_id", "inside")
        }
        said = {lead_id: word for lead_id, word in words(there, before).items() if before.get(lead_id, NONE) != word}
        if not said:
            return [], []
        Override.objects.filter(segment=rule.name, lead_id__in=list(said)).delete()
        told, stamp = by.told, moment(now)
        tail = (told.why.value, told.person_id, told.note[:200], stamp)
        rows = sorted(said.items())
        bulk.insert(Override, OVERRIDE_COLUMNS, [(rule.name, one, word == IN, *tail) for one, word in rows if word])
        bulk.insert(Mark, MARK_COLUMNS, [(rule.name, one, word, before.get(one, NONE), *tail) for one, word in rows])
        return list(said), settle(rule, Q(lead_id__in=list(said)), now=now, told=told)


@retried
def _put_block_in(rule: Rule, block: Q, condition: Q, by: Hand, *, now: datetime) -> list[int]:
    """One block of a search, on the database. A lead of whom something was said keeps it."""
    with transaction.atomic():
        lock_members()
        found = Standing.objects.filter(block, condition).exclude(pk__in=Override.objects.filter(segment=rule.name).values("lead_id"))
        told = by.told
        sql, params = found.order_by().values("lead_id").query.sql_with_params()
        tail = [told.why.value, told.person_id, told.note[:200], moment(now)]
        marks = f"%s, {typed('bigint')}, %s, {typed('timestamptz')}"
        with connection.cursor() as cursor:
            for into, said in _INTO:
                cursor.execute(f"{into} select %s, lead_id, {said}, {marks} from ({sql}) as found", [rule.name, *tail, *params])  # noqa: S608 - constant text and the ORM's own statement
        return settle(rule, block, now=now, told=told)


_INTO: tuple[tuple[str, str], ...] = (
    ("insert into segments_mark (segment, lead_id, word, before, why, person_id, note, happened_at)", "'in', ''"),
    ("insert into segments_override (segment, lead_id, inside, why, person_id, note, set_at)", "true"),
)
"""The log first: it finds those of whom nothing was said, which the second statement ends."""


def among(rows: QuerySet[Standing, Any]) -> Q:
    """Leads of a queryset, as a condition on standings."""
    return Q(pk__in=rows.order_by().values("pk"))
