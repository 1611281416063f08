"""Accounts and contacts: lists and pages."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from leadloop.db.clock import utc_now
from leadloop.leads.models import Account, Contact, Standing
from leadloop.teams.models import User
from leadloop.web.access import signed_in
from leadloop.web.paging import Order, links, page_ids, read_cursor
from leadloop.work.list_rows import LeadRow, load_rows
from leadloop.work.pipeline import cards_of, leads_behind, visible_accounts, visible_contacts, visible_opportunities

PAGE = 50
NEWEST = Order("id")


@require_GET
@signed_in
def list_accounts(request: HttpRequest) -> HttpResponse:
    """Newest first; words look at the beginning of name and domain."""
    words = _words(request)
    person: Any = request.user
    rows = visible_accounts(person)
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(domain__icontains=word))
    context = _page(request, rows, words)
    context["rows"] = (
        Account.objects.filter(pk__in=context.pop("ids"))
        .select_related("owner")
        .annotate(
            people=Count("contacts", distinct=True, filter=_among("contacts", visible_contacts(person))),
            deals=Count("opportunities", distinct=True, filter=_among("opportunities", visible_opportunities(person))),
        )
        .order_by("-pk")
    )
    return render(request, "work/accounts.html", context)


@require_GET
@signed_in
def show_account(request: HttpRequest, account_id: int) -> HttpResponse:
    person: Any = request.user
    account = get_object_or_404(visible_accounts(person).select_related("owner"), pk=account_id)
    deals = list(visible_opportunities(person).filter(account=account).select_related("owner", "account").order_by("-pk")[:PAGE])
    context = {
        "account": account,
        "contacts": list(visible_contacts(person).filter(account=account).order_by("-pk")[:PAGE]),
        "cards": cards_of(deals),
        "rows": _leads(person, leads_behind(account=account.pk)),
    }
    return render(request, "work/account.html", context)


@require_GET
@signed_in
def list_contacts(request: HttpRequest) -> HttpResponse:
    words = _words(request)
    rows = visible_contacts(request.user)  # type: ignore[arg-type]  # signed in
    for word in words.split():
        rows = rows.filter(
            Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word) | Q(account__name__icontains=word)
        )
    context = _page(request, rows, words)
    context["rows"] = Contact.objects.filter(pk__in=context.pop("ids")).select_related("owner", "account").order_by("-pk")
    return render(request, "work/contacts.html", context)


@require_GET
@signed_in
def show_contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    person: Any = request.user
    contact = get_object_or_404(visible_contacts(person).select_related("owner", "account"), pk=contact_id)
    deals = list(visible_opportunities(person).filter(contact=contact).select_related("owner", "account").order_by("-pk")[:PAGE])
    context = {
        "contact": contact,
        "may_see_account": contact.account_id and visible_accounts(person).filter(pk=contact.account_id).exists(),
        "cards": cards_of(deals),
        "rows": _leads(person, leads_behind(contact=contact.pk)),
    }
    return render(request, "work/contact.html", context)


def _among(relation: str, visible: QuerySet[Any]) -> Q:
    """Of a relation, what the person may see."""
    return Q((f"{relation}__in", visible.values("pk")))


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:100]


def _page(request: HttpRequest, rows: QuerySet[Any], words: str) -> dict[str, Any]:
    """The ids of one page, and the ways to its neighbours. One query."""
    page = page_ids([rows], NEWEST, cursor=read_cursor(request.GET.get("at", "")), size=PAGE)
    newer, older = links(page, page.ids)
    asked = {"q": words} if words else {}
    return {
        "ids": page.ids,
        "words": words,
        "newer_url": f"?{urlencode({**asked, 'at': newer})}" if newer else "",
        "older_url": f"?{urlencode({**asked, 'at': older})}" if older else "",
    }


def _leads(person: User, ids: list[int]) -> list[LeadRow]:
    visible = list(Standing.objects.visible_to(person).filter(pk__in=ids).order_by("-pk").values_list("pk", flat=True))
    return load_rows(visible, now=utc_now())
