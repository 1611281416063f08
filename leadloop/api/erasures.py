"""Reasons, and the erasing of people, for programs."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from leadloop import steps
from leadloop.api.auth import KeyAuth
from leadloop.api.shapes import NO_NUL, Id, Strict
from leadloop.db.clock import utc_now
from leadloop.kernel.contact_points import email_address, phone_number
from leadloop.kernel.errors import NotFound, Refused
from leadloop.leads.models import Standing
from leadloop.outcomes.models import Reason
from leadloop.scrub.erasing import erase, find

router = Router(tags=["Life cycle"])


class ReasonOut(Schema):
    """A reason; `end` is disqualified, junk, recycled, lost, or reopened. A retired one is not taken any more."""

    end: str
    code: str
    label: str
    needs_note: bool
    revisit_days: int | None
    retired: bool


class ReasonsOut(Schema):
    """Every list of reasons, in order."""

    reasons: list[ReasonOut]


class ErasureIn(Strict):
    """Whom, by lead, address or number; how much stays; and why. Name nobody in `why`."""

    lead: Id | None = None
    email: Annotated[str, Field(max_length=254, pattern=NO_NUL)] = ""
    phone: Annotated[str, Field(max_length=40, pattern=NO_NUL)] = ""
    how: Literal["anonymised", "deleted"] = "anonymised"
    why: Annotated[str, Field(min_length=1, max_length=300, pattern=NO_NUL)]


class ErasureOut(Schema):
    """The leads that were erased, how many rows changed in each place, and files that a person has to look into."""

    leads: list[int]
    places: dict[str, int]
    left: list[str]


class NobodyMeant(Refused):
    """Neither lead nor address nor number."""

    code, message = "nobody_meant", "Name a `lead`, an `email` or a `phone` that can be read."


@router.get("/reasons", operation_id="list_reasons", summary="Reasons by end", auth=KeyAuth("leads:read"), response=ReasonsOut)
def list_reasons(request: HttpRequest) -> dict[str, Any]:
    """What `POST /steps` takes as `reason`."""
    rows = Reason.objects.order_by("end", "place", "pk")
    names = ("end", "code", "label", "needs_note", "revisit_days")
    return {"reasons": [{name: getattr(row, name) for name in names} | {"retired": row.retired_at is not None} for row in rows]}


@router.post(
    "/erasures",
    operation_id="erase_person",
    summary="Erase a person everywhere, for good",
    auth=KeyAuth("people:erase"),
    response=ErasureOut,
)
def erase_person(request: HttpRequest, payload: ErasureIn) -> dict[str, Any]:
    """Fields, messages, notes, raw payloads, files and search go; counts, amounts and dates stay. Safe to repeat."""
    email = email_address(payload.email) if payload.email else ""
    phone = phone_number(payload.phone, "") if payload.phone else ""
    if email is None or phone is None or not (payload.lead or email or phone):
        raise NobodyMeant
    if payload.lead and not Standing.objects.filter(pk=payload.lead).exists():
        raise NotFound
    points = [f"e:{email}"] * bool(email) + [f"p:{phone}"] * bool(phone)
    ids = [*([payload.lead] if payload.lead else []), *find(email=email, phone=phone)]
    erased = erase(ids, steps.by(None, now=utc_now()), how=payload.how, why=payload.why, points=points)
    return {"leads": erased.leads, "places": erased.places, "left": erased.left}
