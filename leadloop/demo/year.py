"""Lives through the year: people ask, reps call, deals are won and lost, all by the same doors and steps as in earnest."""

import heapq
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from random import Random
from typing import Any

from django.db import transaction

from leadloop import loop, steps
from leadloop.db import bulk
from leadloop.demo import calendar, words
from leadloop.demo.company import Company, learn
from leadloop.demo.inquirers import Inquirer, invent
from leadloop.intake.domain.arrival import Arrival
from leadloop.leads.domain.stages import OPEN
from leadloop.leads.models import Standing
from leadloop.outcomes.actions import Deal
from leadloop.teams.models import User

QUIET = timedelta(hours=15)
"""Before now: people still ask, and nobody has answered yet."""
REJECTS = 3  # each such lead that will not buy is rejected at the first look
EVENTS = 200
"""A commit, where each is one: PostgreSQL keeps every version of a row that one transaction changes, and reads through them all."""
JUST_NOW = (2, 5, 11, 19, 32, 47, 66, 92)
"""Minutes ago that somebody asked, whatever day it is."""


@dataclass(slots=True)
class Prospect:
    """What the simulation knows of a lead. `round` moves on when the lead comes back; what was planned before is then void."""

    inquirer: Inquirer
    buys: bool
    tries: int = 0
    round: int = 0
    returned: bool = False


