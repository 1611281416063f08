"""Why a lead is with whom it is: the decision recomputed from what was kept of it. A constant number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from leadloop.db.versions import current_epoch
from leadloop.kernel.drafts import title_of
from leadloop.leads.actions import load_cases
from leadloop.leads.domain import criteria
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.criteria import Happening
from leadloop.leads.domain.criteria.fields import RECALLED
from leadloop.leads.domain.criteria.sentence import fields_in
from leadloop.leads.domain.custom_fields import PREFIX
from leadloop.leads.models import Touch
from leadloop.leads.recalling import asked_of, decisions, recall
from leadloop.leads.sample import reference_names
from leadloop.leads.sensitive import all_sensitive
from leadloop.leads.temperature import feel
from leadloop.routing.actions import ROUTE
from leadloop.routing.domain import asof
from leadloop.routing.domain.candidates import round_of, seen
from leadloop.routing.domain.decide import RoutePlan, compile_route, decide
from leadloop.routing.domain.saying import RuleSeen, StopSeen, paragraph, why_not
from leadloop.routing.domain.stops import SHARED, Stop, leaves
from leadloop.routing.models import Draw, Route

NOT_TAKEN_BACK = RECALLED - {"touches", "past_stages", "past_rules", "past_reasons", "past_pools", "past_owners", "top_score"} | {
    "temperature"
}
"""What rules may read that is judged as it is now, since nothing keeps how it was."""
HIDDEN_RULE = "A rule on sensitive data"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One decision of the route about one lead, recomputed.

    Attributes:
        agrees: recomputed it comes out as it was decided; None where nothing is left to recompute it from.
        saw: what the rules read of the lead, as it was then; sensitive values left out unless the reader may see them.
        as_now: fields among them that are judged as they are now.
    """

    lead: int
    touch: int
    kind: str
    decided_at: datetime
    version: int | None
    rule: str
    saw: Mapping[str, Any]
    rules: tuple[RuleSeen, ...]
    stops: tuple[StopSeen, ...]
    owner: int | None
    agrees: bool | None
    as_now: tuple[str, ...]
    says: str
    people: Mapping[int, str]

    def as_json(self) -> dict[str, Any]:
        """For programs: plain JSON, with what each candidate lacked as codes and in words."""
        told = {name: getattr(self, name) for name in ("lead", "touch", "kind", "version", "rule", "owner", "agrees", "says")}
        told |= {"decided_at": self.decided_at.astimezone(UTC).isoformat(), "saw": _plain(self.saw), "as_now": list(self.as_now)}
        told["rules"] = [_plain(asdict(rule) | {"conditions": rule.conditions or None}) for rule in self.rules]
        return told | {"stops": [self._stop(stop) for stop in self.stops]}

    def _stop(self, stop: StopSeen) -> dict[str, Any]:
        chosen = next((one for one in stop.candidates if one.chosen), None)
        candidates = [
            asdict(one)
            | {
                "why": list(one.why),
                "name": self.people.get(one.person, ""),
                "words": why_not(one, chosen),
                "turns_after": one.turns + (1 if one.chosen and stop.method != "person" else 0),
            }
            for one in stop.candidates
        ]
        return asdict(stop) | {"candidates": candidates}


def explain(lead_id: int, *, hidden: frozenset[str] | None = None) -> Explanation | None:
    """The last decision of the route about a lead; None where the route never decided.

    Args:
        hidden: names of the fields to leave out; all that are sensitive unless the caller says so, and notes who reads them.
    """
    touches = [
        asof.Past(number, kind, data if isinstance(data, dict) else {})
        for number, kind, data in Touch.objects.filter(lead_id=lead_id).order_by("pk").values_list("pk", "kind", "data")
    ]
    touch = next((one for one in reversed(touches) if isinstance(one.data.get("route"), dict)), None)
    if touch is None:
        return None
    return _Telling(lead_id, touch, touches, all_sensitive() if hidden is None else hidden).told()


