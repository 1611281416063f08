"""What a person fills in for a step: checked here, acted on by the verbs."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from leadloop.intake.domain.amounts import currency_of
from leadloop.leads.domain.temperature import LABELS
from leadloop.leads.models import Lead
from leadloop.outcomes import reasons
from leadloop.outcomes.actions import MOST_CENTS
from leadloop.outcomes.domain.reasons import END_OF_STEP, Listed
from leadloop.outcomes.errors import NoteNeeded
from leadloop.scoring.domain.definition import Returned
from leadloop.teams.models import User
from leadloop.work.actions import NextStep
from leadloop.work.domain.story import SPOKEN_OUTCOMES
from leadloop.work.models import Task

LOCAL = "%Y-%m-%dT%H:%M"
KINDS = {"emailed": "E-mail", "met": "Meeting", "texted": "Text message", "called": "Call"}
NEXT_DAYS = {"Tomorrow morning": 1, "In two days": 2, "In a week": 7, "In two weeks": 14}
LATER_DAYS = {"In a month": 30, "In a quarter": 91, "In half a year": 182, "In a year": 365}
USUAL_REST = 30  # days, for a reason that says nothing
LATEST = timedelta(days=3 * 366)


def morning(days: int, *, now: datetime) -> datetime:
    """Nine o'clock, so many days from now, in the zone in force."""
    day = timezone.localdate(now) + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(9)))


class MomentInput(forms.DateTimeInput):
    """The browser's own picker, with the moments that people choose most."""

    template_name = "work/widgets/moment.html"
    input_type = "datetime-local"

    def __init__(self, days: dict[str, int]) -> None:
        super().__init__(format=LOCAL)
        self.days = days

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = context["list"] = f"{context['widget']['attrs'].get('id', name)}_list"
        now = timezone.now()
        context["moments"] = [(f"{timezone.localtime(morning(days, now=now)):{LOCAL}}", label) for label, days in self.days.items()]
        return context


class MomentField(forms.DateTimeField):
    """A day and time in the person's zone; `days` are mornings to offer."""

    def __init__(self, days: dict[str, int] | None = None, **options: Any) -> None:
        super().__init__(widget=MomentInput(days or NEXT_DAYS), **options)

    def clean(self, value: Any) -> datetime | None:
        moment = super().clean(value)
        now = timezone.now()
        if moment and moment < now - timedelta(minutes=1):
            raise forms.ValidationError("This moment has passed. Choose one to come.")
        if moment and moment > now + LATEST:
            raise forms.ValidationError("This is more than three years away.")
        return moment


class TextField(forms.CharField):
    """A few lines."""

    def __init__(self, *, rows: int = 3, max_length: int = 500, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, **({"autofocus": True} if options.get("required") else {})})
        super().__init__(widget=widget, required=options.pop("required", False), max_length=max_length, **options)


