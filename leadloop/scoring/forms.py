"""What a person fills in to change a score model or a definition; the checks are those of publication."""

from typing import Any

from django import forms

from leadloop.scoring.domain.checks import LETTERS
from leadloop.scoring.domain.scorecard import TOP


class RuleForm(forms.Form):
    """One rule of a score; its condition comes from the builder beside it."""

    label = forms.CharField(label="Name", max_length=120, help_text="What a rep reads as the reason, such as “Left a phone number”.")
    points = forms.IntegerField(min_value=-TOP, max_value=TOP, help_text="Below 0 for what counts against a lead.")

    def clean_points(self) -> int:
        points: int = self.cleaned_data["points"]
        if points == 0:
            raise forms.ValidationError("A rule of 0 points does nothing.")
        return points


class SettingsForm(forms.Form):
    """Where every score begins, what fresh activity adds, and the borders of the grades."""

    base = forms.IntegerField(label="Starting points", min_value=-TOP, max_value=TOP, help_text="Every lead has these.")
    heat_points = forms.IntegerField(label="Points for warmth", min_value=0, max_value=TOP, help_text="At most, for fresh activity.")
    full_at = forms.FloatField(label="In full at", min_value=0.1, max_value=10_000, help_text="Points of activity; each halves in 14 days.")
    grade_a = forms.IntegerField(label="A from", min_value=-TOP, max_value=2 * TOP)
    grade_b = forms.IntegerField(label="B from", min_value=-TOP, max_value=2 * TOP)
    grade_c = forms.IntegerField(label="C from", min_value=-TOP, max_value=2 * TOP)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        grades = [given.get(f"grade_{letter.lower()}") for letter in LETTERS]
        if None not in grades and not grades[0] > grades[1] > grades[2]:  # type: ignore[operator]  # no None among them
            self.add_error("grade_a", "A takes more points than B, and B more than C.")
        return given

    def spec(self) -> dict[str, Any]:
        """The settings as a score model holds them."""
        given = self.cleaned_data
        grades = {letter: given[f"grade_{letter.lower()}"] for letter in LETTERS}
        return {"base": given["base"], "heat": {"points": given["heat_points"], "full_at": given["full_at"]}, "grades": grades}


def settings_of(spec: dict[str, Any]) -> dict[str, Any]:
    """The settings of a score model as the form holds them."""
    heat, grades = spec.get("heat") or {}, spec.get("grades", {})
    borders = {f"grade_{letter.lower()}": grades.get(letter) for letter in LETTERS}
    return {"base": spec.get("base", 0), "heat_points": heat.get("points", 0), "full_at": heat.get("full_at", 10), **borders}
