"""What could not be taken as it came is noted, and kept where a person sees it."""

from typing import Any

from leadloop.leads.domain.inquiry import LENGTHS


def cut(text: str, column: str, values: dict[str, Any]) -> str:
    """Shorten a text to what its column holds; the raw payload keeps it whole."""
    values["flaws"].append(f"{column}_too_long")
    return text[: LENGTHS[column]].rstrip()


def keep(values: dict[str, Any], column: str, flaw: str, given: object) -> None:
    """Note a flaw and keep what was given where a person sees it."""
    values["flaws"].append(flaw)
    try:
        text = given if isinstance(given, str) else repr(given)
    except ValueError:  # an integer of thousands of digits
        text = "?"
    values["custom"][f"{column}_as_given"] = text[:254]
