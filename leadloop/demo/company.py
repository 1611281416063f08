"""Sets up the invented company: people with desks, pools, sources, rules in two versions, segments, lists to look at."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from leadloop import starter
from leadloop.db.versions import Versioned, publish, save_draft
from leadloop.demo.words import COLLEAGUES, MAIL_ENDING, STREAMS, Colleague
from leadloop.leads.models import Source
from leadloop.routing.actions import ROUTE
from leadloop.routing.models import Desk, Pool, Route, Seat
from leadloop.scoring.actions import MODEL, MQL
from leadloop.scoring.models import Definition, ScoreModel
from leadloop.segments.models import Segment
from leadloop.teams.models import User
from leadloop.work.domain.lead_filter import LeadFilter
from leadloop.work.models import SavedView

CAP = 80


@dataclass(slots=True)
class Company:
    """Who is there. `passwords` by role: shown once, stored nowhere."""

    manager: User
    marketer: User
    reps: list[User]
    habits: dict[int, Colleague]
    sources: dict[str, int]
    passwords: dict[str, tuple[str, str]] = field(default_factory=dict)


def found(*, now: datetime, since: datetime) -> Company:
    """Everything that has to be there before the first lead; rules date from `since`."""
    starter.set_up(now=since)
    people, passwords = _hire()
    reps = [person for colleague, person in people if colleague.role == "rep"]
    manager = next(person for colleague, person in people if colleague.role == "manager")
    marketer = next(person for colleague, person in people if colleague.role == "marketer")
    for stream in STREAMS:
        Source.objects.update_or_create(name=stream.name, defaults={"channel": stream.channel, "created_at": since})
    sources = dict(Source.objects.values_list("name", "pk"))
    habits = {person.pk: colleague for colleague, person in people}
    _seat(reps, habits, since)
    _write_rules(manager, sources, since)
    _hang_views(manager, marketer, reps, sources, now)
    return Company(manager, marketer, reps, habits, sources, passwords)


def _hire() -> tuple[list[tuple[Colleague, User]], dict[str, tuple[str, str]]]:
    """Everybody, and the sign-in of one person of each role: the others have no password until a manager gives them one."""
    people, passwords = [], {}
    shown = {"manager": "Nora Whitfield", "marketer": "Marlon Prieto", "rep": "Ben Achterberg"}
    for colleague in COLLEAGUES:
        email = f"{colleague.name.split()[0].lower()}@{MAIL_ENDING}"
        password = secrets.token_urlsafe(12) if colleague.name in shown.values() else None
        trusted = True if colleague.role == "manager" else None  # rules on sensitive data need somebody, and there is no administrator
        person = User.objects.create_user(email, password, name=colleague.name, role=colleague.role, sees_sensitive=trusted)
        people.append((colleague, person))
        if password:
            passwords[colleague.role] = (email, password)
    return people, passwords


def _seat(reps: list[User], habits: dict[int, Colleague], since: datetime) -> None:
    sales = Pool.objects.get(name="Sales")
    enterprise = Pool.objects.create(name="Enterprise", sla_minutes=15, created_at=since)
    open_pool = Pool.objects.create(name="Open pool", sla_minutes=240, created_at=since)
    Desk.objects.bulk_create(Desk(person=rep, open_cap=CAP) for rep in reps)
    Seat.objects.bulk_create(Seat(pool=sales, person=rep, weight=habits[rep.pk].weight) for rep in reps)
    Seat.objects.bulk_create(Seat(pool=enterprise, person=rep) for rep in reps if habits[rep.pk].senior)
    Seat.objects.bulk_create(Seat(pool=open_pool, person=rep) for rep in reps)


def _write_rules(manager: User, sources: dict[str, int], since: datetime) -> None:
    """The starter's rules become last year's first versions; what the company learnt is in the second ones."""
    for model in (ScoreModel, Definition, Segment, Route):
        model.objects.update(created_at=since, published_at=since)
    pools = dict(Pool.objects.values_list("name", "pk"))
    rules = [
        {"id": "large", "label": "Large companies", "when": starter.BIG["criteria"], "pool": pools["Enterprise"], "how": "turn"},
        {
            "id": "partners",
            "label": "From partners, to decide",
            "when": {
                "all": [{"field": "source", "op": "is", "value": sources["Partner portal"]}, {"field": "grade", "op": "is", "value": "A"}]
            },
            "pool": pools["Enterprise"],
            "how": "turn",
        },
        {
            "id": "long_shots",
            "label": "Long shots",
            "when": {"field": "score", "op": "below", "value": 30},
            "pool": pools["Open pool"],
            "how": "wait",
        },
    ]
    _publish(Route, ROUTE, "Who gets new leads", {"rules": rules, "fallback": {"pool": pools["Sales"], "how": "turn"}}, manager, since)
    small = {
        "criteria": {"all": [{"field": "employees", "op": "between", "value": [2, 19]}, {"field": "budget_cents", "op": "is_not_blank"}]}
    }
    _publish(Segment, "small-with-budget", "Small, with a budget", small, manager, since)
    recommended = {"criteria": {"field": "source", "op": "one_of", "value": [sources["Referral"], sources["Partner portal"]]}}
    _publish(Segment, "recommended", "Recommended to us", recommended, manager, since)


def learn(company: Company, *, now: datetime) -> None:
    """Half a year in: recommended leads turned out better than thought, and both sides signed a sharper definition."""
    sources = [company.sources["Referral"], company.sources["Partner portal"]]
    rule = {
        "id": "recommended",
        "label": "Recommended by a customer or partner",
        "when": {"field": "source", "op": "one_of", "value": sources},
        "points": 15,
    }
    spec = {**starter.SCORE, "rules": [*starter.SCORE["rules"], rule]}
    _publish(ScoreModel, MODEL, "Lead score", spec, company.marketer, now, note="Recommendations close twice as often")
    signed = {
        "marketing": {"name": company.marketer.name, "at": now.isoformat()},
        "sales": {"name": company.manager.name, "at": (now + timedelta(hours=2)).isoformat()},
    }
    criteria = {"all": [*starter.QUALIFIED["criteria"]["all"], {"field": "title", "op": "not_contains", "value": "student"}]}
    text = (
        "A marketing qualified lead can be reached, looks like our customers, asked for something and is no student: a score of 45 or more."
    )
    agreed = {**starter.QUALIFIED, "text": text, "criteria": criteria, "signatures": signed}
    _publish(Definition, MQL, "Marketing qualified lead", agreed, company.manager, now, note="Students left out")


def _publish(model: type[Versioned], name: str, title: str, spec: dict[str, Any], author: User, now: datetime, note: str = "") -> None:
    publish(save_draft(model, name=name, title=title, spec=spec, author=author, now=now, note=note), author=author, now=now)


def _hang_views(manager: User, marketer: User, reps: list[User], sources: dict[str, int], now: datetime) -> None:
    lists = [
        (manager, "Nobody has them", True, LeadFilter(owners=("none",), stages=("new", "mql"), sort="due")),
        (manager, "Qualified, best first", True, LeadFilter(stages=("mql", "working", "sql"), sort="-score")),
        (manager, "Open deals", False, LeadFilter(stages=("converted",))),
        (marketer, "Paid this month", True, LeadFilter(sources=(sources["Paid search"], sources["Social ads"]), days=30)),
        (marketer, "Resting", False, LeadFilter(stages=("nurture",), sort="-score")),
        *(
            (rep, "Mine, best first", False, LeadFilter(owners=("me",), stages=("new", "mql", "working", "sql"), sort="-score"))
            for rep in reps
        ),
    ]
    SavedView.objects.bulk_create(
        SavedView(person=person, name=name, shared=shared, query=wanted.saved(), created_at=now) for person, name, shared, wanted in lists
    )