class _Telling:
    """Gathers what one explanation needs."""

    def __init__(self, lead_id: int, touch: asof.Past, touches: Sequence[asof.Past], hidden: frozenset[str]) -> None:
        self.touch, self.touches, self.given, self.hidden = touch, touches, touch.data["route"], hidden
        self.lead_id = lead_id
        self.names = reference_names()
        self.route = Route.objects.filter(name=ROUTE, version=self.given.get("version") or 0).first()
        self.spec: dict[str, Any] = self.route.spec if self.route else {"rules": [], "fallback": {"pool": 0, "how": "turn"}}
        self.plan = self._plan()
        self.tried = [list(one) for one in self.given.get("tried", ())]
        self.draws = Draw.objects.in_bulk([one for one in (*(row[2] for row in self.tried), self.given.get("draw")) if one])
        self.owner = (touch.data.get("became") or {}).get("owner_id")

    def _plan(self) -> RoutePlan | None:
        try:
            return compile_route(self.spec, version=self.given.get("version") or 0, catalogue=self.names.catalogue)
        except (criteria.CriteriaInvalid, KeyError):
            return None  # it names something that is gone

    def told(self) -> Explanation:
        at = self._decided_at()
        case = self._case(at)
        rules = self._rules(case, at)
        stops = self._stops()
        read = sorted({name for rule, above in leaves(self.spec["rules"]) for one in (rule, *above) for name in fields_in(one["when"])})
        return Explanation(
            lead=self.lead_id,
            touch=self.touch.id,
            kind=self.touch.kind,
            decided_at=at,
            version=self.given.get("version"),
            rule=self.given.get("rule", ""),
            saw=self._saw(case, read),
            rules=rules,
            stops=stops,
            owner=self.owner,
            agrees=self._agrees(case, at, stops),
            as_now=tuple(name for name in read if name in NOT_TAKEN_BACK),
            says=paragraph(rules, stops, self.names["owner"]),
            people=self.names["owner"],
        )

    def _decided_at(self) -> datetime:
        draw = self.draws.get(self.given.get("draw") or 0)
        if draw:
            return draw.made_at
        since = (self.touch.data.get("became") or {}).get("waits_since")
        return datetime.fromisoformat(since) if since else Touch.objects.values_list("happened_at", flat=True).get(pk=self.touch.id)

    def _case(self, at: datetime) -> Case:
        """The lead as the route saw it."""
        now = load_cases([self.lead_id])[self.lead_id]
        standing = asof.standing_at(
            self.touches, self.touch.id, received_at=now.standing["received_at"], source_id=now.standing["source_id"]
        )
        case = Case(self.lead_id, False, asof.values_at(now.values, self.touches, self.touch.id), standing)
        asked = asked_of([self.spec])
        recall([case], asked)
        if "touches" in asked:
            known: list[Happening] = [one for one in case.known_touches if one.happened_at <= at]
            case.known_touches[:] = known
            case.recall(**decisions([dict(one.data) for one in self.touches if one.id < self.touch.id]))
        feel([case], epoch=current_epoch(), now=at)
        return case

    def _rules(self, case: Case, at: datetime) -> tuple[RuleSeen, ...]:
        if self.plan is None:
            return ()
        by_id = {rule["id"]: rule for rule, _ in leaves(self.spec["rules"])}
        found, decided = [], self.given.get("rule")
        reached = False
        for ruling in self.plan.rules:
            secret = self._is_secret(ruling.tree)
            told = criteria.explain(ruling.tree, case.facts(), at, self.names)
            held = ruling.id == decided or ruling.holds(case.facts(), at)
            found.append(
                RuleSeen(
                    ruling.id,
                    HIDDEN_RULE if secret else title_of(by_id[ruling.id]),
                    None if secret and ruling.id != decided else held,
                    ruling.id == decided,
                    not reached,
                    "" if secret else told.says,
                    {} if secret else told.as_json(),
                )
            )
            reached = reached or ruling.id == decided
        return tuple(found)

    def _is_secret(self, tree: criteria.Node) -> bool:
        names = {f"{PREFIX}{name}" for name in self.hidden}
        return bool(names and names & fields_in(criteria.dump(tree)))

    def _saw(self, case: Case, read: Sequence[str]) -> dict[str, Any]:
        facts, secret = case.facts(), {f"{PREFIX}{name}" for name in self.hidden}
        custom = facts.get("custom") or {}
        known = {name: custom.get(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else facts.get(name) for name in read}
        return {name: value for name, value in known.items() if name not in secret}

    def _stops(self) -> tuple[StopSeen, ...]:
        at = self.given.get("stop") or [self.given.get("rule", ""), 0]
        rows = [*self.tried, [*at, self.given.get("draw"), self.given.get("place") or 0]]
        return tuple(self._stop(*row, last=number == len(rows) - 1) for number, row in enumerate(rows))

    def _stop(self, rule: str, index: int, draw_id: int | None, place: int, *, last: bool) -> StopSeen:
        stop, draw = self._stop_of(rule, index), self.draws.get(draw_id or 0)
        given = round_of(draw.roster, draw.terms, draw.pk) if draw else None
        method = "kept" if self.given.get("kept") and last else given.method if given else stop.method if stop else "turn"
        if stop and stop.kind == "nurture":
            method = "nurture"
        chosen = self.owner if last else None
        return StopSeen(
            rule,
            index,
            self._to(stop, last=last),
            method,
            draw_id,
            place,
            draw_id if method == "best" else None,
            chosen,
            tuple(seen(given, place)) if given else (),
        )

    def _stop_of(self, rule: str, index: int) -> Stop | None:
        try:
            return self.plan.stop(rule, index) if self.plan else None
        except LookupError:
            return None  # whoever had it before, who is in no rule

    def _to(self, stop: Stop | None, *, last: bool) -> str:
        if stop is None:
            pool = (self.touch.data.get("became") or {}).get("pool_id")
            return self.names["pool"].get(pool or 0, "a pool that is gone") if last else "whoever had it before"
        if stop.kind in SHARED:
            return self.names["pool"].get(stop.id or 0, "a pool that is gone")
        return self.names["owner"].get(stop.id or 0, "somebody who is gone") if stop.kind == "person" else stop.kind

    def _agrees(self, case: Case, at: datetime, stops: tuple[StopSeen, ...]) -> bool | None:
        if self.plan is None or any(touch.kind == "erased" for touch in self.touches):
            return None
        dealt = all(stop.draw is None or _chosen(stop) == stop.chosen for stop in stops)
        moved = "from" in self.given
        return dealt and (moved or decide(case.facts(), self.plan, now=at).rule == self.given.get("rule"))


def _chosen(stop: StopSeen) -> int | None:
    return next((one.person for one in stop.candidates if one.chosen), None)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple | set | frozenset) else value
