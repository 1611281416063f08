"""What happened, newest first."""

from dataclasses import dataclass

from leadloop.leads.models import Lead
from leadloop.work.opened import Opened
from leadloop.work.timeline import Timeline, tell

TEMPLATE = "work/panels/_timeline.html"


@dataclass(frozen=True, slots=True)
class Happened:
    """The first page of the timeline."""

    timeline: Timeline
    lead: Lead


def read(opened: Opened) -> Happened:
    """No query: the touches are shared. Sensitive values are masked even where they are revealed: a touch may be printed."""
    told = tell(opened.history.newest, opened.names, hidden=opened.sensitive)
    return Happened(Timeline(told, opened.history.older), opened.lead)
