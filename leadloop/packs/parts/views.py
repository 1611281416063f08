"""Saved views of the list of leads, shared with everybody; and reports, which are links and leave no row."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from leadloop.packs.domain.format import PackReport, PackView
from leadloop.packs.domain.names import resolved
from leadloop.packs.parts.item import Item, Made, Rest, Site, State
from leadloop.work.domain.lead_filter import LeadFilter, read
from leadloop.work.models import SavedView


class Views:
    """A shared view belongs to whoever installs the pack."""

    kind, label = "views", "Saved views"

    def plan(self, site: Site) -> list[Item]:
        return [self._item(view, site) for view in site.pack.views]

    def _item(self, view: PackView, site: Site) -> Item:
        asked = filter_of(view, site)
        state, note = self._state(view, site)
        if state == "make" and view.where and asked.where is None:
            state, note = "blocked", "It cannot be made here: it asks for something that is not there."
        return Item(self.kind, view.name, view.name, view.about, state, note, given=asked)

    def _state(self, view: PackView, site: Site) -> tuple[State, str]:
        made = site.made(self.kind, view.name)
        if made and SavedView.objects.filter(pk=made.id).exists():
            return "ours", ""
        if SavedView.objects.filter(shared=True, name=view.name).exists():
            return "theirs", "There is a shared view of this name."
        if site.author is None:
            return "blocked", "A view belongs to somebody: there is nobody yet who could have it."
        if SavedView.objects.filter(person=site.author, name=view.name).exists():
            return "theirs", "You have a view of this name."
        return "make", ""

    def make(self, items: Sequence[Item], site: Site) -> list[Made]:
        author = site.author
        assert author is not None, "the plan leaves views out that nobody could have"
        made = [
            SavedView.objects.create(name=item.key, person=author, shared=True, query=item.given.saved(), created_at=site.now)
            for item in items
        ]
        return [Made(self.kind, one.name, one.name, one.pk, digest_of(one)) for one in made]

    def stays(self, made: Made, rest: Rest) -> str:
        del rest
        view = SavedView.objects.filter(pk=made.id).first()
        return "" if view is None or digest_of(view) == made.digest else "Somebody has changed it."

    def take(self, made: Made, rest: Rest, *, now: datetime) -> None:
        del rest, now
        SavedView.objects.filter(pk=made.id).delete()


def filter_of(view: PackView, site: Site) -> LeadFilter:
    """The filter of a view in this install."""
    asked = {"stage": list(view.stages), "sort": [view.sort]}
    if view.where:
        asked["where"] = [json.dumps(resolved(dict(view.where), site.ids))]
    return read(asked, site.catalogue)


def digest_of(view: SavedView) -> str:
    """Tells what a view says from what it said; stores keep the keys of a query in an order of their own."""
    said = json.dumps([view.name, view.shared, view.query], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def views_speak(*, but: set[int]) -> list[Any]:
    """The criteria of every saved view that stays."""
    found: list[Any] = []
    for query in SavedView.objects.exclude(pk__in=but).values_list("query", flat=True):
        found.extend(json.loads(text) for text in query.get("where", []))
    return found


def address_of(report: PackReport) -> str:
    """Where a report is shown."""
    asked = {"period": report.period} | ({"by": report.by} if report.metric == "funnel" else {})
    return f"{reverse(f'analytics:{report.metric}')}?{urlencode(asked)}"
