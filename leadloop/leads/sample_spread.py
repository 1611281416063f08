"""Leads drawn by chance from the whole base, so that shares found among them hold for all, with an error that can be stated."""

from datetime import datetime
from math import sqrt
from random import Random
from typing import NamedTuple

from leadloop.leads.actions import load_cases
from leadloop.leads.domain.case import Case
from leadloop.leads.models import Standing, StandingQuerySet
from leadloop.leads.recalling import recall
from leadloop.leads.sample import SAMPLE
from leadloop.leads.temperature import feel_at

ROUNDS = 6
Z95 = 1.96


class Drawn(NamedTuple):
    """Cases drawn by chance, and how many there are in all."""

    cases: list[Case]
    total: int

    @property
    def is_all(self) -> bool:
        return len(self.cases) >= self.total

    def error(self, count: int) -> int:
        """How far the count among all may lie from what the sample says, in 19 of 20 samples; 0 where all were looked at.

        `count` is of the sample. A share of 0 still has the error of one lead more.
        """
        drawn = len(self.cases)
        if self.is_all or not drawn:
            return 0
        share = min(max(count, 1), drawn - 1) / drawn if drawn > 1 else 0.5
        rest = (self.total - drawn) / max(1, self.total - 1)
        return round(Z95 * sqrt(share * (1 - share) / drawn * rest) * self.total)

    def scaled(self, count: int) -> int:
        """A count of the sample, for all."""
        return count if self.is_all else round(count * self.total / len(self.cases))


def drawn_open(seed: str, *, limit: int = SAMPLE, touches: bool = False, now: datetime) -> Drawn:
    """Open leads drawn by chance, the same for the same seed and base; all of them where there are few. At most ten queries."""
    rows = Standing.objects.open_by_id()
    total = Standing.objects.open().count()
    every = rows.order_by("-lead_id").values_list("lead_id", flat=True)
    ids = list(every[:limit]) if total <= limit else _chosen(rows, seed, limit)
    found = load_cases(ids)
    cases = [found[lead_id] for lead_id in ids if lead_id in found]
    if touches:
        recall(cases)
    feel_at(cases, now=now)
    return Drawn(cases, total)


def _chosen(rows: StandingQuerySet, seed: str, limit: int) -> list[int]:
    """Ids by chance: numbers between the first and the last, those kept that are such a lead, until there are enough."""
    first, last = (Standing.objects.order_by(way).values_list("lead_id", flat=True)[0] for way in ("lead_id", "-lead_id"))
    dice, chosen = Random(seed), dict[int, None]()  # noqa: S311 - a sample, no secret
    for _ in range(ROUNDS):
        asked = dict.fromkeys(dice.randint(first, last) for _ in range(limit))
        there = set(rows.filter(lead_id__in=list(asked)).values_list("lead_id", flat=True))
        chosen |= dict.fromkeys(number for number in asked if number in there)
        if len(chosen) >= limit:
            break
    return list(chosen)[:limit]