@dataclass(slots=True)
class Year:
    """The clock and what is planned. Everything happens in the order of time."""

    dice: Random
    company: Company
    now: datetime
    zone: tzinfo
    prospects: dict[int, Prospect] = field(default_factory=dict)
    inquirers: list[Inquirer] = field(default_factory=list)
    _plan: list[tuple[datetime, int, Callable[..., None], tuple[Any, ...]]] = field(default_factory=list)
    _number: int = 0
    _people: dict[int, User] = field(default_factory=dict)

    def live(self, count: int) -> None:
        """From the first inquiry to this moment."""
        self._people = {rep.pk: rep for rep in self.company.reps}
        fair = words.STREAMS[-1]
        singles = [stream for stream in words.STREAMS if stream.door != "file"]
        at_fairs = round(count * fair.share)
        fresh = [self.now - timedelta(minutes=minutes) for minutes in JUST_NOW]
        for moment in [*calendar.arrivals(self.dice, count - at_fairs - len(fresh), now=self.now, zone=self.zone), *fresh]:
            [stream] = self.dice.choices(singles, [stream.share for stream in singles])
            self.plan(moment, self._ask, [stream])
        for days, share in ((250, 0.45), (66, 0.55)):
            moment = calendar.at_work(self.now - timedelta(days=days, hours=2), self.zone)
            self.plan(moment, self._ask, [fair] * round(at_fairs * share))
        self.plan(self.now - timedelta(days=182), self._learn)
        for day in range(364):
            self.plan(self.now - timedelta(days=day, hours=3), self._bring_back)
        while self._plan:
            with transaction.atomic():
                self._go_on(EVENTS)

    def _go_on(self, events: int) -> None:
        for _ in range(min(events, len(self._plan))):
            moment, _, act, args = heapq.heappop(self._plan)
            act(moment, *args)

    def plan(self, moment: datetime, act: Callable[..., None], *args: Any) -> None:
        """Something will happen then, unless that is after now."""
        if moment <= self.now:
            self._number += 1
            heapq.heappush(self._plan, (moment, self._number, act, args))

    def _later(self, lead_id: int, moment: datetime, act: Callable[..., None], *args: Any) -> None:
        """A rep means to do something with a lead then; void if the lead has come back anew by that time."""
        if moment <= self.now - QUIET:
            self.plan(moment, self._act, lead_id, self.prospects[lead_id].round, act, args)

    def _act(self, moment: datetime, lead_id: int, number: int, act: Callable[..., None], args: tuple[Any, ...]) -> None:
        if self.prospects[lead_id].round == number:
            act(moment, lead_id, *args)

    def _learn(self, moment: datetime) -> None:
        learn(self.company, now=moment)

    # what people outside do

    def _ask(self, moment: datetime, streams: Sequence[words.Stream]) -> None:
        asked = [invent(self.dice, stream, known=self.inquirers[-400:] if stream.door != "file" else ()) for stream in streams]
        taken = loop.capture([self._arrival(one, moment) for one in asked], now=moment)
        for one, inquirer in zip(taken, asked, strict=True):
            self.inquirers.append(inquirer)
            if one.case is not None:
                self._meet(
                    moment,
                    one.case.lead_id,
                    inquirer,
                    owner=one.case.standing["owner_id"],
                    again=one.outcome == "matched",
                    woken=one.case.woken,
                )

    def _arrival(self, inquirer: Inquirer, moment: datetime) -> Arrival:
        stream = inquirer.stream
        context = (
            {"ip": f"198.51.100.{self.dice.randint(1, 254)}", "page_url": "https://www.fieldnote.example/contact"}
            if stream.door == "form"
            else {}
        )
        country = str(inquirer.payload.get("country", "US"))
        raw = json.dumps(inquirer.payload)
        return Arrival(
            stream.door, self.company.sources[stream.name], inquirer.payload, raw, moment, moment, country=country, context=context
        )

    def _meet(self, moment: datetime, lead_id: int, inquirer: Inquirer, *, owner: int | None, again: bool, woken: bool) -> None:
        before = self.prospects.get(lead_id)
        if again and before and not woken:
            return
        prospect = self.prospects[lead_id] = Prospect(
            inquirer, self._buys(inquirer, owner, again=woken), round=before.round + 1 if before else 0
        )
        prospect.returned = woken
        self._await(moment, lead_id, owner)

    def _buys(self, inquirer: Inquirer, owner: int | None, *, again: bool) -> bool:
        skill = self.company.habits[owner].skill if owner else 0.8
        return self.dice.random() < inquirer.worth * skill * (0.6 if again else 1.0)

    def _bring_back(self, moment: datetime) -> None:
        """Whose date has come returns from nurture."""
        resting = set(Standing.objects.filter(stage="nurture").values_list("lead_id", flat=True))
        if loop.wake_due(now=moment, limit=1000):
            awake = Standing.objects.filter(lead_id__in=resting).exclude(stage="nurture").order_by("lead_id")
            for lead_id, owner in awake.values_list("lead_id", "owner_id"):
                before = self.prospects[lead_id]
                self.prospects[lead_id] = Prospect(
                    before.inquirer, self._buys(before.inquirer, owner, again=True), 0, before.round + 1, returned=True
                )
                self._await(moment, lead_id, owner)

    # what reps do

    def _await(self, moment: datetime, lead_id: int, owner: int | None) -> None:
        if owner is None:
            self._later(lead_id, calendar.some_days_later(self.dice, moment, low=0.3, high=4, zone=self.zone), self._claim)
        else:
            minutes = self.company.habits[owner].minutes
            self._later(lead_id, calendar.after_work(self.dice, moment, minutes=minutes, zone=self.zone), self._first_word)

    def _claim(self, moment: datetime, lead_id: int) -> None:
        if self.prospects[lead_id].inquirer.junk:
            steps.mark_junk([lead_id], steps.by(self.company.marketer, now=moment), reason=self.dice.choice(("spam", "fake", "test")))
            return
        rep = self.dice.choice(self.company.reps)
        if steps.claim([lead_id], steps.by(rep, now=moment)).done:
            self._later(lead_id, calendar.after_work(self.dice, moment, minutes=5, zone=self.zone), self._first_word)

    def _first_word(self, moment: datetime, lead_id: int) -> None:
        actor = self._holder(moment, lead_id)
        if actor is None:
            return
        if self.prospects[lead_id].inquirer.junk:
            steps.mark_junk([lead_id], actor, reason=self.dice.choice(("spam", "fake", "test", "vendor")))
            return
        if lead_id % REJECTS == 0 and not self.prospects[lead_id].buys:
            self._reject(moment, lead_id, actor)
            return
        steps.accept([lead_id], actor)
        self._try(moment, lead_id)

    def _reject(self, moment: datetime, lead_id: int, actor: steps.By) -> None:
        """Sales does not take it on: by the lead's number, so that the dice fall for the others as before."""
        reason = ("wrong_fit", "no_need", "not_now", "no_budget", "wrong_fit")[lead_id // REJECTS % 5]
        until = moment + timedelta(days=60) if reason == "not_now" else None
        steps.reject([lead_id], actor, reason=reason, until=until)

    def _try(self, moment: datetime, lead_id: int) -> None:
        actor, prospect = self._holder(moment, lead_id), self.prospects[lead_id]
        if actor is None:
            return
        prospect.tries += 1
        outcome = "reached" if self.dice.random() < (0.75 if prospect.buys else 0.45) else self.dice.choice(("no_answer", "voicemail"))
        calls = "phone" in prospect.inquirer.payload
        again = calendar.some_days_later(self.dice, moment, low=0.8, high=2.6, zone=self.zone)
        text = self.dice.choice(words.CALL_NOTES[outcome]) if calls else "Introduced us and asked for a time to talk."
        steps.log([lead_id], actor, kind="called" if calls else "emailed", outcome=outcome if calls else "", text=text, next_at=again)
        if not calls and outcome == "reached":
            answer = moment + timedelta(minutes=self.dice.uniform(20, 900))
            self._later(lead_id, answer, self._answer)
            self._later(lead_id, max(again, answer), self._decide)
        elif outcome == "reached":
            self._later(lead_id, moment + timedelta(minutes=self.dice.uniform(8, 35)), self._decide)
        elif prospect.tries < (6 if prospect.buys else 4):
            self._later(lead_id, again, self._try)
        else:
            self._later(lead_id, again, self._give_up)

    def _answer(self, moment: datetime, lead_id: int) -> None:
        steps.log([lead_id], steps.by(None, now=moment), kind="replied", text="Thanks, tell me more.")

    def _give_up(self, moment: datetime, lead_id: int) -> None:
        if self.dice.random() < 0.45:
            self._rest(moment, lead_id)
        elif actor := self._holder(moment, lead_id):
            steps.disqualify([lead_id], actor, reason="no_answer")

    def _decide(self, moment: datetime, lead_id: int) -> None:
        """After a talk: go on, come back later, or no."""
        actor, prospect = self._holder(moment, lead_id), self.prospects[lead_id]
        if actor is None:
            return
        if prospect.buys or self.dice.random() < 0.14:
            steps.qualify([lead_id], actor, note="Fits, has a date and a budget." if prospect.buys else "")
            self._later(lead_id, calendar.some_days_later(self.dice, moment, low=0.5, high=7, zone=self.zone), self._convert)
        elif self.dice.random() < (0.15 if prospect.returned else 0.42):
            self._rest(moment, lead_id)
        else:
            reason = self.dice.choices(("no_need", "no_budget", "wrong_fit", "competitor", "no_authority"), (5, 4, 3, 2, 1))[0]
            steps.disqualify([lead_id], actor, reason=reason)

    def _rest(self, moment: datetime, lead_id: int) -> None:
        if actor := self._holder(moment, lead_id):
            reason = self.dice.choices(("not_now", "budget_later", "contract", "researching"), (5, 3, 2, 2))[0]
            due_at = calendar.some_days_later(self.dice, moment, low=28, high=150, zone=self.zone)
            steps.recycle([lead_id], actor, reason=reason, due_at=due_at)

    def _convert(self, moment: datetime, lead_id: int) -> None:
        actor, prospect = self._holder(moment, lead_id), self.prospects[lead_id]
        if actor is None:
            return
        steps.log([lead_id], actor, kind="met", text="Showed the product to the team; they want an offer.")
        steps.convert(lead_id, actor, deal=Deal(amount_cents=prospect.inquirer.amount_cents or 250_000, currency="USD"))
        low, high = (3, 50) if prospect.buys else (10, 75)
        self._later(lead_id, calendar.some_days_later(self.dice, moment, low=low, high=high, zone=self.zone), self._close)

    def _close(self, moment: datetime, lead_id: int) -> None:
        [(owner,)] = bulk.fetch("select owner_id from leads_standing where lead_id = %s", [lead_id])
        actor = steps.by(self._people[owner], now=moment)
        if self.prospects[lead_id].buys:
            steps.win([lead_id], actor)
        else:
            steps.lose(
                [lead_id], actor, reason=self.dice.choices(("price", "competitor", "no_decision", "timing", "product"), (4, 4, 3, 2, 1))[0]
            )

    def _holder(self, moment: datetime, lead_id: int) -> steps.By | None:
        """Whoever has the lead now acts; nobody does once it is not open any more."""
        [(stage, owner)] = bulk.fetch("select stage, owner_id from leads_standing where lead_id = %s", [lead_id])
        return steps.by(self._people[owner], now=moment) if owner and stage in OPEN else None
