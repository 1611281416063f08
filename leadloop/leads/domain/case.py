"""One lead on its way through the loop: what came in, what we knew, what is decided."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from leadloop.leads.domain.criteria import blank_facts
from leadloop.leads.domain.custom_facts import LeadFacts
from leadloop.leads.domain.custom_fields import PREFIX
from leadloop.leads.domain.inquiry import Inquiry
from leadloop.leads.domain.stages import Stage

LEAD_COLUMNS = (
    "external_id", "first_name", "last_name", "email", "phone", "phone_raw", "company", "company_domain", "title", "website",
    "street", "city", "region", "postal_code", "country", "industry", "employees", "budget_cents", "currency", "product",
    "message", "campaign", "marks", "custom", "flaws",
)  # fmt: skip
"""What an inquiry can say about a lead, in the order in which it is stored."""

STANDING_COLUMNS = (
    "source_id", "received_at", "stage", "owner_id", "pool_id", "score", "grade", "heat", "waits_since", "due_at", "entered_at",
    "mql_at", "first_touch_at", "accepted_at", "sql_at", "converted_at", "closed_at", "touches", "version",
)  # fmt: skip
MOMENTS = frozenset(name for name in STANDING_COLUMNS if name.endswith("_at") or name == "waits_since")

FRESH_STANDING: dict[str, Any] = dict.fromkeys(STANDING_COLUMNS) | {"stage": Stage.NEW.value, "grade": "", "touches": 0, "version": 1}
BLANK_FACTS: dict[str, Any] = blank_facts()


@dataclass(slots=True)
class Case:
    """A lead with the submissions of this batch that belong to it. Steps write into it, `leads.actions` stores it.

    `values` are the lead's columns, `standing` its standing; `changed` names lead columns that differ from what is stored,
    `became` what this batch changed of the standing, `decided` the decisions with what is needed to recompute them.
    """

    lead_id: int
    fresh: bool
    values: dict[str, Any]
    standing: dict[str, Any]
    inquiries: list[Inquiry] = field(default_factory=list)
    known_touches: list[tuple[str, datetime]] = field(default_factory=list)
    changed: dict[str, Any] = field(default_factory=dict)
    became: dict[str, Any] = field(default_factory=dict)
    decided: dict[str, Any] = field(default_factory=dict)
    woken: bool = False  # rested before this batch, and is awake again
    before: int | None = None  # who had it when it went to rest
    foretold: Any = None  # how likely it is to be won, by the models in force
    _facts: dict[str, Any] | None = None

    def become(self, **changes: Any) -> None:
        """Change the standing and remember that this batch did."""
        self.standing.update(changes)
        self.became.update(changes)
        if self._facts is not None:
            self._facts.update(changes)
            self._name(self._facts)

    def facts(self) -> dict[str, Any]:
        """What rules read: columns, standing and touches under the catalogue's names. Made once, kept true by `become`."""
        if self._facts is not None:
            return self._facts
        standing = self.standing
        facts = self._facts = LeadFacts(BLANK_FACTS)
        facts.update(self.values)
        facts.update(standing)
        facts["touches"] = self.known_touches
        self._name(facts)
        return facts

    def learn(self, **values: Any) -> None:
        """Take corrected columns over; rules see them from now on."""
        filled = {*values, *(f"{PREFIX}{name}" for name in _differing(self.values["custom"], values.get("custom")))}
        self.changed.update(values)
        self.values.update(values)
        left = flaws_after(self.values["flaws"], filled, values=self.values)
        if left != self.values["flaws"]:
            self.values["flaws"] = self.changed["flaws"] = left
        self._facts = None

    def _name(self, facts: dict[str, Any]) -> None:
        """What the catalogue calls otherwise than the table."""
        standing = self.standing
        facts["source"] = standing["source_id"]
        facts["owner"] = standing["owner_id"]
        facts["pool"] = standing["pool_id"]
        facts["touch_count"] = standing["touches"]
        facts["is_open"] = standing["stage"] in OPEN_VALUES


def flaws_after(flaws: list[str], filled: Collection[str], *, came: Iterable[str] = (), values: Mapping[str, Any]) -> list[str]:
    """The flaws that are left once the columns `filled` have new values.

    A flaw is about one column, by its beginning ("email_invalid"). A column that was filled loses its old flaws; of the flaws that `came`
    along, those count that are about what was taken over or is still blank: a misspelt address harms nobody whose address we know.
    """
    kept = {flaw for flaw in flaws if column_of(flaw) not in filled}
    new = {flaw for flaw in came if column_of(flaw) in filled or not _known(column_of(flaw), values)}
    return sorted(kept | new)


def column_of(flaw: str) -> str:
    """The column, or the "custom.<name>", that a flaw is about, or ""."""
    if flaw.startswith(PREFIX):
        return flaw.partition(":")[0]
    return max((name for name in LEAD_COLUMNS if flaw.startswith(f"{name}_")), key=len, default="")


def _known(column: str, values: Mapping[str, Any]) -> Any:
    return values["custom"].get(column.removeprefix(PREFIX)) if column.startswith(PREFIX) else values.get(column)


def _differing(old: Mapping[str, Any], new: Mapping[str, Any] | None) -> set[str]:
    """Names under which two sets of declared values hold other things."""
    return set() if new is None else {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def merged_custom(known: dict[str, Any], came: dict[str, Any], *, flaws: Collection[str], came_flaws: Collection[str]) -> dict[str, Any]:
    """What is known, filled up by what came; a value that could not be read gives way to one that can."""
    bad, worse = ({column_of(flaw).removeprefix(PREFIX) for flaw in some if flaw.startswith(PREFIX)} for some in (flaws, came_flaws))
    return {**came, **{name: value for name, value in known.items() if not (name in bad and name in came and name not in worse)}}


OPEN_VALUES = frozenset({"new", "mql", "working", "sql"})
