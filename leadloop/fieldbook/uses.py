"""Where declared fields are used, and what leads hold in them."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadloop.capture.models import Form
from leadloop.db.clock import utc_now
from leadloop.db.versions import Status
from leadloop.leads import criteria_sql
from leadloop.leads.custom_shown import shown
from leadloop.leads.domain.criteria import Condition, Op
from leadloop.leads.domain.custom_facts import READERS, as_rules_see
from leadloop.leads.domain.custom_fields import WITH_CHOICES, FieldSpec, Kind
from leadloop.leads.domain.masks import MASK
from leadloop.leads.fields import rules_that_read
from leadloop.leads.models import Lead, Standing
from leadloop.work.models import SavedView

SAMPLE = 2_000
SHOWN = 8


@dataclass(slots=True)
class Uses:
    """What uses one field: published rules as (what, title), forms by title, saved views by name."""

    rules: list[tuple[str, str]] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    views: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """ "2 rules, 1 form"."""
        counts = (("rule", self.rules), ("form", self.forms), ("view", self.views))
        return ", ".join(f"{len(some)} {word}{'' if len(some) == 1 else 's'}" for word, some in counts if some)


@dataclass(frozen=True, slots=True)
class Present:
    """What the newest leads hold: how many of `leads` have a value, the usual ones, and those that do not fit."""

    leads: int
    filled: int
    usual: list[tuple[str, int]]
    unfit: list[tuple[str, int]]


def uses_of(names: Iterable[str]) -> dict[str, Uses]:
    """Where each of these fields is used. A constant number of queries."""
    found = {name: Uses() for name in names}
    for name, kind, title in rules_that_read(found):
        found[name].rules.append((kind, title))
    for title, spec in Form.objects.exclude(status=Status.RETIRED).order_by("title").values_list("title", "spec"):
        for name in {str(one.get("name")) for one in spec.get("fields", []) if isinstance(one, Mapping)} & found.keys():
            if title not in found[name].forms:
                found[name].forms.append(title)
    for title, query in SavedView.objects.order_by("name").values_list("name", "query"):
        text = json.dumps(query)
        for name, uses in found.items():
            if any(f"custom.{name}{end}" in text for end in ('"', "\\")):
                uses.views.append(title)
    return found


def present(spec: FieldSpec) -> Present:
    """The values among the newest leads. One query.

    Sensitive ones are counted and not named, all alike: by taking a choice away one would read off how many leads have it.
    """
    values: list[Any] = [custom.get(spec.name) for custom in Lead.objects.order_by("-pk").values_list("custom", flat=True)[:SAMPLE]]
    filled = [value for value in values if value not in (None, "", [])]
    counts: Counter[str] = Counter()
    unfit: Counter[str] = Counter()
    for value in filled:
        (counts if spec.is_sensitive or fits(spec, value) else unfit)[MASK if spec.is_sensitive else shown(spec, value)[:80]] += 1
    return Present(len(values), len(filled), counts.most_common(SHOWN), unfit.most_common(SHOWN))


def fits(spec: FieldSpec, value: Any) -> bool:
    """Whether a stored value is of its field's type, and one of its choices."""
    if spec.kind is Kind.MONEY:
        return isinstance(value, Mapping) and type(value.get("cents")) is int
    if spec.kind is Kind.YES_NO:
        return isinstance(value, bool)
    read = READERS[spec.kind](value)
    if read in (None, "", []):
        return False
    chosen = read if isinstance(read, list) else [read]
    return spec.kind not in WITH_CHOICES or all(one in spec.choices for one in chosen)


def leads_with(spec: FieldSpec, choices: Iterable[str]) -> dict[str, int]:
    """How many leads have each of these choices. One query a choice; they are few."""
    op = Op.CONTAINS if spec.kind is Kind.CHOICES else Op.IS
    asked = as_rules_see(spec, bound=False)
    counts = {
        choice: Standing.objects.filter(criteria_sql.condition(Condition(asked, op, (choice,)), utc_now())).count() for choice in choices
    }
    return {choice: number for choice, number in counts.items() if number}
