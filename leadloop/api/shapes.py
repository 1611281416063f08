"""What the API answers and takes, apart from new leads (`capture.domain.lead_in`)."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

BIGGEST_ID = 9_223_372_036_854_775_807
YEARS = range(1900, 2201)


def _storable(moment: datetime) -> datetime:
    """In UTC, if every store and every zone can hold it."""
    if moment.year not in YEARS:
        raise ValueError("That moment is out of range.")
    return moment.astimezone(UTC)


Id = Annotated[int, Field(ge=1, le=BIGGEST_ID)]
Moment = Annotated[AwareDatetime, AfterValidator(_storable)]
NO_NUL = r"^[^\x00]*$"
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
"""The header as the document describes it."""
StepName = Literal[
    "accept", "reject", "assign", "release", "log", "qualify", "disqualify", "junk", "recycle", "reopen", "rewrite", "undo", "convert",
    "undo_conversion", "win", "lose", "correct",
]  # fmt: skip


class Strict(Schema):
    """Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class LeadOut(Schema):
    """A lead with where it stands."""

    id: int
    external_id: str
    source: str
    received_at: datetime
    stage: str
    score: int | None
    grade: str
    owner: int | None
    pool: int | None
    first_name: str
    last_name: str
    email: str
    phone: str
    company: str
    title: str
    city: str
    region: str
    postal_code: str
    country: str
    industry: str
    employees: int | None
    budget_cents: int | None
    currency: str
    product: str
    message: str
    campaign: str
    marks: dict[str, Any]
    custom: dict[str, Any]
    flaws: list[str]
    due_at: datetime | None
    first_touch_at: datetime | None
    closed_at: datetime | None
    version: int


class ConditionOut(Schema):
    """A node of a rule's condition: a group has parts, a condition what was found."""

    says: str
    holds: bool
    found: Any = None
    parts: list["ConditionOut"] = []


class RuleSeenOut(Schema):
    """A rule as the lead met it; `held` null: not shown to this key."""

    id: str
    title: str
    held: bool | None
    decided: bool
    asked: bool
    says: str
    conditions: ConditionOut | None


class CandidateOut(Schema):
    """Somebody who could have got the lead: chosen, or why not, and the ledger before and after."""

    person: int
    name: str
    chosen: bool
    why: list[str]
    words: str
    turns: int
    turns_after: int
    weight: float
    free: int
    share: float
    chance: float | None
    load: float | None


class StopSeenOut(Schema):
    """A stop on the lead's way."""

    rule: str
    stop: int
    to: str
    method: str
    draw: int | None
    place: int
    seed: int | None
    chosen: int | None
    candidates: list[CandidateOut]


class RoutingOut(Schema):
    """One decision of the route, recomputed; `agrees` says whether it came out as it was decided."""

    lead: int
    touch: int
    kind: str
    decided_at: datetime
    version: int | None
    rule: str
    saw: dict[str, Any]
    as_now: list[str]
    rules: list[RuleSeenOut]
    stops: list[StopSeenOut]
    owner: int | None
    agrees: bool | None
    says: str


class LeadPage(Schema):
    """A page of leads, newest first; ask with `after=next` for the one that follows."""

    leads: list[LeadOut]
    next: str | None


class TouchOut(Schema):
    """One thing that happened to a lead, with its decisions."""

    id: int
    kind: str
    happened_at: datetime
    actor: int | None
    submission: int | None
    data: dict[str, Any]


class TouchPage(Schema):
    """Touches, oldest first."""

    touches: list[TouchOut]
    next: int | None


class SubmissionOut(Schema):
    """What became of a submission: waiting, created, matched or quarantined."""

    id: int
    door: str
    received_at: datetime
    outcome: str
    lead: int | None
    reason: str


class StepIn(Strict):
    """One step of one lead. Which fields a step reads is said in the operation's description."""

    lead: Id
    step: StepName
    happened_at: Moment | None = None
    person: Id | None = None
    kind: Literal["called", "emailed", "texted", "met", "noted"] = "noted"
    text: Annotated[str, Field(max_length=2_000, pattern=NO_NUL)] = ""
    reason: Annotated[str, Field(max_length=40, pattern=NO_NUL)] = ""
    until: Moment | None = None
    name: Annotated[str, Field(max_length=200, pattern=NO_NUL)] = ""
    amount_cents: Annotated[int, Field(ge=0, le=9_000_000_000_000_000)] | None = None
    currency: Annotated[str, Field(pattern="^([A-Z]{3})?$")] = ""
    override_reason: Annotated[str, Field(max_length=500, pattern=NO_NUL)] = ""


class StepsIn(Strict):
    """Up to 1,000 steps, taken in order."""

    steps: Annotated[list[StepIn], Field(min_length=1, max_length=1_000)]


class StepOut(Schema):
    """How one step went: done, or refused with a code and words."""

    lead: int
    step: str
    outcome: Literal["done", "refused"]
    code: str = ""
    detail: str = ""
    errors: dict[str, str] = {}
    opportunity: int | None = None


class StepsOut(Schema):
    """One result a step, in order."""

    results: list[StepOut]


class Row(Schema):
    """One line of the funnel. `amounts` are cents won, by currency."""

    name: str
    leads: int
    mql: int
    sql: int
    converted: int
    won: int
    junk: int
    junk_rate: float | None
    resting: int
    back: int
    rate: float
    amounts: dict[str, int]


class FunnelOut(Schema):
    """The funnel in all, and by source or month."""

    total: Row
    rows: list[Row]


class SpeedFigures(Schema):
    """Speed of a group of leads; `within` counts those touched within so many seconds."""

    leads: int
    touched: int
    never: int
    median_seconds: float | None
    p90_seconds: float | None
    within: dict[str, int]


class NamedSpeed(SpeedFigures):
    """Of a source, or a month."""

    name: str


class PersonSpeed(NamedSpeed):
    """Of a person; null for leads that nobody has."""

    person: int | None


class HourSpeed(SpeedFigures):
    """Of an hour of the week; 0 is Monday 0:00."""

    hour: int


class SpeedOut(Schema):
    """Speed-to-lead in all and by group; hours without leads are left out."""

    total: SpeedFigures
    people: list[PersonSpeed]
    sources: list[NamedSpeed]
    months: list[NamedSpeed]
    hours: list[HourSpeed]


class PersonOut(Schema):
    """One person: what lies on the desk now, and what was done in the period."""

    person: int
    name: str
    present: bool | None
    open_leads: int
    cap: int
    assigned: int
    accepted: int
    sql: int
    won: int
    lost: int
    overdue: int
    median_seconds: float | None
    win_rate: float | None
    amounts: dict[str, int]


class SeatOut(Schema):
    """A seat of a pool; `ahead` says how many leads it is above its share."""

    pool: str
    person: int
    weight: int
    turns: int
    leads: int
    present: bool
    ahead: float


class PeopleOut(Schema):
    """People, and their seats."""

    people: list[PersonOut]
    seats: list[SeatOut]
