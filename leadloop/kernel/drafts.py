"""What is wrong with a draft, and what it changes, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a draft cannot be published: `place` names the part as people see it, "Rule 3: Left a phone number"."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else self.text


@dataclass(frozen=True, slots=True)
class Line:
    """One part of a published thing in words: what it is called, and what it says."""

    title: str
    says: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that two versions do not share. `before` and `after` are what it says; "" where it is not there."""

    kind: Literal["added", "removed", "changed", "moved"]
    title: str
    before: str
    after: str


def title_of(rule: Mapping[str, Any]) -> str:
    """What people call a rule; its id where it has no name."""
    return str(rule.get("label") or rule.get("id") or "without a name")


def differences(before: Mapping[str, Line], after: Mapping[str, Line]) -> list[Difference]:
    """What `after` changes, in its order, and what it leaves out. Both map an id that stays the same over versions to a line.

    Parts that only stand in another order count as moved when order means something: their ids start with "rule:".
    """
    found = [Difference("removed", line.title, line.says, "") for key, line in before.items() if key not in after]
    for key, line in after.items():
        if key not in before:
            found.append(Difference("added", line.title, "", line.says))
        elif line != before[key]:
            found.append(Difference("changed", line.title, _said(before[key], line), _said(line, before[key])))
    return found + _moves(_rules(before, after), _rules(after, before), after)


def _said(line: Line, other: Line) -> str:
    return line.says if line.title == other.title else f"{line.title}: {line.says}"


def _rules(one: Mapping[str, Line], other: Mapping[str, Line]) -> list[str]:
    return [key for key in one if key.startswith("rule:") and key in other]


def _moves(before: Sequence[str], after: Sequence[str], lines: Mapping[str, Line]) -> list[Difference]:
    """Parts that have to be moved to get from one order to the other: all but a longest run that kept its order."""
    kept = _longest_rise([before.index(key) for key in after])
    return [
        Difference("moved", lines[key].title, f"place {before.index(key) + 1}", f"place {place + 1}")
        for place, key in enumerate(after)
        if before.index(key) not in kept
    ]


def _longest_rise(places: Sequence[int]) -> frozenset[int]:
    best: list[list[int]] = []
    for place in places:
        runs = [run for run in best if run[-1] < place]
        longest: list[int] = max(runs, key=len, default=[])
        best.append([*longest, place])
    whole: list[int] = max(best, key=len, default=[])
    return frozenset(whole)
