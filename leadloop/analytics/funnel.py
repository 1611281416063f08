"""The funnel: what came in and how far it got, by source or by month of arrival. Four queries; junk stands apart and in no rate."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from django.conf import settings
from django.db.models import Case, Count, F, IntegerField, Max, Min, Q, Sum, Value, When

from leadloop.analytics.domain.periods import ALL, Period, midnight, months_between
from leadloop.leads.domain.stages import Stage
from leadloop.leads.models import Source, Standing
from leadloop.outcomes.models import Conversion, Disposition, Opportunity

By = Literal["source", "month"]
STEPS = ("leads", "mql", "sql", "converted", "won")
MOST_FILLED_MONTHS = 120
"""Months without a lead get a line, unless the leads lie further apart than this."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `key` is the id of the source, or the first day of the month; None for the total."""

    name: str
    key: int | date | None
    leads: int = 0
    mql: int = 0
    sql: int = 0
    converted: int = 0
    won: int = 0
    junk: int = 0
    resting: int = 0  # in nurture now
    back: int = 0  # came back from an end at least once, by themselves or by somebody of ours
    amounts: Mapping[str, int] = field(default_factory=dict)  # cents won, by currency, the largest first

    @property
    def rate(self) -> float:
        """Won of all leads, 0 to 1."""
        return self.won / self.leads if self.leads else 0.0

    @property
    def junk_rate(self) -> float | None:
        """Junk of all that came in, 0 to 1; a rate of its own, since junk is in no other."""
        return self.junk / (self.leads + self.junk) if self.leads + self.junk else None

    @property
    def counts(self) -> list[int]:
        """How many reached each of `STEPS`."""
        return [getattr(self, step) for step in STEPS]

    @property
    def shares(self) -> list[float | None]:
        """For each step the share of the step before; None for the first, and after nobody."""
        counts = self.counts
        return [None, *(after / before if before else None for before, after in pairwise(counts))]

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            **{step: getattr(self, step) for step in (*STEPS, "junk", "junk_rate", "resting", "back", "rate")},
            "amounts": dict(self.amounts),
        }


class Funnel(NamedTuple):
    """All leads, and the lines: sources by size, months in order."""

    total: Line
    lines: list[Line]


def report(*, by: By, period: Period | None = None) -> Funnel:
    """Count the leads received in `period` (None: ever) by source, or by month of arrival in the organisation's zone."""
    period = period or Period(None, None, settings.REPORT_ZONE, ALL)
    return by_source(period) if by == "source" else by_month(period)


def by_source(period: Period) -> Funnel:
    """The largest source first."""
    counted = _counted(F("source_id"), period)
    amounts = _amounts(F("lead__standing__source_id"), period)
    names = dict(Source.objects.values_list("pk", "name"))
    back = _back(F("lead__standing__source_id"), period)
    lines = [
        Line(names.get(key, f"Source {key}"), key, **counts, back=back.get(key, 0), amounts=amounts.get(key, {}))
        for key, counts in counted.items()
    ]
    return Funnel(_total(lines), sorted(lines, key=lambda line: (-line.leads, line.name.casefold())))


def by_month(period: Period) -> Funnel:
    """The earliest month first, none left out."""
    ends = _in(period, "received_at", Standing).aggregate(first=Min("received_at"), last=Max("received_at"))
    if ends["first"] is None:
        return Funnel(_total([]), [])
    months = months_between(ends["first"], ends["last"], period.zone)
    counted = _counted(_month("received_at", months, period.zone), period)
    amounts = _amounts(_month("lead__standing__received_at", months, period.zone), period)
    back = _back(_month("lead__standing__received_at", months, period.zone), period)
    lines = [
        Line(f"{month:%Y-%m}", month, **counted.get(place, {}), back=back.get(place, 0), amounts=amounts.get(place, {}))
        for place, month in enumerate(months)
        if place in counted or len(months) <= MOST_FILLED_MONTHS
    ]
    return Funnel(_total(lines), lines)


def _counted(key: Any, period: Period) -> dict[Any, dict[str, int]]:
    rows = _in(period, "received_at", Standing).annotate(key=key).order_by("key").values("key")
    return {row.pop("key"): row for row in rows.annotate(**_counts())}


def _counts() -> dict[str, Count]:
    """Who reached a step has reached those before it, whatever was skipped."""
    real = ~Q(stage=Stage.JUNK)
    sold = Q(converted_at__isnull=False)
    qualified = Q(sql_at__isnull=False) | sold
    return {
        "leads": Count("pk", filter=real),
        "mql": Count("pk", filter=real & (Q(mql_at__isnull=False) | qualified)),
        "sql": Count("pk", filter=real & qualified),
        "converted": Count("pk", filter=real & sold),
        "won": Count("pk", filter=Q(stage=Stage.WON)),
        "junk": Count("pk", filter=Q(stage=Stage.JUNK)),
        "resting": Count("pk", filter=Q(stage=Stage.NURTURE)),
    }


def _amounts(key: Any, period: Period) -> dict[Any, dict[str, int]]:
    """Cents won, by key and currency."""
    won = _in(period, "lead__standing__received_at", Conversion).filter(
        undone_at=None, opportunity__state=Opportunity.State.WON, opportunity__amount_cents__gt=0, lead__standing__stage=Stage.WON
    )
    found: dict[Any, dict[str, int]] = defaultdict(dict)
    sums = won.annotate(key=key).values("key", "opportunity__currency").annotate(cents=Sum("opportunity__amount_cents"))
    for row in sums.order_by("-cents", "opportunity__currency"):
        found[row["key"]][row["opportunity__currency"]] = row["cents"]
    return found


def _back(key: Any, period: Period) -> dict[Any, int]:
    """Leads that ended at least once and began again, whatever they are now, but for junk."""
    ends = _in(period, "lead__standing__received_at", Disposition).filter(undone_at=None, replaced_at=None, reopened_at__isnull=False)
    rows = ends.exclude(lead__standing__stage=Stage.JUNK).annotate(key=key).order_by().values("key")
    return {row["key"]: row["number"] for row in rows.annotate(number=Count("lead", distinct=True))}


def _in(period: Period, moment: str, model: Any) -> Any:
    rows = model.objects.all()
    if period.start:
        rows = rows.filter(**{f"{moment}__gte": period.start})
    return rows.filter(**{f"{moment}__lt": period.end}) if period.end else rows


def _month(moment: str, months: Sequence[date], zone: str) -> Case:
    """The place of a moment's month among `months`: a comparison or two for recent ones, and no function called for each row."""
    begins = [(place, midnight(month, zone)) for place, month in enumerate(months)]
    whens = [When(**{f"{moment}__gte": start}, then=Value(place)) for place, start in reversed(begins[1:])]
    return Case(*whens, default=Value(0), output_field=IntegerField())


def _total(lines: Sequence[Line]) -> Line:
    amounts: dict[str, int] = defaultdict(int)
    for line in lines:
        for currency, cents in line.amounts.items():
            amounts[currency] += cents
    sums = {step: sum(getattr(line, step) for line in lines) for step in (*STEPS, "junk", "resting", "back")}
    return Line("All", None, **sums, amounts=dict(sorted(amounts.items(), key=lambda pair: -pair[1])))
