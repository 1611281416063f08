"""What a batch has to know of people: desks, seats, skills, clearance, and whom leads belong to. Constant queries."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from leadloop.db import bulk
from leadloop.kernel.contact_points import is_free_mail
from leadloop.leads.models import Account, Contact
from leadloop.routing.attendance import Terms
from leadloop.routing.domain.candidates import Candidate
from leadloop.routing.domain.levels import WHOLE
from leadloop.routing.domain.stops import Needs
from leadloop.routing.models import Assignment, Pool, Skill
from leadloop.teams.models import User

PRIOR = 8.0
"""Closed leads that what is known of everybody weighs as, beside what is known of one person."""
LOOK_BACK = timedelta(days=365)


@dataclass(slots=True)
class Person:
    """Somebody as they stand in the middle of a batch; `free` falls as leads are dealt."""

    id: int
    active: bool
    present: bool
    cleared: bool
    cap: int
    free: int
    bring: frozenset[tuple[str, str]] = frozenset()
    time: str = ""  # why working time keeps them away

    def lacks(self, needs: Needs, *, not_to: bool) -> tuple[str, ...]:
        """Codes of what keeps this person from leads with these needs."""
        codes = [] if self.active else ["left"]
        if self.active and not self.present:
            codes.append("away")
        if self.active and self.present and self.time:
            codes.append(f"time:{self.time}")
        codes += [f"skill:{name}" for name in needs.skills if ("skill", name.casefold()) not in self.bring]
        codes += [f"language:{name}" for name in needs.languages if ("language", name.casefold()) not in self.bring]
        if needs.cleared and not self.cleared:
            codes.append("cleared")
        if not_to:
            codes.append("had it")
        return tuple(codes)


@dataclass(slots=True)
class Place:
    """A seat: its row, and weight and turns, which rise as leads are dealt."""

    seat: int
    weight: float
    turns: int


@dataclass(slots=True)
class Floor:
    """Everybody whom some leads of the batch may go to."""

    people: dict[int, Person]
    places: dict[int, dict[int, Place]]  # pool → person
    minutes: dict[int, int]  # pool → promised minutes
    dealt: Counter[int] = field(default_factory=Counter)  # seat row
    given: Counter[int] = field(default_factory=Counter)  # person

    def candidates(self, pool: int | None, persons: Iterable[int], needs: Needs, not_to: Collection[int]) -> tuple[Candidate, ...]:
        """The people of a pool, or those named, in the order of their ids."""
        places = self.places.get(pool or 0, {})
        return tuple(
            self._candidate(one, places.get(one), needs, one in not_to)
            for one in sorted(places if pool else set(persons))
            if one in self.people
        )

    def _candidate(self, person: int, place: Place | None, needs: Needs, had_it: bool) -> Candidate:  # noqa: FBT001 - private
        one = self.people[person]
        weight, turns = (place.weight, place.turns) if place else (1, 0)
        return Candidate(
            person, weight, turns, one.free, one.active and one.present and not one.time, one.cap, one.lacks(needs, not_to=had_it)
        )

    def take(self, person: int, pool: int | None) -> int | None:
        """One more lead for somebody; returns the seat whose turn it was, if it was one."""
        self.people[person].free -= 1
        self.given[person] += 1
        place = self.places.get(pool or 0, {}).get(person)
        if place is None:
            return None
        place.turns += 1
        self.dealt[place.seat] += 1
        return place.seat


def floor_of(pools: Collection[int], persons: Collection[int], *, skilled: bool, terms: Terms) -> Floor:
    """The people of these pools and these people. Four queries, one more for skills. Locks the desks, so that caps hold."""
    condition, params = bulk.any_of("s.pool_id", sorted(pools))
    rows = bulk.fetch(
        f"select s.pool_id, s.id, s.person_id, s.weight, s.factor, s.turns from routing_seat s where {condition}",  # noqa: S608 - constant text
        params,
    )
    places: dict[int, dict[int, Place]] = defaultdict(dict)
    for pool, seat, person, weight, factor, turns in rows:
        places[pool][person] = Place(seat, weight if factor == WHOLE else weight * factor / WHOLE, turns)
    everybody = {person for seats in places.values() for person in seats} | set(persons)
    people = _people(everybody, skilled=skilled)
    for person, presence in terms.presences(everybody).items():
        if person in people:
            people[person].time = "" if presence.present else presence.why
            if presence.free_by_period is not None:
                people[person].free = min(people[person].free, presence.free_by_period)
    return Floor(people, dict(places), dict(Pool.objects.filter(pk__in=pools).values_list("pk", "sla_minutes")))


def _people(ids: Collection[int], *, skilled: bool) -> dict[int, Person]:
    condition, params = bulk.any_of("d.person_id", sorted(ids))
    lock = " order by d.person_id for update of d" if bulk.is_postgres() else ""
    desks = bulk.fetch(f"select d.person_id, d.present, d.open_cap, d.open_count from routing_desk d where {condition}{lock}", params)  # noqa: S608 - constant text
    desk = {person: (bool(present), cap, count) for person, present, cap, count in desks}
    bring: dict[int, set[tuple[str, str]]] = defaultdict(set)
    if skilled:
        for person, kind, name in Skill.objects.filter(person__in=ids).values_list("person_id", "kind", "name"):
            bring[person].add((kind, name.casefold()))
    found = {}
    for user in User.objects.filter(pk__in=ids).only("is_active", "role", "sees_sensitive"):
        present, cap, count = desk.get(user.pk, (False, 0, 0))
        found[user.pk] = Person(
            user.pk, user.is_active, present, user.may_see_sensitive, cap, max(0, cap - count), frozenset(bring[user.pk])
        )
    return found


def holders_before(leads: Mapping[int, Mapping[str, Any]]) -> dict[int, int]:
    """By lead: who had it last, else who has the contact of its address, else the account of its company. At most four queries."""
    last = Assignment.objects.filter(lead_id__in=leads).order_by("pk").values_list("lead_id", "person_id")
    found: dict[int, int] = dict(last)
    mails = {values["email"] for values in leads.values() if values.get("email")}
    contacts = (
        dict(Contact.objects.filter(email__in=mails, owner__isnull=False).order_by("-pk").values_list("email", "owner_id")) if mails else {}
    )
    accounts = account_owners(leads)
    for lead_id, values in leads.items():
        person = contacts.get(values.get("email") or "") or accounts.get(lead_id)
        if person:
            found.setdefault(lead_id, person)
    return found


def account_owners(leads: Mapping[int, Mapping[str, Any]]) -> dict[int, int]:
    """By lead: the owner of the account with the company's own domain. Free mail says nothing of a company. One query."""
    domains = {lead_id: values["company_domain"] for lead_id, values in leads.items() if is_own_domain(values.get("company_domain"))}
    if not domains:
        return {}
    rows = Account.objects.filter(domain__in=set(domains.values()), owner__isnull=False).order_by("-pk").values_list("domain", "owner_id")
    owners = dict(rows)  # of several accounts of a domain the oldest
    return {lead_id: owners[domain] for lead_id, domain in domains.items() if domain in owners}


