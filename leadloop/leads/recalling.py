"""What rules ask of a lead that it and its standing do not say: touches, decisions before, segments, channel, likelihood."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from leadloop.db import bulk
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.criteria import Happening
from leadloop.leads.domain.criteria.fields import RECALLED, TOUCHED
from leadloop.leads.models import Source
from leadloop.teams.models import User

Asked = frozenset[str]
TOUCHES: Asked = frozenset({"touches"})


def asked_of(specs: Iterable[object]) -> Asked:
    """What some rules may ask for, by the names in them; rather once too often than once too seldom."""
    texts = [bulk.to_json(spec).decode() for spec in specs]
    return frozenset(name for name in RECALLED if any(f'"{name}"' in text for text in texts))


def asks_for_touches(*specs: object) -> bool:
    """Whether some rules may ask for touches, by the word in them; rather once too often than once too seldom."""
    return "touches" in str(specs)


def recall(cases: Sequence[Case], asked: Asked = RECALLED) -> None:
    """Tell cases what rules ask for, this batch included. One query for touches and decisions, one each for the rest; none unasked."""
    if asked & TOUCHED:
        _recall_touches(cases)
    if "segments" in asked:
        _recall_segments(cases)
    if "probability" in asked:
        _recall_probability(cases)
    if "channel" in asked:
        channels = dict(Source.objects.filter(pk__in={case.standing["source_id"] for case in cases}).values_list("pk", "channel"))
        for case in cases:
            case.recall(channel=channels.get(case.standing["source_id"], ""))
    if "owner_role" in asked:
        roles = dict(User.objects.values_list("pk", "role"))
        for case in cases:
            case.recall(roles=roles)


def _recall_touches(cases: Sequence[Case]) -> None:
    by_id = {case.lead_id: case for case in cases}
    past: dict[int, list[dict[str, Any]]] = {case.lead_id: [] for case in cases}
    for case in cases:
        case.known_touches[:] = [
            Happening("captured", one.received_at, None, one.values["campaign"], one.source_id) for one in case.inquiries
        ]
    stored = [case.lead_id for case in cases if not case.fresh]
    condition, params = bulk.any_of("lead_id", stored)
    sql = f"select lead_id, kind, happened_at, actor_id, data from leads_touch where {condition}"  # noqa: S608 - placeholders only
    for lead_id, kind, happened_at, actor, told in bulk.fetch(sql, params) if stored else ():
        data = msgspec.json.decode(told) if isinstance(told, str) else told
        data = data if isinstance(data, dict) else {}
        past[lead_id].append(data)
        by_id[lead_id].known_touches.append(_happening(kind, happened_at, actor, data))
    for case in cases:
        case.recall(**decisions(past[case.lead_id]))


def _happening(kind: str, happened_at: datetime, actor: int | None, data: dict[str, Any]) -> Happening:
    moment = happened_at if happened_at.tzinfo else happened_at.replace(tzinfo=UTC)
    return Happening(kind, moment, actor, data.get("campaign") or "", data.get("source"))


def decisions(past: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What the data of a lead's touches says was decided before. `leads.criteria_sql` reads the same in the database."""
    stages, rules, reasons, pools, owners, scores = set(), set(), set(), set(), set(), []
    for data in past:
        became = data.get("became") or {}
        stages.add(became.get("stage"))
        pools.add(became.get("pool_id"))
        owners.add(became.get("owner_id"))
        rules.add((data.get("route") or {}).get("rule"))
        reasons.add(data.get("reason"))
        scores.append(became.get("score"))
    return {
        "past_stages": _kept(stages),
        "past_rules": _kept(rules),
        "past_reasons": _kept(reasons),
        "past_pools": _kept(pools),
        "past_owners": _kept(owners),
        "top_score": max((score for score in scores if score is not None), default=None),
    }


def _kept(found: set[Any]) -> tuple[Any, ...]:
    return tuple(sorted(found - {None, ""}))


def _recall_segments(cases: Sequence[Case]) -> None:
    members: dict[int, list[str]] = {case.lead_id: [] for case in cases}
    stored = [case.lead_id for case in cases if not case.fresh]
    condition, params = bulk.any_of("lead_id", stored)
    for lead_id, name in bulk.fetch(f"select lead_id, segment from segments_member where {condition}", params) if stored else ():  # noqa: S608 - placeholders only
        members[lead_id].append(name)
    for case in cases:
        case.recall(segments=tuple(sorted(members[case.lead_id])))


def _recall_probability(cases: Sequence[Case]) -> None:
    """What the learned model in force said of known leads, kept by a room above; of new ones it spoke on their way."""
    stored = [case for case in cases if not case.fresh]
    condition, params = bulk.any_of("lead_id", [case.lead_id for case in stored])
    sql = f"select lead_id, percent from learning_likelihood where {condition}"  # noqa: S608 - placeholders only
    said = dict(bulk.fetch(sql, params)) if stored else {}
    for case in stored:
        case.recall(probability=said.get(case.lead_id))
