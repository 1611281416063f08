"""What a person fills in to name a segment; its criteria come from the builder beside it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import slugify

from leadloop.kernel.naming import fresh_name
from leadloop.segments.domain.rule import KIND_MEANINGS, KIND_TITLES, Kind

KIND_CHOICES = [(kind.value, f"{KIND_TITLES[kind]}. {KIND_MEANINGS[kind]}") for kind in Kind]


class SegmentForm(forms.Form):
    """The segment's name as people read it."""

    title = forms.CharField(label="Name", max_length=120, help_text="Such as “Large companies in the north”.")
    kind = forms.ChoiceField(label="Kind", choices=KIND_CHOICES, required=False, widget=forms.RadioSelect)

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Kind.DYNAMIC.value


class LeadForm(forms.Form):
    """Which lead is meant, and why."""

    lead = forms.CharField(label="Lead", max_length=254, help_text="Its number, e-mail address or telephone number.")
    note = forms.CharField(label="Why", max_length=200, required=False)


class TargetForm(forms.Form):
    """Whom a campaign is meant for. `segments`: (name, title) of those in force."""

    title = forms.CharField(label="Name", max_length=120, help_text="Such as “Spring fair, invitations”.")
    takes = forms.MultipleChoiceField(label="Everybody in", widget=forms.CheckboxSelectMultiple)
    leaves = forms.MultipleChoiceField(label="But nobody in", required=False, widget=forms.CheckboxSelectMultiple)
    channel = forms.ChoiceField(
        label="Way", choices=[("email", "E-mail"), ("phone", "Telephone"), ("sms", "Text message"), ("post", "Post")]
    )
    purpose = forms.CharField(label="Purpose", max_length=40, initial="marketing", help_text="As the consent names it.")
    strict = forms.BooleanField(label="Only people who said yes to it", required=False)

    def __init__(self, *args: Any, segments: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["takes"].choices = segments  # type: ignore[attr-defined]  # set by a library
        self.fields["leaves"].choices = segments  # type: ignore[attr-defined]  # set by a library


def segment_name(title: str, taken: Iterable[str]) -> str:
    """The name for addresses: reads like the title, and no other segment has it."""
    return fresh_name(slugify(title)[:50].strip("-") or "segment", {*taken, "new", "overlap"})
