"""A decision of the route in words that people say aloud. Made from what recomputes it when somebody asks; never stored. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadloop.routing.domain.candidates import Seen

LACKS = {
    "away": "is away",
    "left": "has left",
    "cleared": "is not cleared for sensitive data",
    "had it": "had it just now and did not accept it",
    "full": "has no room on the desk",
    "not asked": "was not asked here",
}
BY = {
    "turn": "next in turn",
    "least_loaded": "most room on the desk",
    "best": "best chance to win it",
    "owner": "whoever had it before",
    "account": "owner of the account",
    "person": "by name",
    "kept": "whoever had it before it rested",
    "claim": "waits to be claimed",
    "nurture": "rests in nurture",
}
LISTED = 6


@dataclass(frozen=True, slots=True)
class RuleSeen:
    """A rule as the lead met it: whether it held (None: not shown to this reader), and the truth of each condition."""

    id: str
    title: str
    held: bool | None
    decided: bool
    asked: bool  # rules after the one that decided are judged for the reader, and were not asked
    says: str
    conditions: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StopSeen:
    """A stop on the lead's way: where it was, how somebody was looked for, and each candidate with why or why not."""

    rule: str
    stop: int
    to: str
    method: str
    draw: int | None
    place: int
    seed: int | None
    chosen: int | None
    candidates: tuple[Seen, ...]


def why_not(seen: Seen, chosen: Seen | None) -> str:
    """Why a candidate did not get the lead: "is away", "not their turn: share 2.33 against 1.67"."""
    return ", ".join(_code(code, seen, chosen) for code in seen.why)


def _code(code: str, seen: Seen, chosen: Seen | None) -> str:
    if code == "turn":
        return f"not their turn{_against(seen.share, chosen.share if chosen else None, 'share')}"
    if code == "load":
        return f"more on the desk{_against(seen.load, chosen.load if chosen else None, 'load')}"
    if code == "chance":
        return f"smaller chance{_against(seen.chance, chosen.chance if chosen else None, 'drawn')}"
    kind, _, name = code.partition(":")
    spoken = {"skill": f"lacks the skill {name}", "language": f"does not speak {name}", "time": name}
    return spoken.get(kind) or LACKS.get(code, code)


def _against(mine: float | None, theirs: float | None, what: str) -> str:
    return f": {what} {mine:.2f} against {theirs:.2f}" if mine is not None and theirs is not None else ""


def paragraph(rules: Sequence[RuleSeen], stops: Sequence[StopSeen], people: Mapping[int, str]) -> str:
    """The whole decision as one readable paragraph."""
    return " ".join([*_of_rules(rules), *(_of_stop(stop, last=stop is stops[-1], people=people) for stop in stops)])


def _of_rules(rules: Sequence[RuleSeen]) -> list[str]:
    decided = next((rule for rule in rules if rule.decided), None)
    passed = [f"“{rule.title}”" for rule in rules if rule.asked and not rule.decided]
    told = []
    if passed:
        more = f" and {len(passed) - LISTED} more" if len(passed) > LISTED else ""
        told.append(f"{'These rules' if len(passed) > 1 else 'The rule'} did not hold: {', '.join(passed[:LISTED])}{more}.")
    if decided is None:
        told.append("No rule held, so it went where everybody else goes." if rules else "The route sends every lead the same way.")
    else:
        told.append(f"The rule “{decided.title}” held" + (f": {decided.says}." if decided.says else "."))
    return told


def _of_stop(stop: StopSeen, *, last: bool, people: Mapping[int, str]) -> str:
    where = f"At {stop.to} ({BY.get(stop.method, stop.method)})"
    if stop.draw is None and stop.chosen is None:
        return f"It {'rests in nurture' if stop.method == 'nurture' else f'waits at {stop.to} for whoever claims it'}."
    chosen = next((one for one in stop.candidates if one.chosen), None)
    others = [one for one in stop.candidates if not one.chosen and one.why and one.why != ("not asked",)]
    reasons = [f"{_name(one.person, people)}: {why_not(one, chosen)}" for one in others[:LISTED]]
    more = f"; and {len(others) - LISTED} more" if len(others) > LISTED else ""
    because = f" {'; '.join(reasons)}{more}." if reasons else ""
    if stop.chosen is None:
        end = "nobody could take it" if stop.candidates else "there was nobody to ask"
        return f"{where} {end}{', so it waits there' if last else ''}.{because}"
    return f"{where} {_name(stop.chosen, people)} got it{_share(chosen, stop.method)}.{because}"


def _share(chosen: Seen | None, method: str) -> str:
    if chosen is None:
        return ""
    if method == "turn":
        return f", with the lowest share ({chosen.share:.2f})"
    if method == "best" and chosen.chance is not None:
        return f", with the highest draw ({chosen.chance:.2f})"
    return ""


def _name(person: int, people: Mapping[int, str]) -> str:
    return people.get(person, f"person {person}")
