"""What is known of a lead at capture, as a model may read it: nothing that names a person, nothing sensitive, nothing written later."""

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from leadloop.learning.domain.lexicon import is_sensitive

PLAIN = ("title", "industry", "product", "campaign", "country", "region", "city", "currency", "message")
NUMBERS = ("employees", "budget_cents")
PRESENCE = ("phone", "company", "website", "street", "first_name", "last_name")
"""Of these only whether they were given is looked at."""
MOST_COLUMNS, LEAST_SHARE = 150, 0.01
PREFIX = 3
"""Characters of a postal code that are looked at: a district, not a house."""
LABELS: Mapping[str, str] = {
    "source": "Source", "door": "Door", "hour": "Hour of the day", "weekday": "Day of the week", "title": "Job title", "email": "E-mail",
    "industry": "Industry", "product": "Product", "campaign": "Campaign", "country": "Country", "region": "Region", "city": "City",
    "currency": "Currency", "message": "Message", "employees": "Employees", "budget_cents": "Budget",
    "postal_code": "Postal district", "flaws": "Unreadable fields", "phone": "Phone given", "company": "Company given",
    "website": "Website given", "street": "Street given", "first_name": "First name given", "last_name": "Last name given",
}  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def facts_at_capture(
    values: Mapping[str, Any], *, source_id: int, door: str, received_at: datetime, zone: tzinfo, hidden: Iterable[str] = ()
) -> dict[str, object]:
    """The columns of one lead, from its first inquiry.

    Args:
        values: of the inquiry, by the names of a lead's columns.
        zone: the one in which hours and days are meant.
        hidden: names of custom fields that are declared sensitive.
    """
    local = received_at.astimezone(zone)
    facts: dict[str, object] = {"source": f"#{source_id}", "door": door, "hour": local.hour, "weekday": WEEKDAYS[local.weekday()]}
    for name in PLAIN:
        facts[name] = values[name]
    for name in NUMBERS:
        facts[name] = "" if values[name] is None else values[name]
    for name in PRESENCE:
        facts[name] = "given" if values[name] else ""
    facts["email"] = f"x@{values['email'].rpartition('@')[2]}" if values["email"] else ""
    facts["postal_code"] = values["postal_code"][:PREFIX]
    facts["flaws"] = len(values["flaws"])
    for group in ("marks", "custom"):
        for name, value in values[group].items():
            if name not in hidden and not is_sensitive(name) and (said := plain(value)) is not None:
                facts[f"{group}.{name}"] = said
    return facts


def plain(value: object) -> str | int | float | None:
    """A stored value as one cell: choices joined, an amount in whole units of its currency; None for what is neither word nor number."""
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, list):
        return ", ".join(sorted(str(one) for one in value))
    if isinstance(value, dict) and isinstance(value.get("cents"), int):
        return int(value["cents"]) / 100
    return None


def columns_of(rows: list[dict[str, object]]) -> dict[str, list[object]]:
    """Rows as columns. One that hardly any lead has says nothing of most; of too many the commonest are kept."""
    counts: dict[str, int] = {}
    for row in rows:
        for name, value in row.items():
            if value != "":
                counts[name] = counts.get(name, 0) + 1
    kept = sorted((name for name, count in counts.items() if count >= LEAST_SHARE * len(rows)), key=lambda name: (-counts[name], name))
    return {name: [row.get(name, "") for row in rows] for name in sorted(kept[:MOST_COLUMNS])}


def label_of(column: str) -> str:
    """What a column is called on a page."""
    if column in LABELS:
        return LABELS[column]
    return column.partition(".")[2].replace("_", " ").strip().capitalize() or column
