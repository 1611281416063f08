"""What a person says of a field: only what its type has."""

from typing import Any

from django import forms

from leadloop.leads.domain.custom_checks import problems
from leadloop.leads.domain.custom_fields import LIMITS, PATTERNS, SENSITIVITY_CHOICES, SLUG, WITH_CHOICES, FieldSpec, Kind

LIMIT_FIELDS: dict[str, forms.Field] = {
    "length": forms.IntegerField(label="At most so many characters", required=False, min_value=1, max_value=10_000),
    "pattern": forms.ChoiceField(
        label="What it may look like", required=False, choices=[(key, words) for key, (_, words) in PATTERNS.items()]
    ),
    "min": forms.FloatField(label="Lowest value", required=False),
    "max": forms.FloatField(label="Highest value", required=False),
    "places": forms.IntegerField(label="Decimal places", required=False, min_value=1, max_value=6, help_text="2 where you say nothing."),
    "currency": forms.CharField(
        label="Currency", required=False, min_length=3, max_length=3, help_text="Three letters, such as EUR; rules compare amounts in it."
    ),
    "day_first": forms.BooleanField(
        label="3/4/2026 is the 3rd of April", required=False, help_text="Otherwise the country of the lead decides."
    ),
    "past": forms.BooleanField(label="Today or earlier only", required=False),
    "future": forms.BooleanField(label="Today or later only", required=False),
}


class FieldForm(forms.Form):
    """A declaration. A stored field keeps its name and its type."""

    label = forms.CharField(max_length=80, help_text="What people read, such as “Date of birth”.")
    name = forms.CharField(
        max_length=60,
        required=False,
        help_text="What programs and files call it: small letters, digits and underscores. Made from the label if you leave it empty.",
    )
    choices = forms.CharField(widget=forms.Textarea(attrs={"rows": 6}), help_text="One a line, in the order of the list.")
    group = forms.CharField(label="Heading", max_length=60, required=False, help_text="Fields with the same heading stand together.")
    help = forms.CharField(label="Help text", max_length=300, required=False, help_text="Stands below the field on forms.")
    required = forms.BooleanField(label="Forms ask for an answer", required=False)
    filterable = forms.BooleanField(
        label="Filter and sort lists by it", required=False, help_text="An index makes it quick with a million leads; a worker builds it."
    )
    sensitivity = forms.ChoiceField(choices=SENSITIVITY_CHOICES, widget=forms.RadioSelect)

    def __init__(self, *args: Any, kind: Kind, spec: FieldSpec | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": _initial(spec), **kwargs})
        self.kind, self.spec_before = kind, spec
        if spec:
            del self.fields["name"]
        if kind not in WITH_CHOICES:
            del self.fields["choices"]
        for name, field in LIMIT_FIELDS.items():
            if kind in LIMITS[name]:
                self.fields[f"limit_{name}"] = type(field)(**_said(field))
        self.order_fields(["label", "name", "choices", *(f"limit_{name}" for name in LIMIT_FIELDS), "group", "help"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            for problem in problems(self.declaration()):
                self.add_error(None, problem.text)
        return cleaned

    def declaration(self) -> dict[str, Any]:
        """As `leads.fields.declare` takes it."""
        given = self.cleaned_data
        limits = {name: given.get(f"limit_{name}") for name in LIMIT_FIELDS}
        found: dict[str, Any] = {
            "name": self.spec_before.name if self.spec_before else given.get("name") or name_of(given["label"]),
            "label": given["label"],
            "type": self.kind.value,
            "limits": {name: _plain(value) for name, value in limits.items() if value is not False and value not in (None, "")},
            **{part: given[part] for part in ("group", "help", "required", "filterable", "sensitivity")},
        }
        if "choices" in self.fields:
            found["choices"] = [line.strip() for line in given["choices"].splitlines() if line.strip()]
        if "currency" in found["limits"]:
            found["limits"]["currency"] = found["limits"]["currency"].upper()
        return found


def name_of(label: str) -> str:
    """A name that reads like the label."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in label.lower()).split()
    name = "_".join(words)[:60].strip("_") or "field"
    return name if SLUG.fullmatch(name) else f"field_{name}"[:60]


def _initial(spec: FieldSpec | None) -> dict[str, Any]:
    if spec is None:
        return {"sensitivity": "plain"}
    limits = {f"limit_{name}": value for name, value in spec.limits.items()}
    return limits | {
        "label": spec.label,
        "choices": "\n".join(spec.choices),
        "group": spec.group,
        "help": spec.help,
        "required": spec.required,
        "filterable": spec.filterable,
        "sensitivity": spec.sensitivity.value,
    }


def _said(field: forms.Field) -> dict[str, Any]:
    """How to make such a field anew: forms must not share one."""
    said: dict[str, Any] = {"label": field.label, "required": field.required, "help_text": field.help_text}
    for part in ("choices", "min_value", "max_value", "min_length", "max_length"):
        if getattr(field, part, None) is not None:
            said[part] = getattr(field, part)
    return said


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
