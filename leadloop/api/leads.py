"""Leads in and out."""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from leadloop.api.auth import KeyAuth
from leadloop.api.shapes import BIGGEST_ID, IDEMPOTENCY_KEY, Id, LeadOut, LeadPage, RoutingOut, SubmissionOut, TouchPage
from leadloop.capture.batcher import BATCHER
from leadloop.capture.domain import lead_in
from leadloop.capture.post_leads import SCOPE, answer_of, entry_for
from leadloop.db.clock import utc_now
from leadloop.intake.models import Submission, Verdict
from leadloop.kernel.errors import NotFound
from leadloop.leads.domain.masks import masked_custom, masked_touch
from leadloop.leads.domain.stages import Stage
from leadloop.leads.models import Standing, Touch
from leadloop.leads.sensitive import all_sensitive, held, note_reads
from leadloop.routing.explaining import explain
from leadloop.web.limits import PAGE_ROWS
from leadloop.web.problems import Problem

router = Router(tags=["Leads"])
Limit = Annotated[int, Query(ge=1, le=PAGE_ROWS)]
LEAD_FIELDS = (
    "external_id", "first_name", "last_name", "email", "phone", "company", "title", "city", "region", "postal_code", "country", "industry",
    "employees", "budget_cents", "currency", "product", "message", "campaign", "marks", "custom", "flaws",
)  # fmt: skip
STANDING_FIELDS = ("received_at", "stage", "score", "grade", "due_at", "first_touch_at", "closed_at", "version")
LEAD_SCHEMA: dict[str, Any] = lead_in.schema()
RESULT: dict[str, Any] = {
    "type": "object",
    "required": ["submission", "outcome"],
    "properties": {
        "submission": {"type": "integer"},
        "outcome": {"enum": ["created", "matched", "waiting", "quarantined"]},
        "lead": {"type": "integer"},
        "stage": {"type": "string"},
        "score": {"type": ["integer", "null"]},
        "owner": {"type": ["integer", "null"]},
    },
}


def _inline(schema: Any, definitions: dict[str, Any]) -> Any:
    """JSON Schema without references, so that it can stand inside an operation."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _inline(definitions[schema["$ref"].rpartition("/")[2]], definitions)
        return {key: _inline(value, definitions) for key, value in schema.items() if key != "$defs"}
    return [_inline(item, definitions) for item in schema] if isinstance(schema, list) else schema


ONE_LEAD = _inline(LEAD_SCHEMA, LEAD_SCHEMA["$defs"])
MANY = {"type": "array", "items": ONE_LEAD, "minItems": 1, "maxItems": 1000}
ANSWER = {
    "application/json": {"schema": {"anyOf": [RESULT, {"type": "object", "properties": {"results": {"type": "array", "items": RESULT}}}]}}
}
POST_DOCS: dict[str, Any] = {
    "parameters": [
        IDEMPOTENCY_KEY,
        {"in": "header", "name": "Prefer", "required": False, "schema": {"type": "string", "enum": ["respond-async"]}},
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [
                        ONE_LEAD,
                        MANY,
                        {"type": "object", "additionalProperties": False, "required": ["leads"], "properties": {"leads": MANY}},
                    ]
                }
            }
        },
    },
    "responses": {
        200: {"description": "The lead was known, or a batch: one result a lead", "content": ANSWER},
        201: {"description": "A new lead", "content": ANSWER},
        202: {"description": "Kept; to be judged later", "content": ANSWER},
    },
}


@router.post(
    "/leads",
    operation_id="send_leads",
    summary="Send one lead, or up to 1,000",
    description=(
        'A lead, a list of leads, or `{"leads": [...]}`. The answer comes after the leads are stored and have gone through the loop; with '
        "`Prefer: respond-async` after they are stored. With an `Idempotency-Key` a repeated request gets the first answer and "
        "`Idempotent-Replayed: true`; nothing is stored twice. Every field is optional, but one must say something; unknown fields are "
        "refused: put your own under `custom`."
    ),
    auth=KeyAuth(SCOPE),
    openapi_extra=POST_DOCS,
    response={200: None},
)
def send_leads(request: HttpRequest) -> HttpResponse:
    entry = entry_for(request.body, {name.lower(): value for name, value in request.headers.items()}, request.auth, now=utc_now())  # type: ignore[attr-defined]  # ninja puts the key there
    given = answer_of(BATCHER.submit(entry))
    response = HttpResponse(given.body, status=given.status, content_type="application/json")
    if given.replayed:
        response["Idempotent-Replayed"] = "true"
    return response


@router.get("/leads", operation_id="list_leads", summary="Leads, newest first", auth=KeyAuth("leads:read"), response=LeadPage)
def list_leads(
    request: HttpRequest,
    stage: Stage | None = None,
    source: Annotated[str | None, Query(max_length=120)] = None,
    owner: Annotated[int | None, Query(ge=1, le=9_223_372_036_854_775_807)] = None,
    after: Annotated[str | None, Query(max_length=100)] = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Filters are joined by "and". Pages by keyset: a page is as quick at the end as at the start."""
    rows = Standing.objects.select_related("lead", "source").order_by("-received_at", "-lead_id")
    if stage:
        rows = rows.filter(stage=stage.value)
    if source is not None:
        _check_text(source, "source")
        rows = rows.filter(source__name=source)
    if owner:
        rows = rows.filter(owner_id=owner)
    if after:
        moment, lead_id = _read_cursor(after)
        rows = rows.filter(Q(received_at__lte=moment) & (Q(received_at__lt=moment) | Q(lead_id__lt=lead_id)))
    page = list(rows[: limit + 1])
    more = len(page) > limit
    last = page[limit - 1] if more else None
    hidden = _hidden_from(request, page[:limit])
    return {"leads": [as_json(row, hidden) for row in page[:limit]], "next": _cursor(last) if last else None}


