"""What is asked for on the page of simulations."""

from dataclasses import replace
from typing import Any

from django import forms

from leadloop.kernel.errors import LeadLoopError
from leadloop.simulation import actions
from leadloop.simulation.domain.policies import PRESETS, USUAL, Kind, Policy
from leadloop.simulation.domain.toml import as_read

MOST_SEEDS = 50
LONGEST_TEXT = 200_000  # a hundred sources by the hours of the week


class SimulationForm(forms.Form):
    """Policies with their limits, how many runs, and all other assumptions as text."""

    policies = forms.MultipleChoiceField(
        label="Compare",
        choices=[(policy.name, policy.title) for policy in PRESETS.values()],
        widget=forms.CheckboxSelectMultiple,
        initial=list(USUAL),
        help_text="Differences are told from the topmost.",
        error_messages={"required": "Tick at least one."},
    )
    minutes = forms.FloatField(label="Minutes until a pushed lead goes to the pool", min_value=1, max_value=100_000, initial=15)
    open_limit = forms.IntegerField(
        label="Open leads one may hold and still claim", min_value=0, max_value=100_000, initial=0, help_text="0: the cap of each person"
    )
    hour_limit = forms.IntegerField(label="Claims in any hour", min_value=0, max_value=1_000, initial=0, help_text="0: no limit")
    seeds = forms.IntegerField(
        label="Runs of each policy", min_value=1, max_value=MOST_SEEDS, initial=10, help_text="More runs make tighter intervals"
    )
    assumptions = forms.CharField(
        label="Assumptions",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "input mono"}),
        help_text="Arrivals, people and responses as TOML. Times are minutes, shares 0 to 1, days 0 (Monday) to 6.",
    )

    def clean_assumptions(self) -> str:
        text = str(self.cleaned_data["assumptions"]).replace("\r\n", "\n").strip() + "\n"
        try:
            document = as_read(text)
            document.pop("policies", None)
            self.cleaned_data["world"], _, self.cleaned_data["grounds"] = actions.assumed(document)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(f"This is not TOML: {error}") from error
        except LeadLoopError as error:
            raise forms.ValidationError(str(error)) from error
        return text

    def chosen(self) -> list[Policy]:
        """The ticked policies with the limits that were given, in the order of the list."""
        data: dict[str, Any] = self.cleaned_data
        found = []
        for name in PRESETS:
            if name in data["policies"]:
                policy = PRESETS[name]
                if policy.pulls:
                    policy = replace(policy, open_limit=data["open_limit"], hour_limit=data["hour_limit"])
                if policy.kind is Kind.HYBRID:
                    title = f"Push by turns, after {data['minutes']:g} minutes to the pool"
                    policy = replace(policy, minutes=data["minutes"], title=title)
                found.append(policy)
        return found
