"""Custom fields, declared as people declare them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from leadloop.db import queue
from leadloop.db.versions import turn_epoch
from leadloop.leads.domain.custom_fields import KIND_WORDS, Kind, Sensitivity, spec_from
from leadloop.leads.field_indexes import keep_field_indexes
from leadloop.leads.fields import declare, retire
from leadloop.leads.models import CustomField
from leadloop.packs.domain.format import PackField
from leadloop.packs.parts.item import Item, Made, Rest, Site, State


class Fields:
    """Declared fields. One that is there already is used as it is."""

    kind, label = "fields", "Custom fields"

    def plan(self, site: Site) -> list[Item]:
        known = {row.name: row for row in CustomField.objects.filter(name__in=[one.name for one in site.pack.fields])}
        return [self._item(one, known.get(one.name), site) for one in site.pack.fields]

    def _item(self, one: PackField, row: CustomField | None, site: Site) -> Item:
        state, note = _state(one, row, site.made(self.kind, one.name))
        return Item(self.kind, one.name, one.label, _in_words(one.given), state, note, given=one)

    def make(self, items: Sequence[Item], site: Site) -> list[Made]:
        """All of them in one declaration."""
        rows = declare([{**item.given.given, "pack": site.pack.name} for item in items], now=site.now)
        return [Made(self.kind, row.name, row.label, row.pk, digest_of(row)) for row in rows]

    def stays(self, made: Made, rest: Rest) -> str:
        row = CustomField.objects.filter(pk=made.id).first()
        if row is None or row.retired_at is not None:
            return ""
        if digest_of(row) != made.digest:
            return "Somebody has changed it."
        if made.key in rest.living.fields:
            return "A rule, a form or a view asks for it."
        if leads := rest.held.get(made.key):
            holders = "1 lead has" if leads == 1 else f"{leads:,} leads have"
            return f"{holders} a value of it. Retire it under Settings, Fields, if nobody needs it."
        return ""

    def take(self, made: Made, rest: Rest, *, now: datetime) -> None:
        """Retired where an old version of a rule, or a lead, still knows it; else gone."""
        if made.key in rest.history.fields or rest.held.get(made.key):
            retire([made.key], now=now)
            return
        row = CustomField.objects.filter(pk=made.id).first()
        if row is not None:
            row.delete()
            turn_epoch()
            if row.filterable:  # its index goes as well
                queue.enqueue_once(keep_field_indexes, key=f"field-gone:{made.id}", run_after=now)


def digest_of(row: CustomField) -> str:
    """Tells what a field says from what it said."""
    said = [row.name, row.label, row.kind, row.choices, row.limits, row.required, row.group, row.help, row.sensitivity, row.filterable]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:20]


def _state(one: PackField, row: CustomField | None, made: Made | None) -> tuple[State, str]:
    if row is None or (row.retired_at is not None and row.kind == one.type):
        return "make", "It was retired and comes back." if row else ""
    if row.kind != one.type:
        return "theirs", f"There is a field of this name of another type: {row.get_kind_display()}."
    if made and made.id == row.pk:
        return "ours", "" if digest_of(row) == made.digest else "Somebody has changed it since; it stays so."
    return "theirs", "There is a field of this name; it is used as it is."


def _in_words(given: Mapping[str, Any]) -> str:
    spec = spec_from(given)
    parts = [KIND_WORDS[Kind(spec.kind)]]
    if spec.choices:
        shown = ", ".join(spec.choices[:4])
        parts.append(shown if len(spec.choices) <= 4 else f"{shown} and {len(spec.choices) - 4} more")
    if spec.sensitivity is not Sensitivity.PLAIN:
        parts.append(spec.sensitivity.value)
    return " · ".join(parts)
