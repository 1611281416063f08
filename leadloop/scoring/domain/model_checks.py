"""Whether the newer parts of a score model can be published, and what they say in words: activity, thresholds, whom it is for."""

from typing import Any

from leadloop.kernel.drafts import Line, Problem
from leadloop.leads.domain import criteria
from leadloop.leads.domain.criteria.sentence import Names
from leadloop.leads.domain.touch_kinds import TITLES, WEIGHTS
from leadloop.scoring.domain.scorecard import ENGAGED, RESERVED, TOP
from leadloop.scoring.domain.thresholds import TOLD

PARTS = ("v", "engagement", "probability", "for", "order", "thresholds")
MOST_THRESHOLDS, MOST_CAMPAIGNS, LAST_ORDER = 10, 50, 1000
SELF = frozenset({"score", "grade", "temperature"})
TOLD_WORDS = {"owner": "the owner hears", "managers": "all managers hear", "nobody": "nobody is told"}


def check_parts(spec: dict[str, Any], catalogue: criteria.Catalogue = criteria.CATALOGUE) -> list[Problem]:
    """What is wrong with the parts that only models with `"v": 2` have; [] when nothing is."""
    used = [part for part in PARTS if part in spec]
    if not used:
        return []
    if spec.get("v") != 2:
        return [Problem("", f'A model of the first form has no part called {part}; give it "v": 2.') for part in used]
    found = [] if not isinstance(spec.get("rules"), list) else _check_ids(spec["rules"])
    found += _check_engagement(spec["engagement"]) if spec.get("engagement") is not None else []
    if spec.get("engagement") and (spec.get("heat") or {}).get("points"):
        found.append(Problem("Activity", "Activity counts once: by kind of touch or by warmth, not both."))
    if spec.get("probability") is not None:
        found += _check_probability(spec["probability"])
    if not _is_whole(spec.get("order", 1), 0, LAST_ORDER):
        found.append(Problem("Order", f"The order is whole, from 0 to {LAST_ORDER:,}."))
    return found + _check_for(spec.get("for"), catalogue) + _check_thresholds(spec.get("thresholds", []))


def lines_of_parts(spec: dict[str, Any], names: Names | None = None) -> dict[str, Line]:
    """The newer parts in words; nothing for models without them."""
    lines = {}
    engagement = spec.get("engagement")
    if engagement:
        kinds = "; ".join(_kind_words(kind, given) for kind, given in engagement["kinds"].items())
        says = f"up to {engagement['points']} points, in full at {engagement['full_at']:g} points of fresh activity: {kinds}"
        times = ", ".join(f"{name} counts {factor:g} times" for name, factor in engagement.get("campaigns", {}).items())
        lines["engagement"] = Line("Activity", f"{says}. {times}" if times else says)
    if (spec.get("probability") or {}).get("points"):
        lines["probability"] = Line(
            "Probability", f"up to {spec['probability']['points']} points, by the probability to convert that was learned"
        )
    if spec.get("for"):
        lines["for"] = Line("For", f"leads of which {criteria.in_words(spec['for'], names)}")
    if "order" in spec:
        lines["order"] = Line("Order", f"asked as number {spec['order']}")
    for one in spec.get("thresholds", ()):
        again = f", again after it was below {one['at'] - one.get('falls', 0)}"
        lines[f"threshold:{one['id']}"] = Line(
            one["label"], f"from {one['at']} points, once{again}; {TOLD_WORDS[one.get('tell', 'owner')]}"
        )
    return lines


def check_threshold(one: Any, place: str, seen: set[str]) -> list[Problem]:
    """What is wrong with one threshold; remembers its id in `seen`."""
    if not isinstance(one, dict):
        return [Problem(place, "A threshold is an object.")]
    place = f"Threshold “{one.get('label') or 'without a name'}”"
    found = [Problem(place, f"There is no part called {key}.") for key in one if key not in ("id", "label", "at", "falls", "tell")]
    if not isinstance(one.get("id"), str) or not 1 <= len(one["id"]) <= 60 or one["id"] in seen:
        found.append(Problem(place, "Its id is missing, too long or used twice."))
    seen.add(str(one.get("id")))
    if not isinstance(one.get("label"), str) or not 1 <= len(one["label"].strip()) <= 60:
        found.append(Problem(place, "Give it a name of 1 to 60 characters."))
    if not _is_whole(one.get("at"), 1, TOP):
        found.append(Problem(place, "It is crossed at 1 to 100 points."))
    elif not _is_whole(one.get("falls", 0), 0, one["at"]):
        found.append(Problem(place, "The fall that arms it again is whole, from 0 to its own points."))
    if one.get("tell", "owner") not in TOLD:
        found.append(Problem(place, f"It tells {', '.join(TOLD[:-1])} or {TOLD[-1]}."))
    return found


