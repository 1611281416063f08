"""The leakage guard: columns that were written once somebody knew more than at capture are found, left out, and reported with evidence.

No single sign decides but the plainest ones: an honest column may be strong (who asks by reference buys), and a leaky one weak. Each sign
has points; `OUT` points leave a column out, fewer are shown beside the column that was kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from leadloop.kernel.intervals import wilson
from leadloop.learning.domain.features import codes_of, fit_column
from leadloop.learning.domain.lexicon import AFTERWARDS, PERHAPS, WORKER, shares, words_of_name
from leadloop.learning.domain.metrics import auc
from leadloop.learning.domain.table import Kind, Table, kind_of
from leadloop.learning.domain.values import BLANK, UNANSWERED, moment_of, words_of

OUT = 3
MOSTLY, PARTLY = 0.6, 0.15
SURE, NEVER = 0.85, 0.05
TWO_SIDED, LITTLE_TWO_SIDED = 0.25, 0.05
TOO_GOOD, STRONG = 0.95, 0.72
ALIKE = 0.98
LEAST_LEADS = 20
FOLDS = 2
FEW_BLANKS, SURE_BLANKS, SEVENFOLD = 0.05, 0.98, 2.0
FEWEST_A_WORKER, MOST_WORKERS = 0.003, 300


@dataclass(frozen=True)
class Sign:
    """One piece of evidence against a column."""

    points: int
    says: str


@dataclass(frozen=True)
class Finding:
    """What the guard has to say of a column."""

    column: str
    out: bool
    signs: tuple[Sign, ...]
    alone: float | None = None  # AUC of the column by itself

    @property
    def says(self) -> str:
        """The reasons in one line."""
        return "; ".join(sign.says for sign in self.signs)


def told(finding: Finding) -> dict[str, Any]:
    """A finding for a report."""
    return {"column": finding.column, "out": finding.out, "alone": finding.alone, "says": finding.says}


def examine(table: Table) -> list[Finding]:
    """Every column against which there is a sign, those that are to be left out first."""
    kinds = {name: kind_of(cells) for name, cells in table.columns.items()}
    found: dict[str, Finding] = {}
    for name, kind in kinds.items():
        cells = table.columns[name]
        if name == table.time or kind.name == "constant":
            continue
        levels = {level: count for level, count in kind.levels.items() if level not in (BLANK, UNANSWERED)}
        signs = [*_of_name(name, levels, len(cells)), *_of_values(levels), *_of_outcome(cells, table.won), *_of_time(name, kind, table)]
        alone = _alone(table, name, kind)
        signs += _of_strength(alone, suspected=max((sign.points for sign in signs), default=0))
        found[name] = Finding(name, sum(sign.points for sign in signs) >= OUT, tuple(signs), alone)
    found = _companions(table, found)
    told = [finding for finding in found.values() if finding.signs]
    return sorted(told, key=lambda finding: (not finding.out, -sum(sign.points for sign in finding.signs), finding.column))


def _of_name(name: str, levels: Mapping[str, int], rows: int) -> list[Sign]:
    words = words_of_name(name)
    signs = []
    if hit := sorted(words & AFTERWARDS):
        signs.append(Sign(2, f'its name says "{hit[0]}": written, or written over, as work goes on'))
    elif hit := sorted(words & PERHAPS):
        signs.append(Sign(1, f'its name says "{hit[0]}": often written after capture'))
    if hit := sorted(words & WORKER):
        many = [count for count in levels.values() if count >= max(FEWEST_A_WORKER * rows, 2)]
        few = 1 < len(levels) <= MOST_WORKERS and sum(many) >= 0.8 * sum(levels.values())
        signs.append(Sign(OUT if few else 1, f'its name says "{hit[0]}": who works on a lead is decided after capture'))
    return signs


def _of_values(levels: Mapping[str, int]) -> list[Sign]:
    events, verdicts = shares(levels)
    if events >= MOSTLY:
        return [Sign(3, f"{events:.0%} of its values tell of contacts or results, which come after capture")]
    if events + verdicts >= MOSTLY:
        return [Sign(2, f"{events + verdicts:.0%} of its values are somebody's verdict on the lead")]
    if events + verdicts >= PARTLY:
        return [Sign(1, f"{events + verdicts:.0%} of its values tell of contacts or verdicts")]
    return []


def _of_outcome(cells: Sequence[object], won: Sequence[int]) -> list[Sign]:
    """Levels that nearly always, and others that nearly never, end in a win; and blanks that depend on how it ended."""
    counts: dict[str, list[int]] = {}
    for cell, one in zip(cells, won, strict=True):
        counts.setdefault(words_of(cell), [0, 0])[one] += 1
    wins = sum(won)
    losses = len(won) - wins
    if not wins or not losses:
        return []
    sure = sum(b for a, b in counts.values() if a + b >= LEAST_LEADS and wilson(b, a + b)[0] >= SURE) / wins
    limit = min(NEVER, wins / len(won) / 2)
    never = sum(a for a, b in counts.values() if a + b >= LEAST_LEADS and wilson(b, a + b)[1] <= limit) / losses
    signs = []
    if min(sure, never) >= TWO_SIDED:
        signs.append(Sign(OUT, f"{sure:.0%} of the wins have values that nearly always win, {never:.0%} of the losses ones that never do"))
    elif min(sure, never) >= LITTLE_TWO_SIDED:
        signs.append(Sign(1, "some of its values nearly always win and others nearly never"))
    blank = [sum(counts.get(level, (0, 0))[at] for level in (BLANK, UNANSWERED)) for at in (0, 1)]
    return [*signs, *_of_blanks(blank, [losses - blank[0], wins - blank[1]])]


def _of_blanks(blank: Sequence[int], filled: Sequence[int]) -> list[Sign]:
    """Whether a column is filled must not depend on how it ended; counts are of lost and won leads."""
    for these, others, says in ((filled, blank, "filled"), (blank, filled, "left blank")):
        if sum(others) and wilson(these[1], sum(these))[0] >= SURE and these[1] >= SURE_BLANKS * sum(these):
            return [Sign(OUT, f"it is {says} nearly only for leads that were won ({these[1]} of {sum(these)})")]
    if min(sum(blank), sum(filled)) < FEW_BLANKS * (sum(blank) + sum(filled)):
        return []
    odds = log((blank[1] + 0.5) / (blank[0] + 0.5)) - log((filled[1] + 0.5) / (filled[0] + 0.5))
    if abs(odds) < SEVENFOLD:
        return []
    rates = blank[1] / sum(blank), filled[1] / sum(filled)
    return [Sign(1, f"whether it is filled depends on the end: {rates[0]:.0%} of the blank ones won, {rates[1]:.0%} of the others")]


def _of_strength(alone: float | None, *, suspected: int) -> list[Sign]:
    """A column that tells nearly all by itself, or one that says a verdict and is proved right too often."""
    if alone is not None and alone >= TOO_GOOD:
        return [Sign(OUT, f"alone it tells won from lost with an AUC of {alone:.2f}, too well to be known at capture")]
    if alone is not None and alone >= STRONG and suspected >= 2:
        return [Sign(1, f"and it tells won from lost well by itself (AUC {alone:.2f})")]
    return []


def _of_time(name: str, kind: Kind, table: Table) -> list[Sign]:
    """Moments that lie after the lead came in were not known then; nor was what recent leads do not have yet."""
    if table.at is None:
        return []
    cells, signs = table.columns[name], []
    if kind.name == "moment":
        pairs = [(moment_of(cell, day_first=kind.day_first), at) for cell, at in zip(cells, table.at, strict=True)]
        known = [(one, at) for one, at in pairs if one and at]
        late = sum((one - at).total_seconds() > 3_600 for one, at in known)
        if known and late / len(known) >= PARTLY:
            signs.append(Sign(OUT, f"{late / len(known):.0%} of its moments lie after the lead came in"))
    dated = [(moment, row) for row, moment in enumerate(table.at) if moment]
    rows = [row for _, row in sorted(dated)]
    fresh, older = rows[-len(rows) // 10 :], rows[: -len(rows) // 10]
    if fresh and older:
        filled = [sum(words_of(cells[row]) not in (BLANK, UNANSWERED) for row in part) / len(part) for part in (older, fresh)]
        if filled[0] >= PARTLY and filled[1] < filled[0] / 2:
            signs.append(
                Sign(1, f"filled for {filled[0]:.0%} of the older leads, but for {filled[1]:.0%} of the latest: written with time")
            )
    return signs


def _alone(table: Table, name: str, kind: Kind) -> float | None:
    """The AUC of the column by itself, each half judged by the smoothed rates of the other."""
    features = [one for one in fit_column(name, table.columns[name], kind) if one.part in ("level", "number", "domain", "length")]
    best: float | None = None
    mean = sum(table.won) / len(table.won)
    for feature in features:
        codes = codes_of(feature, table.columns[name])
        said = [0.0] * len(codes)
        for fold in range(FOLDS):
            leads, wins = [0] * len(feature.bins), [0] * len(feature.bins)
            for row, at in enumerate(codes):
                if row % FOLDS != fold:
                    leads[at] += 1
                    wins[at] += table.won[row]
            rate = [(b + 5 * mean) / (a + 5) for a, b in zip(leads, wins, strict=True)]
            for row in range(fold, len(codes), FOLDS):
                said[row] = rate[codes[row]]
        reached = auc(table.won, said)
        best = reached if best is None or (reached or 0) > best else best
    return best


def _companions(table: Table, found: Mapping[str, Finding]) -> dict[str, Finding]:
    """A column that is filled exactly where ones that are out are filled was probably written with them: one more point."""
    told = dict(found)
    gaps = {name: [words_of(cell) == BLANK for cell in table.columns[name]] for name in found}
    out = [name for name, finding in found.items() if finding.out]
    for name, finding in found.items():
        if finding.out or not finding.signs or not 0.02 <= sum(gaps[name]) / max(1, len(gaps[name])) <= ALIKE:
            continue
        friend = next((one for one in out if _alike(gaps[name], gaps[one])), None)
        if friend:
            signs = (*finding.signs, Sign(1, f"filled where {friend} is filled, which is left out"))
            told[name] = Finding(name, sum(sign.points for sign in signs) >= OUT, signs, finding.alone)
    return told


def _alike(one: Sequence[bool], other: Sequence[bool]) -> bool:
    both = sum(a and b for a, b in zip(one, other, strict=True))
    return both >= ALIKE * max(sum(one), sum(other), 1)
