"""The questions that qualify the lead, and what was answered."""

from dataclasses import dataclass

from leadloop.leads.models import Lead
from leadloop.work.answers import Panel
from leadloop.work.opened import Opened

TEMPLATE = "work/panels/_answers.html"


@dataclass(frozen=True, slots=True)
class Answers:
    """The questions, and whether this person may answer them."""

    asked: Panel
    lead: Lead
    may_answer: bool


def read(opened: Opened) -> Answers | None:
    """None where nothing is asked of the lead. No query: other panels have to know what was answered too."""
    return Answers(opened.asked, opened.lead, opened.may_edit) if opened.asked else None
