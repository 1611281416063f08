"""Sets of questions that qualify a lead: BANT and others. Typed answers, weights, completion and a score; unknown is not no. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from leadloop.kernel.drafts import Line, Problem
from leadloop.leads.domain import criteria
from leadloop.leads.domain.criteria.sentence import Names

UNKNOWN = "Unknown"
YES, NO = "Yes", "No"
MOST_QUESTIONS, MOST_CHOICES, HEAVIEST = 20, 12, 100
SLUG = re.compile(r"[a-z][a-z0-9_]{0,29}")
LONGEST_TEXT = 300


class Kind(StrEnum):
    """What a question takes for an answer."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    MONEY = "money"
    DATE = "date"
    TEXT = "text"


KIND_WORDS = {
    Kind.YES_NO: "Yes, no or unknown",
    Kind.CHOICE: "One of some choices",
    Kind.MONEY: "Amount",
    Kind.DATE: "Date",
    Kind.TEXT: "Text",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `choices` are labels with how good they are, 0 to 100; `good`: cents, or days, that are enough."""

    id: str
    label: str
    kind: Kind
    weight: int = 1
    choices: Mapping[str, int] = field(default_factory=dict)
    good: int | None = None
    help: str = ""

    @property
    def options(self) -> list[str]:
        """What can be chosen, unknown at the end; [] where something is written."""
        if self.kind is Kind.YES_NO:
            return [YES, NO, UNKNOWN]
        return [*self.choices, UNKNOWN] if self.kind is Kind.CHOICE else []


RESULTS = ("score", "complete")
"""What a framework says of a lead beside the answers, each in a field of its own."""


def field_of(framework: str, question: str) -> str:
    """The declared field that holds the answer to a question, or a result, of the framework of this name."""
    return f"{framework.replace('-', '_')}_{question}"


@dataclass(frozen=True, slots=True)
class Questions:
    """A published framework."""

    name: str
    title: str
    version: int
    questions: tuple[Question, ...]
    applies: criteria.Test | None = None  # None: to every lead

    def field_of(self, question: str) -> str:
        """The declared field that holds the answer; rules call it "custom.<that>"."""
        return field_of(self.name, question)


@dataclass(frozen=True, slots=True)
class Qualified:
    """How far a lead is qualified: answered questions (unknown is none), and the weighted score of all, 0 to 100."""

    answered: int
    total: int
    score: int

    @property
    def complete(self) -> int:
        """In percent."""
        return round(100 * self.answered / self.total) if self.total else 0


def compile_framework(spec: Mapping[str, Any], *, name: str, title: str, version: int, catalogue: criteria.Catalogue) -> Questions:
    """From `{"questions": [{"id", "label", "kind", "weight", "choices": [{"label", "points"}], "good", "help"}], "criteria"}`.

    Raises:
        CriteriaInvalid: its criteria do not stand.
    """
    asked = spec.get("criteria") or {"all": []}
    applies = None if asked == {"all": []} else criteria.predicate(criteria.parse(asked, catalogue))
    return Questions(name, title, version, tuple(question_of(one) for one in spec["questions"]), applies)


def question_of(given: Mapping[str, Any]) -> Question:
    choices = {one["label"]: int(one.get("points", 0)) for one in given.get("choices", ())}
    return Question(
        given["id"], given["label"], Kind(given["kind"]), int(given.get("weight", 1)), choices, given.get("good"), given.get("help", "")
    )


def framework_for(frameworks: Sequence[Questions], facts: Mapping[str, Any], now: Any) -> Questions | None:
    """The first whose criteria the lead meets, else the first that is for every lead. They are asked in the order of their titles."""
    ordered = sorted(frameworks, key=lambda one: one.title.casefold())
    chosen = next((one for one in ordered if one.applies is not None and one.applies(facts, now)), None)
    return chosen or next((one for one in ordered if one.applies is None), None)


def qualified(framework: Questions, values: Mapping[str, Any], *, today: date) -> Qualified:
    """Judge the answers of a lead. `values` by question, as they are stored; what is missing was not asked yet."""
    known = {one.id: values.get(one.id) for one in framework.questions}
    answered = sum(value not in (None, "", UNKNOWN) for value in known.values())
    weight = sum(one.weight for one in framework.questions)
    points = sum(one.weight * credit(one, known[one.id], today=today) for one in framework.questions)
    return Qualified(answered, len(framework.questions), round(points / weight) if weight else 0)


def credit(question: Question, value: Any, *, today: date) -> float:
    """How good an answer is, 0 to 100; unknown and no are 0 alike, and only completion tells them apart."""
    if value in (None, "", UNKNOWN):
        return 0
    match question.kind:
        case Kind.YES_NO:
            return 100 if value == YES else 0
        case Kind.CHOICE:
            return question.choices.get(value, 0)
        case Kind.MONEY:
            cents = value.get("cents", 0) if isinstance(value, Mapping) else 0
            return 100 if not question.good else min(100, 100 * cents / question.good)
        case Kind.DATE:
            days = (date.fromisoformat(value) - today).days
            return 100 if question.good is None or days <= question.good else 0
        case Kind.TEXT:
            return 100


def check_framework(spec: Any, catalogue: criteria.Catalogue = criteria.CATALOGUE) -> list[Problem]:
    """What keeps a framework from being published; [] when nothing does."""
    if not isinstance(spec, dict) or not isinstance(spec.get("questions"), list):
        return [Problem("", "A framework is an object with a list of questions.")]
    found = [Problem("", f"There is no part called {key}.") for key in spec if key not in ("questions", "criteria")]
    if not 1 <= len(spec["questions"]) <= MOST_QUESTIONS:
        found.append(Problem("Questions", f"Ask 1 to {MOST_QUESTIONS} questions."))
    seen: set[Any] = set()
    for number, one in enumerate(spec["questions"][:MOST_QUESTIONS], start=1):
        found += _check_question(one, f"Question {number}", seen)
    try:
        criteria.parse(spec.get("criteria") or {"all": []}, catalogue)
    except criteria.CriteriaInvalid as error:
        found.append(Problem("Applies to", str(error)))
    return found


def framework_lines(spec: Mapping[str, Any], names: Names | None = None) -> dict[str, Line]:
    """A framework in words, part by part."""
    asked = spec.get("criteria") or {"all": []}
    lines = {"criteria": Line("Applies to", "every lead" if asked == {"all": []} else f"leads of which {criteria.in_words(asked, names)}")}
    for one in map(question_of, spec["questions"]):
        says = f"{KIND_WORDS[one.kind].lower()}, weight {one.weight}"
        if one.choices:
            says += ": " + ", ".join(f"{label} {points}" for label, points in one.choices.items())
        if one.good is not None:
            says += f", good from {one.good / 100:,.2f}" if one.kind is Kind.MONEY else f", good within {one.good:,} days"
        lines[f"rule:{one.id}"] = Line(one.label, says)
    return lines


def _check_question(given: Any, place: str, seen: set[Any]) -> list[Problem]:
    if not isinstance(given, dict):
        return [Problem(place, "A question is an object.")]
    place = f"{place}: {given.get('label') or 'without words'}"[:120]
    found = [Problem(place, f"There is no part called {part}.") for part in given if part not in Question.__dataclass_fields__]
    key, label, kind = given.get("id"), given.get("label"), given.get("kind")
    if not isinstance(key, str) or not SLUG.fullmatch(key) or key in seen or key in ("score", "complete"):
        found.append(Problem(place, "Its id is missing, taken, or has more than small letters, digits and underscores."))
    seen.add(key if isinstance(key, str) else None)
    if not isinstance(label, str) or not 1 <= len(label.strip()) <= 80:
        found.append(Problem(place, "Ask it in 1 to 80 characters."))
    if kind not in {one.value for one in Kind}:
        return [*found, Problem(place, f"Its kind is one of {', '.join(one.value for one in Kind)}.")]
    found += _whole(given.get("weight", 1), 1, HEAVIEST, place, "weight")
    if given.get("good") is not None:
        found += _whole(given["good"], 0, 10**13, place, "amount or number of days that is good enough")
    return found + (_check_choices(given.get("choices"), place) if kind == Kind.CHOICE else [])


def _check_choices(choices: Any, place: str) -> list[Problem]:
    if not isinstance(choices, list) or not 2 <= len(choices) <= MOST_CHOICES or not all(isinstance(one, dict) for one in choices):
        return [Problem(place, f"Give it 2 to {MOST_CHOICES} choices.")]
    labels = [one.get("label") for one in choices]
    if not all(isinstance(label, str) and 1 <= len(label.strip()) <= 80 for label in labels) or len(set(labels)) < len(labels):
        return [Problem(place, "Each choice has words of its own.")]
    if UNKNOWN in labels:
        return [Problem(place, f"{UNKNOWN} is always there; leave it out.")]
    return [problem for one in choices for problem in _whole(one.get("points", 0), 0, 100, place, "points of a choice")]


def _whole(value: Any, low: int, high: int, place: str, what: str) -> list[Problem]:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        return [Problem(place, f"The {what} must be whole, from {low:,} to {high:,}.")]
    return []
