"""What a draft would do beyond points: who crosses which line both ways, how grades move, what it made of past wins. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from leadloop.scoring.domain.preview import BANDS, Change, bands
from leadloop.scoring.domain.scorecard import Score, Scorecard, score
from leadloop.scoring.domain.thresholds import Threshold

LETTERS = ("A", "B", "C", "D")
TOP_SHARE = 0.1


class Crossed(NamedTuple):
    """Leads that cross one line: its name, its points before and after (None where it is not there), the ids both ways."""

    id: str
    label: str
    at: tuple[int | None, int | None]
    up: tuple[int, ...]
    down: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lift:
    """Ended leads of one band of scores: how many, how many of them were won, and how often that is beside all of them."""

    band: str
    leads: int
    won: int
    lift: float | None


@dataclass(frozen=True, slots=True)
class Wins:
    """What the scores before and after make of leads whose end is known; each pair is (in force, draft).

    `top` is how many are the best tenth; `precision` the share of them that was won; `below` the won leads under each line.
    """

    leads: int
    won: int
    top: int
    precision: tuple[float, float]
    bands: tuple[tuple[Lift, ...], tuple[Lift, ...]]
    below: tuple[tuple[str, int, int], ...]

    @property
    def rows(self) -> list[tuple[Lift, Lift]]:
        """Both bands side by side."""
        return list(zip(*self.bands, strict=True))


def crossed(changes: Iterable[Change], before: Sequence[Threshold], after: Sequence[Threshold]) -> list[Crossed]:
    """Who crosses each line of either model; a line that is new is crossed by all above it, one that is gone by all who were."""
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    known, found = list(changes), []
    for key in dict.fromkeys([*new, *old]):
        was, now = old.get(key), new.get(key)
        above = [
            (one.lead_id, was is not None and one.before.points >= was.at, now is not None and one.after.points >= now.at) for one in known
        ]
        up = tuple(lead_id for lead_id, then, later in above if later and not then)
        down = tuple(lead_id for lead_id, then, later in above if then and not later)
        label = (now or was).label  # type: ignore[union-attr]  # one of the two has it
        found.append(Crossed(key, label, (was.at if was else None, now.at if now else None), up, down))
    return found


def grade_moves(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[int]]]:
    """Leads by grade in force (rows) and grade of the draft (columns)."""
    counted = Counter(pairs)
    return [(row, [counted[row, column] for column in LETTERS]) for row in LETTERS]


def judge_wins(
    ended: Sequence[tuple[dict[str, Any], datetime, bool]], *, before: Scorecard, after: Scorecard, lines: Mapping[str, tuple[int, int]]
) -> Wins | None:
    """Score leads whose end is known as they stood when they ended; None without a win or a loss to tell apart.

    Args:
        ended: (facts, moment of the end, whether it was won).
        lines: label to (points in force, points of the draft).
    """
    won = sum(one for *_, one in ended)
    if not won or won == len(ended):
        return None
    scores = [(score(facts, before, now=at), score(facts, after, now=at), one) for facts, at, one in ended]
    old, new = [(one.points, was) for one, _, was in scores], [(one.points, was) for _, one, was in scores]
    top = max(1, round(len(scores) * TOP_SHARE))
    below = tuple((label, sum(w and p < at[0] for p, w in old), sum(w and p < at[1] for p, w in new)) for label, at in lines.items())
    return Wins(len(scores), won, top, (precision(old, top), precision(new, top)), (lifts(old), lifts(new)), below)


def precision(scores: Sequence[tuple[int, bool]], top: int) -> float:
    """The share of wins among the best `top`. Leads of one score are one: where the line runs through them, each counts in part."""
    by_points: dict[int, list[bool]] = {}
    for points, won in scores:
        by_points.setdefault(points, []).append(won)
    left, wins = top, 0.0
    for points in sorted(by_points, reverse=True):
        group = by_points[points]
        taken = min(left, len(group))
        wins += taken * sum(group) / len(group)
        left -= taken
        if not left:
            break
    return wins / top


def lifts(scores: Sequence[tuple[int, bool]]) -> tuple[Lift, ...]:
    """Wins by band of ten points beside the wins of all."""
    all_, won = bands([points for points, _ in scores]), bands([points for points, was in scores if was])
    usual = sum(won) / len(scores)
    return tuple(
        Lift(band, leads, wins, wins / leads / usual if leads else None) for band, leads, wins in zip(BANDS, all_, won, strict=True)
    )


class Exact(NamedTuple):
    """What the store counted over every lead, from rows of (score, grade before; score, grade after; leads)."""

    leads: int
    before: tuple[int, ...]
    after: tuple[int, ...]
    higher: int
    lower: int
    regraded: int
    moves: list[tuple[str, list[int]]]


def exactly(rows: Iterable[tuple[int, str, int, str, int]]) -> Exact:
    """Fold groups of leads with the same scores."""
    before, after, moves = Counter[int](), Counter[int](), Counter[tuple[str, str]]()
    higher = lower = regraded = 0
    for old, was, new, now, leads in rows:
        before[min(old // 10, 9)] += leads
        after[min(new // 10, 9)] += leads
        moves[was, now] += leads
        higher += leads * (new > old)
        lower += leads * (new < old)
        regraded += leads * (was != now)
    bars = tuple(tuple(counted[band] for band in range(len(BANDS))) for counted in (before, after))
    told = [(row, [moves[row, column] for column in LETTERS]) for row in LETTERS]
    return Exact(sum(before.values()), bars[0], bars[1], higher, lower, regraded, told)


def crossings_exactly(
    rows: Iterable[tuple[int, str, int, str, int]], lines: Mapping[str, tuple[int | None, int | None]]
) -> dict[str, tuple[int, int]]:
    """Leads that cross each line up and down, from the same groups."""
    known = list(rows)
    found = {}
    for key, (was, now) in lines.items():
        up = sum(leads for old, _, new, _, leads in known if now is not None and new >= now and (was is None or old < was))
        down = sum(leads for old, _, new, _, leads in known if was is not None and old >= was and (now is None or new < now))
        found[key] = (up, down)
    return found


def differences_by_rule(changes: Iterable[Change]) -> dict[str, tuple[int, int]]:
    """By reason: leads for whom it makes a difference between the two models, and the points of that in all."""
    leads, points = Counter[str](), Counter[str]()
    for one in changes:
        for key, gap in gaps(one.before, one.after).items():
            leads[key] += 1
            points[key] += gap
    return {key: (leads[key], points[key]) for key in leads}


def gaps(before: Score, after: Score) -> dict[str, int]:
    """The reasons that make the difference between two scores of one lead."""
    old, new = dict(before.reasons), dict(after.reasons)
    moved = {key: new.get(key, 0) - old.get(key, 0) for key in dict.fromkeys([*old, *new])}
    return {key: gap for key, gap in moved.items() if gap}
