"""What a person fills in about lists: the filter, and the name of a view."""

from typing import Any

from django import forms

from leadloop.leads.domain.stages import CHOICES
from leadloop.leads.domain.temperature import LABELS
from leadloop.work.domain.lead_filter import LeadFilter

DAYS = [("", "Any time"), ("1", "Today"), ("7", "Last 7 days"), ("30", "Last 30 days"), ("90", "Last 90 days"), ("365", "Last 365 days")]


class FilterForm(forms.Form):
    """The plain filters; conditions are built beside it. `people` and `sources` are (id, name)."""

    stage = forms.MultipleChoiceField(label="Stage", required=False, choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    temperature = forms.MultipleChoiceField(
        label="Temperature", required=False, choices=list(LABELS.items()), widget=forms.CheckboxSelectMultiple
    )
    owner = forms.MultipleChoiceField(label="Owner", required=False, widget=forms.CheckboxSelectMultiple)
    source = forms.MultipleChoiceField(label="Source", required=False, widget=forms.CheckboxSelectMultiple)
    score_min = forms.IntegerField(label="Score from", required=False, min_value=0, max_value=100)
    score_max = forms.IntegerField(label="Score to", required=False, min_value=0, max_value=100)
    days = forms.ChoiceField(label="Received", required=False, choices=DAYS)
    country = forms.CharField(
        label="Countries", required=False, max_length=300, widget=forms.TextInput(attrs={"placeholder": "US, CA", "autocomplete": "off"})
    )
    column = forms.MultipleChoiceField(label="Columns", required=False, widget=forms.CheckboxSelectMultiple)

    use_required_attribute = False

    def __init__(
        self,
        asked: LeadFilter,
        *,
        people: list[tuple[int, str]],
        sources: list[tuple[int, str]],
        declared: list[tuple[str, str]] | None = None,
    ) -> None:
        known: dict[str, Any] = {
            "stage": asked.stages,
            "temperature": asked.temperatures,
            "owner": asked.owners,
            "source": [str(source) for source in asked.sources],
            "score_min": asked.score_min,
            "score_max": asked.score_max,
            "days": str(asked.days or ""),
            "country": ", ".join(asked.countries),
            "column": asked.columns,
        }
        super().__init__(initial=known)
        for field in self.fields.values():
            field.required = True  # nothing is: so that no label needs to say "optional"
        owners = [("me", "Me"), ("none", "Nobody"), *((str(pk), name) for pk, name in people)]
        self.fields["owner"].choices = owners  # type: ignore[attr-defined]  # set by a library
        self.fields["source"].choices = [(str(pk), name) for pk, name in sources]  # type: ignore[attr-defined]  # set by a library
        self.fields["column"].choices = declared or []  # type: ignore[attr-defined]  # set by a library
        if asked.days and str(asked.days) not in dict(DAYS):
            self.fields["days"].choices = [*DAYS, (str(asked.days), f"Last {asked.days} days")]  # type: ignore[attr-defined]  # set by a library


class ViewForm(forms.Form):
    """A name for what the list shows now."""

    name = forms.CharField(label="Name", max_length=80)
    shared = forms.BooleanField(label="Show it to everybody", required=False)