@router.get("/leads/{lead}", operation_id="get_lead", summary="One lead", auth=KeyAuth("leads:read"), response=LeadOut)
def get_lead(request: HttpRequest, lead: Annotated[Id, Path()]) -> dict[str, Any]:
    row = _standing(lead)
    return as_json(row, _hidden_from(request, [row]))


@router.get(
    "/leads/{lead}/routing",
    operation_id="explain_routing",
    summary="Why a lead is with whom it is",
    description=(
        "The last decision of the route about the lead, recomputed from what was kept of it: what the rules read, each rule with the "
        "truth of each condition, each stop with its candidates and why or why not, version and draw. Fields that the key may not read "
        "are left out, and rules on them have no name."
    ),
    auth=KeyAuth("leads:read"),
    response=RoutingOut,
)
def explain_routing(request: HttpRequest, lead: Annotated[Id, Path()]) -> dict[str, Any]:
    hidden = _hidden_from(request, [_standing(lead)])
    found = explain(lead, hidden=hidden)
    if found is None:
        raise NotFound
    return found.as_json()


@router.get(
    "/leads/{lead}/touches", operation_id="list_touches", summary="A lead's timeline", auth=KeyAuth("leads:read"), response=TouchPage
)
def list_touches(
    request: HttpRequest,
    lead: Annotated[Id, Path()],
    after: Annotated[int, Query(ge=0, le=9_223_372_036_854_775_807)] = 0,
    limit: Limit = 100,
) -> dict[str, Any]:
    """Oldest first; ask with `after=next` for what follows."""
    _standing(lead)
    hidden = all_sensitive()
    rows = list(Touch.objects.filter(lead_id=lead, id__gt=after).order_by("id")[: limit + 1])
    touches = [
        {
            "id": t.pk,
            "kind": t.kind,
            "happened_at": t.happened_at,
            "actor": t.actor_id,
            "submission": t.submission_id,
            "data": masked_touch(t.data, hidden),
        }
        for t in rows[:limit]
    ]
    return {"touches": touches, "next": rows[limit - 1].pk if len(rows) > limit else None}


@router.get(
    "/submissions/{submission}",
    operation_id="get_submission",
    summary="What became of a submission",
    auth=KeyAuth("leads:read"),
    response=SubmissionOut,
)
def get_submission(request: HttpRequest, submission: Annotated[Id, Path()]) -> dict[str, Any]:
    row = Submission.objects.filter(pk=submission).first()
    if row is None:
        raise NotFound
    verdict = Verdict.objects.filter(pk=submission).first()
    outcome, lead, reason = (verdict.outcome, verdict.lead_id, verdict.reason) if verdict else ("waiting", None, "")
    return {"id": row.pk, "door": row.door, "received_at": row.received_at, "outcome": outcome, "lead": lead, "reason": reason}


def as_json(row: Standing, hidden: frozenset[str]) -> dict[str, Any]:
    """A standing with its lead, as `LeadOut`; values of hidden fields are masked."""
    lead = row.lead
    return {
        "id": lead.pk,
        "source": row.source.name,
        "owner": row.owner_id,
        "pool": row.pool_id,
        **{name: getattr(lead, name) for name in LEAD_FIELDS},
        "custom": masked_custom(lead.custom, hidden),
        **{name: getattr(row, name) for name in STANDING_FIELDS},
    }


def _hidden_from(request: HttpRequest, rows: Sequence[Standing]) -> frozenset[str]:
    """The fields whose values the key may not read; where it may, that it read them is written down."""
    sensitive, key = all_sensitive(), request.auth  # type: ignore[attr-defined]  # ninja puts the key there
    if "leads:sensitive" not in key.scopes:
        return sensitive
    with transaction.atomic():
        reads = [(row.pk, held(row.lead.custom, sensitive)) for row in rows]
        note_reads(reads, where="api", program=key.name, now=utc_now())
    return frozenset()


def _standing(lead: int) -> Standing:
    row = Standing.objects.select_related("lead", "source").filter(pk=lead).first()
    if row is None:
        raise NotFound
    return row


def _check_text(text: str, name: str) -> None:
    if "\x00" in text:
        raise Problem(422, "invalid", "The request is not valid.", errors={name: "Text may not hold NUL."})


def _cursor(row: Standing) -> str:
    return base64.urlsafe_b64encode(f"{row.received_at.astimezone(UTC).isoformat()}|{row.pk}".encode()).decode()


def _read_cursor(text: str) -> tuple[datetime, int]:
    try:
        moment, _, lead_id = base64.urlsafe_b64decode(text.encode()).decode().partition("|")
        return datetime.fromisoformat(moment).astimezone(UTC), max(0, min(int(lead_id), BIGGEST_ID))
    except (ValueError, binascii.Error, OverflowError) as error:
        raise Problem(422, "invalid", "The request is not valid.", errors={"after": "Not a cursor that we gave."}) from error
