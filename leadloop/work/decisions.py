"""Reads the last decisions about leads, and what the ids in them are called. A constant number of queries for any number of leads."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Max, Q

from leadloop.kernel.drafts import title_of
from leadloop.leads.domain.criteria.sentence import fields_in
from leadloop.leads.domain.custom_fields import PREFIX
from leadloop.leads.models import Touch
from leadloop.outcomes import reasons
from leadloop.outcomes.models import JunkRules
from leadloop.routing.actions import ROUTE
from leadloop.routing.models import Draw, Pool, Route
from leadloop.scoring.actions import MODEL
from leadloop.scoring.models import ScoreModel
from leadloop.teams.models import User
from leadloop.work.domain.story import Names, model_key

HANDED = Q(data__has_key="route") | Q(kind__in=("claimed", "assigned", "released", "reopened"))


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


def names_for(
    touches: Iterable[Touch], *, people: Iterable[int] = (), models: Iterable[tuple[str, int]] = (), hidden: frozenset[str] = frozenset()
) -> Names:
    """What the ids in these touches are called. At most seven queries.

    A rule that reads a `hidden` field is not called by its name: that it held would tell the value.
    """
    wanted: dict[str, set[Any]] = {key: set() for key in ("people", "pools", "models", "routes", "draws", "junk", "reasons")}
    wanted["people"] |= set(people)
    wanted["models"] |= set(models)
    for touch in touches:
        _collect(touch, wanted)
    specs = _models(wanted["models"])
    routes = dict(Route.objects.filter(name=ROUTE, version__in=wanted["routes"]).values_list("version", "spec"))
    draws = dict(Draw.objects.filter(pk__in=wanted["draws"]).values_list("pk", "roster"))
    junk = dict(JunkRules.objects.filter(version__in=wanted["junk"]).values_list("version", "spec")) if wanted["junk"] else {}
    return Names(
        people=dict(User.objects.filter(pk__in=wanted["people"] - {None}).values_list("pk", "name")),
        pools=dict(Pool.objects.filter(pk__in=wanted["pools"] - {None}).values_list("pk", "name")),
        labels={model: {rule["id"]: rule_title(rule, hidden) for rule in spec["rules"]} for model, (_, spec) in specs.items()},
        bases={model: 0 if spec.get("v") == 2 else int(spec.get("base", 0)) for model, (_, spec) in specs.items()},
        titles={model: title for model, (title, _) in specs.items()},
        rules={version: {rule["id"]: rule_title(rule, hidden) for rule in spec["rules"]} for version, spec in routes.items()},
        reasons=reasons.labels() if wanted["reasons"] else {},
        junk={version: {rule["id"]: title_of(rule) for rule in spec["rules"]} for version, spec in junk.items()},
        seats={draw: sum(1 for row in roster if row[4] and row[3] > 0) for draw, roster in draws.items()},
    )


def _models(wanted: set[tuple[str, int]]) -> dict[Any, tuple[str, dict[str, Any]]]:
    """Title and spec of score models by their key. One query."""
    names, versions = {name for name, _ in wanted}, {version for _, version in wanted}
    rows = ScoreModel.objects.filter(name__in=names, version__in=versions).values_list("name", "version", "title", "spec")
    return {model_key(name, version): (title, spec) for name, version, title, spec in rows}


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
        wanted["draws"].add(data["route"].get("draw"))
