"""What a person fills in about the newer parts of a score model, about several models, and about temperature."""

from typing import Any

from django import forms

from leadloop.leads.domain.touch_kinds import CAPS, TITLES, WEIGHTS
from leadloop.scoring.domain.model_checks import LAST_ORDER
from leadloop.scoring.domain.scorecard import TOP


class EngagementForm(forms.Form):
    """How activity counts: what each kind of touch weighs, what a kind is worth at most, which campaigns count more."""

    points = forms.IntegerField(label="Points for activity", min_value=1, max_value=TOP, help_text="At most, for everything together.")
    full_at = forms.FloatField(
        label="In full at", min_value=0.1, max_value=10_000, help_text="Points of fresh activity; each halves in 14 days."
    )
    campaigns = forms.CharField(
        label="Campaigns that count more or less",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "spring fair = 2"}),
        help_text="One a line: the name, =, how many times it counts. Touches without a campaign belong to the one the lead came from.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in WEIGHTS:
            title = TITLES[kind]
            self.fields[f"weight_{kind}"] = forms.FloatField(label=f"{title}: weight", required=False, min_value=0.01, max_value=1000)
            self.fields[f"cap_{kind}"] = forms.FloatField(label=f"{title}: at most", required=False, min_value=0.01, max_value=10_000)

    @property
    def kinds(self) -> list[tuple[str, Any, Any]]:
        """(title, weight, cap) of each kind of touch, as rows of a table."""
        return [(TITLES[kind], self[f"weight_{kind}"], self[f"cap_{kind}"]) for kind in WEIGHTS]

    def clean_campaigns(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for line in self.cleaned_data["campaigns"].splitlines():
            name, _, factor = line.rpartition("=")
            if not line.strip():
                continue
            try:
                found[name.strip()] = float(factor)
            except ValueError as error:
                raise forms.ValidationError(f"“{line.strip()}” is not a name, = and a number.") from error
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(given.get(f"weight_{kind}") for kind in WEIGHTS):
            raise forms.ValidationError("Give at least one kind of touch a weight.")
        return given

    def spec(self) -> dict[str, Any]:
        """Activity as a score model holds it."""
        given = self.cleaned_data
        kinds = {kind: {"weight": given[f"weight_{kind}"], "cap": given[f"cap_{kind}"]} for kind in WEIGHTS if given[f"weight_{kind}"]}
        return {"points": given["points"], "full_at": given["full_at"], "kinds": kinds, "campaigns": given["campaigns"]}


class ThresholdForm(forms.Form):
    """A named line of a score, and who hears when a lead crosses it upwards."""

    label = forms.CharField(label="Name", max_length=60, help_text="What people read, such as “Call now”.")
    at = forms.IntegerField(label="From", min_value=1, max_value=TOP, help_text="Points; equal counts as crossed.")
    falls = forms.IntegerField(
        label="Armed again below by",
        min_value=0,
        max_value=TOP,
        help_text="Points under the line that the score has to fall before it fires again.",
    )
    tell = forms.ChoiceField(label="Who hears", choices=[("owner", "The owner"), ("managers", "All managers"), ("nobody", "Nobody")])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("at") is not None and given.get("falls") is not None and given["falls"] > given["at"]:
            self.add_error("falls", "It cannot fall below 0.")
        return given


class AudienceForm(forms.Form):
    """Which leads a model is for, in which order it is asked, and what a learned probability adds."""

    order = forms.IntegerField(
        label="Order",
        min_value=0,
        max_value=LAST_ORDER,
        help_text="Lower is asked first; the first model that applies gives the main score.",
    )
    probability = forms.IntegerField(
        label="Points for probability",
        min_value=0,
        max_value=TOP,
        required=False,
        help_text="At most, where a probability to convert was learned.",
    )


class ModelForm(forms.Form):
    """A new score model, empty or as a copy."""

    title = forms.CharField(label="Name", max_length=120, help_text="Such as a product or brand: “Insurance”.")
    copy = forms.ChoiceField(label="Begins as", required=False)

    def __init__(self, *args: Any, models: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["copy"].choices = [("", "Without rules"), *((name, f"A copy of {title}") for name, title in models)]  # type: ignore[attr-defined]  # set by a library


class TemperatureForm(forms.Form):
    """When a lead is hot or warm; everything else is cold."""

    hot_at = forms.FloatField(
        label="Hot from", min_value=0.1, max_value=10_000, help_text="Points of fresh activity: an inquiry is 5, a reply 8."
    )
    hot_within_days = forms.IntegerField(label="Received within, days", required=False, min_value=1, max_value=3650)
    hot_score = forms.IntegerField(label="Score at least", required=False, min_value=0, max_value=TOP)
    hot_grades = forms.MultipleChoiceField(
        label="Grades", required=False, choices=[(letter, letter) for letter in "ABCD"], widget=forms.CheckboxSelectMultiple
    )
    warm_at = forms.FloatField(label="Warm from", min_value=0.1, max_value=10_000, help_text="Points of fresh activity.")
    warm_within_days = forms.IntegerField(label="Received within, days", required=False, min_value=1, max_value=3650)
    warm_score = forms.IntegerField(label="Score at least", required=False, min_value=0, max_value=TOP)
    contact_minutes = forms.IntegerField(
        label="Contact hot leads within, minutes",
        required=False,
        min_value=0,
        max_value=1440,
        help_text="When a lead becomes hot it is due then, and its owner hears. Blank: nobody is called.",
    )

    use_required_attribute = False

    def spec(self) -> dict[str, Any]:
        """The rule as it is published; what is blank is left out."""
        given = self.cleaned_data
        parts = ("at", "within_days", "score", "grades")
        bands = {
            band: {part: given[f"{band}_{part}"] for part in parts if given.get(f"{band}_{part}") not in (None, "", [])}
            for band in ("hot", "warm")
        }
        return bands | ({"contact_minutes": given["contact_minutes"]} if given["contact_minutes"] is not None else {})


def temperature_of(spec: dict[str, Any]) -> dict[str, Any]:
    """A rule of temperature as its form holds it."""
    bands = {f"{band}_{part}": value for band in ("hot", "warm") for part, value in spec.get(band, {}).items()}
    return bands | {"contact_minutes": spec.get("contact_minutes")}


def engagement_of(spec: dict[str, Any]) -> dict[str, Any]:
    """The activity of a score model as its form holds it; where there is none, the usual weights."""
    given = spec.get("engagement")
    if not given:
        usual = {f"weight_{kind}": weight for kind, weight in WEIGHTS.items()} | {f"cap_{kind}": cap for kind, cap in CAPS.items()}
        heat = spec.get("heat") or {}
        return usual | {"points": heat.get("points") or 15, "full_at": heat.get("full_at", 12)}
    kinds = {f"{what}_{kind}": one.get(what) for kind, one in given["kinds"].items() for what in ("weight", "cap")}
    campaigns = "\n".join(f"{name} = {factor:g}" for name, factor in given.get("campaigns", {}).items())
    return kinds | {"points": given["points"], "full_at": given["full_at"], "campaigns": campaigns}
