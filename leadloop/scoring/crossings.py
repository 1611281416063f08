"""Thresholds that are crossed: what is stored so that none fires twice, and who hears of those that fire."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from leadloop.db import bulk
from leadloop.leads import actions as leads
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.heat import days_since_epoch
from leadloop.leads.domain.stages import OPEN
from leadloop.leads.temperature import thermometer
from leadloop.scoring.domain.scorecard import Score, Scorecard, stays_at
from leadloop.scoring.domain.thresholds import Above, Threshold, judge
from leadloop.scoring.models import Crossing
from leadloop.teams.models import User

Given = list[tuple[Scorecard, Score]]
Key = tuple[int, str, str]
COLUMNS = ("lead_id", "model", "threshold", "crossed_at", "lapses_day")


def cross(given: Sequence[tuple[Case, Given]], *, now: datetime, quiet: bool) -> None:
    """See which thresholds the scores take each lead over, once a crossing. Three statements for any number of leads.

    Those that fire are noted in the case; `tell_crossings` tells them when the batch is stored. What a file brings is quiet.
    """
    stored = _stored([case.lead_id for case, _ in given if not case.fresh])
    kept: dict[Key, tuple[Any, float | None]] = {}
    for case, scores in given:
        hushed = quiet or (bool(case.inquiries) and all(one.door == "file" for one in case.inquiries))
        for card, one in scores:
            for threshold in card.thresholds:
                key = (case.lead_id, card.name, threshold.id)
                crossed_at, above = stored.get(key, (now, None))
                event = judge(threshold, one.points, above, today=days_since_epoch(now), quiet=hushed)
                if event in ("fires", "passes", "stays"):
                    lapses = stays_at(case.facts(), card, one, least=threshold.rearms_below, now=now)
                    kept[key] = (crossed_at if event == "stays" else now, lapses)
                if event == "fires":
                    case.crossed.append(_said(threshold, card, one))
    _store(stored, kept, {case.lead_id for case, _ in given})


def tell_crossings(cases: Sequence[Case], *, now: datetime) -> None:
    """A touch for each threshold that fired, and news for those who are to hear. After the leads are stored; nothing where none fired."""
    fired = [(case, one) for case in cases for one in case.crossed]
    if not fired:
        return
    leads.write_touches([(case.lead_id, "crossed", now, None, one) for case, one in fired])
    managers = _managers() if any(one["tell"] == "managers" for _, one in fired) else []
    news: dict[tuple[int, str], list[int]] = {}
    for case, one in fired:
        owner = case.standing["owner_id"]
        people = managers if one["tell"] == "managers" else [owner] if owner and one["tell"] == "owner" else []
        for person in people:
            news.setdefault((person, one["label"]), []).append(case.lead_id)
    rows = [
        (person, "crossed", ids[0] if len(ids) == 1 else None, len(ids), _words(label, len(ids), theirs=person not in managers))
        for (person, label), ids in sorted(news.items())
    ]
    leads.notify(rows, now=now)
    for case, _ in fired:
        case.crossed.clear()


def call_hot(cases: Sequence[Case], *, epoch: int, now: datetime) -> None:
    """Leads that this batch made hot are to be contacted at once: due in the minutes that the rule of temperature says; their owner hears.

    One statement where one became hot, none else. A temperature that a person set calls nobody.
    """
    rule = thermometer(epoch)
    if rule.contact_minutes is None:
        return
    hot = []
    for case in cases:
        standing, earlier = case.standing, case.earlier
        if earlier is None or standing["temper"] or rule.felt(standing["heat"], standing, now) != "hot":
            continue
        if rule.felt(earlier["heat"], {**standing, **earlier}, now) != "hot":
            hot.append(case)
    _call(hot, minutes=rule.contact_minutes, version=rule.version, now=now)


def call_by_hand(cases: Sequence[Case], *, epoch: int, now: datetime, actor: int | None) -> None:
    """Leads that a person calls hot are to be contacted at once as well; an owner who says so need not be told."""
    rule = thermometer(epoch)
    if rule.contact_minutes is not None:
        _call(cases, minutes=rule.contact_minutes, version=rule.version, now=now, untold=actor)


def _call(cases: Sequence[Case], *, minutes: int, version: int, now: datetime, untold: int | None = None) -> None:
    due, by_person = now + timedelta(minutes=minutes), dict[int, list[int]]()
    for case in cases:
        standing = case.standing
        if standing["stage"] not in OPEN:
            continue
        waits, owner = standing["waits_since"], standing["owner_id"]
        case.become(waits_since=waits if waits and waits <= now else now, due_at=min(standing["due_at"] or due, due))
        case.decided["hot"] = {"version": version, "minutes": minutes}
        if owner and owner != untold:
            by_person.setdefault(owner, []).append(case.lead_id)
    rows = []
    for person, ids in sorted(by_person.items()):
        one = len(ids) == 1
        words = "A lead of yours is" if one else f"{len(ids)} of your leads are"
        rows.append((person, "hot", ids[0] if one else None, len(ids), f"{words} hot: get in touch now"))
    leads.notify(rows, now=now)


def _stored(lead_ids: Sequence[int]) -> dict[Key, tuple[Any, Above]]:
    if not lead_ids:
        return {}
    condition, params = bulk.any_of("lead_id", lead_ids)
    rows = bulk.fetch(f"select {', '.join(COLUMNS)} from scoring_crossing where {condition}", params)  # noqa: S608 - our own names
    return {(lead_id, model, threshold): (crossed_at, Above(day)) for lead_id, model, threshold, crossed_at, day in rows}


def _store(stored: dict[Key, tuple[Any, Above]], kept: dict[Key, tuple[Any, float | None]], lead_ids: set[int]) -> None:
    """Write the rows of these leads anew, if any differs. Two statements, or none."""
    if {key: (at, above.lapses_day) for key, (at, above) in stored.items()} == kept:
        return
    if stored:
        condition, params = bulk.any_of("lead_id", sorted(lead_ids))
        bulk.execute(f"delete from scoring_crossing where {condition}", params)  # noqa: S608 - placeholders only
    rows = [(*key, at if isinstance(at, str) else leads.moment(at), day) for key, (at, day) in sorted(kept.items())]
    bulk.insert(Crossing, COLUMNS, rows)


def _said(threshold: Threshold, card: Scorecard, given: Score) -> dict[str, Any]:
    said = {"threshold": threshold.id, "label": threshold.label, "at": threshold.at, "points": given.points, "tell": threshold.tell}
    return {**said, "model": card.name, "version": card.version}


def _managers() -> list[int]:
    return list(User.objects.filter(role="manager", is_active=True).order_by("pk").values_list("pk", flat=True))


def _words(label: str, count: int, *, theirs: bool) -> str:
    """“Call now”: a lead of yours is over it."""
    one, many = ("A lead of yours is", "of your leads are") if theirs else ("A lead is", "leads are")
    return f"{one} over “{label}”" if count == 1 else f"{count} {many} over “{label}”"
