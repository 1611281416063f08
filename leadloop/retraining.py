"""Background jobs of learning that involve several rooms: training from outcomes, judging open leads, watching for drift."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django_tasks import task

from leadloop.db import bulk, queue
from leadloop.db.clock import utc_now
from leadloop.db.queue import leave_once
from leadloop.db.versions import current_epoch
from leadloop.intake import actions as intake
from leadloop.intake.domain.normalise import normalise
from leadloop.leads import actions as leads
from leadloop.leads.domain.criteria.reading import reads_learned
from leadloop.leads.domain.inquiry import Inquiry
from leadloop.leads.domain.stages import Stage
from leadloop.leads.models import Lead, Standing
from leadloop.leads.recalling import asked_of
from leadloop.learning import drifting, runs
from leadloop.learning.actions import Cards, Word, cards_in_force, facts_of, hear, hidden_fields, insert, report_zone
from leadloop.learning.domain.capture import columns_of
from leadloop.learning.domain.table import Table
from leadloop.learning.failing import keep_failure
from leadloop.learning.models import Likelihood, Training
from leadloop.learning.process import train
from leadloop.routing.models import Route
from leadloop.scoring.models import Definition, ScoreModel
from leadloop.scoring.rescoring import ask_rescoring
from leadloop.segments.published import segments_in_force
from leadloop.segments.tasks import rebuild_members
from leadloop.teams.models import Role, User

log = logging.getLogger("leadloop.retraining")
WON, LOST = (Stage.WON,), (Stage.LOST, Stage.DISQUALIFIED)
"""What is learned from. Junk says nothing of people, and what is open or rests has not ended."""
MOST_LEADS, READ_AT_ONCE, SCORED_AT_ONCE = 100_000, 1_000, 500
LOOKED_AT = 2_000
EVERY, RETRAIN_AFTER = timedelta(days=1), timedelta(days=30)


@task()
def train_model(*, run: int) -> dict[str, Any]:
    """From decided leads to a challenger in the shadow. A worker that takes over a dead one's run begins anew."""
    taken = runs.begin(run, now=utc_now())
    if taken is None:
        return {"ended": True}
    table, period = decided_leads()
    if not 0 < sum(table.won) < len(table.won):
        runs.fail(run, problem="No model: leads that were won and leads that were lost are both needed.", now=utc_now())
        return {"leads": len(table.won)}
    result = train(table, tell=lambda says, share: runs.progress(taken, says, 0.1 + 0.9 * share))
    result["report"] |= {"period": period, "leads": len(table.won), "won": sum(table.won)}
    made = runs.finish(taken, spec=result, now=utc_now())
    if made:
        _tell(f"Learning: version {made.version} is ready and runs in the shadow")
    return {"leads": len(table.won), "version": made.version if made else None}


@queue.at_death_of(train_model)
def give_up(*, run: int) -> None:
    """Its workers died or failed each time: the page says so, and another may be asked for."""
    runs.fail(run, problem="The training failed each time it was tried. The log of the worker has the reason.", now=utc_now())


@task()
def score_open(*, version: int | None, shadow: int | None, below: int | None = None) -> dict[str, Any]:
    """Say of one batch of open leads what the models in force say, and leave a row for the next; newest leads first."""
    now, cards = utc_now(), cards_in_force(current_epoch())
    if cards is None or (cards.version, cards.shadow_version) != (version, shadow):
        return {"judged": 0}  # others speak by now, with a row of their own
    waiting = Standing.objects.open().order_by("-lead_id")
    ids = list((waiting.filter(lead_id__lt=below) if below is not None else waiting).values_list("lead_id", flat=True)[:SCORED_AT_ONCE])
    with transaction.atomic():
        words = [(lead_id, word) for lead_id, facts in _facts(ids) if (word := _word(cards, lead_id, facts)) is not None]
        Likelihood.objects.filter(lead_id__in=ids).delete()
        insert(words, cards, now=now)
        if len(ids) == SCORED_AT_ONCE:
            further = {"version": version, "shadow": shadow, "below": ids[-1]}
            key = f"foretell:{version}:{shadow}:{ids[-1]}"
            leave_once(runs.SCORE, further, key=key, now=now)
        else:
            follow_word(reason=f"likelihood-{version}-{shadow}", now=now)
    return {"judged": len(words)}


