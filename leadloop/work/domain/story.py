"""Touches and their decisions in words that people say aloud."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from leadloop.leads.domain.stages import LABELS, Stage
from leadloop.leads.domain.touch_kinds import TITLES
from leadloop.outcomes.domain.reasons import spoken
from leadloop.scoring.domain.reasons import words_of
from leadloop.scoring.domain.scorecard import MAIN

SPOKEN_OUTCOMES = {"reached": "Reached", "voicemail": "Left a voicemail", "no_answer": "No answer", "wrong_number": "Wrong number"}
FIELD_WORDS = {"email": "E-mail", "budget_cents": "Budget (cents)", "phone_raw": "Phone as it came", "company_domain": "Company's domain"}
_END_OF = {"disqualified": "disqualified", "junked": "junk", "recycled": "recycled", "lost": "lost", "reopened": "reopened"}
"""Which list of reasons a touch took its code from."""
VERDICTS = {
    "accepted": "Verdict of sales: accepted",
    "rejected": "Verdict of sales: rejected",
    "withdrawn": "Taken back by marketing before sales gave a verdict",
    "open": "The verdict of sales is open again",
}


class Reason(NamedTuple):
    """One part of a score."""

    text: str
    points: int


@dataclass(frozen=True, slots=True)
class Names:
    """What ids in decisions are called; ids that nobody knows any more read as themselves."""

    people: Mapping[int, str] = field(default_factory=dict)
    pools: Mapping[int, str] = field(default_factory=dict)
    labels: Mapping[Any, Mapping[str, str]] = field(default_factory=dict)  # score model, see `model_key` → rule → label
    bases: Mapping[Any, int] = field(default_factory=dict)  # score model → points everybody starts with that are no reason
    titles: Mapping[Any, str] = field(default_factory=dict)  # score model → what it is called
    rules: Mapping[int, Mapping[str, str]] = field(default_factory=dict)  # route version → rule → title
    seats: Mapping[int, int] = field(default_factory=dict)  # draw → people who could take a lead
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # end → code → label
    junk: Mapping[int, Mapping[str, str]] = field(default_factory=dict)  # version of the junk rules → rule → label

    def person(self, number: Any) -> str:
        return self.people.get(number, f"Person {number}")


def reasons_of(data: Mapping[str, Any], names: Names) -> list[Reason]:
    """What made the score of a touch, with the points that everybody starts with."""
    given = data.get("score")
    if not isinstance(given, dict):
        return []
    model = model_key(given.get("name", MAIN), given.get("model") or 0)
    reasons = [Reason(reason_words(rule, names, model), points) for rule, points in given.get("reasons", [])]
    base = names.bases.get(model, 0)
    return [*([Reason(words_of("base"), base)] if base else []), *reasons]


def model_key(name: str, version: int) -> Any:
    """How `Names` tells score models apart: the main one by its version alone."""
    return version if name == MAIN else (name, version)


def reason_words(reason: str, names: Names, model: Any) -> str:
    """A reason of a score for people: a rule's label, or what the reason is made of."""
    return names.labels.get(model, {}).get(reason) or words_of(reason)


def why_theirs(kind: str, data: Mapping[str, Any], names: Names, *, actor: int | None, owner: int | None, viewer: int | None) -> str:
    """Why the lead is in these hands, or in none, by the last touch that moved it; '' where no touch says so."""
    mine = owner is not None and owner == viewer
    if kind == "claimed":
        return "You claimed it" if mine else f"Claimed by {names.person(owner)}"
    if kind == "assigned":
        giver = f" by {names.person(actor)}" if actor else ""
        return f"Given to {'you' if mine else names.person(owner)}{giver}"
    if kind == "released":
        return f"Given back by {names.person(actor)}" if actor else "Given back"
    route = data.get("route")
    if not isinstance(route, dict):
        return {"reopened": "Reopened: it was yours before" if mine else "Reopened", "returned": "Back from nurture"}.get(kind, "")
    rule = rule_words(route, names)
    pool = names.pools.get(data.get("became", {}).get("pool_id") or 0, "")
    seats = names.seats.get(route.get("draw") or 0, 0)
    if owner is not None and route.get("kept"):
        whose = "yours" if mine else f"{names.person(owner)}'s"
        return f"{rule}: {whose} before, and again"
    if owner is not None:
        turn = "your turn" if mine else f"{names.person(owner)}'s turn"
        return f"{rule}: {turn}{f' among {seats}' if seats > 1 else ''}{f' in {pool}' if pool else ''}"
    where = f" in {pool}" if pool else ""
    return f"{rule}: nobody{where} had room" if route.get("draw") else f"{rule}: waits{where} for whoever claims it"


def rule_words(route: Mapping[str, Any], names: Names) -> str:
    """The rule that sent the lead: "Rule “Enterprise”", or the way of those that none holds for."""
    rule = route.get("rule", "")
    if rule == "fallback":
        return "Standard route"
    return f"Rule “{names.rules.get(route.get('version', 0), {}).get(rule, rule)}”"


