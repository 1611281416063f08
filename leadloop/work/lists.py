"""The list of leads: from a filter to one page of rows. A constant number of queries, each a range of an index where there is one.

A list is dense (over `MOST_COUNTED` leads) or sparse, and its capped count tells which. A dense one is read in the order of an index
until the page is full; a sparse one is found by its filters and sorted. SQLite, which keeps no statistics that would tell the two
apart, is told: by the name of the index, and by a COALESCE that hides the sorted column from its indexes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from leadloop.db.versions import current_epoch
from leadloop.leads import fields
from leadloop.leads.criteria_sql import NO_LEAD, condition
from leadloop.leads.criteria_values import column_of
from leadloop.leads.custom_sql import sortable
from leadloop.leads.domain.criteria import parse
from leadloop.leads.domain.criteria.windows import start_of_days
from leadloop.leads.domain.custom_fields import PREFIX, FieldSpec, Kind
from leadloop.leads.models import Standing
from leadloop.leads.temperature import is_as_warm_as, thermometer
from leadloop.teams.models import User
from leadloop.web.paging import Cursor, Order, Page, capped_count, page_ids
from leadloop.work.domain.lead_filter import STAGES, LeadFilter
from leadloop.work.finder import find_leads

PAGE = 50
MOST_COUNTED = 10_000
MOST_FOUND = 1_000
"""Leads that a search in the list goes on with, the newest ones."""

LIKELY = column_of("probability")
ORDERS = {
    "received": Order("received_at"),
    "score": Order("score", nullable=True),
    "due": Order("due_at", nullable=True, blanks_indexed=False),
    "heat": Order("heat", nullable=True),
    "probability": Order(LIKELY, nullable=True, blanks_indexed=False),
}
SORTED = "sorted_custom"
_HOLDS: dict[Kind, type] = {Kind.WHOLE: int, Kind.MONEY: int, Kind.DECIMAL: float}
_INDEX = {"received_at": "standing_newest", "due_at": "standing_due"}
_LED_BY = {
    "received_at": {"stage": "standing_stage", "source": "standing_source"},
    "score": {"owner": "standing_owner", "stage": "standing_stage_score"},
    "due_at": {"owner": "standing_rail"},
    "heat": {"stage": "standing_stage_heat"},
}
"""Indexes of `Standing` in an order, with the equal column that stands before it."""


@dataclass(frozen=True, slots=True)
class LeadPage:
    """One page of ids; `count` stops at `MOST_COUNTED` + 1."""

    page: Page
    order: Order
    count: int

    @property
    def is_capped(self) -> bool:
        return self.count > MOST_COUNTED


def order_of(asked: LeadFilter) -> Order:
    name = asked.sort.lstrip("-")
    if name.startswith(PREFIX):
        spec = sorted_field(asked)
        order = Order(SORTED, nullable=True, holds=_HOLDS.get(spec.kind, str) if spec else str)
    else:
        order = ORDERS[name]
    return replace(order, descending=asked.sort.startswith("-"))


def sorted_field(asked: LeadFilter) -> FieldSpec | None:
    """The declared field that the list is in the order of. One query where there is one, else none."""
    name = asked.sort.lstrip("-")
    return fields.declared_now().get(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else None


def matching(asked: LeadFilter, *, person: User, now: datetime) -> QuerySet[Standing]:
    """The leads that a filter asks for and the person may see."""
    return Standing.objects.visible_to(person).filter(wanted(asked, person=person, now=now))


def wanted(asked: LeadFilter, *, person: User, now: datetime) -> Q:
    """The filter as a condition on standings. A search in it costs the queries of the search."""
    wish = Q()
    if asked.unreadable:
        wish &= NO_LEAD
    if asked.text:
        wish &= Q(pk__in=find_leads(asked.text, person=person, limit=MOST_FOUND))
    if asked.stages:
        wish &= Q(stage__in=asked.stages)
    if asked.temperatures:
        wish &= is_as_warm_as(asked.temperatures, thermometer(current_epoch()), now)
    if asked.sources:
        wish &= Q(source__in=asked.sources)
    if asked.owners:
        wish &= _owned(owner_ids(asked, person))
    if asked.score_min is not None:
        wish &= Q(score__gte=asked.score_min)
    if asked.score_max is not None:
        wish &= Q(score__lte=asked.score_max)
    if asked.days:
        wish &= Q(received_at__gte=start_of_days(now, days=asked.days, zone=person.zone))
    if asked.countries:
        wish &= Q(lead__country__in=asked.countries)
    return wish & condition(parse(asked.where, fields.known_now()), now) if asked.where else wish


def read_page(asked: LeadFilter, *, person: User, cursor: Cursor | None, now: datetime) -> LeadPage:
    """One page with its capped count: two queries, and one more where blanks of the sorted column are reached."""
    wish, order = wanted(asked, person=person, now=now), order_of(asked)
    visible = _sorted(Standing.objects.visible_to(person), asked)
    count = capped_count(visible.filter(wish), most=MOST_COUNTED)
    if order.column == SORTED:
        page = page_ids([visible.filter(wish)], order, cursor=cursor, size=PAGE)
    elif count > MOST_COUNTED and order.column == LIKELY:
        page = page_ids([visible.filter(wish)], order, cursor=cursor, size=PAGE, index="likelihood_percent")
    elif count > MOST_COUNTED:
        branches, index = _dense(visible.filter(wish), asked, order, person=person)
        page = page_ids(branches, order, cursor=cursor, size=PAGE, index=index)
    else:
        page = page_ids([_sparse(visible.filter(wish), order)], order, cursor=cursor, size=PAGE, sort=f"sorted_{order.column}")
    return LeadPage(page, order, count)


def _sorted(rows: QuerySet[Standing], asked: LeadFilter) -> QuerySet[Standing]:
    """With the declared field that the list is in the order of, where it is; its index holds blanks as well."""
    spec = sorted_field(asked)
    return rows.annotate(**{SORTED: sortable(spec)}) if spec else rows


def owner_ids(asked: LeadFilter, person: User) -> list[int | None]:
    """Owners as ids, None for nobody."""
    named: dict[str, int | None] = {"me": person.pk, "none": None}
    return list(dict.fromkeys(named[owner] if owner in named else int(owner) for owner in asked.owners))


def _owned(owners: Sequence[int | None]) -> Q:
    people = [owner for owner in owners if owner is not None]
    wish = Q(owner__in=people) if people else Q(pk__in=[])
    return wish | Q(owner=None) if None in owners else wish


def _dense(rows: QuerySet[Standing], asked: LeadFilter, order: Order, *, person: User) -> tuple[list[QuerySet[Standing]], str]:
    """A branch for each value of the column that leads an index in this order, so that each is a range of it; else the one index.

    Scores and heat are indexed within a stage or an owner only, so a list by one of them in every stage is merged from all of them.
    """
    owners: Sequence[int | None] = owner_ids(asked, person) or ([] if person.sees_all_leads else [person.pk, None])
    stages = asked.stages or (STAGES if order.column in ("score", "heat") else ())
    values: dict[str, Sequence[Any]] = {"stage": stages, "source": asked.sources, "owner": owners}
    for name, index in _LED_BY[order.column].items():
        if values[name]:
            return [rows.filter(**{name: value} if value is not None else {f"{name}__isnull": True}) for value in values[name]], index
    return [rows], _INDEX[order.column]


def _sparse(rows: QuerySet[Standing], order: Order) -> QuerySet[Standing]:
    return rows.annotate(**{f"sorted_{order.column}": Coalesce(F(order.column), F(order.column))})


def first_ids(asked: LeadFilter, *, person: User, limit: int, now: datetime) -> list[int]:
    """The first leads of the list, in its order. Two queries, as for a page."""
    wish, order = wanted(asked, person=person, now=now), order_of(asked)
    return page_ids([_sorted(Standing.objects.visible_to(person), asked).filter(wish)], order, cursor=None, size=limit).ids
