"""What the pages say of a model, made from its JSON: figures, calibration, the shape of each column, reasons in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadloop.db.versions import current_epoch
from leadloop.leads import fields
from leadloop.leads.domain.custom_fields import PREFIX
from leadloop.leads.domain.stages import OPEN, Stage
from leadloop.leads.models import Source
from leadloop.learning.domain.capture import label_of
from leadloop.learning.models import Likelihood

FIGURES = (
    ("auc", "Ranking (AUC)", "0.5 is chance, 1 is perfect"),
    ("ece", "Calibration error", "mean distance between what is said and what comes"),
    ("log_loss", "Log loss", "the smaller, the less it is surprised"),
    ("lift", "Lift of the top 10 %", "times more wins than among all"),
)
SHOWN_BINS, SHOWN_CANDIDATES, SHOWN_SHAPES = 12, 6, 20
LEAST_WEIGHT = 0.02
"""Log-odds by which a feature has to move leads on average to be shown."""
PARTS = {"level": "", "number": "", "common": "how common", "mailbox": "kind", "domain": "domain", "length": "words", "weekday": "day"}
FULL = 2.5
"""Log-odds that fill a bar."""


@dataclass(frozen=True)
class Bar:
    """One bin of a feature: how many leads fell into it, how many were won, and what it adds next to a usual lead."""

    says: str
    leads: int
    share: float
    adds: float

    @property
    def width(self) -> float:
        return round(min(100.0, 100 * abs(self.adds) / FULL), 1)

    @property
    def tone(self) -> str:
        return "green" if self.adds >= 0 else "red"


@dataclass(frozen=True)
class Shape:
    """One feature with its bins; `weight` is how far it moves leads on average."""

    label: str
    part: str
    weight: float
    bars: list[Bar]
    more: int


def source_names() -> dict[str, str]:
    """What "#3" is called. One query."""
    return {f"#{number}": name for number, name in Source.objects.values_list("pk", "name")}


def column_label(column: str) -> str:
    """What a column is called: a declared field, retired ones among them, by its label. One query, for the epoch, where it is one."""
    name = column.removeprefix(PREFIX)
    spec = fields.ever_declared(current_epoch()).get(name) if column.startswith(PREFIX) else None
    return spec.label if spec else label_of(column)


def shapes(card: Mapping[str, Any], names: Mapping[str, str]) -> list[Shape]:
    """The features of a card, the one that moves leads most first; those that hardly move any are left out."""
    numbers = {one["column"] for one in card["features"] if one["part"] == "number"}
    told = [_shape(one, names, twice=one["column"] in numbers) for one in card["features"]]
    moving = [shape for shape in told if shape.weight >= LEAST_WEIGHT]
    return sorted(moving, key=lambda shape: (-shape.weight, shape.label, shape.part))[:SHOWN_SHAPES]


def _shape(one: Mapping[str, Any], names: Mapping[str, str], *, twice: bool) -> Shape:
    rows = max(1, sum(one["leads"]))
    usual = sum(point * count for point, count in zip(one["points"], one["leads"], strict=True)) / rows
    told = [
        Bar(names.get(says, says), count, wins / count, round(point - usual, 2))
        for says, point, count, wins in zip(one["bins"], one["points"], one["leads"], one["won"], strict=True)
        if count
    ]
    weight = sum(abs(bar.adds) * bar.leads for bar in told) / rows
    if one["levels"] is not None:
        told.sort(key=lambda bar: -bar.leads)
    parts = PARTS | ({"level": "value by value"} if twice else {})
    part = f'says "{one["part"][5:]}"' if one["part"].startswith("word:") else parts.get(one["part"], one["part"])
    return Shape(column_label(one["column"]), part, round(weight, 3), told[:SHOWN_BINS], max(0, len(told) - SHOWN_BINS))


def calibration_chart(bins: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What was said and what came, in percent, bin by bin."""
    return {
        "labels": [f"{one['said']:.0%}" for one in bins],
        "series": [
            {"name": "Said", "values": [round(100 * one["said"]) for one in bins]},
            {"name": "Came", "values": [round(100 * one["came"]) for one in bins]},
        ],
        "unit": "%",
    }


def tiles(found: Mapping[str, Any] | None) -> list[tuple[str, str, str]]:
    """(label, value, hint) of the figures that are known."""
    return [(label, _number(found[name]), hint) for name, label, hint in FIGURES if found.get(name) is not None] if found else []


def rows_of(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The same figures of two models side by side."""
    return [(label, _number(first[name]), _number(second[name])) for name, label, _ in FIGURES if None not in (first[name], second[name])]


def candidates(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was tried, the best first."""
    tried = [{"name": name, "chosen": name == report.get("chosen"), **found} for name, found in report.get("candidates", {}).items()]
    best = sorted(tried, key=lambda one: (not one["chosen"], -(one["auc"] or 0)))
    return [one | {"cells": [_number(one[name]) for name, _, _ in FIGURES]} for one in best[:SHOWN_CANDIDATES]]


def findings(report: Mapping[str, Any], *, out: bool) -> list[tuple[str, str]]:
    """(column, reasons) of what the guard left out, or kept with a remark."""
    return [(column_label(one["column"]), one["says"]) for one in report["guard"] if one["out"] == out]


def reasons_in_words(why: Iterable[Sequence[Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Reasons of one lead for a list: text, log-odds as signed text, and whether they speak against it."""
    return [
        {"text": f"{column_label(column)} is {names.get(says, says)}", "adds": f"{adds:+.1f}", "against": adds < 0}
        for column, says, adds in why
    ]


def _number(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.2f}"


@dataclass(frozen=True)
class Chance:
    """What the model in force says of one lead; of one that is not open any more what the model of `then` said."""

    percent: int
    version: int
    reasons: list[dict[str, Any]]
    then: str = ""


_LEFT: dict[str, str] = {Stage.NURTURE: "when it went to rest", Stage.CONVERTED: "when it was converted"}


def chance_of(lead_id: int, *, stage: str) -> Chance | None:
    """The word on one lead, or None while no model has spoken of it. One query, and one for names if there are reasons.

    Leads that are not open are not judged anew when another model comes in force: what was said of them stays as it was said.
    """
    row = Likelihood.objects.filter(pk=lead_id, percent__isnull=False).values_list("percent", "version", "why").first()
    if row is None or row[0] is None or row[1] is None:
        return None
    percent, version, why = row[0], row[1], row[2]
    then = "" if stage in OPEN else _LEFT.get(stage, "when it was closed")
    return Chance(percent, version, reasons_in_words(why, source_names() if why else {}), then)
