"""What the lead became: account, contact and deal, and the way back."""

from dataclasses import dataclass

from leadloop.leads.domain.stages import Stage
from leadloop.leads.models import Account, Contact
from leadloop.outcomes.models import Conversion, Opportunity
from leadloop.work.offered import Offer
from leadloop.work.opened import Opened

TEMPLATE = "work/panels/_conversion.html"
SOLD = frozenset({Stage.CONVERTED, Stage.WON, Stage.LOST})
"""Stages of a lead that became something; `leadloop verify` proves that no other has a conversion in force."""
TONES = {Opportunity.State.WON: "green", Opportunity.State.LOST: "red"}


@dataclass(frozen=True, slots=True)
class Became:
    """Each of the three may be missing; `unconvert` takes them back."""

    account: Account | None
    contact: Contact | None
    deal: Opportunity | None
    tone: str
    unconvert: Offer | None


def read(opened: Opened) -> Became | None:
    """None for a lead that was not converted. At most one query."""
    if opened.standing.stage not in SOLD:
        return None
    live = Conversion.objects.filter(lead_id=opened.standing.pk, undone_at=None)
    row = live.select_related("account", "contact", "opportunity").first()
    if row is None:
        return None
    tone = TONES.get(Opportunity.State(row.opportunity.state), "cyan") if row.opportunity else "gray"
    return Became(row.account, row.contact, row.opportunity, tone, opened.offers.get("unconvert"))
