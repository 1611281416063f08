"""What we know, in groups: our own fields, then the declared ones, sensitive values masked."""

from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localtime

from leadloop.leads.sensitive import held
from leadloop.templatetags import words
from leadloop.work.declared_facts import Fact, declared_facts
from leadloop.work.opened import Opened

TEMPLATE = "work/panels/_details.html"


@dataclass(frozen=True, slots=True)
class Details:
    """Facts under headings; `may_reveal`: something is masked, and this person may ask for it."""

    lead_id: int
    facts: dict[str, list[tuple[str, str]]]
    declared: dict[str, list[Fact]]
    may_reveal: bool


def read(opened: Opened) -> Details:
    """No query."""
    lead = opened.lead
    masks = bool(held(lead.custom, opened.sensitive) or (opened.asked and opened.asked.masks))
    return Details(
        lead_id=lead.pk,
        facts=_facts(opened),
        declared=declared_facts(lead.custom, lead.flaws, opened.specs, opened.hidden),
        may_reveal=opened.viewer.may_see_sensitive and not opened.revealed and masks,
    )


def _facts(opened: Opened) -> dict[str, list[tuple[str, str]]]:
    """Blanks left out."""
    lead, standing = opened.lead, opened.standing
    budget = "" if lead.budget_cents is None else words.money(lead.budget_cents, lead.currency)
    groups: dict[str, list[tuple[str, Any]]] = {
        "Company": [
            ("Name", lead.company),
            ("Domain", lead.company_domain),
            ("Industry", lead.industry),
            ("People", "" if lead.employees is None else f"{lead.employees:,}"),
            ("Website", lead.website),
        ],
        "Wish": [("Product", lead.product), ("Budget", budget)],
        "Origin": [
            ("Source", standing.source.name),
            ("Campaign", lead.campaign),
            *((str(name), str(value)) for name, value in sorted(lead.marks.items())),
            ("Received", f"{localtime(standing.received_at):%d %b %Y, %H:%M}"),
        ],
    }
    shown = {title: [(label, value) for label, value in facts if value] for title, facts in groups.items()}
    return {title: facts for title, facts in shown.items() if facts}
