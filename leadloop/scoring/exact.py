"""What a draft would do to every open lead, counted by the store in the background."""

from datetime import datetime
from typing import Any

from django.db import connection

from leadloop.db.drafts import draft_of, published_of, stamp
from leadloop.db.queue import leave_once
from leadloop.leads import fields
from leadloop.leads.models import Standing
from leadloop.scoring.domain.whatif import crossings_exactly, exactly
from leadloop.scoring.models import ExactPreview, ScoreModel
from leadloop.scoring.score_sql import Model, model_of, scored

TASK = "leadloop.tasks.count_exactly"
Rows = list[tuple[int, str, int, str, int]]


def ask_exactly(name: str, *, now: datetime) -> ExactPreview | None:
    """Leave a row that has the present draft counted; None where there is no draft."""
    draft = draft_of(ScoreModel, name)
    if draft is None:
        return None
    asked, fresh = ExactPreview.objects.get_or_create(model=name, draft=stamp(draft), defaults={"asked_at": now})
    if fresh or asked.finished_at:
        ExactPreview.objects.filter(pk=asked.pk).update(asked_at=now, finished_at=None)
        leave_once(TASK, {"name": name, "draft": asked.draft}, key=f"exact:{name}:{asked.draft}", now=now)
    return asked


def asked_for(name: str, draft: Any) -> ExactPreview | None:
    """The exact figures of this draft, finished or under way. One query."""
    return ExactPreview.objects.filter(model=name, draft=stamp(draft)).first() if draft else None


def count(name: str, *, draft: str, now: datetime) -> bool:
    """Count the draft with that stamp over every open lead and keep what came out; False where it is not the draft any more."""
    row, published = draft_of(ScoreModel, name), published_of(ScoreModel, name)
    if row is None or stamp(row) != draft:
        return False
    known = fields.known_now()
    after, before = model_of(row, known), model_of(published, known) if published else None
    rows = pairs(before, after, now=now)
    lines: dict[str, tuple[int | None, int | None]] = {one.id: (None, one.at) for one in after.card.thresholds}
    for one in before.card.thresholds if before else ():
        lines[one.id] = (one.at, lines.get(one.id, (None, None))[1])
    result = exactly(rows)._asdict() | {"crossed": crossings_exactly(rows, lines)}
    ExactPreview.objects.filter(model=name, draft=draft).update(result=result, finished_at=now)
    return True


def pairs(before: Model | None, after: Model, *, now: datetime) -> Rows:
    """Open leads by (score, grade) under both models; whom one of the two is not for has 0 and D by it. One statement."""
    leads = Standing.objects.open()
    new = scored(after, leads, now)
    old = scored(before, leads, now) if before else None
    said = f"({old.text})" if old else "(select cast(null as bigint) as lead_id, 0 as score, 'D' as grade)"
    text = f"""
        select coalesce(old.score, 0), coalesce(old.grade, 'D'), coalesce(new.score, 0), coalesce(new.grade, 'D'), count(*)
        from ({new.text}) new full join {said} old on old.lead_id = new.lead_id
        where coalesce(old.lead_id, new.lead_id) is not null group by 1, 2, 3, 4
    """  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(text, [*new.params, *(old.params if old else ())])
        return list(cursor.fetchall())
