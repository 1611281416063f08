"""Leads of the list put into a segment or taken out of it, as bulk steps like any other."""

from collections.abc import Sequence
from typing import Any

from django import forms

from leadloop import steps
from leadloop.leads.errors import StaleLead
from leadloop.segments import hand
from leadloop.segments.errors import SaidBefore
from leadloop.segments.forms import segment_name
from leadloop.segments.hand import Hand, Said
from leadloop.segments.models import Mark, Segment, Why
from leadloop.segments.published import segments_in_force
from leadloop.steps import By

NEW = "+"
"""The choice of a list that is not there yet; no segment is called that."""


class SegmentStepForm(forms.Form):
    """Which segment, and why. Those that go by criteria alone are not offered."""

    segment = forms.ChoiceField(label="Segment")
    note = forms.CharField(label="Why", max_length=200, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choices = sorted(((rule.name, rule.title) for rule in segments_in_force().rules if rule.by_hand), key=lambda pair: pair[1])
        self.fields["segment"].choices = [*choices, *self.further()]  # type: ignore[attr-defined]  # set by a library

    def further(self) -> list[tuple[str, str]]:
        return []


class IntoSegmentForm(SegmentStepForm):
    """A segment that is there, or a new fixed list."""

    title = forms.CharField(label="Name of the new list", max_length=120, required=False, help_text="Only for a new list.")
    field_order = ("segment", "title", "note")

    def further(self) -> list[tuple[str, str]]:
        return [(NEW, "A new fixed list")]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("segment") == NEW and not given.get("title"):
            self.add_error("title", "Name the new list.")
        return given


def put_in(ids: Sequence[int], actor: By, form: Any) -> steps.Steps:
    """Into the segment; those who were put in before are refused as such."""
    given = form.cleaned_data
    name = given["segment"]
    if name == NEW:
        name = segment_name(given["title"], Segment.objects.values_list("name", flat=True).distinct())
        hand.new_list(given["title"], name, author=actor.person, now=actor.now)
        given["segment"] = name  # a second chunk goes into the same list
    return _steps(ids, hand.put_in(name, ids, Hand(actor.person, Why.HAND, given["note"]), now=actor.now))


def take_out(ids: Sequence[int], actor: By, form: Any) -> steps.Steps:
    """Out of the segment, and kept out whatever its criteria say."""
    given = form.cleaned_data
    return _steps(ids, hand.keep_out(given["segment"], ids, Hand(actor.person, Why.HAND, given["note"]), now=actor.now))


def take_back(ids: Sequence[int], actor: By, form: Any) -> steps.Steps:
    """What this person said of these leads at that moment; of whom something was said since, that stays."""
    at, by = form.cleaned_data["taken_at"], Hand(actor.person, Why.UNDONE)
    names = Mark.objects.filter(happened_at=at, person=actor.id, lead_id__in=ids).values_list("segment", flat=True).distinct()
    done: set[int] = set()
    for name in list(names):
        done |= set(hand.take_back(name, ids, by, said_at=at, now=actor.now).marked)
    return steps.Steps([one for one in ids if one in done], {one: StaleLead() for one in ids if one not in done})


def _steps(ids: Sequence[int], said: Said) -> steps.Steps:
    marked = set(said.marked)
    return steps.Steps([one for one in ids if one in marked], {one: SaidBefore() for one in ids if one not in marked})
