"""What a new install begins with, so that the first inquiry already finds somebody: a pool, rules, a form. Safe to repeat."""

from datetime import datetime
from typing import Any

from django.db import transaction

from leadloop.capture.models import Form
from leadloop.db.versions import Versioned, publish, save_draft
from leadloop.leads.domain.criteria import CATALOGUE
from leadloop.leads.domain.temperature import USUAL
from leadloop.leads.models import Source, TemperatureRule
from leadloop.leads.temperature import NAME as TEMPERATURE
from leadloop.outcomes import reasons
from leadloop.qualification.answering import compile_of, put_in_force
from leadloop.qualification.domain.known_frameworks import BANT, KNOWN
from leadloop.qualification.models import Framework
from leadloop.routing.actions import ROUTE
from leadloop.routing.models import Pool, Route
from leadloop.scoring.actions import MODEL, MQL
from leadloop.scoring.models import Definition, ScoreModel
from leadloop.segments.models import Segment

SCORE: dict[str, Any] = {
    "base": 10,
    "rules": [
        {
            "id": "business_mail",
            "label": "Writes from a company address",
            "when": {"field": "company_domain", "op": "is_not_blank"},
            "points": 15,
        },
        {"id": "phone", "label": "Left a phone number", "when": {"field": "phone", "op": "is_not_blank"}, "points": 10},
        {
            "id": "decides",
            "label": "Decides: owner, founder, chief, director, head",
            "when": {
                "any": [
                    {"field": "title", "op": "contains", "value": word}
                    for word in ("owner", "founder", "chief", "ceo", "cto", "cfo", "director", "head of", "vp", "president")
                ]
            },
            "points": 20,
        },
        {
            "id": "size",
            "label": "Company of 20 to 1,000 people",
            "when": {"field": "employees", "op": "between", "value": [20, 1000]},
            "points": 15,
        },
        {
            "id": "budget",
            "label": "Named a budget of 5,000 or more",
            "when": {"field": "budget_cents", "op": "at_least", "value": 500_000},
            "points": 15,
        },
        {"id": "message", "label": "Says what it is about", "when": {"field": "message", "op": "is_not_blank"}, "points": 5},
        {
            "id": "bad_mail",
            "label": "The e-mail address does not work",
            "when": {"field": "flaws", "op": "contains", "value": "email_invalid"},
            "points": -20,
        },
        {
            "id": "student",
            "label": "Student or job seeker",
            "when": {"field": "title", "op": "contains", "value": "student"},
            "points": -25,
        },
    ],
    "heat": {"points": 15, "full_at": 12},
    "grades": {"A": 60, "B": 40, "C": 25},
}
QUALIFIED: dict[str, Any] = {
    "text": "A marketing qualified lead can be reached, looks like our customers and asked for something: a score of 45 or more.",
    "criteria": {
        "all": [
            {"field": "score", "op": "at_least", "value": 45},
            {"any": [{"field": "email", "op": "is_not_blank"}, {"field": "phone", "op": "is_not_blank"}]},
        ]
    },
    "sla_minutes": 5,
    "verdict_minutes": 1_440,
    "signatures": {"marketing": {"name": "Starter set"}, "sales": {"name": "Starter set"}},
}
BIG: dict[str, Any] = {"criteria": {"field": "employees", "op": "at_least", "value": 200}}
FORM: dict[str, Any] = {
    "source": "Website form",
    "intro": "Tell us what you need. A person answers, usually within minutes.",
    "fields": [
        {"name": "name", "label": "Your name", "required": True},
        {"name": "email", "label": "E-mail", "required": True},
        {"name": "phone", "label": "Phone", "required": False},
        {"name": "company", "label": "Company", "required": False},
        {"name": "message", "label": "How can we help?", "required": False},
    ],
    "consents": [
        {
            "purpose": "marketing",
            "channel": "email",
            "text": "Send me news and offers by e-mail. I can stop this at any time.",
            "required": False,
        }
    ],
    "thanks": "We have your message and will be in touch shortly.",
}


def set_up(*, now: datetime) -> None:
    """Create what is missing; what an install changed stays as it is."""
    with transaction.atomic():
        reasons.fill()
        Source.objects.get_or_create(name="Website form", defaults={"channel": "form", "created_at": now})
        pool, _ = Pool.objects.get_or_create(name="Sales", defaults={"created_at": now})
        route = {"rules": [], "fallback": {"pool": pool.pk, "how": "turn"}}
        wanted: list[tuple[type[Versioned], str, str, dict[str, Any]]] = [
            (ScoreModel, MODEL, "Lead score", SCORE),
            (TemperatureRule, TEMPERATURE, "Temperature", USUAL),
            (Definition, MQL, "Marketing qualified lead", QUALIFIED),
            (Segment, "large-companies", "Large companies", BIG),
            (Route, ROUTE, "Who gets new leads", route),
            (Form, "contact", "Contact us", FORM),
            (Framework, BANT, KNOWN[BANT][0], KNOWN[BANT][2]),
        ]
        for model, name, title, spec in wanted:
            if not model.objects.filter(name=name).exists():
                row = save_draft(model, name=name, title=title, spec=spec, author=None, now=now)
                publish(row, author=None, now=now)
                if isinstance(row, Framework):
                    put_in_force(compile_of(row, CATALOGUE), now=now)