def lines_of(
    kind: str, data: Mapping[str, Any], names: Names, *, moment: Callable[[str], str], money: Callable[[int, str], str]
) -> list[str]:
    """What a touch says and decided, a line each; `moment` and `money` put values into words of the reader's zone."""
    became = data.get("became", {})
    lines = []
    if data.get("reason"):
        lines.append(_reason_words(kind, data["reason"], names))
    if data.get("until"):
        lines.append(f"Comes back {moment(data['until'])}")
    if data.get("amount_cents") is not None:
        lines.append(f"Amount {money(data['amount_cents'], data.get('currency', ''))}")
    if kind == "rewritten":
        end, was, now = data.get("end", ""), data.get("was", {}), data.get("now", {})
        lines.append(f"Reason: {spoken(names.reasons, end, was.get('reason', ''))} → {spoken(names.reasons, end, now.get('reason', ''))}")
    else:
        lines += [f"{field_words(key)}: {_shown(old)} → {_shown(data.get('now', {}).get(key))}" for key, old in data.get("was", {}).items()]
    if kind in ("undone", "void"):
        undid = data.get("undid") or data.get("void_of", "")
        lines.append(f"{'Taken back' if kind == 'undone' else 'It said'}: {TITLES.get(undid, undid).lower()}")
    if data.get("filled"):
        lines.append("Learned: " + ", ".join(field_words(name).lower() for name in data["filled"]))
    lines += [f"{asked} {_answer(value, money)}" for asked, value, *_ in data.get("answers", ())]
    lines += _decisions(kind, data, became, names)
    if kind in ("task_set", "called", "emailed", "texted", "met") and became.get("due_at"):
        lines.append(f"Next {moment(became['due_at'])}")
    return lines


def _answer(value: Any, money: Callable[[int, str], str]) -> str:
    if isinstance(value, Mapping):
        return money(value.get("cents", 0), value.get("currency", ""))
    return "Unknown" if value is None else str(value)


def _decisions(kind: str, data: Mapping[str, Any], became: Mapping[str, Any], names: Names) -> list[str]:
    lines = [VERDICTS[data["verdict"]]] if data.get("verdict") in VERDICTS else []
    if isinstance(data.get("junk"), dict):
        lines.append(junk_words(data["junk"], names))
    gate = data.get("gate")
    if isinstance(gate, dict) and gate.get("override"):
        lines.append(f"Qualified all the same: {gate['override']} (not so: {'; '.join(gate.get('failing', []))})")
    reasons = reasons_of(data, names)
    if reasons and became.get("score") is not None:
        parts = ", ".join(f"{reason.text} {reason.points:+}" for reason in reasons)
        lines.append(f"Scored {became['score']}: {parts}")
    if kind == "crossed":
        lines.append(f"Over “{data.get('label')}”: {data.get('points')} of {data.get('at')} points")
    if data.get("hot"):
        lines.append(f"Became hot: to be contacted within {data['hot'].get('minutes')} minutes")
    if data.get("definition"):
        lines.append(f"Meets the definition of a qualified lead, version {data['definition']}")
    elif became.get("stage") in LABELS and kind != "captured":
        lines.append(f"Now {LABELS[Stage(became['stage'])]}")
    route = data.get("route")
    if isinstance(route, dict):
        pool = names.pools.get(became.get("pool_id") or 0, "")
        if became.get("owner_id"):
            turn = f", turn {route.get('place', 0) + 1} of the draw{f' in {pool}' if pool else ''}" if route.get("draw") else ""
            lines.append(f"Assigned to {names.person(became['owner_id'])}: {rule_words(route, names)}{turn}")
        else:
            lines.append(f"Waits{f' in {pool}' if pool else ''}: {rule_words(route, names)}")
    elif kind in ("claimed", "assigned", "reopened") and became.get("owner_id"):
        lines.append(f"In the hands of {names.person(became['owner_id'])}")
    return lines


def junk_words(given: Mapping[str, Any], names: Names) -> str:
    """Why the loop set a lead aside, or let it through: "Caught by junk rule “Free mail”, version 3"."""
    why, rule = given.get("why", ""), given.get("rule", "")
    if why == "rule":
        version = given.get("version", 0)
        return f"Caught by junk rule “{names.junk.get(version, {}).get(rule, rule)}”, version {version}"
    if why == "passed":
        return f"Was junk, and passes the junk rules, version {given.get('version', 0)}"
    if why == "permission":
        return "Was erased, and gave a fresh permission"
    return spoken(names.reasons, "junk", why)


def field_words(name: str) -> str:
    """A column's name for people: "First name"."""
    return FIELD_WORDS.get(name, name.removeprefix("custom.").replace("_", " ").capitalize())


def outcome_words(outcome: str) -> str:
    """How a call went."""
    return SPOKEN_OUTCOMES.get(outcome, outcome.replace("_", " ").capitalize())


def _reason_words(kind: str, reason: str, names: Names) -> str:
    return spoken(names.reasons, _END_OF.get(kind, ""), reason)


def _shown(value: Any) -> str:
    if isinstance(value, dict) and isinstance(value.get("cents"), int):
        return f"{value['cents'] / 100:,.2f} {value.get('currency', '')}".strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "blank"
    return "blank" if value in (None, "", {}) else str(value)
