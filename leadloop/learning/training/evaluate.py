"""How good the whole pipeline is on leads it never saw: guard, choice and calibration are repeated in each part that it learns from."""

from statistics import median
from typing import Any

from sklearn.model_selection import StratifiedKFold

from leadloop.learning.domain.guard import examine, told
from leadloop.learning.domain.metrics import figures
from leadloop.learning.domain.scorecard import compile_card, probability
from leadloop.learning.domain.table import Table
from leadloop.learning.training.folds import by_time
from leadloop.learning.training.pipeline import Tell, silent, train

LATEST = 0.3
FIGURES = ("auc", "ece", "brier", "log_loss", "lift")


def evaluate(table: Table, *, folds: int = 5, seeds: int = 1, tell: Tell = silent) -> dict[str, Any]:
    """With moments: learn from the first 70 %, try on the last 30 %. Without: `folds` stratified parts, once a seed."""
    parts, pooled = [], []
    for seed in range(seeds):
        won, said = [], []
        for number, (learned, held) in enumerate(split := _parts(table, folds=folds, seed=seed)):
            tell(f"Seed {seed + 1}, part {number + 1} of {len(split)}", (seed + number / len(split)) / seeds)
            result = train(table.take(learned), seed=seed + 7)
            tried = table.take(held)
            card = compile_card(result["card"])
            given = [probability(card, tried.row(row)) for row in range(len(held))]
            parts.append(figures(tried.won, given) | {"seed": seed, "pipeline": result["card"]["pipeline"]})
            won += list(tried.won)
            said += given
        pooled.append(figures(won, said) | {"seed": seed})
    spread = {name: _spread([part[name] for part in parts]) for name in FIGURES}
    return {"parts": parts, "pooled": pooled, "figures": spread, "guard": [told(finding) for finding in examine(table)]}


def _parts(table: Table, *, folds: int, seed: int) -> list[tuple[list[int], list[int]]]:
    rows = len(table.won)
    if table.at is not None:
        order = by_time(table).tolist()
        edge = int(rows * (1 - LATEST))
        return [(order[:edge], order[edge:])]
    split = StratifiedKFold(folds, shuffle=True, random_state=seed).split([[0]] * rows, table.won)
    return [(learned.tolist(), held.tolist()) for learned, held in split]


def _spread(values: list[Any]) -> dict[str, float | None]:
    known = [float(value) for value in values if value is not None]
    if not known:
        return {"mean": None, "median": None, "least": None, "most": None}
    return {"mean": sum(known) / len(known), "median": median(known), "least": min(known), "most": max(known)}
