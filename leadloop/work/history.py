"""The touches of one lead that its page needs, read at once: the newest, what scored it, where it went, what came and was said."""

from dataclasses import dataclass

from django.db.models import Q

from leadloop.leads.domain.stages import Stage
from leadloop.leads.models import Touch
from leadloop.work.decisions import HANDED, HANDED_KINDS
from leadloop.work.forms_answers import EVIDENCE, SHOWN_TOUCHES
from leadloop.work.score_story import LOOKED_AT
from leadloop.work.timeline import TOUCHES

SUBMISSIONS = 10
ENDS = frozenset({Stage.NURTURE, Stage.DISQUALIFIED, Stage.JUNK, Stage.WON, Stage.LOST})


@dataclass(frozen=True, slots=True)
class History:
    """Every list newest first, each with a bound of its own."""

    newest: list[Touch]
    older: int  # the one to go on before, or 0
    scored: list[Touch]
    handed: Touch | None  # what last put the lead in or out of hands
    sent: list[int]  # submissions
    said: list[Touch]  # calls, mails and notes, in which something may have been said
    ended: bool  # at least once, whatever became of it


def read_history(lead_id: int) -> History:
    """One query, whatever happened."""
    touches = Touch.objects.filter(lead_id=lead_id).order_by("-id")
    wanted = (
        touches[: TOUCHES + 1],
        touches.filter(data__has_key="score")[:LOOKED_AT],
        touches.filter(HANDED)[:1],
        touches.filter(submission_id__isnull=False)[:SUBMISSIONS],
        touches.filter(kind__in=EVIDENCE)[:SHOWN_TOUCHES],
        touches.filter(data__became__stage__in=sorted(ENDS))[:1],
    )
    condition = Q()
    for part in wanted:
        condition |= Q(pk__in=part.values("pk"))
    rows = list(touches.filter(condition))
    newest = rows[:TOUCHES]
    return History(
        newest=newest,
        older=newest[-1].pk if len(rows) > TOUCHES else 0,
        scored=[row for row in rows if "score" in row.data][:LOOKED_AT],
        handed=next((row for row in rows if "route" in row.data or row.kind in HANDED_KINDS), None),
        sent=[row.submission_id for row in rows if row.submission_id is not None][:SUBMISSIONS],
        said=[row for row in rows if row.kind in EVIDENCE][:SHOWN_TOUCHES],
        ended=any((row.data.get("became") or {}).get("stage") in ENDS for row in rows),
    )