def _word(cards: Cards, lead_id: int, facts: dict[str, object]) -> Word | None:
    """What is said of one lead, or None where a model fails, which is kept."""
    word, error = hear(cards, lambda: facts)
    if error is not None:
        keep_failure(error, version=cards.version or cards.shadow_version, lead_id=lead_id, epoch=current_epoch())
    return word


def follow_word(*, reason: str, now: datetime) -> None:
    """Once all open leads are judged: have the rules that ask for the probability asked again. Nothing where none does."""
    for rule in segments_in_force().rules:
        if reads_learned(rule.tree):
            queue.enqueue_once(rebuild_members, rule.name, key=f"rebuild:{rule.name}:{rule.version}", run_after=now)
    specs = (spec for kind in (ScoreModel, Definition, Route) for spec in kind.objects.published().values_list("spec", flat=True))
    if "probability" in asked_of(specs):
        ask_rescoring(reason=reason, now=now)


@task()
def watch() -> dict[str, Any]:
    """Look whether the champion still fits, say so once where it does not, and ask for a new training once a month."""
    now, cards = utc_now(), cards_in_force(current_epoch())
    if cards is None or cards.champion is None or cards.version is None:
        return {"looked": False}
    newest = list(Standing.objects.order_by("-received_at", "-lead_id").values_list("lead_id", flat=True)[:LOOKED_AT])
    fresh, found = drifting.look(cards.champion, cards.version, [facts for _, facts in _facts(newest)], now=now)
    if fresh:
        _tell(f"Learning: {fresh[0]}"[:200])
    if drifting.is_old(cards.version, now=now, after=RETRAIN_AFTER) and not Training.objects.live().exists():
        runs.ask_training(reason="once a month", author=None, now=now)
    return {"looked": True, "warnings": len(found.warnings)}


def ask_watch(*, now: datetime) -> bool:
    """Leave the row of today's look, if a model is in force; called by every worker now and then."""
    if not drifting.is_due(now=now, every=EVERY):
        return False
    return queue.enqueue_once(watch, key=f"watch:{now.date()}", run_after=now)


def decided_leads() -> tuple[Table, list[str]]:
    """Every lead that was won or lost, as it was known at capture, the newest `MOST_LEADS`; and from when to when."""
    ended = Standing.objects.filter(stage__in=[stage.value for stage in (*WON, *LOST)]).order_by("-received_at", "-lead_id")
    rows = list(ended.values_list("lead_id", "stage", "received_at")[:MOST_LEADS])
    stages = {lead_id: (stage, received_at) for lead_id, stage, received_at in rows}
    facts: list[dict[str, object]] = []
    won: list[int] = []
    at: list[datetime | None] = []
    for part in bulk.chunks(sorted(stages), READ_AT_ONCE):
        for lead_id, known in _facts(part):
            facts.append(known)
            won.append(int(stages[lead_id][0] in WON))
            at.append(stages[lead_id][1])
    moments = sorted(moment for moment in at if moment)
    return Table(columns_of(facts), won, at), [f"{one:%Y-%m-%d}" for one in (moments[:1] + moments[-1:])]


def _facts(lead_ids: Sequence[int]) -> Iterator[tuple[int, dict[str, object]]]:
    """What was known of leads when they came: their first submissions, read anew. Two queries."""
    first = dict(Lead.objects.filter(pk__in=list(lead_ids)).values_list("submission_id", "pk"))
    zone, hidden = report_zone(), hidden_fields(current_epoch()) if first else frozenset()
    for number, one in intake.load(sorted(first)) if first else []:
        yield first[number], facts_of(_inquiry(number, one), zone, hidden)


def _inquiry(number: int, one: Any) -> Inquiry:
    return normalise(
        one.payload,
        submission_id=number,
        door=one.door,
        source_id=one.source_id,
        received_at=one.happened_at,
        default_country=one.country,
        context=one.context,
    )


def _tell(text: str) -> None:
    """News for those who may put a model in force."""
    people = User.objects.active().filter(role__in=[Role.MANAGER, Role.ADMIN]).values_list("pk", flat=True)
    leads.notify([(person, "learning", None, 1, text) for person in people], now=utc_now())
