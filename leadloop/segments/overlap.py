"""How segments overlap: who is in both of each two, and in which combinations leads are; sampled, with the error, where there are many."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet

from leadloop.db import bulk
from leadloop.leads.models import Standing
from leadloop.segments.models import Member

MOST_SEGMENTS = 12
EXACT_UP_TO = 200_000  # memberships that are read one by one
SAMPLE = 20_000
"""Leads that a sample has at least; it is every n-th lead by its number, so it is the same for all segments."""
SHOWN = 16
Z = 1.96


@dataclass(frozen=True, slots=True)
class Overlap:
    """Counts of leads. `step` is 1 where everybody was counted, else every `step`-th lead stands for so many."""

    names: tuple[str, ...]
    sizes: dict[str, int]
    pairs: dict[tuple[str, str], int]
    sets: list[tuple[frozenset[str], int]]  # exactly these segments and no other of `names`, largest first
    step: int = 1

    @property
    def is_sampled(self) -> bool:
        return self.step > 1

    def error(self, count: int) -> int:
        """Leads by which a sampled count is off at most, 19 times in 20; 0 where everybody was counted."""
        if not self.is_sampled:
            return 0
        seen = count / self.step
        return round(Z * sqrt(seen * (1 - 1 / self.step)) * self.step) if count else 3 * self.step

    def pair(self, one: str, other: str) -> int:
        return self.sizes[one] if one == other else self.pairs.get((min(one, other), max(one, other)), 0)

    def share(self, one: str, other: str) -> int:
        """Which part of the leads in `one` is in `other` too, in percent."""
        return round(100 * self.pair(one, other) / self.sizes[one]) if self.sizes[one] else 0


def overlap(names: Sequence[str], *, exact_up_to: int = EXACT_UP_TO, sample: int = SAMPLE) -> Overlap:
    """Count the combinations of at most twelve segments. Two queries; reads at most about 200,000 memberships."""
    names = tuple(dict.fromkeys(names))[:MOST_SEGMENTS]
    members = Member.objects.filter(segment__in=names)
    step = 1
    if members.order_by().values("lead_id")[: exact_up_to + 1].count() > exact_up_to:
        top = Standing.objects.aggregate(top=Max("lead_id"))["top"] or 1
        step = max(2, top // sample)
    return combine(names, _signatures(names, step), step=step)


def combine(names: Sequence[str], signatures: Counter[frozenset[str]], *, step: int = 1) -> Overlap:
    """Sizes and pairs out of how often each combination occurs."""
    sizes: Counter[str] = Counter(dict.fromkeys(names, 0))
    pairs: Counter[tuple[str, str]] = Counter()
    for together, count in signatures.items():
        for name in together:
            sizes[name] += count * step
        for pair in combinations(sorted(together), 2):
            pairs[pair] += count * step
    sets = sorted(((together, count * step) for together, count in signatures.items()), key=lambda one: (-one[1], sorted(one[0])))
    return Overlap(tuple(names), dict(sizes), dict(pairs), sets[:SHOWN], step)


def _signatures(names: Sequence[str], step: int) -> Counter[frozenset[str]]:
    """How many leads (of the sample) are in exactly which of these segments: the database adds up a bit for each. One query."""
    if not names:
        return Counter()
    bits = " ".join("when %s then " + str(1 << place) for place in range(len(names)))
    marks = ", ".join(["%s"] * len(names))
    rows = bulk.fetch(
        f"select bits, count(*) from (select lead_id, sum(case segment {bits} else 0 end) as bits from segments_member "  # noqa: S608 - placeholders only
        f"where segment in ({marks}) and lead_id - (lead_id / %s) * %s = 0 group by lead_id) as found group by bits",
        [*names, *names, step, step],
    )
    return Counter({frozenset(name for place, name in enumerate(names) if int(bits) >> place & 1): count for bits, count in rows})


def in_all(names: Sequence[str], *, without: Sequence[str] = ()) -> QuerySet[Standing, Any]:
    """Leads that are in each of `names` and in none of `without`."""
    rows = Standing.objects.all()
    for name in names:
        rows = rows.filter(Exists(Member.objects.filter(segment=name, lead_id=OuterRef("pk"))))
    for name in without:
        rows = rows.exclude(Exists(Member.objects.filter(segment=name, lead_id=OuterRef("pk"))))
    return rows
