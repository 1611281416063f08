"""Opportunities, accounts and contacts: what a person may see of them, and the board. A constant number of queries each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum

from leadloop.leads.models import Account, Contact
from leadloop.outcomes.models import Conversion, Opportunity
from leadloop.teams.models import User

MOST_CARDS = 100
"""Cards of one column; the sums above it count all."""


@dataclass(slots=True)
class Card:
    """One opportunity with the lead it came from."""

    deal: Opportunity
    lead_id: int | None


@dataclass(slots=True)
class Column:
    """Opportunities of one state; `sums` by currency over all of them."""

    state: str
    title: str
    cards: list[Card] = field(default_factory=list)
    count: int = 0
    sums: list[tuple[int, str]] = field(default_factory=list)


def visible_opportunities(person: User) -> QuerySet[Opportunity]:
    """A rep's own and those of the rep's leads; all of them for the others."""
    if person.sees_all_leads:
        return Opportunity.objects.all()
    return Opportunity.objects.filter(Q(owner=person) | Q(pk__in=_live(person).values("opportunity")))


def visible_accounts(person: User) -> QuerySet[Account]:
    """A rep's own, those of the rep's leads and opportunities; all of them for the others."""
    if person.sees_all_leads:
        return Account.objects.all()
    deals = Opportunity.objects.filter(owner=person).values("account")
    return Account.objects.filter(Q(owner=person) | Q(pk__in=_live(person).values("account")) | Q(pk__in=deals))


def visible_contacts(person: User) -> QuerySet[Contact]:
    """As for accounts."""
    if person.sees_all_leads:
        return Contact.objects.all()
    deals = Opportunity.objects.filter(owner=person).values("contact")
    return Contact.objects.filter(Q(owner=person) | Q(pk__in=_live(person).values("contact")) | Q(pk__in=deals))


def board(person: User, *, now: datetime) -> list[Column]:
    """Open ones, and those won and lost in this quarter of the person's calendar. Five queries."""
    since = quarter_start(now, person.zone)
    visible = visible_opportunities(person)
    columns = [Column("open", "Open"), Column("won", "Won this quarter"), Column("lost", "Lost this quarter")]
    wanted = {"open": Q(state="open"), "won": Q(state="won", closed_at__gte=since), "lost": Q(state="lost", closed_at__gte=since)}
    deals = {column.state: list(_by_name(visible.filter(wanted[column.state]))[:MOST_CARDS]) for column in columns}
    leads = lead_ids_of(deal.pk for found in deals.values() for deal in found)
    any_of_them = wanted["open"] | wanted["won"] | wanted["lost"]
    sums = list(visible.filter(any_of_them).order_by().values_list("state", "currency").annotate(Count("pk"), Sum("amount_cents")))
    for column in columns:
        column.cards = [Card(deal, leads.get(deal.pk)) for deal in deals[column.state]]
        column.count = sum(count for state, _, count, _ in sums if state == column.state)
        column.sums = sorted((cents, currency) for state, currency, _, cents in sums if state == column.state and cents is not None)[::-1]
    return columns


def lead_ids_of(deals: Iterable[int]) -> dict[int, int]:
    """The lead behind each opportunity. One query."""
    return dict(Conversion.objects.filter(opportunity__in=list(deals), undone_at=None).values_list("opportunity", "lead"))


def leads_behind(*, account: int | None = None, contact: int | None = None) -> list[int]:
    """Ids of leads that became this account or contact, newest first. One query."""
    live = Conversion.objects.filter(undone_at=None)
    live = live.filter(account=account) if account else live.filter(contact=contact)
    return list(live.order_by("-lead").values_list("lead", flat=True)[:50])


def quarter_start(now: datetime, zone: str) -> datetime:
    """The first moment of the quarter that `now` lies in, in that zone."""
    local = now.astimezone(ZoneInfo(zone))
    return local.replace(month=(local.month - 1) // 3 * 3 + 1, day=1, hour=0, minute=0, second=0, microsecond=0)


def cards_of(deals: Sequence[Opportunity]) -> list[Card]:
    """Opportunities with their leads. One query."""
    leads = lead_ids_of(deal.pk for deal in deals)
    return [Card(deal, leads.get(deal.pk)) for deal in deals]


def _live(person: User) -> QuerySet[Conversion]:
    return Conversion.objects.filter(undone_at=None, lead__standing__owner=person)


def _by_name(deals: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
    return deals.select_related("account", "owner").order_by("-pk")
