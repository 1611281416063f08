"""Segments for programs: which there are, who is in, who is put in or out, and why."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from leadloop.api.auth import KeyAuth
from leadloop.api.shapes import NO_NUL, Id, Strict
from leadloop.db.clock import utc_now
from leadloop.kernel.errors import NotFound
from leadloop.leads.domain.criteria import dump
from leadloop.segments import hand
from leadloop.segments.counting import member_counts
from leadloop.segments.domain.rule import Kind
from leadloop.segments.freshness import states
from leadloop.segments.hand import Hand
from leadloop.segments.models import Member, Segment, Why
from leadloop.segments.published import segments_in_force
from leadloop.segments.why import reasons
from leadloop.web.limits import PAGE_ROWS

router = Router(tags=["Segments"])
READ, WRITE = "segments:read", "segments:write"
Name = Annotated[str, Path(min_length=1, max_length=60, pattern="^[-a-zA-Z0-9_]+$")]
Leads = Annotated[list[Id], Field(max_length=1_000)]


class SegmentOut(Schema):
    """A segment in force. `size` is counted to 10,000; with `more`, there are more. `lag_seconds` is 0 where time moves nobody."""

    name: str
    title: str
    kind: Literal["dynamic", "fixed", "mixed"]
    version: int
    size: int
    more: bool
    lag_seconds: float
    criteria: dict[str, Any] | None


class SegmentsOut(Schema):
    segments: list[SegmentOut]


class MemberOut(Schema):
    lead: int
    since: Any


class MembersOut(Schema):
    members: list[MemberOut]
    next: int | None


class WordsIn(Strict):
    """Leads to put in, to keep out, and to leave to the criteria again."""

    put_in: Leads = []
    keep_out: Leads = []
    clear: Leads = []
    note: Annotated[str, Field(max_length=200, pattern=NO_NUL)] = ""


class WordsOut(Schema):
    """Of how many leads something new was said, and which of them came in or went out by it."""

    said: int
    moved: list[int]


class ConditionOut(Schema):
    depth: int
    says: str
    holds: bool | None
    found: str | None


class WhyOut(Schema):
    segment: str
    version: int
    kind: str
    is_in: bool
    since: Any
    because: str
    criteria_hold: bool | None
    conditions: list[ConditionOut]
    by_hand: dict[str, Any] | None
    last_change: dict[str, Any] | None


@router.get("/segments", operation_id="list_segments", summary="Segments in force", auth=KeyAuth(READ), response=SegmentsOut)
def list_segments(request: HttpRequest) -> dict[str, Any]:
    """By name. The size is that of this moment."""
    rules = sorted(segments_in_force().rules, key=lambda rule: rule.name)
    names = [rule.name for rule in rules]
    counted, fresh = member_counts(names), states(names, now=utc_now())
    return {
        "segments": [
            {
                "name": rule.name,
                "title": rule.title,
                "kind": rule.kind.value,
                "version": rule.version,
                "size": counted[rule.name].number,
                "more": counted[rule.name].more,
                "lag_seconds": fresh[rule.name].lag_seconds,
                "criteria": None if rule.kind is Kind.FIXED else dump(rule.tree),
            }
            for rule in rules
        ]
    }


@router.get("/segments/{name}/members", operation_id="list_members", summary="Who is in a segment", auth=KeyAuth(READ), response=MembersOut)
def list_members(
    request: HttpRequest,
    name: Name,
    after: Annotated[int, Query(ge=0, le=9_223_372_036_854_775_807)] = 0,
    limit: Annotated[int, Query(ge=1, le=PAGE_ROWS)] = 100,
) -> dict[str, Any]:
    """In the order of their numbers; ask with `after=next` for what follows."""
    _in_force(name)
    rows = list(Member.objects.filter(segment=name, lead_id__gt=after).order_by("lead_id").values_list("lead_id", "since")[: limit + 1])
    members = [{"lead": lead_id, "since": since} for lead_id, since in rows[:limit]]
    return {"members": members, "next": rows[limit - 1][0] if len(rows) > limit else None}


@router.post("/segments/{name}/members", operation_id="say_members", summary="Put leads in or out", auth=KeyAuth(WRITE), response=WordsOut)
def say_members(request: HttpRequest, name: Name, payload: WordsIn) -> dict[str, Any]:
    """What is said stands until something else is said, whatever the criteria say. Repeating it changes nothing; unknown leads are skipped.

    Refused with 409 for a segment that goes by its criteria alone.
    """
    _in_force(name)
    now, by = utc_now(), Hand(None, Why.PROGRAM, payload.note)
    done = [
        verb(name, ids, by, now=now)
        for verb, ids in ((hand.put_in, payload.put_in), (hand.keep_out, payload.keep_out), (hand.clear, payload.clear))
    ]
    return {"said": sum(len(one.marked) for one in done), "moved": sorted({lead_id for one in done for lead_id in one.moved})}


@router.get(
    "/segments/{name}/leads/{lead}/why", operation_id="why_member", summary="Why a lead is in, or not", auth=KeyAuth(READ), response=WhyOut
)
def why_member(request: HttpRequest, name: Name, lead: Annotated[Id, Path()]) -> dict[str, Any]:
    """Each condition with its truth and what was found; of sensitive values the truth is null, and what was found reads "hidden"."""
    found = reasons(lead, _in_force(name), now=utc_now())
    if found is None:
        raise NotFound
    return found.as_json()


def _in_force(name: str) -> Segment:
    version = Segment.objects.published().filter(name=name).first()
    if version is None:
        raise NotFound
    return version
