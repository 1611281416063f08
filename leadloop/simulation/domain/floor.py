"""The floor: leads come in, a policy hands them out, people work on them while they are there. One run, on SimPy's clock.

Nobody is interrupted: what a shift's end cuts goes on in the next. A person who has just finished turns to what lies ready at once; one
who was idle needs the time of a reaction. Of the idle people who hear of a lead in the pool, the first to react goes.
"""

from collections import deque
from collections.abc import Generator, Sequence
from heapq import heappop, heappush
from math import inf
from statistics import median_low
from typing import Any

import simpy

from leadloop.simulation.domain import draws
from leadloop.simulation.domain.demand import Arrival
from leadloop.simulation.domain.draws import around, exponential, uniform
from leadloop.simulation.domain.people import Ticket, Worker
from leadloop.simulation.domain.policies import Kind, Policy
from leadloop.simulation.domain.presence import Presence, shifts
from leadloop.simulation.domain.world import DAY, HOUR, World

Steps = Generator[Any, Any, None]
A_MOMENT = 1e-6
"""Rounding must not let time stand still."""


class Floor:
    """One run of one policy."""

    def __init__(
        self, world: World, policy: Policy, came: Sequence[Arrival], seed: int, presences: Sequence[Presence] | None = None
    ) -> None:
        self.world, self.policy, self.seed = world, policy, seed
        self._response = world.response
        self.clock = simpy.Environment()
        found = presences or [Presence(shifts(person, number, world.until, seed)) for number, person in enumerate(world.people)]
        self.workers = [Worker(number, person, found[number]) for number, person in enumerate(world.people)]
        self.tickets = [self._ticket(number, one.at) for number, one in enumerate(came)]
        self.pool: deque[Ticket] = deque()
        self.left_lying: deque[Ticket] = deque()  # in the pool too, and taken only when nothing better is there or after a while
        self.inbox: list[Ticket] = []  # until the next round by hand

    def run(self) -> None:
        """From the first minute to the end of the tail."""
        self.clock.process(self._arrive())
        if self.policy.rounds:
            self.clock.process(self._hand_out())
        for worker in self.workers:
            self.clock.process(self._work(worker))
        self.clock.run(until=self.world.until)

    # leads come

    def _ticket(self, number: int, at: float) -> Ticket:
        forgotten = uniform(self.seed, draws.FORGOTTEN, number) < self._response.forgotten
        return Ticket(number, at, forgotten=forgotten, unwanted=uniform(self.seed, draws.WANTED, number) < self._response.unwanted)

    def _arrive(self) -> Steps:
        for ticket in self.tickets:
            yield self.clock.timeout(max(0.0, ticket.arrived - self.clock.now))
            if self.policy.rounds:
                self.inbox.append(ticket)
            else:
                self._receive(ticket)

    def _hand_out(self) -> Steps:
        """Rounds by hand on working days."""
        for day in range(int(self.world.until // DAY)):
            for hour in self.policy.rounds if day % 7 < 5 else ():
                yield self.clock.timeout(max(0.0, day * DAY + hour * HOUR - self.clock.now))
                waiting, self.inbox = self.inbox, []
                for ticket in waiting:
                    self._receive(ticket)

    def _receive(self, ticket: Ticket) -> None:
        """A lead is to be handed out now."""
        worker = self._next_in_turn() if self.policy.pushes else None
        if worker is None:
            self._offer(ticket)
        else:
            self._push(ticket, worker)

    # push

    def _next_in_turn(self) -> Worker | None:
        now = self.clock.now
        able = [worker for worker in self.workers if worker.may_take() and (self.policy.listed or worker.presence.is_here(now))]
        if self.policy.kind is Kind.LEAST:
            return min(able, key=lambda worker: (worker.open / worker.person.weight, worker.level, worker.number), default=None)
        return min(able, key=lambda worker: ((worker.turns + 1) / worker.person.weight, worker.number), default=None)

    def _push(self, ticket: Ticket, worker: Worker, *, ready: bool = False) -> None:
        """Onto somebody's desk; `ready` when it waited for them, so that they look at it at once."""
        worker.turns += 1
        worker.take(ticket)
        if ticket.forgotten:
            self._later(max(0.0, ticket.arrived + self._response.cold_days * DAY - self.clock.now), self._go_cold, ticket)
        else:
            worker.queue.append(ticket)
            if worker.bell is not None and worker.presence.is_here(self.clock.now):
                self._later(0.0 if ready else self._reaction(worker, ticket), self._ring, worker)
        if self.policy.minutes:
            self._later(self.policy.minutes, self._take_back, ticket)

    def _take_back(self, ticket: Ticket) -> None:
        """What was pushed and not begun in time goes to the pool, where nobody forgets it."""
        owner = ticket.owner
        if ticket.begun is not None or ticket.over or owner is None:
            return
        ticket.forgotten = False
        self._let_go(ticket)
        self._offer(ticket)

    def _deal_waiting(self) -> None:
        """Somebody has come, or has room again: what waited in the pool of a pushing policy is dealt."""
        while self.pool and (worker := self._next_in_turn()):
            ticket = self.pool.popleft()
            if not self._is_cold(ticket):
                self._push(ticket, worker, ready=True)

    # pull

    def _offer(self, ticket: Ticket) -> None:
        """Into the pool; the idle person who would be the first to react goes for it."""
        if self.policy.pulls and ticket.unwanted:
            self.left_lying.append(ticket)
            self._later(max(0.0, ticket.arrived + self._response.unwanted_minutes - self.clock.now), self._call, ticket)
            return
        self.pool.append(ticket)
        if self.policy.pulls:
            self._call(ticket)

    def _call(self, ticket: Ticket) -> None:
        if ticket.owner is not None or ticket.over:
            return
        now = self.clock.now
        able = [
            worker for worker in self.workers
            if worker.bell is not None and not worker.called and worker.presence.is_here(now) and self._may_claim(worker)
        ]  # fmt: skip
        if able:
            delay, _, first = min((self._reaction(worker, ticket), worker.number, worker) for worker in able)
            first.called = True
            self._later(delay, self._ring, first)

    def _may_claim(self, worker: Worker) -> bool:
        return worker.may_take(self.policy.open_limit) and worker.may_claim(self.clock.now, self.policy.hour_limit)

    def _claim(self, worker: Worker) -> Ticket | None:
        """The oldest lead in the pool that one would take."""
        if not self.policy.pulls or not (self.pool or self.left_lying) or not self._may_claim(worker):
            return None
        waits_long = self.left_lying and self.clock.now >= self.left_lying[0].arrived + self._response.unwanted_minutes
        for place in (self.left_lying, self.pool) if waits_long else (self.pool,):
            while place:
                ticket = place.popleft()
                if not self._is_cold(ticket):
                    worker.take(ticket)
                    worker.claims.append(self.clock.now)
                    return ticket
        return None

    # people

    def _work(self, worker: Worker) -> Steps:
        """A person's days: whatever lies ready, else wait for the bell."""
        clock, presence = self.clock, worker.presence
        while True:
            here = presence.next_here(clock.now)
            if here == inf:
                return
            if here > clock.now:
                yield clock.timeout(here - clock.now)
            if presence.next_start(worker.seen) <= clock.now:
                self._come_in(worker)
            worker.seen = clock.now
            ticket = self._next_ticket(worker)
            if ticket is None:
                worker.bell, worker.called = clock.event(), False
                self._set_alarm(worker)
                yield worker.bell
                worker.bell = None
                continue
            reached, minutes = self._attempt(worker, ticket)
            began = clock.now
            yield clock.timeout(presence.after(began, minutes) - began)
            worker.worked.append((began, clock.now))
            self._conclude(worker, ticket, reached=reached, began=began)

    def _come_in(self, worker: Worker) -> None:
        """A shift begins: no turns are made up for, and leads that waited are dealt once all who come at this minute are here."""
        now = self.clock.now
        others = [other.level for other in self.workers if other is not worker and other.presence.is_here(now)]
        if others and not self.policy.listed:
            worker.turns = max(worker.turns, median_low(others) * worker.person.weight)
        if self.pool and not self.policy.pulls:
            self._later(0.0, self._deal_waiting)

    def _next_ticket(self, worker: Worker) -> Ticket | None:
        """Fresh leads of one's own, then the pool, then those that are due again."""
        while worker.queue:
            ticket = worker.queue.popleft()
            if ticket.owner is not worker or ticket.begun is not None or ticket.over:
                continue
            if not self._is_cold(ticket):
                return ticket
        if (claimed := self._claim(worker)) is not None:
            return claimed
        if worker.again and worker.again[0][0] <= self.clock.now:
            return heappop(worker.again)[2]
        return None

    def _attempt(self, worker: Worker, ticket: Ticket) -> tuple[bool, float]:
        """Whether the lead is reached, and how long it takes."""
        now, response, number = self.clock.now, self._response, ticket.number
        if ticket.begun is None:
            ticket.begun = now
            worker.taken += self.world.begin <= ticket.arrived < self.world.end
        reached = uniform(self.seed, draws.REACH, number, ticket.attempts) < response.reach.at(now - ticket.arrived)
        share = uniform(self.seed, draws.MINUTES, number, ticket.attempts)
        ticket.attempts += 1
        if not reached:
            return False, response.try_minutes
        if response.exponential:
            return True, exponential(share, response.handling_minutes)
        return True, around(share, response.handling_minutes, response.handling_spread)

    def _conclude(self, worker: Worker, ticket: Ticket, *, reached: bool, began: float) -> None:
        response = self._response
        if reached:
            ticket.reached = True
            ticket.won = response.win.at(began - ticket.arrived)
        if reached or ticket.attempts >= response.attempts:
            ticket.over = True
            self._let_go(ticket)
        else:
            heappush(worker.again, (self.clock.now + response.pause_minutes, ticket.number, ticket))

    def _let_go(self, ticket: Ticket) -> None:
        """The owner's desk has room for one more."""
        owner, ticket.owner = ticket.owner, None
        if owner is None:
            return
        was_full = not owner.may_take()
        owner.open -= 1
        if was_full and self.policy.pushes and not self.policy.pulls and self.pool:
            self._deal_waiting()
        if owner.bell is not None and self.policy.pulls and (self.pool or self.left_lying):
            self._ring(owner)

    def _is_cold(self, ticket: Ticket) -> bool:
        """Nobody begins with it any more; the desk it lay on is free of it."""
        if self.clock.now < ticket.arrived + self._response.cold_days * DAY:
            return False
        self._go_cold(ticket)
        return True

    def _go_cold(self, ticket: Ticket) -> None:
        if ticket.begun is None and not ticket.over:
            ticket.over = True
            self._let_go(ticket)

    # bells

    def _reaction(self, worker: Worker, ticket: Ticket) -> float:
        """Minutes on the clock until an idle person turns to a lead."""
        share = uniform(self.seed, draws.REACTION, ticket.number, worker.number)
        minutes = around(share, worker.person.reaction, worker.person.reaction_spread)
        return worker.presence.after(self.clock.now, minutes) - self.clock.now

    def _set_alarm(self, worker: Worker) -> None:
        """An idle person looks up at the next start of a shift, when something is due again, and when the hour's limit is over."""
        now = self.clock.now
        moments = [worker.presence.next_start(now)]
        if worker.again:
            moments.append(worker.presence.next_here(worker.again[0][0]))
        if worker.claims and self.policy.hour_limit and not worker.may_claim(now, self.policy.hour_limit):
            moments.append(worker.claims[0] + HOUR)
        if (moment := min(moments)) < self.world.until:
            self._later(max(moment - now, A_MOMENT), self._ring_if, worker, worker.bell)

    def _ring(self, worker: Worker) -> None:
        self._ring_if(worker, worker.bell)

    def _ring_if(self, worker: Worker, bell: Any) -> None:
        """Wake an idle person; a bell that was rung, or is of an idle time gone by, stays silent."""
        if bell is not None and bell is worker.bell and not bell.triggered:
            bell.succeed()

    def _later(self, delay: float, act: Any, *args: Any) -> None:
        if delay == inf or self.clock.now + delay >= self.world.until:
            return
        self.clock.timeout(delay).callbacks.append(lambda _: act(*args))
