"""What people scrub most, as criteria; and what can be done with it. Pure."""

from dataclasses import dataclass
from typing import Any

from leadloop.leads.domain import criteria

ACTIONS = {
    "recycle": "Recycle: back to nurture, until a day",
    "disqualify": "Disqualify: not for us, out of the way",
    "anonymise": "Anonymise: the person goes, country, product and history stay",
    "delete": "Delete: nothing stays but a line in the counts",
}
FOR_GOOD = frozenset({"anonymise", "delete"})
"""What cannot be undone."""
LONGEST = 36_500  # days
DUPLICATES, CUSTOM = "duplicates", "custom"


@dataclass(frozen=True, slots=True)
class Preset:
    """A usual wish. `days` is the usual age; 0 where age is not asked for."""

    title: str
    says: str
    days: int = 0


PRESETS = {
    "old": Preset("Older than", "Leads that came in longer ago, and neither are nor were a deal.", 730),
    "dead": Preset("Dead addresses", "The e-mail address or number does not work, and there is no other way to reach them."),
    "untouched": Preset("Never touched", "Open leads that came in longer ago, and nobody ever got in touch with.", 180),
    "junk": Preset("Old junk", "Marked as junk longer ago.", 90),
    "ended": Preset("Old ends", "Disqualified or lost longer ago.", 730),
    DUPLICATES: Preset("Duplicates", "Leads that share an address or number with an older one, and neither are nor were a deal."),
    CUSTOM: Preset("By criteria", "Whatever you say."),
}
_NO_DEAL = {"field": "stage", "op": "none_of", "value": ["converted", "won", "lost"]}


def spec_of(
    preset: str, *, days: int, zone: str, asked: dict[str, Any] | None, catalogue: criteria.Catalogue = criteria.CATALOGUE
) -> dict[str, Any]:
    """The criteria that a preset stands for; `duplicates` has a part that criteria cannot say.

    Raises:
        CriteriaInvalid: what was asked for does not stand.
        KeyError: there is no such preset.
    """
    blank = {"field": "phone", "op": "is_blank"}
    dead_mail = {"any": [{"field": "email", "op": "is_blank"}, {"field": "flaws", "op": "contains", "value": "email_invalid"}]}
    specs: dict[str, dict[str, Any]] = {
        "old": {"all": [_before("received_at", days, zone), _NO_DEAL]},
        "dead": {"all": [dead_mail, blank, _NO_DEAL]},
        "untouched": {
            "all": [
                {"field": "is_open", "op": "is_true"},
                {"field": "first_touch_at", "op": "is_blank"},
                _before("received_at", days, zone),
            ]
        },
        "junk": {"all": [{"field": "stage", "op": "is", "value": "junk"}, _before("closed_at", days, zone)]},
        "ended": {"all": [{"field": "stage", "op": "one_of", "value": ["disqualified", "lost"]}, _before("closed_at", days, zone)]},
        DUPLICATES: _NO_DEAL,
        CUSTOM: asked or {"any": []},
    }
    return criteria.dump(criteria.parse(specs[preset], catalogue))


def _before(field: str, days: int, zone: str) -> dict[str, Any]:
    """Longer ago than so many local days, and not blank."""
    past = {"field": field, "op": "not_in_last_days", "value": max(1, days), "zone": zone}
    return {"all": [past, {"field": field, "op": "is_not_blank"}]}


def confirmation(action: str, leads: int) -> str:
    """What a person types before something goes for good: "DELETE 12"."""
    return f"{action.upper()} {leads}"
