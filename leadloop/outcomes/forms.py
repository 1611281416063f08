"""What a person fills in for reasons and junk rules; conditions come from the builder beside them."""

from typing import Any

from django import forms

LONGEST_REST = 1_095  # days


class ReasonForm(forms.Form):
    """A reason as people read it. Only leads that are recycled come back by themselves."""

    label = forms.CharField(label="Reason", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    needs_note = forms.BooleanField(label="Needs a note", required=False, help_text="For a reason that says too little by itself.")
    revisit_days = forms.IntegerField(
        label="Comes back after, days",
        required=False,
        min_value=1,
        max_value=LONGEST_REST,
        help_text="Unless whoever recycles the lead names a day.",
    )

    def __init__(self, *args: Any, end: str, **options: Any) -> None:
        super().__init__(*args, **options)
        if end != "recycled":
            del self.fields["revisit_days"]


class JunkRuleForm(forms.Form):
    """One junk rule's name."""

    label = forms.CharField(label="Name", max_length=120, help_text="What people read as the reason, such as “Sells backlinks”.")
