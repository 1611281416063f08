"""The editor of a form: what its page posts, as a spec; and the small moves between two posts."""

from collections.abc import Mapping
from typing import Any, Final

from leadloop.capture.domain.form_spec import MOST_CONSENTS, MOST_FIELDS
from leadloop.leads.domain.custom_fields import FieldSpec

_TEXTS: Final = ("source", "intro", "thanks", "button")
BLANK_FIELD: Final[Mapping[str, Any]] = {"name": "", "label": "", "type": "text", "required": False, "options": [], "hint": ""}
BLANK_BOX: Final[Mapping[str, Any]] = {"purpose": "marketing", "channel": "email", "text": "", "required": False}
BLANK_FORM: Final[Mapping[str, Any]] = {
    "source": "Website form",
    "intro": "Tell us what you need.",
    "fields": [
        {"name": "name", "label": "Your name", "type": "text", "required": True},
        {"name": "email", "label": "E-mail", "type": "email", "required": True},
        {"name": "message", "label": "How can we help?", "type": "textarea", "required": False},
    ],
    "consents": [],
    "thanks": "We have your message and will be in touch shortly.",
}


def posted_spec(posted: Mapping[str, str], kept: Mapping[str, Any]) -> dict[str, Any]:
    """The spec that the page shows; keys that the page does not know stay as they are in `kept`."""
    spec = {**kept, **{key: posted.get(key, "").strip() for key in _TEXTS}, "json": posted.get("json") == "on"}
    spec["fields"] = [_field(posted, f"field-{place}-") for place in range(_count(posted, "fields", MOST_FIELDS))]
    spec["consents"] = [_box(posted, f"consent-{place}-") for place in range(_count(posted, "consents", MOST_CONSENTS))]
    return spec


def moved(spec: dict[str, Any], do: str, declared: Mapping[str, FieldSpec] | None = None) -> dict[str, Any]:
    """The spec after a move: add:fields, add:fields:cover (a declared field), add:consents, remove:fields:2, up:fields:2, down:consents:0.

    An odd one changes nothing.
    """
    verb, _, rest = do.partition(":")
    kind, _, number = rest.partition(":")
    if kind not in ("fields", "consents"):
        return spec
    items = list(spec[kind])
    place = int(number) if number.isdecimal() and len(number) < 4 else -1
    if verb == "add" and len(items) < (MOST_FIELDS if kind == "fields" else MOST_CONSENTS):
        known = (declared or {}).get(number) if kind == "fields" else None
        if number and known is None:
            return spec
        asked = {"name": known.name, "label": known.label, "required": known.required, "hint": known.help} if known else {}
        items.append({**(BLANK_FIELD if kind == "fields" else BLANK_BOX), **asked})
    elif verb == "remove" and 0 <= place < len(items):
        del items[place]
    elif verb == "up" and 0 < place < len(items):
        items[place - 1], items[place] = items[place], items[place - 1]
    elif verb == "down" and 0 <= place < len(items) - 1:
        items[place + 1], items[place] = items[place], items[place + 1]
    return {**spec, kind: items}


def _field(posted: Mapping[str, str], start: str) -> dict[str, Any]:
    lines = [line.strip() for line in posted.get(f"{start}options", "").splitlines()]
    return {
        "name": posted.get(f"{start}name", "").strip(),
        "label": posted.get(f"{start}label", "").strip(),
        "type": posted.get(f"{start}type", "text"),
        "required": posted.get(f"{start}required") == "on",
        "options": [line for line in lines if line],
        "hint": posted.get(f"{start}hint", "").strip(),
    }


def _box(posted: Mapping[str, str], start: str) -> dict[str, Any]:
    return {
        "purpose": posted.get(f"{start}purpose", "").strip(),
        "channel": posted.get(f"{start}channel", "email"),
        "text": posted.get(f"{start}text", "").strip(),
        "required": posted.get(f"{start}required") == "on",
    }


def _count(posted: Mapping[str, str], name: str, most: int) -> int:
    text = posted.get(name, "0")
    return min(int(text), most) if text.isdecimal() and len(text) < 4 else 0
