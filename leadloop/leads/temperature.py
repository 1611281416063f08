"""Temperature beside the tables: the rule in force, leads that feel it, and the same as a condition for the store."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import Q

from leadloop.db.versions import current_epoch
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.heat import hot_line
from leadloop.leads.domain.temperature import TEMPERATURES, USUAL, Band, Thermometer, compile_temperature
from leadloop.leads.domain.touch_kinds import HALF_LIFE_DAYS
from leadloop.leads.models import Standing, TemperatureRule

NAME = "temperature"


@lru_cache(maxsize=2)
def thermometer(epoch: int) -> Thermometer:  # noqa: ARG001 - the key of the cache
    """The rule in force; before the first publication the usual one, which calls nobody. One query an epoch."""
    row = TemperatureRule.objects.published().filter(name=NAME).first()
    return compile_temperature(row.spec, version=row.version) if row else compile_temperature(USUAL | {"contact_minutes": None}, version=0)


def feel(cases: Sequence[Case], *, epoch: int, now: datetime) -> None:
    """Let rules see how warm each case is at this moment."""
    rule = thermometer(epoch)
    for case in cases:
        case.facts()["temperature"] = rule.reads(case.standing, now)


def feel_at(cases: Sequence[Case], *, now: datetime) -> None:
    """As `feel`, by the rule that is in force now. One query."""
    feel(cases, epoch=current_epoch(), now=now)


def reading(standing: Standing, rule: Thermometer, *, now: datetime) -> str:
    """The temperature of a stored lead at this moment."""
    read = ("heat", "received_at", "score", "grade", "temper")
    return rule.reads({name: getattr(standing, name) for name in read}, now)


def is_as_warm_as(wanted: Sequence[str], rule: Thermometer, now: datetime) -> Q:
    """A condition on standings: their temperature is one of `wanted`. `heat >= line`, so an index serves."""
    if not wanted:
        return Q(pk__in=[])
    felt = Q()
    hot, warm = _reaches(rule.hot, now), _reaches(rule.warm, now)
    by_rule = {"hot": hot, "warm": warm & ~hot, "cold": ~hot & ~warm}
    for one in TEMPERATURES:
        if one in wanted:
            felt |= by_rule[one]
    return Q(temper__in=list(wanted)) | (Q(temper="") & felt)


def _reaches(band: Band, now: datetime) -> Q:
    """Two-valued: a blank heat or score is below everything, also where the whole is negated."""
    wish = Q(heat__isnull=False, heat__gte=hot_line(band.at, now, HALF_LIFE_DAYS))
    if band.within_days is not None:
        wish &= Q(received_at__gte=now - timedelta(days=band.within_days))
    if band.score is not None:
        wish &= Q(score__isnull=False, score__gte=band.score)
    return wish & Q(grade__in=band.grades) if band.grades else wish
