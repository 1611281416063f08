"""What a person fills in to change a framework: its name and its questions, a row each."""

import re
from decimal import Decimal
from typing import Any

from django import forms

from leadloop.kernel.naming import fresh_name
from leadloop.qualification.domain.frameworks import HEAVIEST, KIND_WORDS, MOST_QUESTIONS, Kind

_CHOICE = re.compile(r"(.+?)(?:\s*=\s*([0-9]{1,3}))?")
BLANK_ROWS = 2


class FrameworkForm(forms.Form):
    """What the framework is called."""

    title = forms.CharField(label="Name", max_length=60, help_text="Such as “BANT”, or “Questions for mortgages”.")


class QuestionForm(forms.Form):
    """One question. A row without words says nothing, so new ones may stay empty."""

    id = forms.SlugField(required=False, max_length=30, widget=forms.HiddenInput)
    label = forms.CharField(label="Question", max_length=80, required=False)
    kind = forms.ChoiceField(label="Answer", choices=[(kind.value, words) for kind, words in KIND_WORDS.items()], required=False)
    weight = forms.IntegerField(label="Weight", min_value=1, max_value=HEAVIEST, required=False)
    choices = forms.CharField(
        label="Choices", required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="One a line, with points: Decides = 100"
    )
    good = forms.DecimalField(label="Good from", min_value=0, required=False, help_text="An amount, or within so many days.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("label") and given.get("kind") == Kind.CHOICE and len(self._choices(given)) < 2:
            self.add_error("choices", "Give it at least two choices, one a line.")
        return given

    @staticmethod
    def _choices(given: dict[str, Any]) -> list[dict[str, Any]]:
        lines = [line.strip() for line in (given.get("choices") or "").splitlines() if line.strip()]
        found = [match for line in lines if (match := _CHOICE.fullmatch(line))]
        return [{"label": match[1].strip(), "points": int(match[2] or 0)} for match in found]

    def spec(self, taken: set[str]) -> dict[str, Any] | None:
        """The question as a framework holds it; None for an empty row."""
        given = self.cleaned_data
        label = (given.get("label") or "").strip()
        if not label or given.get("DELETE"):
            return None
        kind = given["kind"] or Kind.YES_NO.value
        key = given["id"] or _key(label, taken)
        taken.add(key)
        spec: dict[str, Any] = {"id": key, "label": label, "kind": kind, "weight": given["weight"] or 1}
        if kind == Kind.CHOICE:
            spec["choices"] = self._choices(given)
        if kind in (Kind.MONEY, Kind.DATE) and given.get("good") is not None:
            spec["good"] = int(given["good"] * 100) if kind == Kind.MONEY else int(given["good"])
        return spec


QuestionRows = forms.formset_factory(
    QuestionForm, extra=BLANK_ROWS, can_delete=True, can_order=True, max_num=MOST_QUESTIONS, absolute_max=MOST_QUESTIONS + BLANK_ROWS
)


def rows_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The questions of a framework as the rows hold them."""
    return [
        {
            "id": one["id"],
            "label": one["label"],
            "kind": one["kind"],
            "weight": one.get("weight", 1),
            "choices": "\n".join(f"{choice['label']} = {choice.get('points', 0)}" for choice in one.get("choices", ())),
            "good": _shown(one),
        }
        for one in spec["questions"]
    ]


def questions_in(rows: Any) -> list[dict[str, Any]]:
    """The questions that valid rows say, in the order that the person gave them."""
    ordered = sorted(rows.forms, key=lambda form: form.cleaned_data.get("ORDER") or MOST_QUESTIONS + 1)
    taken = {form.cleaned_data["id"] for form in ordered if form.cleaned_data.get("id")}
    return [spec for form in ordered if (spec := form.spec(taken))]


def _shown(one: dict[str, Any]) -> Decimal | int | None:
    if one.get("good") is None:
        return None
    return Decimal(one["good"]) / 100 if one["kind"] == Kind.MONEY else int(one["good"])


def _key(label: str, taken: set[str]) -> str:
    stem = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:24].rstrip("_")
    stem = stem if stem[:1].isalpha() and stem not in ("score", "complete") else f"q_{stem}".rstrip("_")
    return fresh_name(stem, taken, mark="_")
