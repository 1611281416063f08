"""What one submission says, cleaned: the facts a lead is made of, the keys it is recognised by, the permissions it gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from leadloop.leads.domain.places import NOWHERE

# The text columns of a lead and the longest text of each. `leads.models.Lead` has the same lengths; a test compares them.
LENGTHS: Final[Mapping[str, int]] = {
    "external_id": 200, "first_name": 100, "last_name": 100, "email": 254, "phone": 16, "phone_raw": 60,
    "company": 200, "company_domain": 253, "title": 150, "website": 500,
    "street": 300, "city": 120, "region": 120, "postal_code": 20, "country": 2,
    "industry": 120, "product": 200, "message": 10_000, "campaign": 200, "currency": 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConsentClaim:
    """A permission that a submission says was given or refused; the consent room decides what it is worth."""

    purpose: str  # "marketing" where nothing is said
    channel: str  # email | phone | sms | post | any
    granted: bool
    text: str  # the words the person saw
    version: str
    url: str
    ip: str
    evidence: dict[str, object]  # certificates and whatever else the door knows


NO_WORDS: Final[Mapping[str, object]] = MappingProxyType({})


class Inquiry(NamedTuple):
    """One submission, normalised.

    `values` holds every column of a lead: the text columns of `LENGTHS` ('' where nothing is known), `employees`, `budget_cents` and the
    place (None), `marks` and `custom` (dict), `flaws` (list of words such as "email_invalid"). `keys` are match keys, the surest
    first: "x:<source>:<id at the source>", "e:<e-mail>", "p:<E.164>".
    """

    submission_id: int
    door: str
    source_id: int
    received_at: datetime  # aware UTC
    values: dict[str, Any]
    keys: tuple[str, ...]
    consents: tuple[ConsentClaim, ...]
    blank_words: Mapping[str, object] = NO_WORDS  # custom fields that said "None", "N/A" and the like: blank, unless that is a choice


def blank_values() -> dict[str, Any]:
    """The values of an inquiry that says nothing; the caller owns them."""
    return {**_BLANK, "marks": {}, "custom": {}, "flaws": []}


_BLANK: Final[Mapping[str, Any]] = {**dict.fromkeys(LENGTHS, ""), "employees": None, "budget_cents": None, **NOWHERE}
