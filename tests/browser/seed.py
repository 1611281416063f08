"""Fills the home that browser tests look at; run as a program, it prints what the tests need to know as JSON."""

import json
import sys
from datetime import datetime, timedelta

import django

django.setup()

from leadloop import starter, steps  # noqa: E402 - after setup
from leadloop.capture.keys import new_key  # noqa: E402 - after setup
from leadloop.db.clock import utc_now  # noqa: E402 - after setup
from leadloop.db.versions import save_draft  # noqa: E402 - after setup
from leadloop.leads.models import Standing  # noqa: E402 - after setup
from leadloop.outcomes.actions import Deal  # noqa: E402 - after setup
from leadloop.routing.models import Pool, Route  # noqa: E402 - after setup
from leadloop.scoring.actions import MODEL, MQL  # noqa: E402 - after setup
from leadloop.scoring.models import Definition, ScoreModel  # noqa: E402 - after setup
from leadloop.teams.models import User  # noqa: E402 - after setup
from tests.make import make_lead, make_person, make_rep  # noqa: E402 - after setup

PASSWORD = "a long test password"
PEOPLE = (("Ada", "Keller"), ("Ben", "Osei"), ("Chloé", "Marchand"), ("Dmitri", "Volkov"), ("Esra", "Yıldız"), ("Farid", "Haddad"))  # noqa: RUF001 - that is how she writes it


def seed() -> dict[str, object]:
    """Three people who sign in, and leads in every stage."""
    now = utc_now()
    starter.set_up(now=now)
    pool = Pool.objects.get(name="Sales")
    rep = make_rep("Ann", pool=pool)
    rep.set_password(PASSWORD)
    rep.save(update_fields=["password"])
    second = make_rep("Bo", pool=pool, present=False)  # has a seat and takes no turns: every lead is Ann's, until Bo claims one
    second.set_password(PASSWORD)
    second.save(update_fields=["password"])
    for name, role in (("Mona", "manager"), ("Max", "marketer"), ("Ida", "admin")):
        make_person(name, role, password=PASSWORD)
    leads = [
        make_lead(_payload(number), now=now - timedelta(minutes=3 * number), source=("Website", "Fair", "Partner")[number % 3])
        for number in range(18)
    ]
    _work(leads, rep=rep, now=now)
    _draft(now)
    _, secret = new_key("browser", scopes=["leads:write", "leads:read"], source=None, author=None, now=now)
    return {
        "password": PASSWORD,
        "rep": rep.email,
        "second": second.email,
        "manager": "mona@leadloop.test",
        "marketer": "max@leadloop.test",
        "admin": "ida@leadloop.test",
        "key": secret,
        "leads": [lead.pk for lead in leads],
        "route": Route.objects.count(),
        "waiting": Standing.objects.filter(owner=rep, due_at__isnull=False).count(),
    }


def _payload(number: int) -> dict[str, object]:
    first, last = PEOPLE[number % len(PEOPLE)]
    return {
        "first_name": first,
        "last_name": last,
        "email": f"{number}.{last.lower()}@works{number}.com".replace("ı", "i"),  # noqa: RUF001 - the letter to replace
        "phone": f"+1415555{number:04}",
        "company": f"Works {number}",
        "title": ("Founder", "Engineer", "Head of Sales and Customer Success")[number % 3],
        "country": "US",
        "employees": 40 * (number + 1),
        "message": "We would like to see how this works for a team of our size, ideally this week.",
    }


def _work(leads: list[object], *, rep: User, now: object) -> None:
    """Some of them on their way: working, qualified, converted, won, lost, resting, junk."""
    actor = steps.by(rep, now=now)
    ids = [lead.pk for lead in leads]
    steps.accept(ids[8:16], actor).or_raise()
    steps.log(ids[9:12], actor, kind="called", text="Wants a demo on Thursday.").or_raise()
    steps.qualify(ids[10:12], actor).or_raise()
    for lead_id in ids[11:14]:
        steps.convert(lead_id, actor, deal=Deal("", 1_250_000, "USD"))
    steps.win([ids[12]], actor, amount_cents=1_400_000, currency="USD").or_raise()
    steps.lose([ids[13]], actor, reason="price").or_raise()
    steps.recycle([ids[14]], actor, reason="not_now", due_at=now + timedelta(days=30)).or_raise()
    steps.mark_junk([ids[15]], actor, reason="spam").or_raise()


def _draft(now: datetime) -> None:
    """A draft of each rule, so that its pages have something to show."""
    cheaper = {**starter.SCORE, "base": 5, "rules": [{**rule, "points": rule["points"] + 3} for rule in starter.SCORE["rules"]]}
    save_draft(ScoreModel, name=MODEL, title="Lead score", spec=cheaper, author=None, now=now)
    unsigned = {**starter.QUALIFIED, "text": "A score of 45 or more, and a way to answer.", "signatures": {}}
    save_draft(Definition, name=MQL, title="Marketing qualified lead", spec=unsigned, author=None, now=now)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(seed()) + "\n")
