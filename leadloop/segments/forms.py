"""What a person fills in to name a segment; its criteria come from the builder beside it."""

from collections.abc import Iterable

from django import forms
from django.utils.text import slugify


class SegmentForm(forms.Form):
    """The segment's name as people read it."""

    title = forms.CharField(label="Name", max_length=120, help_text="Such as “Large companies in the north”.")


def segment_name(title: str, taken: Iterable[str]) -> str:
    """The name for addresses: reads like the title, and no other segment has it."""
    stem, known = slugify(title)[:50].strip("-") or "segment", {*taken, "new"}
    return next(name for name in (stem, *(f"{stem}-{number}" for number in range(2, 10_000))) if name not in known)
