"""Packs as the pages and the command show them: what is inside in counts and words, and what to do next."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from leadloop.leads.models import Source
from leadloop.packs.domain.format import Draft, Pack
from leadloop.packs.models import Installed
from leadloop.packs.parts.drafts import Drafts
from leadloop.packs.parts.every import PARTS
from leadloop.packs.parts.item import Made
from leadloop.packs.parts.views import address_of
from leadloop.packs.planning import SAMPLE, Group, Leaving

BADGES = {
    "make": ("New", "green"),
    "ours": ("Installed", "blue"),
    "theirs": ("There already", "gray"),
    "blocked": ("Left out", "amber"),
}
_PAGES = {
    "score": ("scoring:models", "scoring:model_preview"),
    "route": ("routing:routes", "routing:route_draft"),
    "segments": ("segments:segments", "segments:segments"),
}
"""Where a thing is shown in force, and where its draft is."""
_TO_DO = {
    "form": ("Look at the form and publish it", "The form is open to everybody"),
    "score": ("Preview the score and publish it", "The score is in force"),
    "definition": ("Have both sides sign the definition", "The definition is in force, signed by nobody yet: sign it"),
    "pools": ("Give people seats in the pools", "Give people seats in the pools"),
    "route": ("Preview the route and publish it", "The route is in force"),
    "segments": ("See who would be in the segments", "See who is in the segments"),
}
"""What is left to do with a draft, and with what is in force."""


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
    """What to do with what was made: one link a kind, and a query for it."""
    if installed is None or installed.removed_at:
        return []
    steps = []
    for kind, labels in _TO_DO.items():
        made = [Made(**one) for one in installed.made if one["kind"] == kind]
        if made:
            in_force = _in_force(made)
            steps.append({"label": labels[in_force], "url": _page_of(made[0], in_force), "what": ", ".join(one.title for one in made)})
    for source in installed.made_of(SAMPLE):
        number = Source.objects.filter(name=source).values_list("pk", flat=True).first()
        steps.append({"label": "Look at the sample leads", "url": f"{reverse('work:leads')}?source={number}", "what": source})
    return steps


def first_steps(groups: Sequence[Group]) -> list[dict[str, str]]:
    """Open drafts that keep things of a pack from being made: each with its page, where it can be published or discarded."""
    return [
        {
            "label": f"Publish or discard the draft “{item.behind}”",
            "url": _draft_page(item.kind, item.key),
            "what": f"{item.title} waits for it",
        }
        for group in groups
        for item in group.items
        if item.behind
    ]


def _in_force(made: Sequence[Made]) -> bool:
    part = PARTS[made[0].kind]
    if not isinstance(part, Drafts):
        return False
    return part.model.objects.published().filter(pk__in=[one.id for one in made]).count() == len(made)


def _page_of(made: Made, in_force: bool) -> str:  # noqa: FBT001 - which of two pages
    if made.kind == "pools":
        return reverse("routing:pools")
    if not in_force or made.kind == "form":
        return _draft_page(made.kind, made.key)
    return reverse("scoring:definition", args=[made.key]) if made.kind == "definition" else reverse(_PAGES[made.kind][0])


def _draft_page(kind: str, key: str) -> str:
    if kind == "form":
        return reverse("capture:edit_form", args=[key])
    return reverse("scoring:definition_draft", args=[key]) if kind == "definition" else reverse(_PAGES[kind][1])


def reports(pack: Pack) -> list[dict[str, str]]:
    """The reports as links to the pages under Measure."""
    return [{"name": one.name, "about": one.about, "url": address_of(one)} for one in pack.reports]


def farewell_rows(things: Sequence[Leaving]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """What goes, and what stays with the reason."""
    rows = [
        {"kind": one.made.kind, "name": one.made.key, "title": one.made.title, "stays": one.stays, "label": _label(one.made.kind)}
        for one in things
    ]
    return [row for row in rows if not row["stays"]], [row for row in rows if row["stays"]]


def _label(kind: str) -> str:
    return PARTS[kind].label if kind in PARTS else "Sample"


def _rules(drafts: Sequence[Draft]) -> int:
    return sum(len(draft.spec.get("rules", ())) for draft in drafts)
