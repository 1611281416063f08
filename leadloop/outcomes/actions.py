"""The verbs of outcomes: dispositions, conversion and its undoing, opportunities won and lost."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadloop.leads.models import Account, Contact
from leadloop.outcomes.errors import BadAmount, DealMovedOn, NotConverted
from leadloop.outcomes.models import Conversion, Disposition, Opportunity

MOST_CENTS = 9_000_000_000_000_000


@dataclass(frozen=True, slots=True)
class Deal:
    """What the person who converts states: a name, or the lead's; an amount, or none."""

    name: str = ""
    amount_cents: int | None = None
    currency: str = ""


def dispose(
    owners: Mapping[int, int | None], *, stage: str, reason: str, note: str = "", author: int | None, ended_at: datetime, made_at: datetime
) -> None:
    """Note how leads ended; `owners` says who had each of them."""
    Disposition.objects.bulk_create(
        Disposition(
            lead_id=lead_id, stage=stage, reason=reason, note=note, author_id=author, owner_id=owner, ended_at=ended_at, made_at=made_at
        )
        for lead_id, owner in owners.items()
    )


def set_aside(rows: Sequence[tuple[int, str, str]], *, now: datetime) -> None:
    """(lead, reason, rule): leads that the loop itself marked as junk. One statement, none without rows."""
    Disposition.objects.bulk_create(
        Disposition(lead_id=lead_id, stage="junk", reason=reason, rule=rule, ended_at=now, made_at=now) for lead_id, reason, rule in rows
    )


def reopen(lead_ids: Sequence[int], *, now: datetime, resting: Collection[int] = ()) -> None:
    """Ends so far are not the end; they stay in the history, and a loss in the losses of its day. Closed deals are open again.

    `resting` leads go back to their rest, so the end that began it stays in force.
    """
    if not lead_ids:
        return
    in_force = Disposition.objects.filter(lead_id__in=lead_ids, reopened_at=None)
    in_force.exclude(lead_id__in=resting, stage="nurture").update(reopened_at=now)
    closed = Opportunity.objects.filter(
        pk__in=Conversion.objects.filter(lead_id__in=lead_ids, undone_at=None).values("opportunity"),
        state__in=(Opportunity.State.LOST, Opportunity.State.WON),
    )
    closed.update(state=Opportunity.State.OPEN, reason="", closed_at=None)


def rewrite(lead_ids: Sequence[int], *, reason: str, note: str, author: int | None, now: datetime) -> dict[int, Disposition]:
    """Another reason for the end in force of each lead, as a further row; returns the rows that were in force. Three queries.

    Needs the leads' row locks. The end keeps its moment, so that statistics of its day follow the reason said last.
    """
    return _say_anew(lead_ids, author=author, now=now, reason=reason, note=note)


def restate(lead_ids: Sequence[int], *, ended_at: datetime, author: int | None, now: datetime) -> dict[int, Disposition]:
    """Another moment for the end in force of each lead, as `rewrite`."""
    return _say_anew(lead_ids, author=author, now=now, ended_at=ended_at)


def _say_anew(lead_ids: Sequence[int], *, author: int | None, now: datetime, **said: Any) -> dict[int, Disposition]:
    before = {one.lead_id: one for one in Disposition.objects.in_force().filter(lead_id__in=lead_ids).order_by("pk")}  # the last one counts
    Disposition.objects.filter(pk__in=[one.pk for one in before.values()]).update(replaced_at=now)
    kept = ("stage", "reason", "note", "owner_id", "ended_at")
    Disposition.objects.bulk_create(
        Disposition(**{name: getattr(one, name) for name in kept} | {"lead_id": one.lead_id, "author_id": author, "made_at": now} | said)
        for one in before.values()
    )
    if "reason" in said:
        lost = Conversion.objects.filter(lead_id__in=lead_ids, undone_at=None).values("opportunity")
        Opportunity.objects.filter(pk__in=lost, state=Opportunity.State.LOST).update(reason=said["reason"])
    return before


def undo_end(lead_ids: Sequence[int], *, now: datetime) -> None:
    """The last end of each lead never was. Two queries."""
    last = dict(Disposition.objects.in_force().filter(lead_id__in=lead_ids).order_by("pk").values_list("lead_id", "pk"))
    Disposition.objects.filter(pk__in=last.values()).update(undone_at=now)


def let_go(lead_ids: Sequence[int], *, now: datetime) -> None:
    """Ends of leads that asked anew are not in force; lost deals are history, so that converting again makes a new one. Safe to repeat."""
    if lead_ids:
        Disposition.objects.filter(lead_id__in=lead_ids, reopened_at=None).update(reopened_at=now)
        Conversion.objects.filter(lead_id__in=lead_ids, undone_at=None, opportunity__state=Opportunity.State.LOST).update(undone_at=now)


def correct(lead_id: int, *, amount_cents: int | None, currency: str, closed_at: datetime) -> dict[str, Any]:
    """What a won deal really was worth, and when; returns what it said before.

    Raises:
        NotConverted, BadAmount.
    """
    check_amount(amount_cents, currency)
    deal = live_conversion(lead_id).opportunity
    if deal is None:
        raise NotConverted
    was = {"amount_cents": deal.amount_cents, "currency": deal.currency, "closed_at": deal.closed_at}
    deal.amount_cents, deal.closed_at = amount_cents, closed_at
    deal.currency = currency if amount_cents is not None else ""
    deal.save(update_fields=["amount_cents", "currency", "closed_at"])
    return was


