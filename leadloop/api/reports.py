"""Reports for programs: the same figures as the pages."""

from datetime import date
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router

from leadloop.analytics import agreement, agreement_shown, funnel, people, speed
from leadloop.analytics.domain.periods import ALL, Period
from leadloop.analytics.domain.speeds import WITHIN, Speed
from leadloop.api.auth import KeyAuth
from leadloop.api.shapes import FunnelOut, PeopleOut, SpeedOut
from leadloop.api.shapes_agreement import AgreementOut
from leadloop.db.clock import utc_now
from leadloop.web.problems import Problem

router = Router(tags=["Reports"])
SCOPE = "reports:read"
Version = Annotated[int | None, Query(ge=1, le=1_000_000_000, description="A version of the definition.")]
Day = Annotated[date | None, Query(description="A local day of the organisation, included; open where left out.")]


@router.get(
    "/reports/funnel", operation_id="report_funnel", summary="The funnel by source or month", auth=KeyAuth(SCOPE), response=FunnelOut
)
def report_funnel(
    request: HttpRequest, by: Literal["source", "month"] = "source", received_from: Day = None, received_to: Day = None
) -> dict[str, Any]:
    """Leads that came in, and how far they got. `rate` is won divided by leads; junk is left out of both."""
    found = funnel.report(by=by, period=_period(received_from=received_from, received_to=received_to))
    return {"total": found.total.as_json(), "rows": [line.as_json() for line in found.lines]}


@router.get("/reports/speed", operation_id="report_speed", summary="Speed-to-lead", auth=KeyAuth(SCOPE), response=SpeedOut)
def report_speed(request: HttpRequest, received_from: Day = None, received_to: Day = None) -> dict[str, Any]:
    """Seconds from arrival to the first touch, over leads that were routed. `within` counts leads by seconds; `hour` 0 is Monday 0:00."""
    found = speed.report(_period(received_from=received_from, received_to=received_to))
    return {
        "total": _speed(found.total),
        "people": [{"person": one.key, "name": one.name, **_speed(one.speed)} for one in found.people],
        "sources": [{"name": one.name, **_speed(one.speed)} for one in found.sources],
        "months": [{"name": one.name, **_speed(one.speed)} for one in found.months],
        "hours": [
            {"hour": day * speed.HOURS + hour, **_speed(one)}
            for day, hours in enumerate(found.week)
            for hour, one in enumerate(hours)
            if one.leads
        ],
    }


@router.get("/reports/people", operation_id="report_people", summary="People and fair shares", auth=KeyAuth(SCOPE), response=PeopleOut)
def report_people(request: HttpRequest, day_from: Day = None, day_to: Day = None) -> dict[str, Any]:
    """What each person has now and did in the period; and how far each seat of a pool is from its share, in leads."""
    found = people.report(_period(day_from=day_from, day_to=day_to), now=utc_now())
    seats = [(pool.name, person, share) for pool in found.pools for person, share in pool.seats]
    return {
        "people": [_person(line) for line in found.lines],
        "seats": [
            {
                "pool": pool,
                "person": person.pk,
                "weight": share.place.weight,
                "turns": share.place.turns,
                "leads": share.place.dealt,
                "present": share.place.present,
                "ahead": share.ahead,
            }
            for pool, person, share in seats
        ],
    }


@router.get(
    "/reports/agreement",
    operation_id="report_agreement",
    summary="Verdicts of sales on what marketing hands over",
    auth=KeyAuth(SCOPE),
    response=AgreementOut,
)
def report_agreement(request: HttpRequest, version: Version = None, handed_from: Day = None, handed_to: Day = None) -> dict[str, Any]:
    """What sales said of the leads handed over in the period; details are of `version`, else of the newest. Silence counts as neither."""
    found = agreement.report(_period(handed_from=handed_from, handed_to=handed_to), now=utc_now(), version=version)
    return agreement_shown.as_json(found)


def _person(line: people.Line) -> dict[str, Any]:
    counts = {
        name: getattr(line, name) for name in ("present", "open_leads", "cap", "assigned", "accepted", "sql", "won", "lost", "overdue")
    }
    speeds = {"median_seconds": line.speed.median, "win_rate": line.win_rate, "amounts": line.amounts}
    return {"person": line.person.pk, "name": line.person.name, **counts, **speeds}


def _speed(figures: Speed) -> dict[str, Any]:
    return {
        "leads": figures.leads,
        "touched": figures.touched,
        "never": figures.never,
        "median_seconds": figures.median,
        "p90_seconds": figures.p90,
        "within": {str(seconds): count for seconds, count in zip(WITHIN.values(), figures.within, strict=True)},
    }


def _period(**ends: date | None) -> Period:
    """From the first of two named days to the second."""
    errors = {name: "That day is out of range." for name, day in ends.items() if day and not 1900 <= day.year < 9000}
    if errors:
        raise Problem(422, "invalid", "The request is not valid.", errors=errors)
    first, last = ends.values()
    return Period(first, last, settings.REPORT_ZONE, "" if first or last else ALL)
