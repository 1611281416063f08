"""One call that makes the demo."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from leadloop import steps
from leadloop.db import bulk
from leadloop.demo import calendar, words
from leadloop.demo.company import Company, found
from leadloop.demo.empty import NotEmpty, is_empty
from leadloop.demo.year import Year
from leadloop.leads import search
from leadloop.leads.models import Lead, Notification, Standing
from leadloop.teams.models import User
from leadloop.work import actions as desk

TICKETS = 11
"""On the rail of the rep whose sign-in is shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What was made, and who may sign in: role, e-mail, password."""

    leads: int
    won: int
    people: int
    sign_ins: list[tuple[str, str, str]]


def make(*, leads: int, seed: int, now: datetime) -> Shown:
    """A year of an invented company, the same for the same seed and moment but for the passwords.

    Raises:
        NotEmpty: somebody or something is here.
    """
    dice, zone = Random(seed), ZoneInfo(settings.REPORT_ZONE)  # noqa: S311 - a story, no secret
    with _at_once():
        with transaction.atomic():
            bulk.lock_loop()
            if not is_empty():
                raise NotEmpty
            company = found(now=now, since=now - calendar.YEAR - timedelta(days=1))
        Year(dice, company, now, zone).live(leads)
        _hang_tickets(dice, company, now, zone)
        Notification.objects.filter(created_at__lt=now - timedelta(hours=20)).update(seen_at=now - timedelta(hours=16))
    search.index_pending(limit=2 * leads)
    return Shown(
        leads=Lead.objects.count(),
        won=Standing.objects.filter(stage="won").count(),
        people=len(words.COLLEAGUES),
        sign_ins=[(role, *company.passwords[role]) for role in ("manager", "rep", "marketer")],
    )


def _at_once() -> AbstractContextManager[object]:
    """All or nothing on one machine's own file; on PostgreSQL the year commits as it goes (see `year.EVENTS`)."""
    return nullcontext() if bulk.is_postgres() else transaction.atomic()


def _hang_tickets(dice: Random, company: Company, now: datetime, zone: ZoneInfo) -> None:
    """A believable morning: everybody has a handful of tickets, some steps are planned, nobody drowns."""
    for rep in company.reps:
        email, _ = company.passwords["rep"]
        wanted = TICKETS if rep.email == email else dice.randint(6, 14)
        hanging = Standing.objects.open().filter(owner=rep, due_at__isnull=False)
        waiting = list(hanging.filter(waits_since__lte=now).order_by("-received_at").values_list("lead_id", flat=True))
        later = list(hanging.filter(waits_since__gt=now).order_by("due_at").values_list("lead_id", flat=True))
        for place, lead_id in enumerate(waiting[wanted:]):
            actor = steps.by(rep, now=now - timedelta(minutes=200 - place % 180))
            next_at = calendar.some_days_later(dice, now + timedelta(days=1), low=0.2, high=3, zone=zone)
            steps.log([lead_id], actor, kind="emailed", text="Sent the overview and two dates.", next_at=next_at)
        missing = max(0, wanted - len(waiting))
        for place, lead_id in enumerate(later[:missing]):
            moment = now - timedelta(minutes=12 + 17 * place)
            steps.log([lead_id], steps.by(None, now=moment), kind="replied", text="Can you call me back today?", next_at=moment)
        _call_back(rep, now, missing - len(later))
        for lead_id in later[missing:][-3:]:
            due_at = calendar.some_days_later(dice, now, low=0.1, high=4, zone=zone)
            desk.plan_step(lead_id, steps.by(rep, now=now), person=rep, text=dice.choice(PLANS), due_at=due_at)


def _call_back(rep: User, now: datetime, count: int) -> None:
    """Some who could not be reached call back after all."""
    given_up = Standing.objects.filter(owner=rep, stage="disqualified").order_by("-closed_at").values_list("lead_id", flat=True)
    for place, lead_id in enumerate(given_up[: max(0, count)]):
        steps.reopen([lead_id], steps.by(rep, now=now - timedelta(minutes=8 + 13 * place)))


PLANS = ("Send the offer", "Call about references", "Set up a trial with their data", "Ask who else decides")
