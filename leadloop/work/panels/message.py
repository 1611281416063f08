"""What the person wrote."""

from dataclasses import dataclass

from leadloop.work.opened import Opened

TEMPLATE = "work/panels/_message.html"


@dataclass(frozen=True, slots=True)
class Message:
    """Their own words."""

    text: str


def read(opened: Opened) -> Message | None:
    """None where they wrote nothing. No query."""
    return Message(opened.lead.message) if opened.lead.message else None
