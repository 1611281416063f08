"""Reads the timeline of a lead, a page at a time, in words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime

from leadloop.leads.domain.masks import masked_touch
from leadloop.leads.domain.touch_kinds import TITLES
from leadloop.leads.models import Touch
from leadloop.leads.sensitive import all_sensitive
from leadloop.teams.models import User
from leadloop.templatetags import words
from leadloop.work.decisions import names_for
from leadloop.work.domain.story import Names, lines_of, outcome_words

TOUCHES = 25
DECISIONS = ("score", "definition", "route", "was", "now", "became")


@dataclass(frozen=True, slots=True)
class Moment:
    """One touch as the timeline shows it."""

    touch: Touch
    title: str
    actor: str
    text: str
    lines: list[str]
    raw: str  # the decision as it is stored, as JSON; "" where nothing but the step itself changed


@dataclass(frozen=True, slots=True)
class Timeline:
    """Touches newest first; `older` is the one to go on before, or 0."""

    moments: list[Moment]
    older: int


def read_timeline(lead_id: int, viewer: User, *, before: int) -> Timeline:
    """Older touches, from the one before `before`, as this person may read them."""
    touches, older = page_of_touches(lead_id, before=before)
    sensitive = all_sensitive()
    names = names_for(touches, hidden=frozenset() if viewer.may_see_sensitive else sensitive)
    return Timeline(tell(touches, names, hidden=sensitive), older)


def page_of_touches(lead_id: int, *, before: int = 0) -> tuple[list[Touch], int]:
    """A page of touches, newest first, and the one to go on before, or 0. One query."""
    rows = Touch.objects.filter(lead_id=lead_id).order_by("-id")
    if before:
        rows = rows.filter(pk__lt=before)
    touches = list(rows[: TOUCHES + 1])
    shown = touches[:TOUCHES]
    return shown, shown[-1].pk if len(touches) > TOUCHES else 0


def tell(touches: Sequence[Touch], names: Names, *, hidden: frozenset[str] = frozenset()) -> list[Moment]:
    """Touches in words, without the values of fields that are hidden: they may have become sensitive after the touch."""
    told = []
    for touch in touches:
        data = masked_touch(touch.data, hidden)
        title = TITLES.get(touch.kind, touch.kind.replace("_", " ").capitalize())
        if data.get("outcome"):
            title = f"{title}: {outcome_words(data['outcome']).lower()}"
        decided = {key: data[key] for key in DECISIONS if data.get(key)}
        told.append(
            Moment(
                touch,
                title,
                names.person(touch.actor_id) if touch.actor_id else "",
                data.get("text") or data.get("note") or "",
                lines_of(touch.kind, data, names, moment=_spoken, money=words.money),
                json.dumps(decided, indent=2, ensure_ascii=False) if decided.keys() - {"became"} else "",
            )
        )
    return told


def _spoken(iso: str) -> str:
    moment = localtime(datetime.fromisoformat(iso))
    return f"{moment:%a} {moment.day} {moment:%b %Y, %H:%M}"
