"""Forms about ends in hindsight: another reason for many leads, and what a won deal really was."""

from typing import Any

from django import forms
from django.utils import timezone

from leadloop.leads.models import Standing
from leadloop.outcomes import reasons
from leadloop.outcomes.domain.reasons import END_LABELS
from leadloop.outcomes.models import Conversion
from leadloop.work.forms import LOCAL, AmountForm, TextField

REWRITTEN = ("disqualified", "junk", "recycled", "lost")


class RewriteManyForm(forms.Form):
    """Another reason for leads that ended; those that ended otherwise than the list of the reason are told and left alone."""

    reason = forms.ChoiceField(error_messages={"required": "Choose a reason."})
    note = TextField(label="Note", rows=2)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = reasons.offered_by_end()
        groups = [(END_LABELS[end], [(one.code, one.label) for one in offered.get(end, {}).values()]) for end in REWRITTEN]
        self.fields["reason"].choices = [("", "Choose a reason"), *groups]  # type: ignore[attr-defined]  # a choice field


class CorrectForm(AmountForm):
    """What a won deal was worth, and when it was won."""

    closed_at = forms.DateTimeField(label="Won", widget=forms.DateTimeInput(format=LOCAL, attrs={"type": "datetime-local"}))
    field_order = ("amount", "currency", "closed_at")

    @classmethod
    def initial_for(cls, standing: Standing) -> dict[str, Any]:
        """What the deal says now. One query."""
        live = Conversion.objects.filter(lead_id=standing.pk, undone_at=None).select_related("opportunity").first()
        deal = live.opportunity if live else None
        cents, currency = (deal.amount_cents, deal.currency) if deal else (None, "")
        return cls.initial_of(cents, currency) | {"closed_at": deal.closed_at if deal else None}

    def clean_closed_at(self) -> Any:
        moment = self.cleaned_data["closed_at"]
        if moment > timezone.now():
            raise forms.ValidationError("This moment is still to come.")
        return moment
