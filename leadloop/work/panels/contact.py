"""How to reach the lead, and what is wrong with what they gave."""

from dataclasses import dataclass

from leadloop.leads.domain.custom_fields import PREFIX
from leadloop.leads.models import Lead
from leadloop.templatetags import words
from leadloop.templatetags.ui import flag_text
from leadloop.work.declared_facts import flaw_words
from leadloop.work.opened import Opened

TEMPLATE = "work/panels/_contact.html"


@dataclass(frozen=True, slots=True)
class Reach:
    """Telephone, mail and place."""

    lead: Lead
    place: str
    flaws: list[str]
    may_edit: bool


def read(opened: Opened) -> Reach:
    """No query."""
    lead = opened.lead
    flaws = [flaw_words(one, opened.specs) if one.startswith(PREFIX) else flag_text(one) for one in lead.flaws]
    return Reach(lead, _place(lead), flaws, opened.may_edit)


def _place(lead: Lead) -> str:
    town = f"{lead.postal_code} {lead.city}".strip()
    return ", ".join(part for part in (lead.street, town, lead.region, words.country_name(lead.country)) if part)
