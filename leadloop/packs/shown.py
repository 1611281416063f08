"""Packs as the pages and the command show them: what is inside in counts and words, and what to do next."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from leadloop.packs.domain.format import Draft, Pack
from leadloop.packs.models import Installed
from leadloop.packs.parts.item import Made
from leadloop.packs.parts.views import address_of
from leadloop.packs.planning import SAMPLE, Leaving

BADGES = {
    "make": ("New", "green"),
    "ours": ("Installed", "blue"),
    "theirs": ("There already", "gray"),
    "blocked": ("Left out", "amber"),
}
_DRAFT_PAGES = {"score": "scoring:model_draft", "definition": "scoring:definition_draft", "route": "routing:route_draft"}
_NEXT = {
    "form": "Look at the form and publish it",
    "score": "Preview the score and publish it",
    "definition": "Have both sides sign the definition",
    "route": "Give the pools people, then publish the route",
    "segments": "See who would be in the segments",
}


def contents(pack: Pack) -> list[str]:
    """What is inside, a phrase a kind: "18 custom fields", "a score of 14 rules"."""
    counted = [
        (len(pack.fields), "custom field"),
        (len(pack.sources), "source"),
        (len(pack.drafts_of("form")), "form"),
        (_rules(pack.drafts_of("score")), "score rule"),
        (len(pack.drafts_of("definition")), "definition"),
        (_rules(pack.drafts_of("route")), "route rule"),
        (len(pack.drafts_of("segments")), "segment"),
        (len(pack.views) + len(pack.reports), "report"),
        (pack.sample.leads if pack.sample else 0, "sample lead"),
    ]
    return [f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counted if count]


def card(pack: Pack, installed: Installed | None) -> dict[str, Any]:
    """A pack in the gallery."""
    sensitive = sum(one.given.get("sensitivity") == "sensitive" for one in pack.fields)
    return {"pack": pack, "contents": contents(pack), "state": state_of(installed), "sensitive": sensitive}


def state_of(installed: Installed | None) -> str:
    """installed, leftover (removed but for what people use), or nothing."""
    if installed is None:
        return ""
    return "leftover" if installed.removed_at else "installed"


def next_steps(installed: Installed | None) -> list[dict[str, str]]:
    """What to do with what was made: one link a kind."""
    if installed is None or installed.removed_at:
        return []
    steps = []
    for kind, label in _NEXT.items():
        made = [Made(**one) for one in installed.made if one["kind"] == kind]
        if made:
            steps.append({"label": label, "url": page_of(made[0]), "what": ", ".join(one.title for one in made)})
    if installed.made_of(SAMPLE):
        source = next(iter(installed.made_of(SAMPLE)))
        steps.append({"label": "Look at the sample leads", "url": reverse("work:leads") + "?q=", "what": source})
    return steps


def page_of(made: Made) -> str:
    """Where a thing is looked at and published."""
    if made.kind == "form":
        return reverse("capture:edit_form", args=[made.key])
    if made.kind == "segments":
        return reverse("segments:segments")
    return reverse(_DRAFT_PAGES[made.kind])


def reports(pack: Pack) -> list[dict[str, str]]:
    """The reports as links to the pages under Measure."""
    return [{"name": one.name, "about": one.about, "url": address_of(one)} for one in pack.reports]


def farewell_words(things: Sequence[Leaving]) -> tuple[list[Leaving], list[Leaving]]:
    """What goes, and what stays."""
    return [one for one in things if not one.stays], [one for one in things if one.stays]


def _rules(drafts: Sequence[Draft]) -> int:
    return sum(len(draft.spec.get("rules", ())) for draft in drafts)
