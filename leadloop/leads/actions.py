"""The verbs that write leads, standings, touches and notifications; all of them take many."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
from django.db import connection

from leadloop.db import bulk
from leadloop.leads import search
from leadloop.leads.domain.case import LEAD_COLUMNS, MOMENTS, STANDING_COLUMNS, Case, flaws_after, merged_custom
from leadloop.leads.domain.custom_fields import PREFIX
from leadloop.leads.domain.inquiry import Inquiry
from leadloop.leads.domain.places import PLACE_COLUMNS
from leadloop.leads.domain.source_names import folded_source
from leadloop.leads.models import Lead, Notification, Source, Standing, Touch

JSON_COLUMNS = ("marks", "custom", "flaws")
PLAIN_COLUMNS = tuple(name for name in LEAD_COLUMNS if name not in JSON_COLUMNS)
INSERT_LEAD = ("id", "source_id", "submission_id", "created_at", *PLAIN_COLUMNS, *JSON_COLUMNS)
INSERT_STANDING = ("lead_id", *STANDING_COLUMNS)
TOUCH_COLUMNS = ("lead_id", "kind", "happened_at", "actor_id", "submission_id", "data")
moment = bulk.moment
_plain_values = bulk.picker(PLAIN_COLUMNS)
_standing_values = bulk.picker(STANDING_COLUMNS)
_moment_places = tuple(place for place, name in enumerate(STANDING_COLUMNS) if name in MOMENTS)


def source_ids(names: Iterable[str], *, now: datetime) -> dict[str, tuple[int, str]]:
    """(id, default country) of each source by name, made where it is new. One query when all are known.

    "google" is the source "Google": case, and runs of blanks and underscores, make no other source; the first spelling stays.
    """
    wanted = set(names)
    found = {source.name: (source.pk, source.default_country) for source in Source.objects.filter(name__in=wanted)}
    if wanted <= found.keys():
        return found
    known = {folded_source(source.name): (source.pk, source.default_country) for source in Source.objects.order_by("-pk")}
    for name in sorted(wanted - found.keys()):
        folded = folded_source(name)
        if folded not in known:
            source, _ = Source.objects.get_or_create(name=name, defaults={"created_at": now})
            known[folded] = (source.pk, source.default_country)
        found[name] = known[folded]
    return found


def load_cases(lead_ids: Sequence[int]) -> dict[int, Case]:
    """Stored leads as cases, with their standing. One query."""
    if not lead_ids:
        return {}
    return {row[0]: _case_of(row) for row in _load(lead_ids)}


def lock_cases(lead_ids: Sequence[int]) -> dict[int, Case]:
    """As `load_cases`, with the standings locked until the transaction ends, always in the order of their ids."""
    if not lead_ids:
        return {}
    lock = " order by s.lead_id for update of s" if bulk.is_postgres() else ""
    return {row[0]: _case_of(row) for row in _load(lead_ids, lock)}


def record(cases: Sequence[Case], kind: str, *, actor: int | None, happened_at: datetime, data: dict[str, Any]) -> None:
    """Store what a step made of known leads: their standings, changed columns, and one touch each of `kind`."""
    for case in cases:
        case.standing["version"] += 1
    bulk.update(Standing, STANDING_COLUMNS, [(*_standing_row(case), case.lead_id) for case in cases])
    edited = [case for case in cases if case.changed]
    bulk.update(Lead, (*PLAIN_COLUMNS, *JSON_COLUMNS), [(*_column_row(case), case.lead_id) for case in edited])
    search.outdate(case.lead_id for case in edited if search.is_searched(case.changed))
    write_touches([(case.lead_id, kind, happened_at, actor, {**data, **case.decided, "became": case.became}) for case in cases])


def fold_inquiry(case: Case, inquiry: Inquiry) -> None:
    """Fill what the lead does not know yet from a further inquiry; what is known stays."""
    values, filled = case.values, set()
    for name, value in inquiry.values.items():
        if not value or name == "flaws" or name in PLACE_COLUMNS:
            continue
        known = values[name]
        if name in JSON_COLUMNS:
            merged = {**value, **known}
            if name == "custom" and values["flaws"]:
                merged = merged_custom(known, value, flaws=values["flaws"], came_flaws=inquiry.values["flaws"])
            if merged != known:
                values[name] = case.changed[name] = merged
                if name == "custom":
                    filled |= {f"{PREFIX}{one}" for one in merged if merged[one] != known.get(one)}
        elif known in ("", None):
            values[name] = case.changed[name] = value
            filled.add(name)
    if values["place_x"] is None is not inquiry.values["place_x"] and values["postal_code"] == inquiry.values["postal_code"]:
        place = {name: inquiry.values[name] for name in PLACE_COLUMNS}
        values.update(place)
        case.changed.update(place)
    left = flaws_after(values["flaws"], filled, came=inquiry.values["flaws"], values=values)
    if left != values["flaws"]:
        values["flaws"] = case.changed["flaws"] = left
    case.inquiries.append(inquiry)


def write_cases(cases: Sequence[Case], *, now: datetime) -> None:
    """Store a batch: new leads and standings, changed ones, and a touch for each inquiry. A constant number of statements."""
    fresh = [case for case in cases if case.fresh]
    known = [case for case in cases if not case.fresh]
    stamp = moment(now)
    bulk.insert(Lead, INSERT_LEAD, [_lead_row(case, stamp) for case in fresh])
    bulk.insert(Standing, INSERT_STANDING, [(case.lead_id, *_standing_row(case)) for case in fresh])
    edited = [case for case in known if case.changed]
    bulk.update(Lead, (*PLAIN_COLUMNS, *JSON_COLUMNS), [(*_column_row(case), case.lead_id) for case in edited])
    search.outdate(case.lead_id for case in edited if search.is_searched(case.changed))
    for case in known:
        case.standing["version"] += 1
    bulk.update(Standing, STANDING_COLUMNS, [(*_standing_row(case), case.lead_id) for case in known])
    bulk.insert(Touch, TOUCH_COLUMNS, [row for case in cases for row in _touch_rows(case)])


def write_touches(rows: Sequence[tuple[int, str, datetime, int | None, dict[str, Any]]]) -> None:
    """Append (lead, kind, happened_at, actor, data) to the timeline."""
    bulk.insert(
        Touch,
        TOUCH_COLUMNS,
        [(lead, kind, moment(happened_at), actor, None, bulk.to_json(data).decode()) for lead, kind, happened_at, actor, data in rows],
    )


def notify(news: Iterable[tuple[int, str, int | None, int, str]], *, now: datetime) -> None:
    """(person, kind, lead or None, count, text): one row each; the caller has already folded many alike into one."""
    rows = [(person, kind, lead, count, text[:200], moment(now)) for person, kind, lead, count, text in news]
    bulk.insert(Notification, ("person_id", "kind", "lead_id", "count", "text", "created_at"), rows)


def _lead_row(case: Case, stamp: Any) -> tuple[Any, ...]:
    return (case.lead_id, case.standing["source_id"], case.inquiries[0].submission_id, stamp, *_column_row(case))


def _column_row(case: Case) -> tuple[Any, ...]:
    values = case.values
    return (*_plain_values(values), _json(values["marks"]), _json(values["custom"]), _json(values["flaws"]))


def _standing_row(case: Case) -> list[Any]:
    row = list(_standing_values(case.standing))
    for place in _moment_places:
        if row[place] is not None:
            row[place] = moment(row[place])
    return row


def _touch_rows(case: Case) -> Iterable[tuple[Any, ...]]:
    """One touch an inquiry; the last one carries the decisions and what became of the lead."""
    last = case.inquiries[-1]
    for inquiry in case.inquiries[:-1]:
        yield (case.lead_id, "captured", moment(inquiry.received_at), None, inquiry.submission_id, bulk.to_json(_origin(inquiry)).decode())
    data = _origin(last)
    data["became"] = case.became
    data.update(case.decided)
    if case.changed and not case.fresh:
        data["filled"] = sorted(case.changed)
    yield (case.lead_id, "captured", moment(last.received_at), None, last.submission_id, bulk.to_json(data).decode())


def _origin(inquiry: Inquiry) -> dict[str, Any]:
    """Where a submission came from, as rules that count touches ask for it."""
    campaign = inquiry.values["campaign"]
    return {"source": inquiry.source_id, "campaign": campaign} if campaign else {"source": inquiry.source_id}


def _json(value: Any) -> str:
    if not value:
        return "[]" if isinstance(value, list) else "{}"
    return bulk.to_json(value).decode()


def _load(lead_ids: Sequence[int], lock: str = "") -> list[tuple[Any, ...]]:
    """Both tables are told the ids, so that no plan, however old, begins with the whole of one of them."""
    standing, ids = bulk.any_of("s.lead_id", lead_ids)
    lead, again = bulk.any_of("l.id", lead_ids)
    return bulk.fetch(f"{_load_sql()}{standing} and {lead}{lock}", [*ids, *again])


@lru_cache(maxsize=2)
def _load_sql() -> str:
    lead = ", ".join(f'l."{name}"' for name in (*PLAIN_COLUMNS, *JSON_COLUMNS))
    standing = ", ".join(f's."{name}"' for name in STANDING_COLUMNS)
    return f"select s.lead_id, {lead}, {standing} from leads_standing s join leads_lead l on l.id = s.lead_id where "  # noqa: S608 - model names only


def _case_of(row: Sequence[Any]) -> Case:
    cut = 1 + len(PLAIN_COLUMNS)
    values = dict(zip(PLAIN_COLUMNS, row[1:cut], strict=True))
    for name, value in zip(JSON_COLUMNS, row[cut : cut + 3], strict=True):
        values[name] = msgspec.json.decode(value) if isinstance(value, str) else value
    standing = dict(zip(STANDING_COLUMNS, row[cut + 3 :], strict=True))
    if connection.vendor == "sqlite":
        for name in MOMENTS:
            if standing[name] is not None:
                standing[name] = standing[name].replace(tzinfo=UTC)
    return Case(row[0], fresh=False, values=values, standing=standing)
