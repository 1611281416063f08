"""What of a lead and its touches outlives the person: what counts, and nothing that says who it was. Pure."""

from collections.abc import Mapping
from typing import Any

KEPT_WHEN_ANONYMISED = ("country", "industry", "employees", "budget_cents", "currency", "product", "campaign")
"""Columns of a lead that say nothing of a person by themselves; of `marks` the campaign's own stay."""
MARKS = frozenset({"utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"})
DECISIONS = ("score", "definition", "route", "junk", "campaign")
"""What a touch of somebody anonymised still says of why; the campaign stays as the lead's own does, for rules and counts of campaigns.
The source is a number of ours and stays always: a deleted lead keeps its line in the counts of its source."""
CODES = frozenset(
    {"reason", "until", "amount_cents", "currency", "outcome", "from", "void_of", "undid", "undid_touch", "person", "undo", "end", "before"}
    | {"finished", "planned", "filled", "verdict", "how"}
)
"""Keys of a touch's data that hold codes, moments, numbers and ids of ours."""
IN_CODES = frozenset({"rewritten", "corrected", "tempered"})
"""Kinds whose `was` and `now` are reasons, amounts and temperatures; those of an edit are the person's own words."""
IN_WORDS = frozenset({"released"})
"""Kinds whose `reason` is no code: people write it."""


def blank_columns(values: Mapping[str, Any], *, deleted: bool) -> dict[str, Any]:
    """New values for every column of a lead."""
    kept = () if deleted else KEPT_WHEN_ANONYMISED
    blanks = {name: values[name] if name in kept else _blank(value) for name, value in values.items()}
    if not deleted:
        blanks["marks"] = {name: value for name, value in values["marks"].items() if name in MARKS}
    return blanks


def touch_data(kind: str, data: Mapping[str, Any], *, deleted: bool) -> dict[str, Any]:
    """What a touch still says. `became` stays whole: what stands is its last word, and `leadloop verify` proves it."""
    codes = CODES | {"was", "now"} if kind in IN_CODES else CODES - {"reason"} if kind in IN_WORDS else CODES
    kept = {key: value for key, value in data.items() if key == "became" or key in codes or isinstance(value, bool | int | float)}
    if not deleted:
        kept |= {key: data[key] for key in DECISIONS if key in data}
    return kept


def without(value: Any, words: tuple[str, ...]) -> Any:
    """A value of JSON without every text, key or value, that holds one of the words, whatever its case."""
    if isinstance(value, str):
        folded = value.casefold()
        return "" if any(word in folded for word in words) else value
    if isinstance(value, Mapping):
        return {key: without(inner, words) for key, inner in value.items() if without(key, words)}
    if isinstance(value, list):
        return [without(inner, words) for inner in value]
    return value


def words_of(values: Mapping[str, Any]) -> set[str]:
    """What the person is looked for by where nothing else leads there: address, number, full name; folded."""
    full = f"{values['first_name']} {values['last_name']}".strip()
    found = {values["email"], values["phone"], values["phone_raw"], full if values["first_name"] and values["last_name"] else ""}
    return {word.casefold() for word in found if len(word) >= SHORTEST}


SHORTEST = 5
"""Letters below which a word is not looked for: it would be found everywhere."""


def _blank(value: Any) -> Any:
    if isinstance(value, str):
        return ""
    return {} if isinstance(value, dict) else [] if isinstance(value, list) else None
