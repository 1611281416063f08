"""The questions of a framework as a form: a row of choices or a field each, and how the person knows."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.timezone import localtime

from leadloop.leads.domain.touch_kinds import OUTREACH, TITLES
from leadloop.leads.models import Touch
from leadloop.outcomes.actions import MOST_CENTS
from leadloop.qualification.domain.frameworks import LONGEST_TEXT, UNKNOWN, Kind, Question, Questions

EVIDENCE = (*sorted(OUTREACH), "noted", "replied")
SHOWN_TOUCHES = 10


def said_about(lead_id: int) -> list[Touch]:
    """The latest calls, mails and notes, in which something may have been said. One query."""
    return list(Touch.objects.filter(lead_id=lead_id, kind__in=EVIDENCE).order_by("-id")[:SHOWN_TOUCHES])


class AnswersForm(forms.Form):
    """One field a question, under the question's id; what is written has a box for unknown beside it."""

    def __init__(
        self, data: Any, *, framework: Questions, said: Sequence[Touch], values: Mapping[str, Any], unknown: frozenset[str]
    ) -> None:
        super().__init__(data, prefix="answer", auto_id="answer-%s")
        self.framework, self.values = framework, values
        for one in framework.questions:
            self.fields[one.id] = _field(one)
            self.initial[one.id] = _shown(one, values.get(one.id))
            if not one.options:
                self.fields[f"{one.id}_unknown"] = forms.BooleanField(label="Unknown", required=False)
                self.initial[f"{one.id}_unknown"] = one.id in unknown
        self.fields["evidence"] = forms.CharField(
            label="How do you know?",
            required=False,
            max_length=500,
            widget=forms.TextInput(attrs={"placeholder": "They said so on the phone", "autocomplete": "off"}),
        )
        choices = [("", "None of these"), *((one.pk, f"{TITLES.get(one.kind, one.kind)}, {_spoken(one)}") for one in said)]
        self.fields["touch"] = forms.TypedChoiceField(label="Said in", required=False, choices=choices, coerce=int, empty_value=None)

    @property
    def rows(self) -> list[tuple[Question, Any, Any]]:
        """Each question with its field, and the box for unknown where there is one."""
        boxes = {name for name in self.fields if name.endswith("_unknown")}
        return [
            (one, self[one.id], self[f"{one.id}_unknown"] if f"{one.id}_unknown" in boxes else None) for one in self.framework.questions
        ]

    def given(self) -> dict[str, Any]:
        """The answers that differ from what is known, as the declared fields hold them; None for unknown."""
        found = {}
        for one in self.framework.questions:
            value = _stored(one, self.cleaned_data[one.id])
            unknown = bool(self.cleaned_data.get(f"{one.id}_unknown"))
            if unknown and not one.options:
                value = None
            was = self.values.get(one.id)
            newly_unknown = unknown and not self.initial.get(f"{one.id}_unknown")
            if (value is not None and value != was) or newly_unknown:
                found[one.id] = value
        return found


def _spoken(touch: Touch) -> str:
    return f"{localtime(touch.happened_at):%-d %b, %H:%M}"


def _field(one: Question) -> forms.Field:
    if one.options:
        return forms.ChoiceField(label=one.label, choices=[(text, text) for text in one.options], widget=forms.RadioSelect, required=False)
    if one.kind is Kind.MONEY:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "input"})
        return forms.DecimalField(
            label=f"{one.label} ({settings.DEFAULT_CURRENCY})",
            min_value=0,
            max_value=MOST_CENTS // 100,
            decimal_places=2,
            widget=widget,
            required=False,
        )
    if one.kind is Kind.DATE:
        return forms.DateField(
            label=one.label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input"}), required=False
        )
    return forms.CharField(
        label=one.label, max_length=LONGEST_TEXT, widget=forms.TextInput(attrs={"autocomplete": "off", "class": "input"}), required=False
    )


def _stored(one: Question, value: Any) -> Any:
    if value in (None, ""):
        return None
    if one.kind is Kind.MONEY:
        return {"cents": int(value * 100), "currency": settings.DEFAULT_CURRENCY}
    return value.isoformat() if one.kind is Kind.DATE else str(value).strip()


def _shown(one: Question, value: Any) -> Any:
    if one.kind is Kind.MONEY and isinstance(value, Mapping):
        return Decimal(value.get("cents", 0)) / 100
    return value


def answer_words(value: Any, money: Any) -> str:
    """A stored answer as people read it."""
    if isinstance(value, Mapping):
        return str(money(value.get("cents", 0), value.get("currency", "")))
    return UNKNOWN if value is None else str(value)
