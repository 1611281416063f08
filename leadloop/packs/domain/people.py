"""Sample people of a pack: what the file `sample` says of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leadloop.packs.domain.reading import Reader

MOST_LEADS = 100


@dataclass(frozen=True, slots=True)
class Persona:
    """A kind of person who asks. `weight` is their share; `values` says what they fill in.

    A value is a constant, a list to pick from, or a table: {from, to, step} a number, {days_from, days_to} a day that many days from
    now, {of, chance} any of these, filled in with that chance (0 to 1), {some_of, most} one or more of a list.
    """

    weight: int
    reach: str  # both, email, phone
    campaigns: tuple[str, ...]
    messages: tuple[str, ...]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """Leads of invented people, the same for the same seed and moment."""

    leads: int
    seed: int
    days: int  # over which they came in
    area_codes: tuple[str, ...]
    places: tuple[tuple[str, str], ...]  # city, region
    companies: bool  # whether people write for a company
    personas: tuple[Persona, ...]


def read_sample(file: Reader) -> Sample:
    """The file `sample`, checked."""
    personas = []
    for one in file.tables("people"):
        persona = Persona(
            one.whole("weight", 1, 100, default=1),
            one.choice("reach", ("both", "email", "phone"), default="both"),
            one.texts("campaigns"),
            one.texts("messages"),
            one.table("values"),
        )
        for name, value in persona.values.items():
            if not _can_be_drawn(value):
                one.refuse(f"values.{name}", "must be a value, a list to pick from, or a table that says how to draw one")
        personas.append(persona)
        one.done()
    if not personas:
        file.refuse("people", "must name at least one kind of person")
    places = tuple(_place(text, file) for text in file.texts("places"))
    return Sample(
        file.whole("leads", 1, MOST_LEADS),
        file.whole("seed", 0, 10**9, default=1),
        file.whole("days", 1, 365, default=30),
        file.texts("area_codes") or ("212",),
        places or (("Springfield", "IL"),),
        file.flag("companies"),
        tuple(personas),
    )


def _place(text: str, file: Reader) -> tuple[str, str]:
    city, comma, region = text.partition(", ")
    return (city, region) if comma else file.refuse("places", f"{text!r} must be a city and a region with a comma between")


def _can_be_drawn(value: Any) -> bool:
    if isinstance(value, dict):
        keys = set(value)
        if keys == {"of", "chance"}:
            return _can_be_drawn(value["of"]) and isinstance(value["chance"], int | float) and 0 <= value["chance"] <= 1
        return keys in ({"from", "to"}, {"from", "to", "step"}, {"days_from", "days_to"}, {"some_of", "most"})
    return isinstance(value, str | int | float | bool) or (isinstance(value, list) and bool(value))
