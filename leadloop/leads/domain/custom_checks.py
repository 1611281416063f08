"""Whether a declaration of a field stands, and in which words it does not."""

import re
from collections.abc import Mapping
from typing import Any

from leadloop.kernel.drafts import Problem
from leadloop.leads.domain.custom_fields import (
    DECIMAL_LIMIT,
    KIND_WORDS,
    LIMITS,
    LONGEST_CHOICE,
    MOST_CHOICES,
    MOST_PLACES,
    PATTERNS,
    SLUG,
    WITH_CHOICES,
    Kind,
    Sensitivity,
)

PARTS = frozenset({"name", "label", "type", "choices", "limits", "required", "group", "help", "sensitivity", "filterable", "pack"})


def problems(given: Any) -> list[Problem]:
    """What keeps a declaration from standing; [] when nothing does."""
    if not isinstance(given, Mapping):
        return [Problem("", "A field is an object.")]
    name, label, kind = given.get("name"), given.get("label"), given.get("type")
    place = str(label or name or "A field")[:80]
    found = [Problem(place, f"There is no part called {part}.") for part in given if part not in PARTS]
    if not isinstance(name, str) or not SLUG.fullmatch(name):
        found.append(Problem(place, "Its name has small letters, digits and underscores, begins with a letter, and has at most 60."))
    if not isinstance(label, str) or not 1 <= len(label.strip()) <= 80:
        found.append(Problem(place, "Give it a label of 1 to 80 characters."))
    if kind not in {one.value for one in Kind}:
        return [*found, Problem(place, f"Its type is one of {', '.join(one.value for one in Kind)}.")]
    found += _wrong_texts(given, place) + _wrong_choices(given.get("choices", ()), Kind(kind), place)
    return found + _wrong_limits(given.get("limits", {}), Kind(kind), place)


def _wrong_texts(given: Mapping[str, Any], place: str) -> list[Problem]:
    found = [
        Problem(place, f"Its {part} is a text of at most {most} characters.")
        for part, most in (("group", 60), ("help", 300), ("pack", 60))
        if not isinstance(given.get(part, ""), str) or len(given.get(part, "")) > most
    ]
    if given.get("sensitivity", "plain") not in {one.value for one in Sensitivity}:
        found.append(Problem(place, "It is plain, personal or sensitive."))
    return found


def _wrong_choices(choices: Any, kind: Kind, place: str) -> list[Problem]:
    if not isinstance(choices, list | tuple) or not all(isinstance(one, str) for one in choices):
        return [Problem(place, "Its choices are a list of texts.")]
    if kind not in WITH_CHOICES:
        return [Problem(place, "Only a field of choices has choices.")] if choices else []
    if not 1 <= len(choices) <= MOST_CHOICES or any(not 1 <= len(one.strip()) <= LONGEST_CHOICE for one in choices):
        return [Problem(place, f"Give it 1 to {MOST_CHOICES} choices of at most {LONGEST_CHOICE} characters.")]
    folded = [one.strip().casefold() for one in choices]
    twice = sorted({one for one in folded if folded.count(one) > 1})
    return [Problem(place, f"The choice “{one}” is there twice.") for one in twice]


def _wrong_limits(limits: Any, kind: Kind, place: str) -> list[Problem]:
    if not isinstance(limits, Mapping):
        return [Problem(place, "Its limits are an object.")]
    found = [Problem(place, f"{KIND_WORDS[kind]} has no limit called {key}.") for key in limits if kind not in LIMITS.get(str(key), ())]
    if found:
        return found
    for key, low, high in (("length", 1, 10_000), ("places", 1, MOST_PLACES)):
        value = limits.get(key)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high):
            found.append(Problem(place, f"Its {key} is a whole number from {low} to {high:,}."))
    for key in ("min", "max"):
        value = limits.get(key)
        if value is not None and (not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= DECIMAL_LIMIT):
            found.append(Problem(place, f"Its {key} is a number."))
    if not found and limits.get("min") is not None and limits.get("max") is not None and limits["min"] > limits["max"]:
        found.append(Problem(place, "Its lowest value is above its highest."))
    if limits.get("pattern", "") not in PATTERNS:
        found.append(Problem(place, f"Its pattern is one of {', '.join(key for key in PATTERNS if key)}."))
    if "currency" in limits and not re.fullmatch("[A-Z]{3}", str(limits["currency"])):
        found.append(Problem(place, "Its currency is three capital letters, such as EUR."))
    return found
