"""Assumptions from what happened: each with how much it was fitted from, and left as assumed where that is too little."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log
from statistics import median

from leadloop.simulation.domain.draws import spread_of
from leadloop.simulation.domain.presence import Presence
from leadloop.simulation.domain.world import DAY, HOUR, Curve, Person, Response, Source, World

LEAST_LEADS, LEAST_DAYS, LEAST_FOR_HOURS, LEAST_FOR_WEEK = 50, 14.0, 200, 2_000
LEAST_WORKDAYS, LEAST_ENTRIES = 10, 30
LEAST_LAGS, LEAST_GIVEN = 30, 100
LEAST_IN_BIN, LEAST_BINS = 30, 2
LEAST_PAUSES = 50
BINS = (0.0, 10.0, 60.0, 240.0, 1440.0, 4320.0, 43200.0)
"""Ends of what counts as equally soon, in minutes."""
FORGOTTEN_AFTER, GONE_AFTER = 7 * DAY, 14 * DAY


@dataclass(frozen=True, slots=True)
class Seen:
    """One person's traces. Moments are local minutes since a Monday, 0:00."""

    name: str
    weight: float
    cap: int
    here: bool = True  # the switch on their desk
    entries: tuple[float, ...] = ()  # when they wrote something into a lead
    given: tuple[tuple[float, float | None], ...] = ()  # pushed to them, first word to the lead; in order


@dataclass(frozen=True, slots=True)
class Observed:
    """What is fitted from."""

    until: float  # local minutes since a Monday
    days: float  # watched
    leads: tuple[tuple[str, float], ...]  # source, local minutes since a Monday
    people: tuple[Seen, ...]
    calls: tuple[tuple[float, bool], ...]  # minutes since the lead came, whether it was reached
    reached: tuple[tuple[float, bool], ...]  # the same of the first call that reached a decided lead, whether it was won
    attempts: tuple[int, ...]  # on leads that were never reached and are closed
    pauses: tuple[float, ...]  # minutes from a call that reached nobody to the next


@dataclass(frozen=True, slots=True)
class Ground:
    """Where one assumption comes from."""

    what: str
    value: str
    fitted: bool
    says: str  # from what, or why not


def fit(seen: Observed, usual: World) -> tuple[World, list[Ground]]:
    """The world that was observed, filled with `usual` where that is too little."""
    sources, came = _sources(seen, usual)
    people, there = _people(seen, usual)
    response, responded = _response(seen, usual.response)
    return replace(usual, sources=sources, people=people, response=response), [*came, *there, *responded]


def _ground(what: str, value: str, count: int, least: int, of: str) -> Ground:
    fitted = count >= least
    return Ground(what, value, fitted, f"from {count:,} {of}" if fitted else f"assumed: {count:,} {of}, {least:,} needed")


# arrivals


def _sources(seen: Observed, usual: World) -> tuple[tuple[Source, ...], list[Ground]]:
    count = len(seen.leads)
    if count < LEAST_LEADS or seen.days < LEAST_DAYS:
        why = f"assumed: {count:,} leads in {seen.days:.0f} days, {LEAST_LEADS} in {LEAST_DAYS:.0f} needed"
        return usual.sources, [Ground("Leads a week", f"{usual.per_week:,.0f}", False, why)]
    found, grounds = [], []
    names = Counter(name for name, _ in seen.leads)
    together = _hours([at for _, at in seen.leads], usual.sources[0].by_hour)
    for name, leads in names.most_common(20):
        own = [at for source, at in seen.leads if source == name]
        found.append(Source(name, leads / seen.days * 7, _hours(own, together)))
    rest = count - sum(number for _, number in names.most_common(20))
    if rest:
        found.append(Source("All others", rest / seen.days * 7, together))
    whole = f"from {count:,} leads of {len(names)} sources in {seen.days:.0f} days"
    grounds.append(Ground("Leads a week", f"{count / seen.days * 7:,.0f}", True, whole))
    own_hours = sum(number >= LEAST_FOR_HOURS for number in names.values())
    says = f"from the same; {own_hours} sources by hours of their own ({LEAST_FOR_HOURS} leads needed), the others as all together"
    grounds.append(
        Ground(
            "Hours of arrival",
            "by hour of the week",
            count >= LEAST_FOR_HOURS,
            says if count >= LEAST_FOR_HOURS else f"assumed: {count:,} leads, {LEAST_FOR_HOURS} needed",
        )
    )
    return tuple(found), grounds


