"""One lead on its way through the loop: what came in, what we knew, what is decided."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from leadloop.leads.domain.criteria import blank_facts
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
        facts = self._facts = BLANK_FACTS | self.values | standing
        facts["touches"] = self.known_touches
        self._name(facts)
        return facts

    def learn(self, **values: Any) -> None:
        """Take corrected columns over; rules see them from now on."""
        self.changed.update(values)
        self.values.update(values)
        self._facts = None

    def _name(self, facts: dict[str, Any]) -> None:
        """What the catalogue calls otherwise than the table."""
        standing = self.standing
        facts["source"] = standing["source_id"]
        facts["owner"] = standing["owner_id"]
        facts["pool"] = standing["pool_id"]
        facts["touch_count"] = standing["touches"]
        facts["is_open"] = standing["stage"] in OPEN_VALUES


OPEN_VALUES = frozenset({"new", "mql", "working", "sql"})
