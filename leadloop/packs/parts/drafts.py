"""What people publish: form, score, definition, route, segments. A pack brings drafts and overwrites nobody's."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Max

from leadloop.db.drafts import draft_of, published_of, stamp
from leadloop.db.versions import Status, Versioned, publish, turn_epoch
from leadloop.packs.domain.format import Draft
from leadloop.packs.domain.names import NameUnknown, resolved
from leadloop.packs.parts.item import HISTORY, Item, Made, Rest, Site, State
from leadloop.scoring.domain.definition import SIDES

Spec = dict[str, Any]
Check = Callable[[Spec, Site], list[str]]
Lines = Callable[[Spec, Site], list[str]]


class Drafts:
    """Things of one kind of rule. `beside`: a draft may stand beside the version in force; else a name that is taken is left alone."""

    def __init__(self, kind: str, label: str, model: type[Versioned], *, check: Check, lines: Lines, beside: bool) -> None:
        self.kind, self.label, self.model = kind, label, model
        self.check, self.lines, self.beside = check, lines, beside

    def plan(self, site: Site) -> list[Item]:
        return [self._item(draft, site) for draft in site.pack.drafts_of(self.kind)]

    def _item(self, draft: Draft, site: Site) -> Item:
        waiting = draft_of(self.model, draft.name)
        state, note = self._state(draft, site, waiting)
        spec: Spec = {}
        lines: tuple[str, ...] = ()
        try:
            spec = signed(self.kind, resolved(dict(draft.spec), site.ids), site)
            problems = self.check(spec, site)
            lines = () if problems else tuple(self.lines(spec, site))
        except NameUnknown as error:
            problems = [str(error)]
        if state == "make" and problems:
            state, note = "blocked", f"It cannot be made here. {problems[0]}"
        return Item(
            self.kind,
            draft.name,
            draft.title,
            draft.about,
            state,
            note,
            lines,
            spec,
            waiting.title if waiting and state == "theirs" else "",
        )

    def _state(self, draft: Draft, site: Site, waiting: Versioned | None) -> tuple[State, str]:
        made = site.made(self.kind, draft.name)
        ours = self.model.objects.filter(pk=made.id).first() if made else None
        if made and ours:
            return "ours", _since(ours, made)
        in_force = published_of(self.model, draft.name)
        if waiting:
            return "theirs", f"A draft is open there: {waiting.title}. It is left as it is; publish or discard it, then install again."
        if in_force and not self.beside:
            return "theirs", f"There is one of this name in force: {in_force.title}. It is left as it is."
        if in_force and site.fresh:
            return "make", "In force at once, since nothing is here yet. You can change it, or go back, at any time."
        return "make", f"A draft beside version {in_force.version} in force, which goes on." if in_force else "A draft for you to publish."

    def make(self, items: Sequence[Item], site: Site) -> list[Made]:
        return [made for item in items if (made := self._make(item, site))]

    def _make(self, item: Item, site: Site) -> Made | None:
        latest = self.model.objects.filter(name=item.key).aggregate(top=Max("version"))["top"] or 0
        note = f"from the pack {site.pack.title}"
        row = self.model(
            name=item.key, title=item.title, spec=item.given, author=site.author, created_at=site.now, note=note, version=latest + 1
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:  # somebody began a draft this very moment: it is theirs
            return None
        if site.fresh:
            publish(row, author=site.author, now=site.now)
        return Made(self.kind, item.key, item.title, row.pk, stamp(row))

    def stays(self, made: Made, rest: Rest) -> str:
        row = self.model.objects.filter(pk=made.id).first()
        if row is None:
            return ""
        if row.status == Status.RETIRED:
            return HISTORY
        if row.status == Status.DRAFT:
            return "" if stamp(row) == made.digest else "Somebody has changed the draft."
        return "" if rest.fresh else "It is in force. Put another version in force first."

    def take(self, made: Made, rest: Rest, *, now: datetime) -> None:
        """Without a lead nothing was decided under it, so that what was in force before can be again."""
        del rest, now
        row = self.model.objects.filter(pk=made.id).first()
        if row is None:
            return
        was_in_force = row.status == Status.PUBLISHED
        row.delete()
        if was_in_force:
            before = self.model.objects.filter(name=row.name, status=Status.RETIRED).order_by("-version").first()
            if before:
                self.model.objects.filter(pk=before.pk).update(status=Status.PUBLISHED)
            turn_epoch()


def signed(kind: str, spec: Spec, site: Site) -> Spec:
    """A definition that is in force at once is signed by the pack for both sides, as the starter set is."""
    if kind != "definition" or not site.fresh:
        return spec
    return {**spec, "signatures": {side: {"name": f"Pack: {site.pack.title}"} for side in SIDES}}


def _since(row: Versioned, made: Made) -> str:
    if row.status == Status.PUBLISHED:
        return "In force."
    if row.status == Status.RETIRED:
        return "It was in force once; another version is now."
    return "A draft that waits for you." if stamp(row) == made.digest else "Somebody has changed the draft; it stays so."


def living_specs(*, but: Mapping[type[Versioned], set[int]]) -> tuple[list[Any], list[Any]]:
    """Specs of everything that people publish, of whatever kind, without those that go: drafts and what is in force, then old versions."""
    living: list[Any] = []
    history: list[Any] = []
    for model in apps.get_models():
        if issubclass(model, Versioned):
            for pk, status, spec in model.objects.values_list("pk", "status", "spec"):
                if pk not in but.get(model, set()):
                    (history if status == Status.RETIRED else living).append(spec)
    return living, history
