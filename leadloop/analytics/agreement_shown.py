"""The report of the agreement as the page and the API show it: rows with words, tones and links."""

from typing import Any

from leadloop.analytics.agreement_lines import Leaf, Line, Report
from leadloop.analytics.domain.agreeing import Gap, Option, Rate, Suggestion, Telling
from leadloop.analytics.shown import MINUS, NONE
from leadloop.outcomes.domain.reasons import STARTER, Labels
from leadloop.templatetags.words import percent
from leadloop.work.panels.verdict import reason_words

MOST_LINES = 50
TELLINGS = {
    Telling.FOR: ("green", "Leads that meet it are accepted more often"),
    Telling.AGAINST: ("red", "Leads that meet it are accepted less often"),
    Telling.NOTHING: ("amber", "Never separates accepted from rejected"),
    Telling.ALWAYS: ("gray", "Held for all of them, so they cannot tell"),
    Telling.NEVER: ("gray", "Held for none of them, so they cannot tell"),
    Telling.OPEN: ("gray", "Not clear yet"),
}


def rate_words(rate: Rate) -> dict[str, Any]:
    """A rate with its interval, and whether it is of too few to mean much."""
    if rate.value is None:
        return {"value": NONE, "interval": "", "few": True}
    return {"value": percent(rate.value), "interval": f"{percent(rate.low)} to {percent(rate.high)}", "few": rate.few}


def line_row(line: Line, labels: Labels | None = None) -> dict[str, Any]:
    """A version, source or rep as a line of a table."""
    reasons = [(reason_words(reason, labels or STARTER), number) for reason, number in line.reason_counts.items()]
    counts = line.counts
    return {
        "name": line.name,
        "key": line.key,
        "counts": counts,
        "agreement": rate_words(line.agreement),
        "qualified": rate_words(line.came_to_something),
        "reasons": reasons,
        "stamp": line.is_rubber_stamp,
    }


def leaf_row(leaf: Leaf) -> dict[str, Any]:
    """A condition as a line of a table."""
    tone, words = TELLINGS[leaf.found.telling]
    return {
        "says": leaf.says,
        "held": rate_words(leaf.found.held) | {"total": leaf.found.held.total},
        "failed": rate_words(leaf.found.failed) | {"total": leaf.found.failed.total},
        "gap": gap_words(leaf.found.gap),
        "tone": tone,
        "telling": words,
    }


def gap_words(gap: Gap | None) -> str:
    if gap is None:
        return NONE
    return f"{points(gap.value)} ({points(gap.low)} to {points(gap.high)})"


def points(share: float) -> str:
    """Percentage points with their sign."""
    whole = round(share * 100)
    return f"{whole:+d}".replace("-", MINUS) if whole else "0"


def verdict_chart(found: Report) -> dict[str, Any]:
    """Handovers by version, the oldest first, and what became of them."""
    lines = found.versions[::-1][-10:]
    series = {"Accepted": "accepted", "Rejected": "rejected", "Silent": "silent", "Not due yet": "waiting"}
    return {
        "labels": [line.name for line in lines],
        "series": [{"name": name, "values": [line.counts[key] for line in lines]} for name, key in series.items()],
    }


def threshold_chart(suggestion: Suggestion) -> dict[str, Any]:
    """Acceptance by the score from which leads would be handed over."""
    values = [None if one.accepted.value is None else round(one.accepted.value * 100) for one in suggestion.options]
    return {
        "labels": [f"from {one.score}" for one in suggestion.options],
        "series": [{"name": "Accepted", "values": values}],
        "unit": "%",
    }


def option_row(option: Option) -> dict[str, Any]:
    return {"score": option.score, "per_week": f"{option.per_week:,.1f}", "accepted": rate_words(option.accepted)}


def as_json(found: Report) -> dict[str, Any]:
    """For programs: numbers, not words."""
    best = found.suggestion.best if found.suggestion else None
    return {
        "version": found.chosen,
        "sampled_every": found.every,
        "error": round(found.error, 4),
        "versions": [line_json(line) for line in found.versions],
        "sources": [line_json(line) for line in found.sources],
        "people": [line_json(line) for line in found.people],
        "conditions": [leaf_json(leaf) for leaf in found.leaves],
        "threshold": {
            "present": found.present,
            "suggested": option_json(best) if best else None,
            "why_not": found.suggestion.why if found.suggestion else "",
            "options": [option_json(one) for one in found.suggestion.options] if found.suggestion else [],
        },
        "gate": {"passed": found.gate.passed, "overridden": found.gate.overridden, "failing": dict(found.gate.failing)},
    }


def line_json(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "key": line.key,
        **line.counts,
        "reasons": line.reason_counts,
        "agreement": rate_json(line.agreement),
        "came_to_something": rate_json(line.came_to_something),
        "rubber_stamp": line.is_rubber_stamp,
    }


def leaf_json(leaf: Leaf) -> dict[str, Any]:
    gap = leaf.found.gap
    return {
        "says": leaf.says,
        "held": rate_json(leaf.found.held),
        "failed": rate_json(leaf.found.failed),
        "difference": {"value": gap.value, "low": gap.low, "high": gap.high} if gap else None,
        "telling": leaf.found.telling.value,
    }


def rate_json(rate: Rate) -> dict[str, Any]:
    return {"hits": rate.hits, "total": rate.total, "value": rate.value, "low": rate.low, "high": rate.high}


def option_json(option: Option) -> dict[str, Any]:
    return {"score": option.score, "per_week": round(option.per_week, 2), "accepted": rate_json(option.accepted)}
