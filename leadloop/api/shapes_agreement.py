"""What the API answers about the agreement of marketing and sales."""

from typing import Literal

from ninja import Schema


class RateOut(Schema):
    """So many of so many, with the interval of its value (Wilson, 95 %)."""

    hits: int
    total: int
    value: float | None
    low: float
    high: float


class VerdictLine(Schema):
    """Handovers of a version, source or rep. `silent` got no word in time; `late` words came after the deadline."""

    name: str
    key: int | None
    handed: int
    accepted: int
    rejected: int
    silent: int
    waiting: int
    withdrawn: int
    late: int
    qualified: int
    reasons: dict[str, int]
    agreement: RateOut
    came_to_something: RateOut
    rubber_stamp: bool


class GapOut(Schema):
    """A difference of two rates with its interval (Newcombe, 95 %)."""

    value: float
    low: float
    high: float


class ConditionOut(Schema):
    """A condition of the definition: acceptance where it held and where it failed."""

    says: str
    held: RateOut
    failed: RateOut
    difference: GapOut | None
    telling: Literal["for", "against", "nothing", "always", "never", "open"]


class OptionOut(Schema):
    """A score from which leads would be handed over."""

    score: int
    per_week: float
    accepted: RateOut


class ThresholdOut(Schema):
    """The score that the definition asks for, the one that separates best, and others."""

    present: int | None
    suggested: OptionOut | None
    why_not: str
    options: list[OptionOut]


class GateOut(Schema):
    """Leads that were qualified under a definition, those on somebody's word, and the conditions that failed then."""

    passed: int
    overridden: int
    failing: dict[str, int]


class AgreementOut(Schema):
    """Verdicts by version; sources, people, conditions and threshold are of `version`. Above 1, `sampled_every` makes counts estimates."""

    version: int | None
    sampled_every: int
    error: float
    versions: list[VerdictLine]
    sources: list[VerdictLine]
    people: list[VerdictLine]
    conditions: list[ConditionOut]
    threshold: ThresholdOut
    gate: GateOut
