"""Absences for programs: who is away and when, and the door for a mail reader or a personnel system to say so."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from leadloop.api.auth import KeyAuth
from leadloop.api.shapes import NO_NUL, Id, Strict
from leadloop.db.clock import utc_now
from leadloop.kernel.errors import NotFound
from leadloop.teams.models import User
from leadloop.worktime import absences
from leadloop.worktime.models import Absence

router = Router(tags=["People's time"])
READ, WRITE = "absences:read", "absences:write"
PAGE = 200
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC), description="With an offset; from 2000 to 2200."),
]


class AbsenceIn(Strict):
    """A person by number or address is away from `starts_at` to `ends_at`, or until it is ended; `how` says who noticed."""

    person: Id | None = None
    email: Annotated[str, Field(max_length=254, pattern=NO_NUL)] | None = None
    starts_at: Moment
    ends_at: Moment | None = None
    why: Annotated[str, Field(max_length=120, pattern=NO_NUL)] = ""
    how: Literal["api", "mail", "calendar"] = "api"


class AbsenceOut(Schema):
    id: int
    person: int
    starts_at: datetime
    ends_at: datetime | None
    why: str
    how: str


class AbsencesOut(Schema):
    absences: list[AbsenceOut]
    next: int | None


@router.get("/absences", operation_id="list_absences", summary="Who is away", auth=KeyAuth(READ), response=AbsencesOut)
def list_absences(
    request: HttpRequest,
    person: Annotated[int | None, Query(ge=1, le=9_223_372_036_854_775_807)] = None,
    after: Annotated[int, Query(ge=0, le=9_223_372_036_854_775_807)] = 0,
) -> dict[str, Any]:
    """Absences that are not over, oldest entry first, a page at a time."""
    found = Absence.objects.standing().filter(pk__gt=after).exclude(ends_at__lte=utc_now()).order_by("pk")
    rows = list((found.filter(person=person) if person else found)[: PAGE + 1])
    return {"absences": [_shown(one) for one in rows[:PAGE]], "next": rows[PAGE - 1].pk if len(rows) > PAGE else None}


@router.post("/absences", operation_id="add_absence", summary="Somebody is away", auth=KeyAuth(WRITE), response={201: AbsenceOut})
def add_absence(request: HttpRequest, payload: AbsenceIn) -> Status:
    """No new leads in that time. The same absence sent twice is one."""
    who = User.objects.active()
    if payload.person is not None:
        person = who.filter(pk=payload.person).first()
    else:
        person = who.filter(email=(payload.email or "").lower()).first()
    if person is None:
        raise NotFound
    made = absences.absent(person, payload.starts_at, payload.ends_at, how=payload.how, why=payload.why, now=utc_now())
    return Status(201, _shown(made))


@router.delete("/absences/{absence_id}", operation_id="end_absence", summary="Somebody is back", auth=KeyAuth(WRITE), response={204: None})
def end_absence(request: HttpRequest, absence_id: Id) -> Status:
    """One that has begun ends now; one to come is cancelled. Ending it twice changes nothing."""
    absence = Absence.objects.filter(pk=absence_id).first()
    if absence is None:
        raise NotFound
    absences.cancel(absence, now=utc_now())
    return Status(204, None)


def _shown(one: Absence) -> dict[str, Any]:
    person = one.person_id
    return {"id": one.pk, "person": person, "starts_at": one.starts_at, "ends_at": one.ends_at, "why": one.why, "how": one.how}
