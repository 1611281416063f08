"""One call that makes the demo."""

from collections.abc import Sequence
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

TICKETS = 8
"""That wait on the rail of the rep whose sign-in is shown."""
AHEAD = (0.6, 1.5, 2.4, 3.8, 5.5, 21, 24, 27.5)
"""Hours from now at which more of that rep's tickets fall due, whatever day it is."""


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
    """A believable day: everybody has a handful of tickets that wait, some fall due today and tomorrow, and nobody drowns."""
    for rep in company.reps:
        shown = rep.email == company.passwords["rep"][0]
        wanted, hours = (TICKETS, AHEAD) if shown else (dice.randint(4, 9), sorted(dice.sample(AHEAD, 4)))
        hanging = Standing.objects.open().filter(owner=rep, due_at__isnull=False)
        waiting = list(hanging.filter(waits_since__lte=now).order_by("-received_at").values_list("lead_id", flat=True))
        later = list(hanging.filter(waits_since__gt=now).order_by("due_at").values_list("lead_id", flat=True))
        given_up = Standing.objects.filter(owner=rep, stage="disqualified").order_by("-closed_at").values_list("lead_id", flat=True)
        calls = _Calls(dice, rep, now, given_up=list(given_up))
        calls.answer(waiting[wanted:], zone=zone)
        calls.plan([*waiting[wanted:], *later], hours)
        calls.hear_from(later[len(hours) :], wanted - len(waiting))


@dataclass(frozen=True, slots=True)
class _Calls:
    """What a rep did and heard in the last hours. Who had been given up may call back after all: `given_up`, the last one first."""

    dice: Random
    rep: User
    now: datetime
    given_up: list[int]

    def answer(self, lead_ids: Sequence[int], *, zone: ZoneInfo) -> None:
        """Written to this morning; the next step is a matter of days."""
        for place, lead_id in enumerate(lead_ids):
            next_at = calendar.some_days_later(self.dice, self.now + timedelta(days=1), low=0.2, high=3, zone=zone)
            text = "Sent the overview and two dates."
            steps.log([lead_id], self._by(minutes=200 - place % 180), kind="emailed", text=text, next_at=next_at)

    def plan(self, lead_ids: Sequence[int], hours: Sequence[float]) -> None:
        """Steps that fall due so many hours from now, give or take some minutes, the last of them as tasks."""
        busy = list(lead_ids[: len(hours)])
        while self.given_up and len(busy) < len(hours):
            busy.append(self._call_back(minutes=75 + 9 * len(busy)))
        for place, (lead_id, ahead) in enumerate(zip(busy, hours, strict=False)):
            due_at = self.now + timedelta(hours=ahead, minutes=self.dice.randint(-9, 9))
            text = self.dice.choice(ASKED_TO_WAIT)
            steps.log([lead_id], self._by(minutes=15 + 7 * place), kind="called", outcome="reached", text=text, next_at=due_at)
            if place >= len(hours) - 3:
                desk.plan_step(lead_id, self._by(minutes=0), person=self.rep, text=self.dice.choice(PLANS), due_at=due_at)

    def hear_from(self, lead_ids: Sequence[int], count: int) -> None:
        """So many write or call and want to hear from us now."""
        for place in range(max(0, count)):
            if place < len(lead_ids):
                moment = self.now - timedelta(minutes=12 + 17 * place)
                steps.log([lead_ids[place]], steps.by(None, now=moment), kind="replied", text="Can you call me back today?", next_at=moment)
            elif self.given_up:
                self._call_back(minutes=8 + 13 * place)

    def _call_back(self, *, minutes: int) -> int:
        lead_id = self.given_up.pop(0)
        steps.reopen([lead_id], self._by(minutes=minutes))
        return lead_id

    def _by(self, *, minutes: int) -> steps.By:
        return steps.by(self.rep, now=self.now - timedelta(minutes=minutes))


ASKED_TO_WAIT = (
    "In a meeting; wants to be called again.",
    "Reads the offer first, then we talk.",
    "Asks a colleague and expects our call.",
)
PLANS = ("Send the offer", "Call about references", "Set up a trial with their data", "Ask who else decides")