def _hours(moments: Sequence[float], usual: tuple[float, ...]) -> tuple[float, ...]:
    """Shares of the 168 hours: counted where there are many, by day and by hour apart where there are some, else as usual."""
    if len(moments) < LEAST_FOR_HOURS:
        return usual
    hours = [int(at // HOUR) for at in moments]
    if len(moments) >= LEAST_FOR_WEEK:
        counts = Counter(hour % 168 for hour in hours)
        return tuple(counts.get(hour, 0) + 0.1 for hour in range(168))
    by_day, by_hour = Counter(hour // 24 % 7 for hour in hours), Counter(hour % 24 for hour in hours)
    return tuple(round(by_day.get(day, 0) * by_hour.get(hour, 0) / len(hours), 4) for day in range(7) for hour in range(24))


# people


def _people(seen: Observed, usual: World) -> tuple[tuple[Person, ...], list[Ground]]:
    if not seen.people:
        return usual.people, [Ground("People", f"{len(usual.people)}", False, "assumed: nobody has a seat in a pool")]
    found, known, reacted = [], 0, 0
    for one in seen.people:
        person = _shift(one, seen, usual.people[0])
        known += _is_known(one)
        lags = idle_lags(one.given, person)
        if len(lags) >= LEAST_LAGS:
            reacted += 1
            person = replace(
                person, reaction=max(0.1, median(lags)), reaction_spread=min(3.0, spread_of([log(max(lag, 0.1)) for lag in lags]))
            )
        found.append(person)
    gone = sum(person.gone for person in found)
    seated = "those with a seat in a pool; gone: no entry in 14 days, or none and switched off"
    per = f"{LEAST_ENTRIES} entries on {LEAST_WORKDAYS} days needed each, the others as assumed"
    lagging = f"from leads given while nothing else waited with them, in minutes of their shifts; {LEAST_LAGS} needed each"
    grounds = [
        Ground("People", f"{len(found)}, {gone} of them gone", True, seated),
        Ground("Hours and days there", _span(found), known > 0, f"{known} of {len(found)} from the hours of their entries; {per}"),
        Ground("Minutes until a person turns to a lead", _reactions(found), reacted > 0, f"{reacted} of {len(found)} {lagging}"),
    ]  # fmt: skip
    return tuple(found), grounds


def _is_known(one: Seen) -> bool:
    return len(one.entries) >= LEAST_ENTRIES and len({at // DAY for at in one.entries}) >= LEAST_WORKDAYS


def _shift(one: Seen, seen: Observed, usual: Person) -> Person:
    """Working days are those with entries; a shift reaches from the usual first entry to the usual last, in half hours."""
    person = replace(usual, name=one.name, weight=one.weight, cap=one.cap)
    silent = seen.until - max(one.entries) > GONE_AFTER if one.entries else not one.here
    if not _is_known(one):
        return replace(person, gone=silent)
    days: dict[int, list[float]] = {}
    for at in one.entries:
        days.setdefault(int(at // DAY), []).append(at % DAY / HOUR)
    per_weekday = Counter(day % 7 for day in days)
    usual_days = tuple(day for day in range(7) if per_weekday.get(day, 0) >= 0.25 * max(per_weekday.values()))
    expected = sum(day % 7 in usual_days for day in range(min(days), max(days) + 1))
    there = sum(day % 7 in usual_days for day in days)
    busy = [hours for hours in days.values() if len(hours) >= 2] or list(days.values())
    starts, ends = median(min(hours) for hours in busy), median(max(hours) for hours in busy)
    starts = int(starts * 2) / 2
    ends = min(24.0, max(starts + 1, -int(-ends * 2) / 2 + 0.5 * (ends * 2 % 1 > 0)))
    return replace(person, days=usual_days, starts=starts, ends=ends, absent=round(max(0.0, 1 - there / max(1, expected)), 3), gone=silent)


def idle_lags(given: Sequence[tuple[float, float | None]], person: Person) -> list[float]:
    """Minutes of the shift until the first word, of leads that came when no earlier one waited with that person."""
    lags, busy_until = [], 0.0
    for at, touched in given:
        if touched is not None and at >= busy_until and touched - at < 30 * DAY:
            lags.append(worked_between(person, at, touched))
        busy_until = max(busy_until, touched if touched is not None else busy_until)
    return lags


def worked_between(person: Person, begin: float, end: float) -> float:
    """Minutes of shifts between two moments."""
    days = range(int(begin // DAY), int(end // DAY) + 1)
    shifts = [(day * DAY + person.starts * HOUR, day * DAY + person.ends * HOUR) for day in days if day % 7 in person.days]
    return Presence(shifts).minutes(begin, end)


def _span(people: Sequence[Person]) -> str:
    here = [person for person in people if not person.gone] or list(people)
    absent = sum(person.absent for person in here) / len(here)
    return f"{min(person.starts for person in here):g} to {max(person.ends for person in here):g}, {absent:.0%} of days missed"


def _reactions(people: Sequence[Person]) -> str:
    values = sorted(person.reaction for person in people)
    return f"median {median(values):.0f}, {values[0]:.0f} to {values[-1]:.0f}"


# response


def _response(seen: Observed, usual: Response) -> tuple[Response, list[Ground]]:
    reach, reach_ground = _curve("An attempt reaches the lead", seen.calls, usual.reach, "calls with an outcome")
    win, win_ground = _curve("A lead once reached is won", seen.reached, usual.win, "reached and decided leads")
    response, grounds = replace(usual, reach=reach, win=win), [reach_ground, win_ground]
    if len(seen.attempts) >= LEAST_PAUSES:
        response = replace(response, attempts=max(1, round(sum(seen.attempts) / len(seen.attempts))))
    grounds.append(
        _ground("Attempts before giving up", f"{response.attempts}", len(seen.attempts), LEAST_PAUSES, "closed leads that nobody reached")
    )
    if len(seen.pauses) >= LEAST_PAUSES:
        response = replace(response, pause_minutes=max(1.0, round(median(seen.pauses))))
    grounds.append(_ground("Minutes between attempts", f"{response.pause_minutes:,.0f}", len(seen.pauses), LEAST_PAUSES, "pairs of calls"))
    ripe = [touched for one in seen.people for at, touched in one.given if at < seen.until - FORGOTTEN_AFTER]
    if len(ripe) >= LEAST_GIVEN:
        response = replace(response, forgotten=round(sum(touched is None for touched in ripe) / len(ripe), 3))
    grounds.append(
        _ground("Given and never begun", f"{response.forgotten:.1%}", len(ripe), LEAST_GIVEN, "leads given more than a week ago")
    )
    time = f"{response.handling_minutes:g} once reached, {response.try_minutes:g} when not"
    grounds.append(Ground("Minutes of work an attempt", time, False, "assumed: how long a call took is not kept"))
    grounds.append(
        Ground("Left lying in a pool at first", f"{response.unwanted:.0%}", False, "assumed: what people pass over in a pool is not kept")
    )
    return response, grounds


def _curve(what: str, points: Sequence[tuple[float, bool]], usual: Curve, of: str) -> tuple[Curve, Ground]:
    """Shares by how soon, of bins with enough in them, each at its median."""
    found = []
    for low, high in pairwise(BINS):
        inside = [(minutes, came) for minutes, came in points if low <= minutes < high]
        if len(inside) >= LEAST_IN_BIN:
            found.append((round(median(minutes for minutes, _ in inside), 1), round(sum(came for _, came in inside) / len(inside), 4)))
    if len(found) < LEAST_BINS:
        says = f"assumed: {len(points):,} {of}, {LEAST_IN_BIN} needed in each of {LEAST_BINS} spans of time"
        return usual, Ground(what, _words(usual), False, says)
    curve = Curve(tuple(found))
    return curve, Ground(what, _words(curve), True, f"from {len(points):,} {of}, in {len(found)} spans of time")


def _words(curve: Curve) -> str:
    return ", ".join(f"{share:.0%} at {_time(minutes)}" for minutes, share in curve.points)


def _time(minutes: float) -> str:
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.0f} h" if minutes < 2 * DAY else f"{minutes / DAY:.0f} d"