def convert(lead_id: int, values: Mapping[str, Any], *, deal: Deal, owner: int | None, author: int | None, now: datetime) -> Conversion:
    """Make an opportunity of a lead that has no conversion in force, with the account and contact we know, or new ones.

    A known contact or account keeps what it says; only blanks are filled. Needs the lead's row lock.

    Raises:
        BadAmount: the amount cannot be stored.
    """
    check_amount(deal.amount_cents, deal.currency)
    made: dict[str, Any] = {"new": [], "filled": {}}
    account = _account_for(values, owner=owner, now=now, made=made)
    contact = _contact_for(values, account=account, owner=owner, now=now, made=made)
    name = deal.name or " - ".join(part for part in (values["company"] or _name(values), values["product"]) if part) or f"Lead {lead_id}"
    opportunity = Opportunity.objects.create(
        name=name[:200],
        account=account,
        contact=contact,
        owner_id=owner,
        amount_cents=deal.amount_cents,
        currency=deal.currency if deal.amount_cents is not None else "",
        created_at=now,
    )
    made["new"].append("opportunity")
    return Conversion.objects.create(
        lead_id=lead_id, account=account, contact=contact, opportunity=opportunity, made=made, author_id=author, converted_at=now
    )


def undo_conversion(lead_id: int, *, now: datetime) -> Conversion:
    """Take back what the conversion made and filled in; what people changed since, and what others use, stays.

    Raises:
        NotConverted: there is nothing to undo.
        DealMovedOn: the opportunity is closed.
    """
    live = live_conversion(lead_id)
    deal = live.opportunity
    if deal and deal.state != Opportunity.State.OPEN:
        raise DealMovedOn(state=deal.state)
    made = live.made
    live.undone_at = now
    account, contact = live.account, live.contact
    live.save(update_fields=["undone_at"])
    if deal:
        deal.delete()
    if contact:
        _take_back(contact, "contact", made, in_use=contact.opportunities.exists())
    if account:
        _take_back(account, "account", made, in_use=account.opportunities.exists() or account.contacts.exists())
    return live


def close(lead_ids: Sequence[int], *, state: str, reason: str, amount_cents: int | None, currency: str, closed_at: datetime) -> None:
    """The leads' opportunities are won or lost; without an amount each keeps its own. Two queries.

    Raises:
        NotConverted: one of them has no opportunity; none is closed.
        BadAmount: the amount cannot be stored.
    """
    check_amount(amount_cents, currency)
    live = dict(Conversion.objects.filter(lead_id__in=lead_ids, undone_at=None).values_list("lead_id", "opportunity_id"))
    if any(live.get(lead_id) is None for lead_id in lead_ids):
        raise NotConverted
    amount = {} if amount_cents is None else {"amount_cents": amount_cents, "currency": currency}
    Opportunity.objects.filter(pk__in=live.values()).update(state=state, reason=reason, closed_at=closed_at, **amount)


def live_conversion(lead_id: int) -> Conversion:
    """The conversion in force.

    Raises:
        NotConverted: there is none.
    """
    live = Conversion.objects.filter(lead_id=lead_id, undone_at=None).select_related("account", "contact", "opportunity").first()
    if live is None:
        raise NotConverted
    return live


def check_amount(amount_cents: int | None, currency: str) -> None:
    """Raises BadAmount unless there is no amount, or a storable one with its currency."""
    if amount_cents is not None and not (0 <= amount_cents <= MOST_CENTS and len(currency) == 3):
        raise BadAmount


def _account_for(values: Mapping[str, Any], *, owner: int | None, now: datetime, made: dict[str, Any]) -> Account | None:
    """By company domain, else by exact name; None for a person without a company."""
    if not values["company"] and not values["company_domain"]:
        return None
    found = None
    if values["company_domain"]:
        found = Account.objects.filter(domain=values["company_domain"]).order_by("id").first()
    elif values["company"]:
        found = Account.objects.filter(name__iexact=values["company"], domain="").order_by("id").first()
    known = {name: values[name] for name in ("industry", "employees", "country")}
    if found:
        _fill(found, known, "account", made)
        return found
    made["new"].append("account")
    return Account.objects.create(
        name=values["company"] or values["company_domain"], domain=values["company_domain"], owner_id=owner, created_at=now, **known
    )


def _contact_for(values: Mapping[str, Any], *, account: Account | None, owner: int | None, now: datetime, made: dict[str, Any]) -> Contact:
    known = {name: values[name] for name in ("first_name", "last_name", "phone", "title")}
    found = Contact.objects.filter(email=values["email"]).order_by("id").first() if values["email"] else None
    if found:
        _fill(found, known | ({"account_id": account.pk} if account else {}), "contact", made)
        return found
    made["new"].append("contact")
    return Contact.objects.create(email=values["email"], account=account, owner_id=owner, created_at=now, **known)


def _fill(row: Account | Contact, values: Mapping[str, Any], name: str, made: dict[str, Any]) -> None:
    """Blanks only."""
    filled = {key: value for key, value in values.items() if value and getattr(row, key) in ("", None)}
    for key, value in filled.items():
        setattr(row, key, value)
    if filled:
        row.save(update_fields=[key.removesuffix("_id") for key in filled])
        made["filled"][name] = filled


def _take_back(row: Account | Contact, name: str, made: Mapping[str, Any], *, in_use: bool) -> None:
    if name in made["new"] and not in_use:
        row.delete()
        return
    filled = {key: value for key, value in made["filled"].get(name, {}).items() if getattr(row, key) == value}
    for key in filled:
        field = row._meta.get_field(key.removesuffix("_id"))
        setattr(row, key, None if field.null else "")
    if filled:
        row.save(update_fields=[key.removesuffix("_id") for key in filled])


def _name(values: Mapping[str, Any]) -> str:
    return f"{values['first_name']} {values['last_name']}".strip()
