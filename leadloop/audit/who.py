"""Which lead somebody means: by number, e-mail, telephone number or the id it has elsewhere."""

from django.conf import settings

from leadloop.kernel.contact_points import email_address, phone_number
from leadloop.kernel.errors import Refused
from leadloop.leads.models import Lead
from leadloop.matching.models import MatchKey

SHOWN = 10


class NoSuchLead(Refused):
    """Nobody answers to it."""

    code, message, status = "no_such_lead", "No lead answers to “{asked}”. Give its number, e-mail, phone or external id.", 404


class SeveralLeads(Refused):
    """More than one does."""

    code, message, status = "several_leads", "{count} leads answer to “{asked}”: {numbers}. Name one by its number.", 409


def find_lead(asked: str) -> Lead:
    """The one lead meant.

    Raises:
        NoSuchLead, SeveralLeads.
    """
    text = asked.strip()
    if text.isascii() and text.isdecimal() and len(text) < 19:
        lead = Lead.objects.filter(pk=int(text)).first()
        if lead:
            return lead
    ids = sorted(_by_keys(text) or set(Lead.objects.filter(external_id=text).values_list("pk", flat=True)[:1000]) if text else set())
    if not ids:
        raise NoSuchLead(asked=asked)
    if len(ids) > 1:
        numbers = ", ".join(map(str, ids[:SHOWN])) + (" …" if len(ids) > SHOWN else "")
        raise SeveralLeads(asked=asked, count=len(ids), numbers=numbers)
    return Lead.objects.get(pk=ids[0])


def _by_keys(text: str) -> set[int]:
    email = email_address(text) if "@" in text else None
    phone = phone_number(text, settings.DEFAULT_COUNTRY) if any(char.isdigit() for char in text) and "@" not in text else None
    keys = [key for key in (email and f"e:{email}", phone and f"p:{phone}") if key]
    return set(MatchKey.objects.filter(key__in=keys).values_list("lead_id", flat=True)[:1000]) if keys else set()
