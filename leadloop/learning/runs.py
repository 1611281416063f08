"""The verbs of training: ask for a run, tell how far it is, keep what came of it as a challenger, put one in force."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from leadloop.db.models import Job
from leadloop.db.queue import leave_once
from leadloop.db.versions import Status, publish, save_draft, turn_epoch
from leadloop.learning.actions import MODEL
from leadloop.learning.errors import AlreadyTraining, NoChallenger
from leadloop.learning.models import Model, Training

TRAIN, SCORE, WATCH = "leadloop.retraining.train_model", "leadloop.retraining.score_open", "leadloop.retraining.watch"
"""Jobs that need several rooms; they stand above this one, so the rows only name what is to run."""
TITLE = "Who is won"


def ask_training(*, reason: str, author: Any, now: datetime) -> Training:
    """Leave a row for a worker.

    Raises:
        AlreadyTraining: one waits or runs. A unique constraint decides, so two clicks make one.
    """
    try:
        with transaction.atomic():
            run = Training.objects.create(reason=reason, author=author, asked_at=now)
            Job(name=TRAIN, kwargs={"run": run.pk}, run_after=now, created_at=now, dedupe_key=f"train:{run.pk}").save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyTraining from error
    return run


def begin(run_id: int, *, now: datetime) -> Training | None:
    """Take a run up, as the next attempt; None if it has ended. Whoever worked on it before is fenced off."""
    taken = Training.objects.live().filter(pk=run_id)
    if not taken.update(state=Training.State.RUNNING, started_at=now, attempt=F("attempt") + 1, percent=0, says="Reading outcomes"):
        return None
    return Training.objects.get(pk=run_id)


def progress(run: Training, says: str, share: float) -> None:
    """How far it is, for the page."""
    _mine(run).update(says=says[:200], percent=min(99, round(100 * share)))


def finish(run: Training, *, spec: dict[str, Any], now: datetime) -> Any:
    """Keep the result as the challenger, whose word is written down from the next batch on; None for a worker that was fenced off.

    A challenger before it ends its time in the shadow: its version stays in the history.
    """
    with transaction.atomic():
        note = spec["report"].get("refused") or f"Trained by {spec['report']['chosen']}"
        if not _mine(run).update(state=Training.State.DONE, finished_at=now, percent=100, says=""):
            return None
        Model.objects.filter(name=MODEL, status=Status.DRAFT).update(status=Status.RETIRED)
        made = save_draft(Model, name=MODEL, title=TITLE, spec=spec, author=run.author, now=now, note=note[:300])
        Training.objects.filter(pk=run.pk).update(version=made.version)
        turn_epoch()
        ask_scoring(now=now)
    return made


def fail(run_id: int, *, problem: str, now: datetime) -> None:
    """It ended without a result; another may be asked for."""
    Training.objects.live().filter(pk=run_id).update(state=Training.State.FAILED, finished_at=now, problem=problem[:400])


def use_challenger(version: int, *, author: Any, now: datetime) -> Any:
    """Put the challenger in force and have every open lead judged by it.

    Raises:
        NoChallenger: `version` is not in the shadow (any more).
    """
    with transaction.atomic():
        row = Model.objects.select_for_update().filter(name=MODEL, version=version, status=Status.DRAFT).first()
        if row is None:
            raise NoChallenger(version=version)
        publish(row, author=author, now=now)
        ask_scoring(now=now)
    return row


def return_to(version: int, *, author: Any, now: datetime) -> Any:
    """Put an earlier version in force again, as a new one; a challenger goes on in the shadow.

    Raises:
        NoChallenger: there is no such version, or it is in force.
    """
    with transaction.atomic():
        rows = list(Model.objects.select_for_update().filter(name=MODEL))
        row = next((one for one in rows if one.version == version and one.status == Status.RETIRED), None)
        if row is None:
            raise NoChallenger(version=version)
        latest = Model.objects.filter(name=MODEL).aggregate(top=Max("version"))["top"]
        Model.objects.filter(name=MODEL, status=Status.PUBLISHED).update(status=Status.RETIRED)
        again = Model.objects.create(
            name=MODEL, version=latest + 1, title=row.title, spec=row.spec, status=Status.PUBLISHED, author=author, created_at=now,
            published_at=now, note=f"back to version {version}",
        )  # fmt: skip
        turn_epoch()
        ask_scoring(now=now)
    return again


def stop_using(*, now: datetime) -> int:
    """Take the champion out of force; what was said of leads stays written. Returns how many were in force."""
    del now
    with transaction.atomic():
        stopped = Model.objects.filter(name=MODEL, status=Status.PUBLISHED).update(status=Status.RETIRED)
        if stopped:
            turn_epoch()
    return stopped


def ask_scoring(*, now: datetime) -> None:
    """Leave a row that has every open lead judged by the models that speak now."""
    speaking = {row.status: row.version for row in Model.objects.filter(name=MODEL, status__in=[Status.PUBLISHED, Status.DRAFT])}
    pair = {"version": speaking.get(Status.PUBLISHED), "shadow": speaking.get(Status.DRAFT)}
    key = f"foretell:{pair['version']}:{pair['shadow']}"
    leave_once(SCORE, pair, key=key, now=now)


def _mine(run: Training) -> Any:
    return Training.objects.filter(pk=run.pk, attempt=run.attempt, state=Training.State.RUNNING)
