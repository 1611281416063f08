"""Reads all that the lead page shows. A constant number of queries for any history; each part has its own bound."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from leadloop.consent.models import Consent
from leadloop.db.clock import utc_now
from leadloop.db.versions import current_epoch
from leadloop.intake.models import Submission
from leadloop.leads.domain.custom_fields import PREFIX
from leadloop.leads.domain.masks import masked_deeply, sensitive_names
from leadloop.leads.fields import ever_declared
from leadloop.leads.models import Lead, Standing, Touch
from leadloop.leads.sensitive import held
from leadloop.leads.temperature import reading, thermometer
from leadloop.learning.reading import Chance, chance_of
from leadloop.outcomes.models import Conversion
from leadloop.routing.models import Draw
from leadloop.segments.members import segments_of
from leadloop.teams.models import User
from leadloop.templatetags import moments, words
from leadloop.templatetags.ui import flag_text
from leadloop.work.answers import Panel, panel_of
from leadloop.work.decisions import last_decisions, names_for
from leadloop.work.declared_facts import Fact, declared_facts, flaw_words
from leadloop.work.domain.rights import is_open, next_step, steps_for
from leadloop.work.domain.story import Reason, why_theirs
from leadloop.work.domain.turns import Candidate, candidates
from leadloop.work.life import End, life_of
from leadloop.work.models import Task
from leadloop.work.offered import Offer, address_of_lead, offers_for
from leadloop.work.score_story import ScoreStory, read_score
from leadloop.work.timeline import Timeline, page_of_touches, tell
from leadloop.work.verdict import Spoken, verdict_on

BESIDE = frozenset({"log", "note", "plan", "claim", "reject"})
SUBMISSIONS, CONSENTS = 10, 60
DOORS = {"api": "By the API", "form": "By a form", "file": "From a file"}


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
    reach: frozenset[str]
    score: ScoreStory
    temperature: str
    why: str
    seats: list[tuple[Candidate, str]]
    drawn_at: datetime | None
    timeline: Timeline
    tasks: list[Task]
    permissions: list[Permission]
    submissions: list[tuple[Submission, str, str]]
    conversion: Conversion | None
    ends: list[End]
    may_erase: bool
    verdict: Spoken | None = None
    chance: Chance | None = None
    segments: list[tuple[str, str, datetime, bool]] = field(default_factory=list)  # name, title, in since, by hand
    panel: Panel | None = None
    facts: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    declared: dict[str, list[Fact]] = field(default_factory=dict)
    flaws: list[str] = field(default_factory=list)
    may_reveal: bool = False  # there is something sensitive, and this person may ask for it
    clocks: list[tuple[str, str]] = field(default_factory=list)

    @property
    def reasons(self) -> list[Reason]:
        return [Reason(one.text, one.points) for one in self.score.reasons]

    @property
    def page(self) -> str:
        return address_of_lead(self.lead.pk)

    @property
    def beside(self) -> list[Offer]:
        """Steps that stand beside the likely one."""
        return [one for one in self.offers.values() if one.name in BESIDE and one is not self.first]

    @property
    def rest(self) -> list[Offer]:
        """Steps that the menu holds."""
        return [one for one in self.offers.values() if one.name not in BESIDE | {"unconvert"} and one is not self.first]

    @property
    def may_edit(self) -> bool:
        return bool(self.reach & {"edit"})

    @property
    def may_plan(self) -> bool:
        return "plan" in self.offers

    @property
    def is_open(self) -> bool:
        return is_open(self.standing.stage)

    @property
    def waits(self) -> bool:
        """Whether somebody waits already."""
        return bool(self.standing.waits_since and self.standing.waits_since <= utc_now())

    @property
    def place(self) -> str:
        lead = self.lead
        town = f"{lead.postal_code} {lead.city}".strip()
        return ", ".join(part for part in (lead.street, town, lead.region, words.country_name(lead.country)) if part)

    @property
    def deal_tone(self) -> str:
        deal = self.conversion.opportunity if self.conversion else None
        return {"won": "green", "lost": "red"}.get(deal.state, "cyan") if deal else "gray"


def read_lead(standing: Standing, viewer: User, *, revealed: bool = False) -> LeadPage:
    """The page of one lead, whose visibility the caller has settled. At most thirty queries, but for several models and thresholds.

    Sensitive values are masked, for everybody, unless `revealed`; who reveals them has written that down.
    """
    lead = standing.lead
    scored, handed = last_decisions([lead.pk]).get(lead.pk, (None, None))
    touches, older = page_of_touches(lead.pk)
    draw = _draw_of(handed)
    roster = draw.roster if draw else []
    people = [row[0] for row in roster] + ([standing.owner_id] if standing.owner_id else [])
    specs = ever_declared(current_epoch())
    sensitive = sensitive_names(specs)
    unseen = frozenset[str]() if viewer.may_see_sensitive else sensitive
    names = names_for(
        [*touches, *(touch for touch in (scored, handed) if touch)],
        people=people,
        hidden=unseen,
    )
    hidden = frozenset[str]() if revealed else sensitive
    route = handed.data.get("route", {}) if handed else {}
    steps = steps_for(standing.stage, owner=standing.owner_id, person=viewer.pk, role=viewer.role)
    likely = next_step(standing.stage, steps, touched=standing.first_touch_at is not None)
    offers = {offer.name: offer for offer in offers_for(lead.pk, steps)}
    panel = panel_of(standing, sensitive, revealed=revealed)
    return LeadPage(
        standing=standing,
        lead=lead,
        first=offers.get(likely),
        offers=offers,
        reach=steps,
        score=read_score(standing, scored, names, now=utc_now(), hidden=unseen),
        temperature=reading(standing, thermometer(current_epoch()), now=utc_now()),
        why=why_theirs(handed.kind, handed.data, names, actor=handed.actor_id, owner=standing.owner_id, viewer=viewer.pk) if handed else "",
        seats=[(seat, names.person(seat.person)) for seat in candidates(roster, int(route.get("place", 0)))] if draw else [],
        drawn_at=draw.made_at if draw else None,
        timeline=Timeline(tell(touches, names, hidden=sensitive), older),
        tasks=list(Task.objects.filter(lead=lead, done_at=None).select_related("person").order_by("due_at")[:20]),
        permissions=_permissions(lead),
        submissions=_submissions(lead.pk, hidden),
        conversion=_conversion(lead.pk),
        ends=life_of(lead.pk),
        may_erase=viewer.is_manager,
        verdict=verdict_on(standing),
        chance=chance_of(lead.pk, stage=standing.stage),
        segments=segments_of(lead.pk),
        panel=panel,
        facts=_facts(lead, standing),
        declared=declared_facts(lead.custom, lead.flaws, specs, hidden),
        flaws=[flaw_words(one, specs) if one.startswith(PREFIX) else flag_text(one) for one in lead.flaws],
        may_reveal=viewer.may_see_sensitive and not revealed and bool(held(lead.custom, sensitive) or (panel and panel.masks)),
        clocks=_clocks(standing),
    )


def _draw_of(handed: Touch | None) -> Draw | None:
    route = handed.data.get("route") if handed else None
    number = route.get("draw") if isinstance(route, dict) else None
    return Draw.objects.filter(pk=number).first() if number else None


def _permissions(lead: Lead) -> list[Permission]:
    """The latest word by contact point, purpose and channel. One query."""
    points = [key for key in (lead.email and f"e:{lead.email}", lead.phone and f"p:{lead.phone}") if key]
    latest: dict[tuple[str, str, str], Consent] = {}
    for row in Consent.objects.filter(contact_point__in=points).order_by("-id")[:CONSENTS]:
        latest.setdefault((row.contact_point, row.purpose, row.channel), row)
    return [Permission(row, [(name.capitalize(), str(value)) for name, value in row.evidence.items() if value]) for row in latest.values()]


def _submissions(lead_id: int, hidden: frozenset[str]) -> list[tuple[Submission, str, str]]:
    """What the lead came from, newest first, as it came but for what is hidden. One query."""
    sent = (
        Touch.objects.filter(lead_id=lead_id, submission_id__isnull=False)
        .order_by("-id")
        .values_list("submission_id", flat=True)[:SUBMISSIONS]
    )
    return [
        (row, DOORS.get(row.door, row.door), _pretty(row.payload, hidden))
        for row in Submission.objects.filter(pk__in=list(sent)).order_by("-id")
    ]


def _pretty(payload: str, hidden: frozenset[str]) -> str:
    try:
        return json.dumps(masked_deeply(json.loads(payload), hidden), indent=2, ensure_ascii=False)
    except ValueError:
        return payload


def _conversion(lead_id: int) -> Conversion | None:
    live = Conversion.objects.filter(lead_id=lead_id, undone_at=None)
    return live.select_related("account", "contact", "opportunity").first()


def _clocks(standing: Standing) -> list[tuple[str, str]]:
    """How fast we were, and how long it has been in this stage."""
    reached = standing.first_touch_at
    answered = moments.duration((reached - standing.received_at).total_seconds()) if reached else "not yet"
    return [
        ("Received", moments.ago(standing.received_at, now=utc_now())),
        ("First word from us", f"after {answered}" if reached else answered),
        ("In this stage", moments.span((utc_now() - standing.entered_at).total_seconds())),
    ]


def _facts(lead: Lead, standing: Standing) -> dict[str, list[tuple[str, str]]]:
    """What we know, under headings, blanks left out."""
    budget = "" if lead.budget_cents is None else words.money(lead.budget_cents, lead.currency)
    groups: dict[str, list[tuple[str, Any]]] = {
        "Company": [
            ("Name", lead.company),
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
    }
    shown = {title: [(label, value) for label, value in facts if value] for title, facts in groups.items()}
    return {title: facts for title, facts in shown.items() if facts}
