"""Whether a term of the agreement can be signed and published, what voids signatures, and what it says in words. Pure."""

from typing import Any

from leadloop.kernel.drafts import Line, Problem
from leadloop.leads.domain import criteria
from leadloop.leads.domain.criteria.sentence import Names
from leadloop.scoring.domain.checks import parsed
from leadloop.scoring.domain.definition import GATE, PROMISE, RETURNS, SIDES, WORDS, kind_of, missing_signatures

LONGEST_SLA = 43_200  # minutes: 30 days
LONGEST_VERDICT = 129_600  # minutes: 90 days
LONGEST_REST = 1_095  # days
SAID = ("kind", "text", "criteria", "sla_minutes", "verdict_minutes", "returned")
"""What two people sign. Whoever changes any of it takes the signatures off."""
KINDS = (PROMISE, GATE, WORDS)
NO_CRITERIA = (criteria.All(()), criteria.AnyOf(()))
_RETURN_WORDS = {
    "choose": "as the person says who rejects it",
    "disqualify": "to the disqualified, with the reason",
}


def said(spec: dict[str, Any]) -> dict[str, Any]:
    """What the signatures are under."""
    return {part: spec[part] for part in SAID if part in spec}


def check_term(spec: Any, catalogue: criteria.Catalogue = criteria.CATALOGUE) -> list[Problem]:
    """What keeps a term from being signed; [] when nothing does."""
    if not isinstance(spec, dict):
        return [Problem("", "A definition is an object.")]
    found = [Problem("", f"There is no part called {key}.") for key in spec if key not in (*SAID, "signatures")]
    kind, text = kind_of(spec), spec.get("text")
    if kind not in KINDS:
        found.append(Problem("Kind", f"It is one of {', '.join(KINDS)}."))
    if not isinstance(text, str) or not 10 <= len(text.strip()) <= 2000:
        found.append(Problem("In plain words", "Say in 10 to 2,000 characters what both sides agree on."))
    tree, wrong = parsed(spec.get("criteria"), "Criteria", catalogue)
    found += wrong
    if tree in NO_CRITERIA and kind != WORDS:
        found.append(Problem("Criteria", "Name at least one condition: now it is every lead or none."))
    if kind == PROMISE or spec.get("sla_minutes") is not None:
        found += _minutes(spec.get("sla_minutes"), LONGEST_SLA, "Promised minutes")
    if spec.get("verdict_minutes") is not None:
        found += _minutes(spec["verdict_minutes"], LONGEST_VERDICT, "Promised verdict")
    return found + _check_returned(spec.get("returned"))


def check_signed(spec: Any, catalogue: criteria.Catalogue = criteria.CATALOGUE) -> list[Problem]:
    """What keeps a term from being published: what keeps it from being signed, and signatures that are missing."""
    found = check_term(spec, catalogue)
    if found:
        return found
    found = [Problem("Signatures", f"Nobody has signed for {side} yet.") for side in missing_signatures(spec)]
    people = [spec["signatures"][side].get("person") for side in SIDES if side in spec.get("signatures", {})]
    if len(people) == len(SIDES) and people[0] is not None and people[0] == people[1]:
        found.append(Problem("Signatures", "One person signed for both sides; an agreement takes two."))
    return found


def term_lines(spec: dict[str, Any], names: Names | None = None) -> dict[str, Line]:
    """A term in words, part by part."""
    lines = {"text": Line("In plain words", spec["text"])}
    if kind_of(spec) != WORDS or spec["criteria"] != {"all": []}:
        lines["criteria"] = Line("Criteria", criteria.in_words(spec["criteria"], names))
    if spec.get("sla_minutes"):
        lines["sla"] = Line("Promise of sales", f"first answer within {span_words(spec['sla_minutes'])}")
    if spec.get("verdict_minutes"):
        lines["verdict"] = Line("Verdict of sales", f"accept or reject within {span_words(spec['verdict_minutes'])}")
    if spec.get("returned"):
        lines["returned"] = Line("A rejected lead goes", returned_words(spec["returned"], names))
    for side in SIDES:
        signed = spec.get("signatures", {}).get(side)
        lines[f"signed:{side}"] = Line(f"Signed for {side}", signed["name"] if signed else "nobody yet")
    return lines


def span_words(minutes: int) -> str:
    """ "45 minutes", "2 days": whole units only, so that nothing is rounded in a promise."""
    for unit, size in (("day", 1_440), ("hour", 60)):
        if minutes % size == 0:
            count = minutes // size
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    return f"{minutes:,} minute{'' if minutes == 1 else 's'}"


def returned_words(returned: dict[str, Any], names: Names | None = None) -> str:
    """Where a rejected lead goes, after "goes"."""
    to = returned.get("to", "choose")
    if to == "nurture":
        days = returned.get("days", 30)
        return f"back to nurture for {days:,} day{'' if days == 1 else 's'}, with the reason"
    if to == "pool":
        pool = int(returned.get("pool") or 0)
        return f"to the pool {(names or {}).get('pool', {}).get(pool, f'#{pool}')}"
    return _RETURN_WORDS.get(to, str(to))


def _check_returned(returned: Any) -> list[Problem]:
    if returned is None:
        return []
    place = "A rejected lead goes"
    if not isinstance(returned, dict) or returned.get("to") not in RETURNS or set(returned) - {"to", "days", "pool"}:
        return [Problem(place, f"Name one of {', '.join(RETURNS)}, with days for nurture and a pool for pool.")]
    if returned["to"] == "pool" and not isinstance(returned.get("pool"), int):
        return [Problem(place, "Name the pool.")]
    return _minutes(returned.get("days", 30), LONGEST_REST, place, "days")


def _minutes(value: Any, most: int, place: str, what: str = "number") -> list[Problem]:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        return [Problem(place, f"The {what} must be whole, from 1 to {most:,}.")]
    return []
