"""What the report of the agreement is made of: lines that count handovers, conditions with what they tell, the gate's book."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from leadloop.analytics.domain.agreeing import Condition, Rate, Suggestion, Telling, is_rubber_stamp
from leadloop.qualification.domain.verdicts import Word

COUNTS = ("handed", "accepted", "rejected", "silent", "waiting", "withdrawn", "late", "qualified")


@dataclass(slots=True)
class Line:
    """Handovers of one version, source or rep. `silent` are past their deadline without a word, `waiting` are not there yet."""

    name: str
    key: int | None = None
    accepted: int = 0
    rejected: int = 0
    silent: int = 0
    waiting: int = 0
    withdrawn: int = 0
    late: int = 0  # words that came after the deadline
    qualified: int = 0  # of the accepted
    reasons: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    every: int = 1  # each k-th handover was counted; rates are of those, `counts` of all

    @property
    def handed(self) -> int:
        return self.accepted + self.rejected + self.silent + self.waiting + self.withdrawn

    @property
    def agreement(self) -> Rate:
        """Accepted of those that got a verdict; silence counts as neither."""
        return Rate(self.accepted, self.accepted + self.rejected)

    @property
    def counts(self) -> dict[str, int]:
        """The figures for all handovers, estimated where each k-th was counted."""
        return {name: getattr(self, name) * self.every for name in COUNTS}

    @property
    def reason_counts(self) -> dict[str, int]:
        """Rejections by reason, the commonest first."""
        ordered = sorted(self.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
        return {reason: number * self.every for reason, number in ordered}

    def add(self, row: Mapping[str, Any]) -> None:
        """Count a group of handovers."""
        number, word = row["number"], row["word"]
        if word == Word.OPEN:
            word = "silent" if row["silent"] else "waiting"
        setattr(self, word, getattr(self, word) + number)
        self.late += number * row["late"]
        if word == Word.ACCEPTED:
            self.qualified += row["qualified"]
        if word == Word.REJECTED:
            self.reasons[row["reason"]] += number

    @property
    def came_to_something(self) -> Rate:
        return Rate(self.qualified, self.accepted)

    @property
    def is_rubber_stamp(self) -> bool:
        return is_rubber_stamp(self.agreement, self.came_to_something)


class Leaf(NamedTuple):
    """A condition of the definition in words, with what it tells."""

    says: str
    found: Condition


@dataclass(slots=True)
class Gate:
    """Who was qualified under a definition of a sales qualified lead, and how many on somebody's word."""

    passed: int = 0
    overridden: int = 0
    people: list[tuple[str, int, int]] = field(default_factory=list)  # name, passed, overridden
    failing: list[tuple[str, int]] = field(default_factory=list)  # condition in words, overrides of it

    @property
    def share(self) -> Rate:
        return Rate(self.overridden, self.passed)


@dataclass(slots=True)
class Report:
    """Everything of one period; details are of the version `chosen`."""

    versions: list[Line]
    chosen: int | None
    total: Line
    sources: list[Line]
    people: list[Line]
    leaves: list[Leaf]
    suggestion: Suggestion | None
    present: int | None  # the score that the chosen version asks for
    gate: Gate
    every: int = 1  # each k-th handover was counted
    error: float = 0.0  # of a share, 0 to 1

    @property
    def idle(self) -> list[Leaf]:
        """Conditions that never separate accepted from rejected."""
        return [leaf for leaf in self.leaves if leaf.found.telling is Telling.NOTHING]
