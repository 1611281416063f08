"""A lead that somebody opened: what several panels of its page need, read once and handed to each of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from leadloop.db.versions import current_epoch
from leadloop.leads.domain.custom_fields import FieldSpec
from leadloop.leads.domain.masks import sensitive_names
from leadloop.leads.fields import ever_declared
from leadloop.leads.models import Lead, Standing
from leadloop.outcomes import reasons
from leadloop.outcomes.domain.reasons import Labels
from leadloop.routing.models import Draw
from leadloop.teams.models import User
from leadloop.work.answers import Panel, panel_of
from leadloop.work.decisions import draws_of, names_for
from leadloop.work.domain.rights import steps_for
from leadloop.work.domain.story import Names, why_theirs
from leadloop.work.history import History, read_history
from leadloop.work.models import Task
from leadloop.work.offered import Offer, offers_for
from leadloop.work.score_story import ScoreStory, read_score

TASKS = 20


@dataclass(frozen=True, slots=True)
class Opened:
    """One lead as one person sees it at one moment."""

    standing: Standing
    viewer: User
    now: datetime
    revealed: bool  # the person asked for sensitive values, and that was written down
    epoch: int
    specs: Mapping[str, FieldSpec]
    sensitive: frozenset[str]
    steps: frozenset[str]
    offers: Mapping[str, Offer]
    history: History
    draws: Mapping[int, Draw]
    names: Names
    labels: Callable[[], Labels]  # what reasons are called; asked for once, and only where something ended
    score: ScoreStory
    asked: Panel | None
    tasks: list[Task]

    @property
    def lead(self) -> Lead:
        return self.standing.lead

    @property
    def hidden(self) -> frozenset[str]:
        """Fields whose values are masked on this page: for everybody, until they ask."""
        return frozenset() if self.revealed else self.sensitive

    @property
    def may_edit(self) -> bool:
        return "edit" in self.steps

    @property
    def why(self) -> str:
        """Why the lead is in these hands, or in none."""
        handed = self.history.handed
        if handed is None:
            return ""
        owner, viewer = self.standing.owner_id, self.viewer.pk
        return why_theirs(handed.kind, handed.data, self.names, actor=handed.actor_id, owner=owner, viewer=viewer)


def open_lead(standing: Standing, viewer: User, *, now: datetime, revealed: bool = False) -> Opened:
    """What is shared. Six queries, but for several models, thresholds, frameworks with criteria and mass rescorings."""
    epoch = current_epoch()
    specs = ever_declared(epoch)
    sensitive = sensitive_names(specs)
    unseen = frozenset[str]() if viewer.may_see_sensitive else sensitive
    history = read_history(standing.pk)
    scored = next(iter(history.scored), None)
    touches = [*history.newest, *(touch for touch in (scored, history.handed) if touch)]
    draws = draws_of(touches)
    people = [row[0] for draw in draws.values() for row in draw.roster] + ([standing.owner_id] if standing.owner_id else [])
    labels = cache(reasons.labels)
    names = names_for(touches, people=people, hidden=unseen, draws=draws, labels=labels)
    steps = steps_for(standing.stage, owner=standing.owner_id, person=viewer.pk, role=viewer.role)
    return Opened(
        standing=standing,
        viewer=viewer,
        now=now,
        revealed=revealed,
        epoch=epoch,
        specs=specs,
        sensitive=sensitive,
        steps=steps,
        offers={offer.name: offer for offer in offers_for(standing.pk, steps)},
        history=history,
        draws=draws,
        names=names,
        labels=labels,
        score=read_score(standing, history.scored, names, epoch=epoch, now=now, hidden=unseen),
        asked=panel_of(standing, sensitive, said=history.said, epoch=epoch, revealed=revealed),
        tasks=list(Task.objects.filter(lead_id=standing.pk, done_at=None).select_related("person").order_by("due_at")[:TASKS]),
    )
