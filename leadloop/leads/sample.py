"""Real leads to try a draft on: the newest ones, with everything that rules read."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from leadloop.db import bulk
from leadloop.db.clock import utc_now
from leadloop.leads import fields
from leadloop.leads.actions import load_cases
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.criteria import Vocabulary
from leadloop.leads.models import Lead, Source, Standing
from leadloop.leads.recalling import recall
from leadloop.leads.temperature import feel_at
from leadloop.teams.models import User

ENDED = ("won", "lost", "disqualified")
SAMPLE = 2_000
"""Leads in a preview at most: enough to see what a draft does, few enough to answer at once."""


class Sample(NamedTuple):
    """Cases, newest first, and how many there would have been."""

    cases: list[Case]
    first_at: datetime | None
    last_at: datetime | None

    @property
    def weeks(self) -> float:
        """How long the sample took to arrive; at least one week, so that a fresh install does not promise floods."""
        if not self.first_at or not self.last_at:
            return 1.0
        return max(1.0, (self.last_at - self.first_at).total_seconds() / 604_800)


def newest_open(limit: int = SAMPLE, *, touches: bool = False) -> Sample:
    """The newest open leads. Two queries; three with touches."""
    return _sample(Standing.objects.open().order_by("-received_at", "-lead_id").values_list("lead_id", flat=True)[:limit], touches=touches)


def newest(limit: int = SAMPLE, *, touches: bool = False) -> Sample:
    """The newest leads in any stage. Two queries; three with touches."""
    return _sample(Standing.objects.order_by("-received_at", "-lead_id").values_list("lead_id", flat=True)[:limit], touches=touches)


def ended(limit: int = SAMPLE, *, touches: bool = False) -> Sample:
    """The newest leads that have ended, won or not. Two queries; three with touches."""
    rows = Standing.objects.filter(stage__in=ENDED, closed_at__isnull=False).order_by("-lead_id")
    return _sample(rows.values_list("lead_id", flat=True)[:limit], touches=touches)


def reference_names() -> Vocabulary:
    """What references and declared fields of criteria are called: sources, people, pools. Four queries."""
    people = User.objects.order_by("name").values_list("pk", "name")
    sources = Source.objects.order_by("name").values_list("pk", "name")
    return Vocabulary({"source": dict(sources), "owner": dict(people), "pool": dict(pools())}, fields.known_now())


def pools() -> list[tuple[int, str]]:
    """(id, name) of each pool. Criteria may name one, as standings do, while the pools themselves are kept in a room above."""
    return [(number, name) for number, name in bulk.fetch("select id, name from routing_pool order by name")]


def segments() -> list[tuple[str, str]]:
    """(name, title) of each published segment, for criteria that name one. Kept in a room above, as pools are."""
    return [
        (name, title or name)
        for name, title in bulk.fetch("select name, title from segments_segment where status = 'published' order by title")
    ]


def lead_names(lead_ids: Iterable[int]) -> dict[int, Lead]:
    """The leads of a short list, by id. One query."""
    return Lead.objects.in_bulk(list(lead_ids))


def _sample(ids: Iterable[int], *, touches: bool) -> Sample:
    wanted = list(ids)
    found = load_cases(wanted)
    cases = [found[lead_id] for lead_id in wanted if lead_id in found]
    if touches:
        recall(cases)
    feel_at(cases, now=utc_now())
    moments = [case.standing["received_at"] for case in cases]
    return Sample(cases, min(moments, default=None), max(moments, default=None))
