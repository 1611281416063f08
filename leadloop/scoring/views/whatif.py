"""What if: the draft of a score tried on leads drawn from the whole base, and on leads whose end is known; then exactly."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.db.drafts import published_of, stamp
from leadloop.leads.domain.stages import Stage
from leadloop.leads.recalling import asks_for_touches
from leadloop.leads.sample import Sample, ended, lead_names
from leadloop.leads.sample_spread import Drawn, drawn_open
from leadloop.scoring.actions import MQL, listen
from leadloop.scoring.domain import preview, whatif
from leadloop.scoring.domain.definition import compile_definition
from leadloop.scoring.domain.reasons import words_of
from leadloop.scoring.domain.scorecard import Scorecard, compile_scorecard
from leadloop.scoring.exact import ask_exactly, asked_for
from leadloop.scoring.models import Definition
from leadloop.scoring.views.books import BOOK, EDITORS, FIRES, SCOPES
from leadloop.scoring.views.score import row_of
from leadloop.web.access import roles
from leadloop.web.rulebook import see

SHOWN = 10
NOTHING = Scorecard(0, 0, (), 0, 1.0, ())


@require_safe
@roles(*EDITORS)
def show_preview(request: HttpRequest, name: str) -> HttpResponse:
    """What the draft would do, and the button that puts it in force by a plan."""
    now = utc_now()
    context = BOOK.page(request, name, "preview")
    draft, published = context["draft"], context["published"]
    if draft is None:
        return see(BOOK.at("draft", name))
    context |= {"name": name, "choices": SCOPES, "checks": [FIRES] if draft.spec.get("thresholds") else []}
    if not context["problems"]:
        context |= _previewed(draft, published, names=context["names"], now=now)
        if context["blind"]:  # who may not see sensitive values is not told for whom a rule on them holds
            context |= {
                "biggest": [],
                "lines": [line | {"up": (*line["up"][:2], []), "down": (*line["down"][:2], [])} for line in context["lines"]],
            }
        context["exact"] = _exact(request, name, draft)
    return render(request, "scoring/model_preview.html", context)


@require_POST
@roles(*EDITORS)
def count_exactly(request: HttpRequest, name: str) -> HttpResponse:
    """Have the draft counted over every open lead; the page asks how far that is."""
    if not _unseen(request, name):
        ask_exactly(name, now=utc_now())
    if getattr(request, "htmx", False):
        return _exact_part(request, name)
    return see(BOOK.at("preview", name))


@require_safe
@roles(*EDITORS)
def show_exact(request: HttpRequest, name: str) -> HttpResponse:
    """The exact figures, or that they are being counted."""
    return _exact_part(request, name)


def _exact_part(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "scoring/_exact.html", {"exact": _exact(request, name, BOOK.basis(name)), "name": name})


def _unseen(request: HttpRequest, name: str) -> bool:
    """Whether the draft reads what this person may not see; exact figures would tell it."""
    draft = BOOK.basis(name)
    return draft is not None and bool(BOOK.unseen(request, BOOK.names(), draft.spec))


def _exact(request: HttpRequest, name: str, draft: Any) -> dict[str, Any] | None:
    """Ready for the page: None before anybody asked, and for who may not see what the draft reads."""
    row = None if _unseen(request, name) else asked_for(name, draft)
    if row is None:
        return None
    if row.finished_at is None or row.result is None:
        return {"ready": False}
    result = row.result
    labels = {one["id"]: one["label"] for one in draft.spec.get("thresholds", ())}
    return {
        "ready": True,
        "at": row.finished_at,
        "result": result,
        "crossed": [(labels.get(key, key), up, down) for key, (up, down) in result["crossed"].items()],
        "chart": _chart(result["before"], result["after"]),
    }


def _previewed(draft: Any, published: Any, *, names: Any, now: datetime) -> dict[str, Any]:
    known = names.catalogue
    after = compile_scorecard(draft.spec, version=draft.version, name=draft.name, catalogue=known)
    before = compile_scorecard(published.spec, version=published.version, name=published.name, catalogue=known) if published else NOTHING
    agreed = published_of(Definition, MQL)
    specs = [draft.spec, published.spec if published else {}, agreed.spec if agreed else {}]
    drawn = drawn_open(stamp(draft), touches=asks_for_touches(specs), now=now)
    if after.engagement or before.engagement:
        listen(drawn.cases)
    facts = _for_it(drawn, after, before, now)
    holds = compile_definition(agreed.spec, version=agreed.version, catalogue=known).holds if agreed else None
    found = preview.preview_score(facts, before=before, after=after, holds=holds, now=now)
    labels = {rule["id"]: rule["label"] for spec in (published.spec if published else {"rules": []}, draft.spec) for rule in spec["rules"]}
    stages = {case.lead_id: case.standing["stage"] for case in drawn.cases}
    lines = whatif.crossed(found.changed, before.thresholds, after.thresholds)
    shown = {one.lead_id for one in found.biggest} | {lead for line in lines for lead in (*line.up[:SHOWN], *line.down[:SHOWN])}
    leads = lead_names(shown)
    moved = whatif.differences_by_rule(found.changed)
    return {
        "preview": found,
        "drawn": drawn,
        "error": drawn.error(len(found.changed)),
        "changing": drawn.scaled(len(found.changed)),
        "becoming": sum(one.meets[1] and stages[one.lead_id] == "new" for one in found.changed),
        "enters": (drawn.scaled(found.enters), drawn.error(found.enters)),
        "leaves": (drawn.scaled(found.leaves), drawn.error(found.leaves)),
        "chart": _chart(found.before, found.after),
        "grades": [(letter, *counts, counts[1] - counts[0]) for letter, counts in found.grades.items()],
        "moves": whatif.grade_moves(found.moves),
        "lines": [_line(one, drawn, leads) for one in lines],
        "biggest": [_told(one, leads[one.lead_id], stages, labels) for one in found.biggest if one.lead_id in leads],
        "rules": [
            row_of(rule, names, *found.hits.get(rule["id"], (0, 0))) | {"moved": moved.get(rule["id"])} for rule in draft.spec["rules"]
        ],
        "others": [(words_of(key), *told) for key, told in moved.items() if key not in labels],
        "wins": _wins(before, after, touches=asks_for_touches(specs)),
    }


def _for_it(drawn: Drawn, after: Scorecard, before: Scorecard, now: datetime) -> dict[int, dict[str, Any]]:
    """Facts of those that one of the two models is for."""
    cards = [card for card in (after, before) if card is not NOTHING]
    known = {case.lead_id: case.facts() for case in drawn.cases}
    return {lead_id: facts for lead_id, facts in known.items() if any(card.applies is None or card.applies(facts, now) for card in cards)}


def _wins(before: Scorecard, after: Scorecard, *, touches: bool) -> whatif.Wins | None:
    """What both make of the newest leads that have ended, as they stood at their end."""
    sample: Sample = ended(touches=touches)
    if after.engagement or before.engagement:
        listen(sample.cases)
    rows = [(case.facts(), case.standing["closed_at"], case.standing["stage"] == Stage.WON) for case in sample.cases]
    old = {one.id: one.at for one in before.thresholds}
    lines = {one.label: (old.get(one.id, one.at), one.at) for one in after.thresholds}
    return whatif.judge_wins(rows, before=before, after=after, lines=lines)


def _line(one: whatif.Crossed, drawn: Drawn, leads: Mapping[int, Any]) -> dict[str, Any]:
    """A threshold with those who cross it, counted for all and listed in part."""
    return {
        "line": one,
        "up": (drawn.scaled(len(one.up)), drawn.error(len(one.up)), [leads[lead] for lead in one.up[:SHOWN] if lead in leads]),
        "down": (drawn.scaled(len(one.down)), drawn.error(len(one.down)), [leads[lead] for lead in one.down[:SHOWN] if lead in leads]),
    }


def _told(change: preview.Change, lead: Any, stages: dict[int, str], labels: dict[str, str]) -> dict[str, Any]:
    """One lead of the list of changes, with the reasons that make the difference."""
    reasons = [{"text": labels.get(key) or words_of(key), "points": gap} for key, gap in whatif.gaps(change.before, change.after).items()]
    return {"change": change, "lead": lead, "stage": stages[change.lead_id], "reasons": reasons}


def _chart(before: Any, after: Any) -> dict[str, Any]:
    series = [{"name": "In force", "values": list(before)}, {"name": "Draft", "values": list(after)}]
    return {"labels": list(preview.BANDS), "series": series}
