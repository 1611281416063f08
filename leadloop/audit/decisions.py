"""What a touch decided, explained by the versions it was decided under: the score's rules, the definition's text, the route, the draw."""

from collections.abc import Iterable
from datetime import UTC
from typing import Any

from leadloop.kernel.drafts import title_of
from leadloop.leads.domain.criteria import CriteriaInvalid, Vocabulary, parse, sentence
from leadloop.leads.models import Touch
from leadloop.routing.actions import ROUTE
from leadloop.routing.domain.candidates import choose, round_of
from leadloop.routing.domain.stops import leaves, stops_of
from leadloop.routing.models import Draw, Route
from leadloop.scoring.actions import MODEL, MQL
from leadloop.scoring.domain.reasons import words_of
from leadloop.scoring.models import Definition, ScoreModel

Names = Vocabulary
FACTS = ("text", "outcome", "note", "reason", "until", "amount_cents", "currency", "was", "now", "filled", "before", "person")


class Rules:
    """The published versions and draws that some touches name. At most four queries."""

    def __init__(self, touches: Iterable[Touch], names: Names) -> None:
        self.names = names
        given = [touch.data for touch in touches if isinstance(touch.data, dict)]
        routes = [data["route"] for data in given if isinstance(data.get("route"), dict)]
        scores = [data["score"] for data in given if isinstance(data.get("score"), dict)]
        definitions = {data["definition"] for data in given if data.get("definition")}
        asked = ScoreModel.objects.filter(
            name__in={one.get("name", MODEL) for one in scores}, version__in={one.get("model") for one in scores}
        )
        self.models = {(row.name, row.version): row for row in asked}
        self.definitions = {row.version: row for row in Definition.objects.filter(name=MQL, version__in=definitions)}
        self.routes = {row.version: row for row in Route.objects.filter(name=ROUTE, version__in={one.get("version") for one in routes})}
        self.draws = Draw.objects.in_bulk([one["draw"] for one in routes if one.get("draw")])

    def words(self, tree: Any) -> str:
        """Criteria in words; rules of another time may name fields that are gone."""
        try:
            return sentence(parse(tree, self.names.catalogue), self.names)
        except CriteriaInvalid as error:
            return f"(can no longer be read: {error})"


def explain_touch(data: Any, rules: Rules) -> dict[str, Any]:
    """Facts, decisions and what became of the lead; only what the touch holds."""
    if not isinstance(data, dict):
        return {"data": data}
    became = data.get("became") or {}
    told = {name: data[name] for name in FACTS if data.get(name) not in (None, "", {}, [])}
    if isinstance(data.get("score"), dict):
        told["score"] = _score(data["score"], became, rules)
    if data.get("definition"):
        told["definition"] = _definition(data["definition"], rules)
    if isinstance(data.get("route"), dict):
        told["route"] = _route(data["route"], became, rules)
    return told | ({"became": _named(became, rules.names)} if became else {})


def _score(given: dict[str, Any], became: dict[str, Any], rules: Rules) -> dict[str, Any]:
    """Every rule of that version, held or not, by the reasons that were stored."""
    held = {str(name): points for name, points in given.get("reasons", [])}
    row = rules.models.get((given.get("name", MODEL), given.get("model", 0)))
    spec = row.spec if row else {"rules": []}
    base = 0 if spec.get("v") == 2 else int(spec.get("base", 0))
    told = [
        {
            "id": rule["id"],
            "label": title_of(rule),
            "when": rules.words(rule["when"]),
            "points": held.get(rule["id"], rule["points"]),
            "held": rule["id"] in held,
        }
        for rule in spec["rules"]
    ]
    known = {rule["id"] for rule in spec["rules"]}
    told += [
        {"id": name, "label": words_of(name), "when": "", "points": points, "held": True}
        for name, points in held.items()
        if name not in known
    ]
    return {"points": became.get("score"), "grade": became.get("grade"), "model": given.get("model"), "base": base, "rules": told}


def _definition(version: int, rules: Rules) -> dict[str, Any]:
    row = rules.definitions.get(version)
    if row is None:
        return {"version": version}
    spec = row.spec
    return {
        "version": version,
        "title": row.title,
        "text": spec.get("text", ""),
        "criteria": rules.words(spec["criteria"]),
        "sla_minutes": spec.get("sla_minutes"),
        "signatures": spec.get("signatures", {}),
    }


def _route(given: dict[str, Any], became: dict[str, Any], rules: Rules) -> dict[str, Any]:
    row = rules.routes.get(given.get("version", 0))
    spec = row.spec if row else {"rules": [], "fallback": {}}
    asked = [one for one, _ in leaves(spec["rules"])]
    rule = next((one for one in asked if one["id"] == given.get("rule")), None)
    taken = rule or spec["fallback"]
    first = next(iter(stops_of(taken)), None) if taken else None
    pools = rules.names["pool"]
    told = {
        "version": given.get("version"),
        "rule": given.get("rule"),
        "title": title_of(rule) if rule else "Everybody else",
        "when": rules.words(rule["when"]) if rule else "no rule before it held",
        "passed_over": [title_of(one) for one in asked[: asked.index(rule) if rule else None]],
        "pool": pools.get(became.get("pool_id", 0), pools.get((first and first.pool_id) or 0, first and first.pool_id)),
        "how": taken.get("how") or (first and first.method),
        "to": rules.names["owner"].get(became.get("owner_id") or 0),
    }
    draw = rules.draws.get(given.get("draw") or 0)
    return told | ({"draw": _draw(draw, int(given.get("place") or 0), became.get("owner_id"), rules)} if draw else {})


def _draw(draw: Draw, place: int, given_to: int | None, rules: Rules) -> dict[str, Any]:
    """The roster as it stood, and the choice dealt once more from it."""
    people = rules.names["owner"]
    again = recompute(draw, place)
    return {
        "id": draw.pk,
        "made_at": draw.made_at.astimezone(UTC),
        "place": place,
        "roster": [
            {"person": people.get(row[0], row[0]), "weight": row[1], "turns": row[2], "free": row[3], "present": bool(row[4])}
            | ({"why": row[5]} if len(row) > 5 else {})
            for row in draw.roster
        ],
        "dealt_again_to": people.get(again or 0, again),
        "agrees": again == given_to,
    }


def recompute(draw: Draw, place: int) -> int | None:
    """Who a lead goes to by its draw and its place in the batch."""
    return choose(round_of(draw.roster, draw.terms, draw.pk), place + 1)[place]


def _named(became: dict[str, Any], names: Names) -> dict[str, Any]:
    """Ids that have a name get it."""
    told = dict(became)
    for column, register in (("owner_id", "owner"), ("pool_id", "pool")):
        if told.get(column) is not None:
            told[column] = names[register].get(told[column], told[column])
    return told