def _check_ids(rules: list[Any]) -> list[Problem]:
    ids = [str(rule.get("id", "")) for rule in rules if isinstance(rule, dict)]
    taken = [one for one in ids if one in RESERVED or one.startswith(ENGAGED)]
    return [Problem("Rules", f"“{one}” is what a reason of the program is called; give the rule another id.") for one in taken]


def _check_engagement(given: Any) -> list[Problem]:
    place = "Activity"
    if not isinstance(given, dict) or not isinstance(given.get("kinds"), dict):
        return [Problem(place, "Activity is an object with points, full_at and kinds.")]
    found = [Problem(place, f"There is no part called {key}.") for key in given if key not in ("points", "full_at", "kinds", "campaigns")]
    found += [] if _is_whole(given.get("points"), 1, TOP) else [Problem(place, f"Its points are whole, from 1 to {TOP}.")]
    found += [] if _is_number(given.get("full_at"), 10_000) else [Problem(place, "It is full at a number above 0, at most 10,000.")]
    found += [] if given["kinds"] else [Problem(place, "Name at least one kind of touch that counts.")]
    for kind, one in given["kinds"].items():
        if kind not in WEIGHTS:
            found.append(Problem(place, f"“{kind}” is no kind of touch that can count."))
        elif not isinstance(one, dict) or not set(one) <= {"weight", "cap"} or not _is_number(one.get("weight"), 1000):
            found.append(Problem(place, f"{TITLES[kind]}: its weight is a number above 0, at most 1,000."))
        elif one.get("cap") is not None and not _is_number(one["cap"], 10_000):
            found.append(Problem(place, f"{TITLES[kind]}: it counts at most a number above 0, or without an end."))
    campaigns = given.get("campaigns", {})
    if not isinstance(campaigns, dict) or len(campaigns) > MOST_CAMPAIGNS:
        return [*found, Problem(place, f"Campaigns are an object of at most {MOST_CAMPAIGNS}.")]
    wrong = [name for name, factor in campaigns.items() if not name or len(name) > 200 or not _is_number(factor, 100)]
    return found + [Problem(place, f"Campaign “{name}” counts a number of times above 0, at most 100.") for name in wrong]


def _check_probability(given: Any) -> list[Problem]:
    if not isinstance(given, dict) or set(given) != {"points"} or not _is_whole(given["points"], 0, TOP):
        return [Problem("Probability", f"It is an object with whole points, from 0 to {TOP}.")]
    return []


def _check_for(given: Any, catalogue: criteria.Catalogue) -> list[Problem]:
    if given is None:
        return []
    try:
        tree = criteria.parse(given, catalogue)
    except criteria.CriteriaInvalid as error:
        return [Problem("For", str(error))]
    wrong = criteria.fields_used(tree) & SELF
    return [Problem("For", "Whom a model is for cannot depend on the score that it gives.")] if wrong else []


def _check_thresholds(given: Any) -> list[Problem]:
    if not isinstance(given, list) or len(given) > MOST_THRESHOLDS:
        return [Problem("Thresholds", f"Thresholds are a list of at most {MOST_THRESHOLDS}.")]
    seen: set[str] = set()
    return [problem for number, one in enumerate(given, start=1) for problem in check_threshold(one, f"Threshold {number}", seen)]


def _kind_words(kind: str, given: dict[str, Any]) -> str:
    cap = f", at most {given['cap']:g}" if given.get("cap") is not None else ""
    return f"{TITLES[kind].lower()} {given['weight']:g}{cap}"


def _is_whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_number(value: Any, high: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= high
