"""Reads all that the lead page shows. A constant number of queries for any history; each part has its own bound."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from leadloop.consent.models import Consent
from leadloop.intake.models import Submission
from leadloop.leads.domain.touch_kinds import TITLES
from leadloop.leads.models import Lead, Standing, Touch
from leadloop.outcomes.models import Conversion
from leadloop.routing.models import Draw
from leadloop.teams.models import User
from leadloop.templatetags import words
from leadloop.work.decisions import last_decisions, names_for
from leadloop.work.domain.rights import next_step, steps_for
from leadloop.work.domain.story import Names, Reason, lines_of, outcome_words, reasons_of, why_theirs
from leadloop.work.domain.turns import Candidate, candidates
from leadloop.work.models import Task
from leadloop.work.offered import Offer, offers_for

TOUCHES, SUBMISSIONS, CONSENTS = 25, 10, 60
DECISIONS = ("score", "definition", "route", "was", "now", "became")


@dataclass(frozen=True, slots=True)
class Moment:
    """One touch as the timeline shows it."""

    touch: Touch
    title: str
    actor: str
    text: str
    lines: list[str]
    raw: str  # the decision as it is stored, as JSON; "" where nothing was decided


@dataclass(frozen=True, slots=True)
class Timeline:
    """Touches newest first; `older` is the one to go on before, or 0."""

    moments: list[Moment]
    older: int


@dataclass(frozen=True, slots=True)
class Permission:
    """The latest word of a contact point on a purpose and channel, with its evidence."""

    consent: Consent
    evidence: list[tuple[str, str]]


@dataclass(slots=True)
class LeadPage:
    """All parts of the page."""

    standing: Standing
    lead: Lead
    first: Offer | None
    offers: dict[str, Offer]
    reasons: list[Reason]
    why: str
    seats: list[tuple[Candidate, str]]
    rule: str
    drawn_at: datetime | None
    timeline: Timeline
    tasks: list[Task]
    permissions: list[Permission]
    submissions: list[tuple[Submission, str]]
    conversion: Conversion | None
    facts: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def read_lead(standing: Standing, viewer: User) -> LeadPage:
    """The page of one lead, whose visibility the caller has settled. At most seventeen queries."""
    lead = standing.lead
    scored, handed = last_decisions([lead.pk]).get(lead.pk, (None, None))
    touches, older = _touches(lead.pk, before=0)
    draw = _draw_of(handed)
    roster = draw.roster if draw else []
    people = [row[0] for row in roster] + ([standing.owner_id] if standing.owner_id else [])
    names = names_for([*touches, *(touch for touch in (scored, handed) if touch)], people=people)
    route = handed.data.get("route", {}) if handed else {}
    steps = steps_for(standing.stage, owner=standing.owner_id, person=viewer.pk, role=viewer.role)
    likely = next_step(standing.stage, steps, touched=standing.first_touch_at is not None)
    offers = {offer.name: offer for offer in offers_for(lead.pk, steps)}
    return LeadPage(
        standing=standing,
        lead=lead,
        first=offers.get(likely),
        offers=offers,
        reasons=reasons_of(scored.data, names) if scored else [],
        why=why_theirs(handed.kind, handed.data, names, actor=handed.actor_id, owner=standing.owner_id, viewer=viewer.pk) if handed else "",
        seats=[(seat, names.person(seat.person)) for seat in candidates(roster, int(route.get("place", 0)))] if draw else [],
        rule=_rule_words(route, names),
        drawn_at=draw.made_at if draw else None,
        timeline=Timeline(_moments(touches, names), older),
        tasks=list(Task.objects.filter(lead=lead, done_at=None).select_related("person").order_by("due_at")[:20]),
        permissions=_permissions(lead),
        submissions=_submissions(lead.pk),
        conversion=_conversion(lead.pk),
        facts=_facts(lead, standing),
    )


def read_timeline(lead_id: int, *, before: int) -> Timeline:
    """Older touches, from the one before `before`."""
    touches, older = _touches(lead_id, before=before)
    return Timeline(_moments(touches, names_for(touches)), older)


def _touches(lead_id: int, *, before: int) -> tuple[list[Touch], int]:
    rows = Touch.objects.filter(lead_id=lead_id).order_by("-id")
    if before:
        rows = rows.filter(pk__lt=before)
    touches = list(rows[: TOUCHES + 1])
    shown = touches[:TOUCHES]
    return shown, shown[-1].pk if len(touches) > TOUCHES else 0


def _moments(touches: Sequence[Touch], names: Names) -> list[Moment]:
    moments = []
    for touch in touches:
        data = touch.data
        title = TITLES.get(touch.kind, touch.kind.replace("_", " ").capitalize())
        if data.get("outcome"):
            title = f"{title}: {outcome_words(data['outcome']).lower()}"
        decided = {key: data[key] for key in DECISIONS if data.get(key)}
        moments.append(
            Moment(
                touch,
                title,
                names.person(touch.actor_id) if touch.actor_id else "",
                data.get("text") or data.get("note") or "",
                lines_of(touch.kind, data, names, moment=_spoken, money=words.money),
                json.dumps(decided, indent=2, ensure_ascii=False) if decided else "",
            )
        )
    return moments


def _spoken(iso: str) -> str:
    moment = localtime(datetime.fromisoformat(iso))
    return f"{moment:%a} {moment.day} {moment:%b %Y, %H:%M}"


def _draw_of(handed: Touch | None) -> Draw | None:
    route = handed.data.get("route") if handed else None
    number = route.get("draw") if isinstance(route, dict) else None
    return Draw.objects.filter(pk=number).first() if number else None


def _rule_words(route: dict[str, Any], names: Names) -> str:
    if not route:
        return ""
    rule = route.get("rule", "")
    return "no rule held" if rule == "fallback" else names.rules.get(route.get("version") or 0, {}).get(rule, rule)


def _permissions(lead: Lead) -> list[Permission]:
    """The latest word by contact point, purpose and channel. One query."""
    points = [key for key in (lead.email and f"e:{lead.email}", lead.phone and f"p:{lead.phone}") if key]
    latest: dict[tuple[str, str, str], Consent] = {}
    for row in Consent.objects.filter(contact_point__in=points).order_by("-id")[:CONSENTS]:
        latest.setdefault((row.contact_point, row.purpose, row.channel), row)
    return [Permission(row, [(name.capitalize(), str(value)) for name, value in row.evidence.items() if value]) for row in latest.values()]


def _submissions(lead_id: int) -> list[tuple[Submission, str]]:
    """What the lead came from, newest first, as it came. One query."""
    sent = Touch.objects.filter(lead_id=lead_id, submission_id__isnull=False).order_by("-id").values_list("submission_id", flat=True)[:SUBMISSIONS]
    return [(row, _pretty(row.payload)) for row in Submission.objects.filter(pk__in=list(sent)).order_by("-id")]


def _pretty(payload: str) -> str:
    try:
        return json.dumps(json.loads(payload), indent=2, ensure_ascii=False)
    except ValueError:
        return payload


def _conversion(lead_id: int) -> Conversion | None:
    live = Conversion.objects.filter(lead_id=lead_id, undone_at=None)
    return live.select_related("account", "contact", "opportunity").first()


def _facts(lead: Lead, standing: Standing) -> dict[str, list[tuple[str, str]]]:
    """What we know, under headings, blanks left out."""
    budget = "" if lead.budget_cents is None else words.money(lead.budget_cents, lead.currency)
    groups: dict[str, list[tuple[str, Any]]] = {
        "Company": [
            ("Company", lead.company),
            ("Domain", lead.company_domain),
            ("Industry", lead.industry),
            ("People", "" if lead.employees is None else f"{lead.employees:,}"),
            ("Website", lead.website),
        ],
        "Wish": [("Product", lead.product), ("Budget", budget)],
        "Origin": [
            ("Source", standing.source.name),
            ("Campaign", lead.campaign),
            *((str(name), str(value)) for name, value in sorted(lead.marks.items())),
            ("Received", f"{localtime(standing.received_at):%d %b %Y, %H:%M}"),
        ],
        "More": [(str(name), str(value)) for name, value in sorted(lead.custom.items())],
    }
    shown = {title: [(label, value) for label, value in facts if value] for title, facts in groups.items()}
    return {title: facts for title, facts in shown.items() if facts}