class ReasonForm(forms.Form):
    """Why a lead ends, by code, and a word about it. `step` chooses the reasons."""

    step = ""
    reason = forms.ChoiceField(widget=forms.RadioSelect(attrs={"autofocus": True}), error_messages={"required": "Choose a reason."})
    note = TextField(label="Note", rows=2)

    def __init__(self, *args: Any, end: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.end = end or END_OF_STEP.get(self.step, self.step)
        self.offered: dict[str, Listed] = {one.code: one for one in reasons.offered(self.end)}
        self.fields["reason"].choices = [(one.code, one.label) for one in self.offered.values()]  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("reason") and "note" in self.fields:
            try:
                reasons.check(self.end, given["reason"], given.get("note", ""), known=self.offered)
            except NoteNeeded as error:
                self.add_error("note", str(error))
        return given


class ReopenForm(ReasonForm):
    """Why a deal that was won is opened again; leads that ended otherwise are reopened without a question."""

    step = "reopened"


class RewriteForm(ReasonForm):
    """Another reason for an end, of the list of that end."""


class DisqualifyForm(ReasonForm):
    step = "disqualify"


class JunkForm(ReasonForm):
    step = "junk"


class LoseForm(ReasonForm):
    step = "lose"
    note = None  # type: ignore[assignment]  # a lost deal keeps its reason only


class RecycleForm(ReasonForm):
    """Back to nurture until a date."""

    step = "recycle"
    until = MomentField(LATER_DAYS, label="Bring it back")
    field_order = ("reason", "until", "note")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["until"].initial = lambda: morning(30, now=timezone.now())
        self.fields["until"].required = not any(one.revisit_days for one in self.offered.values())
        if not self.fields["until"].required:
            self.fields["until"].initial = None
            self.fields["until"].help_text = "Left blank, the reason says when: " + ", ".join(
                f"{one.label.lower()} in {one.revisit_days} days" for one in self.offered.values() if one.revisit_days
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        chosen = self.offered.get(given.get("reason", ""))
        if chosen and not given.get("until") and "until" not in self.errors:
            given["until"] = morning(chosen.revisit_days or USUAL_REST, now=timezone.now())
        return given


class RejectForm(forms.Form):
    """Sales says no to a lead that marketing handed over: why, and where it goes, as far as the agreement leaves that open."""

    reason = forms.ChoiceField(widget=forms.RadioSelect(attrs={"autofocus": True}), error_messages={"required": "Choose a reason."})
    becomes = forms.ChoiceField(
        label="Then", choices=[("nurture", "Back to nurture"), ("disqualify", "Not for us")], widget=forms.RadioSelect, initial="nurture"
    )
    until = MomentField(LATER_DAYS, label="Bring it back", required=False)
    note = TextField(label="Note", rows=2)

    def __init__(self, *args: Any, returned: Returned, **options: Any) -> None:
        super().__init__(*args, **options)
        self.returned = returned
        self.fields["reason"].choices = list(reasons.rejecting().items())  # type: ignore[attr-defined]  # a choice field
        self.fields["until"].initial = lambda: morning(returned.days, now=timezone.now())
        if returned.to != "choose":
            del self.fields["becomes"]
        if returned.to in ("disqualify", "pool"):
            del self.fields["until"]


class OverrideForm(forms.Form):
    """Why a lead counts as qualified although it does not meet the definition."""

    override_reason = TextField(label="Why it qualifies all the same", rows=2)


class AmountForm(forms.Form):
    """An amount with its currency, or none."""

    amount = forms.DecimalField(
        required=False,
        min_value=0,
        max_value=MOST_CENTS // 100,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autofocus": True}),
    )
    currency = forms.CharField(
        required=False, min_length=3, max_length=3, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )

    def clean_currency(self) -> str:
        code: str = self.cleaned_data["currency"].upper()
        if code and currency_of(code) != code:
            raise forms.ValidationError("Write the three letters of a currency, such as EUR.")
        return code or settings.DEFAULT_CURRENCY

    @staticmethod
    def initial_of(cents: int | None, currency: str) -> dict[str, Any]:
        """What the fields say beforehand, to the cent."""
        return {"amount": None if cents is None else Decimal(cents) / 100, "currency": currency or settings.DEFAULT_CURRENCY}

    @property
    def amount_cents(self) -> int | None:
        """The amount in cents, or None if none was written."""
        amount = self.cleaned_data["amount"]
        return None if amount is None else int(amount * 100)


class WinForm(AmountForm):
    """The opportunity is won."""


class ConvertForm(AmountForm):
    """Account, contact and an opportunity with a name and perhaps an amount."""

    name = forms.CharField(label="Opportunity", required=False, max_length=200)
    field_order = ("name", "amount", "currency")


class AssignForm(forms.Form):
    """Another person for the lead."""

    person = forms.ModelChoiceField(
        User.objects.none(),
        empty_label="Choose a person",
        widget=forms.Select(attrs={"autofocus": True}),
        error_messages={"required": "Choose a person."},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].queryset = User.objects.filter(is_active=True, role__in=("rep", "manager", "admin")).order_by("name")  # type: ignore[attr-defined]  # a choice field


class PlanForm(forms.Form):
    """A step to come."""

    text = forms.CharField(
        label="What will you do?", max_length=300, widget=forms.TextInput(attrs={"placeholder": "Call about the offer", "autofocus": True})
    )
    due_at = MomentField(label="When")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["due_at"].initial = lambda: morning(1, now=timezone.now())


class NoteForm(forms.Form):
    """Words to remember."""

    text = TextField(label="Note", rows=4, max_length=5000, required=True, error_messages={"required": "Write what is to be remembered."})


class TemperForm(forms.Form):
    """How warm a lead is, as a person says."""

    temperature = forms.ChoiceField(
        required=False, choices=[("", "As the rule says"), *LABELS.items()], help_text="What you say stays until you take it back."
    )


class LogForm(forms.Form):
    """A call: how it went, what was said, which planned step it finished, and what comes next."""

    outcome = forms.ChoiceField(required=False, choices=[("", "Not said"), *SPOKEN_OUTCOMES.items()])
    text = TextField(label="What was said", rows=3, max_length=5000)
    finishes = forms.ModelChoiceField(Task.objects.none(), label="This finishes", required=False, empty_label="No planned step")
    next_at = MomentField(label="Next step", required=False)
    next_text = forms.CharField(
        label="What next", required=False, max_length=300, widget=forms.TextInput(attrs={"placeholder": "Get in touch again"})
    )

    def __init__(self, *args: Any, lead: Lead, **options: Any) -> None:
        super().__init__(*args, **options)
        open_tasks = Task.objects.filter(lead=lead, done_at=None).order_by("due_at")
        self.fields["finishes"].queryset = open_tasks  # type: ignore[attr-defined]  # a choice field
        first = open_tasks.first()
        self.has_tasks = first is not None
        if first and first.due_at <= timezone.now() + timedelta(hours=12):
            self.fields["finishes"].initial = first.pk

    @property
    def following(self) -> NextStep:
        """The step that was planned along with it."""
        return NextStep(self.cleaned_data["next_at"], self.cleaned_data["next_text"])


class TouchForm(LogForm):
    """We got in touch in another way than by a call."""

    kind = forms.ChoiceField(label="How", choices=list(KINDS.items()))