def is_own_domain(domain: Any) -> bool:
    return bool(domain) and not is_free_mail(domain)


class Kind(NamedTuple):
    """What makes leads alike for "best"."""

    source: str
    product: str
    grade: str


def kind_of(values: Mapping[str, Any]) -> Kind:
    return Kind(str(values.get("source_id") or ""), (values.get("product") or "").casefold(), values.get("grade") or "")


def odds_for(kinds: Collection[Kind], people: Collection[int], *, now: datetime) -> dict[Kind, dict[str, list[float]]]:
    """Wins and losses of each person with leads of each kind. A closed lead counts a third for each of source, product, grade it shares."""
    history = won_and_lost(int(now.timestamp()) // 3600)
    total = [sum(count for (_, _, _, _, won), count in history.items() if won == side) for side in (True, False)]
    usual = (total[0] + 1) / (sum(total) + 2)
    return {kind: {str(person): _odds(kind, person, usual, history) for person in sorted(people)} for kind in sorted(kinds)}


History = Mapping[tuple[int, str, str, str, bool], int]


def _odds(kind: Kind, person: int, usual: float, history: History) -> list[float]:
    wins = losses = own_wins = own = 0.0
    for (owner, source, product, grade, won), count in history.items():
        if owner != person:
            continue
        own, own_wins = own + count, own_wins + count * won
        shared = count * sum(mine == theirs and theirs != "" for mine, theirs in zip(kind, (source, product, grade), strict=True)) / 3
        wins, losses = wins + shared * won, losses + shared * (not won)
    expected = (own_wins + PRIOR * usual) / (own + PRIOR)
    return [round(PRIOR * expected + wins, 3), round(PRIOR * (1 - expected) + losses, 3)]


@lru_cache(maxsize=2)
def won_and_lost(hour: int) -> History:
    """Closed leads of the last year by owner, source, product, grade and whether they were won. One query an hour and process."""
    since = datetime.fromtimestamp(hour * 3600, tz=UTC) - LOOK_BACK
    rows = bulk.fetch(
        "select d.owner_id, s.source_id, lower(l.product), s.grade, d.stage, count(*) from outcomes_disposition d "
        "join leads_standing s on s.lead_id = d.lead_id join leads_lead l on l.id = d.lead_id "
        "where d.stage in ('won', 'lost', 'disqualified') and d.owner_id is not null and d.ended_at >= %s "
        "and d.undone_at is null and d.replaced_at is null and d.reopened_at is null "
        "group by d.owner_id, s.source_id, lower(l.product), s.grade, d.stage",
        [bulk.moment(since)],
    )
    found: Counter[tuple[int, str, str, str, bool]] = Counter()
    for owner, source, product, grade, stage, count in rows:
        found[owner, str(source), product or "", grade, stage == "won"] += count
    return found
