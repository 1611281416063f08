"""One lead on its way through the loop: what came in, what we knew, what is decided."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from leadloop.leads.domain.criteria import Happening, blank_facts
from leadloop.leads.domain.custom_facts import LeadFacts
from leadloop.leads.domain.custom_fields import PREFIX
from leadloop.leads.domain.inquiry import Inquiry
from leadloop.leads.domain.places import place_of
from leadloop.leads.domain.stages import OPEN, Stage

LEAD_COLUMNS = (
    "external_id", "first_name", "last_name", "email", "phone", "phone_raw", "company", "company_domain", "title", "website",
    "street", "city", "region", "postal_code", "country", "industry", "employees", "budget_cents", "currency", "product",
    "message", "campaign", "latitude", "longitude", "place_x", "place_y", "place_z", "marks", "custom", "flaws",
)  # fmt: skip
"""What an inquiry can say about a lead, in the order in which it is stored."""

STANDING_COLUMNS = (
    "source_id", "received_at", "stage", "owner_id", "pool_id", "score", "grade", "heat", "waits_since", "due_at", "entered_at",
    "mql_at", "first_touch_at", "accepted_at", "sql_at", "converted_at", "closed_at", "touches", "version", "temper",
)  # fmt: skip
MOMENTS = frozenset(name for name in STANDING_COLUMNS if name.endswith("_at") or name == "waits_since")

FRESH_STANDING: dict[str, Any] = dict.fromkeys(STANDING_COLUMNS) | {
    "stage": Stage.NEW.value,
    "grade": "",
    "touches": 0,
    "version": 1,
    "temper": "",
}
NAMED = frozenset({"source_id", "owner_id", "pool_id", "touches", "stage"})
"""Columns of a standing that rules know by other names."""
BLANK_FACTS: dict[str, Any] = blank_facts()


class Signal(NamedTuple):
    """Something that a person did about us, as engagement reads it: machines left out."""

    kind: str
    happened_at: datetime
    campaign: str = ""


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
    known_touches: list[Happening] = field(default_factory=list)
    recalled: dict[str, Any] = field(default_factory=dict)  # facts of other tables that a rule in force reads; see leads.recalling
    changed: dict[str, Any] = field(default_factory=dict)
    became: dict[str, Any] = field(default_factory=dict)
    decided: dict[str, Any] = field(default_factory=dict)
    woken: bool = False  # rested before this batch, and is awake again
    before: int | None = None  # who had it when it went to rest
    earlier: dict[str, Any] | None = None  # heat, score and grade before this batch, see `remember`
    signals: list[Signal] = field(default_factory=list)  # what engagement reads, where a score model in force asks for it
    crossed: list[dict[str, Any]] = field(default_factory=list)  # thresholds of scores that this batch takes it over
    foretold: Any = None  # how likely it is to be won, by the models in force
    _facts: dict[str, Any] | None = None

    def become(self, **changes: Any) -> None:
        """Change the standing and remember that this batch did."""
        self.standing.update(changes)
        self.became.update(changes)
        if self._facts is not None:
            self._facts.update(changes)
            if not NAMED.isdisjoint(changes):
                self._name(self._facts)

    def remember(self) -> None:
        """Keep how warm and good it was before this batch, once: whoever asks what became hot needs both."""
        if self.earlier is None:
            standing = self.standing
            self.earlier = {"heat": standing["heat"], "score": standing["score"], "grade": standing["grade"]}

    def facts(self) -> dict[str, Any]:
        """What rules read: columns, standing and touches under the catalogue's names. Made once, kept true by `become`."""
        if self._facts is not None:
            return self._facts
        standing = self.standing
        facts = self._facts = LeadFacts(BLANK_FACTS)
        facts.update(self.values)
        facts.update(standing)
        facts.update(self.recalled)
        facts["touches"] = self.known_touches
        facts["signals"] = self.signals
        self._name(facts)
        return facts

    def recall(self, **facts: Any) -> None:
        """Take over what another table says of the lead; rules see it from now on."""
        self.recalled.update(facts)
        if self._facts is not None:
            self._facts.update(facts)
            self._name(self._facts)

    def learn(self, **values: Any) -> None:
        """Take corrected columns over; rules see them from now on. Another postal code is another place, or none that we know."""
        if "latitude" not in values and not {"postal_code", "country"}.isdisjoint(values):
            values |= place_of({**self.values, **values})
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
        facts["is_open"] = standing["stage"] in OPEN
        if "roles" in self.recalled:
            facts["owner_role"] = self.recalled["roles"].get(standing["owner_id"], "")


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
