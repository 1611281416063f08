"""Reads the last decisions about leads, and what the ids in them are called. A constant number of queries for any number of leads."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Max, Q, Value

from leadloop.kernel.drafts import title_of
from leadloop.leads.domain.criteria.sentence import fields_in
from leadloop.leads.domain.custom_fields import PREFIX
from leadloop.leads.models import Touch
from leadloop.outcomes import reasons
from leadloop.outcomes.domain.reasons import Labels
from leadloop.outcomes.models import JunkRules
from leadloop.routing.actions import ROUTE
from leadloop.routing.models import Draw, Pool, Route
from leadloop.scoring.actions import MODEL
from leadloop.scoring.models import ScoreModel
from leadloop.teams.models import User
from leadloop.work.domain.story import Names, model_key

HANDED_KINDS = ("claimed", "assigned", "released", "reopened")
HANDED = Q(data__has_key="route") | Q(kind__in=HANDED_KINDS)


def last_decisions(lead_ids: Sequence[int]) -> dict[int, tuple[Touch | None, Touch | None]]:
    """By lead: the touch that last scored it, and the one that last put it in or out of hands. Two queries."""
    ids = (
        Touch.objects.filter(lead_id__in=lead_ids)
        .order_by()
        .values_list("lead_id")
        .annotate(scored=Max("id", filter=Q(data__has_key="score")), handed=Max("id", filter=HANDED))
    )
    found = {lead_id: (scored, handed) for lead_id, scored, handed in ids}
    touches = Touch.objects.in_bulk({number for pair in found.values() for number in pair if number})
    return {lead_id: (touches.get(scored), touches.get(handed)) for lead_id, (scored, handed) in found.items()}


def draws_of(touches: Iterable[Touch]) -> dict[int, Draw]:
    """The draws by which these touches dealt a lead. One query, none without any."""
    wanted = {touch.data["route"].get("draw") for touch in touches if isinstance(touch.data.get("route"), dict)} - {None}
    return Draw.objects.in_bulk(wanted) if wanted else {}


def names_for(
    touches: Sequence[Touch],
    *,
    people: Iterable[int] = (),
    models: Iterable[tuple[str, int]] = (),
    hidden: frozenset[str] = frozenset(),
    draws: Mapping[int, Draw] | None = None,
    labels: Callable[[], Labels] = reasons.labels,
) -> Names:
    """What the ids in these touches are called. At most four queries.

    A rule that reads a `hidden` field is not called by its name: that it held would tell the value.
    """
    wanted: dict[str, set[Any]] = {key: set() for key in ("people", "pools", "models", "routes", "junk", "reasons")}
    wanted["people"] |= set(people)
    wanted["models"] |= set(models)
    for touch in touches:
        _collect(touch, wanted)
    specs, routes, junk = _versions(wanted["models"], wanted["routes"], wanted["junk"])
    called, pools = _called(wanted["people"] - {None}, wanted["pools"] - {None})
    return Names(
        people=called,
        pools=pools,
        labels={model: {rule["id"]: rule_title(rule, hidden) for rule in spec["rules"]} for model, (_, spec) in specs.items()},
        bases={model: 0 if spec.get("v") == 2 else int(spec.get("base", 0)) for model, (_, spec) in specs.items()},
        titles={model: title for model, (title, _) in specs.items()},
        rules={version: {rule["id"]: rule_title(rule, hidden) for rule in spec["rules"]} for version, spec in routes.items()},
        reasons=labels() if wanted["reasons"] else {},
        junk={version: {rule["id"]: title_of(rule) for rule in spec["rules"]} for version, spec in junk.items()},
        seats={
            number: sum(1 for row in draw.roster if row[4] and row[3] > 0)
            for number, draw in (draws_of(touches) if draws is None else draws).items()
        },
    )


Specs = dict[Any, dict[str, Any]]


def _versions(models: set[tuple[str, int]], routes: set[int], junk: set[int]) -> tuple[dict[Any, tuple[str, dict[str, Any]]], Specs, Specs]:
    """Score models by their key with their titles, routes and junk rules by version. One query."""
    asked = (
        ("model", ScoreModel.objects.filter(name__in={name for name, _ in models}, version__in={version for _, version in models})),
        ("route", Route.objects.filter(name=ROUTE, version__in=routes)),
        ("junk", JunkRules.objects.filter(version__in=junk)),
    )
    one, *more = [rows.order_by().values_list(Value(kind), "name", "version", "title", "spec") for kind, rows in asked]
    found: dict[str, Specs] = {"model": {}, "route": {}, "junk": {}}
    titled = {}
    for kind, name, version, title, spec in one.union(*more, all=True):
        if kind == "model":
            titled[model_key(name, version)] = (title, spec)
        else:
            found[kind][version] = spec
    return titled, found["route"], found["junk"]


def _called(people: set[int], pools: set[int]) -> tuple[dict[int, str], dict[int, str]]:
    """Names of people and of pools. One query."""
    found: dict[str, dict[int, str]] = {"person": {}, "pool": {}}
    persons = User.objects.filter(pk__in=people).order_by().values_list(Value("person"), "pk", "name")
    for kind, number, name in persons.union(
        Pool.objects.filter(pk__in=pools).order_by().values_list(Value("pool"), "pk", "name"), all=True
    ):
        found[kind][number] = name
    return found["person"], found["pool"]


def rule_title(rule: dict[str, Any], hidden: frozenset[str]) -> str:
    """A rule's name; not that of one that reads what this person may not see."""
    secret = hidden and {f"{PREFIX}{name}" for name in hidden} & fields_in(rule.get("when"))
    return "A rule on sensitive data" if secret else title_of(rule)


def _collect(touch: Touch, wanted: dict[str, set[Any]]) -> None:
    data = touch.data
    became = data.get("became") or {}
    wanted["people"] |= {touch.actor_id, became.get("owner_id"), data.get("person")}
    wanted["pools"].add(became.get("pool_id"))
    if data.get("reason") or touch.kind == "rewritten":
        wanted["reasons"].add(touch.kind)
    if isinstance(data.get("junk"), dict):
        wanted["junk"].add(data["junk"].get("version"))
    if isinstance(data.get("score"), dict):
        wanted["models"].add((data["score"].get("name", MODEL), data["score"].get("model")))
    if isinstance(data.get("route"), dict):
        wanted["routes"].add(data["route"].get("version"))
