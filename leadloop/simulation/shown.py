"""A comparison as plain values, as lines for a terminal, and as rows and charts for a page."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from leadloop.simulation.domain.compare import Comparison, Line
from leadloop.simulation.domain.fitting import Ground
from leadloop.simulation.domain.intervals import Interval

SHARES = ("followed", "within", "reached", "won", "load")
MINUTES = ("median", "p90", "waiting")
LABELS = {
    "followed": "Begun within 7 days", "within": "Within 5 minutes", "median": "Median speed", "p90": "90 % within", "waiting": "Mean wait",
    "reached": "Reached", "won": "Won", "load": "Busy", "fairness": "Fairness",
}  # fmt: skip
DIGITS = 6
NONE, TIMES = "\u2013", "\u00d7"


def as_json(found: Comparison) -> dict[str, Any]:
    """The whole result; rounded, so that the same run gives the same bytes anywhere."""
    return {
        "seeds": list(found.seeds),
        "leads": round(found.leads, DIGITS),
        "policies": [_policy(line) for line in found.lines],
    }


def _policy(line: Line) -> dict[str, Any]:
    return {
        "name": line.policy.name,
        "title": line.policy.title,
        "figures": {name: _interval(value) for name, value in line.figures.items()},
        "gains": {name: _interval(value) for name, value in line.gains.items()},
        "won_ratio": _interval(line.won_ratio) if line.won_ratio else None,
        "won_by_seed": [round(value, DIGITS) for value in line.won],
        "people": list(line.people),
        "busy": list(line.busy),
    }


def _interval(value: Interval) -> dict[str, float]:
    return {name: round(number, DIGITS) for name, number in asdict(value).items()}


def grounds_json(grounds: Sequence[Ground]) -> list[dict[str, Any]]:
    return [asdict(ground) for ground in grounds]


def figure(name: str, value: Mapping[str, float] | None, *, ends: bool = True) -> str:
    """ "12.3 % (11.8 to 12.9)", "4 min (3 to 5)"."""
    if value is None:
        return NONE
    mean, low, high = (_told(name, value[end]) for end in ("mean", "low", "high"))
    return f"{mean} ({low} to {high})" if ends and value["low"] != value["high"] else mean


def _told(name: str, value: float) -> str:
    if name in SHARES:
        return f"{value * 100:.1f} %"
    if name in MINUTES:
        return minutes(value)
    return f"{value:.2f}"


def minutes(value: float) -> str:
    """Minutes in the unit that reads best."""
    size = abs(value)
    if size < 120:
        return f"{value:.1f} min" if size < 10 else f"{value:.0f} min"
    return f"{value / 60:.1f} h" if size < 2_880 else f"{value / 1440:.1f} d"


def times(value: Mapping[str, float] | None) -> str:
    """ "1.42 \u00d7 (1.38 to 1.46)": how many times the closing of the first policy."""
    return NONE if value is None else f"{value['mean']:.2f} {TIMES} ({value['low']:.2f} to {value['high']:.2f})"


def table(result: Mapping[str, Any], names: Sequence[str] = tuple(LABELS)) -> list[list[str]]:
    """Heading and rows."""
    head = ["Policy", *(LABELS[name] for name in names), "Won, times the first"]
    rows = [
        [line["title"], *(figure(name, line["figures"][name]) for name in names), times(line["won_ratio"]) if place else "1"]
        for place, line in enumerate(result["policies"])
    ]
    return [head, *rows]


def markdown(result: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """The same as a table of a document."""
    head, *rows = table(result, names)
    return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows)]


def lines(result: Mapping[str, Any], grounds: Sequence[Mapping[str, Any]]) -> list[str]:
    """For a terminal: assumptions first, then a block a policy."""
    text = ["Assumptions"]
    text += [
        f"  {'fitted ' if ground['fitted'] else 'assumed'}  {ground['what']}: {ground['value']} ({ground['says']})" for ground in grounds
    ]
    text += ["", f"{result['leads']:,.0f} leads, {len(result['seeds'])} seeds; 95 % intervals in brackets"]
    for place, line in enumerate(result["policies"]):
        text += ["", line["title"]]
        for name, label in LABELS.items():
            gain = f"   {_signed(name, line['gains'][name])}" if place else ""
            text.append(f"  {label:<20}{figure(name, line['figures'][name]):<32}{gain}")
        if place and line["won_ratio"]:
            text.append(f"  {'Won':<20}{times(line['won_ratio'])} of the first policy")
    return text


def _signed(name: str, value: Mapping[str, float]) -> str:
    sure = value["low"] > 0 or value["high"] < 0
    mean, low, high = (("+" if value[end] > 0 else "") + _told(name, value[end]) for end in ("mean", "low", "high"))
    return f"{mean} ({low} to {high})" if sure else "no sure difference"


def rows(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A policy a row for the page: figures with ends, and whether each surely differs from the first policy's."""
    found = []
    for place, line in enumerate(result["policies"]):
        cells = []
        for name, label in LABELS.items():
            mean = _told(name, line["figures"][name]["mean"])
            ends = figure(name, line["figures"][name])[len(mean) + 2 : -1]
            cells.append({"label": label, "mean": mean, "ends": ends, "gain": _signed(name, line["gains"][name]) if place else ""})
        found.append({"title": line["title"], "cells": cells, "times": times(line["won_ratio"]) if place else "the first"})
    return found


def loads(result: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Leads begun by each person, under each policy."""
    policies = result["policies"]
    people = [
        {
            "name": name,
            "cells": [
                {"title": line["title"], "leads": f"{line['people'][place]:.0f}", "busy": f"{line['busy'][place]:.0%}"} for line in policies
            ],
        }
        for place, name in enumerate(names)
    ]
    return {"titles": [line["title"] for line in policies], "people": people}


def chart(result: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Bars with whiskers: a policy a bar, with the ends of its interval."""
    scale = 100 if name in SHARES else 1
    found = [line["figures"][name] for line in result["policies"]]
    return {
        "labels": [line["title"] for line in result["policies"]],
        "unit": "%" if name in SHARES else "min" if name in MINUTES else "",
        "series": [
            {"name": LABELS[name], "values": [round(one["mean"] * scale, 3) for one in found]},
            {"name": "From", "values": [round(one["low"] * scale, 3) for one in found]},
            {"name": "To", "values": [round(one["high"] * scale, 3) for one in found]},
        ],
    }
