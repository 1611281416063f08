"""Frameworks that sales people know by name, ready to be used as they are or changed."""

from typing import Any, Final

from leadloop.qualification.domain.frameworks import Kind

BANT: Final = "bant"


def _question(key: str, label: str, kind: Kind = Kind.YES_NO, *, weight: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": key, "label": label, "kind": kind.value, "weight": weight, **more}


def _choices(*pairs: tuple[str, int]) -> list[dict[str, Any]]:
    return [{"label": label, "points": points} for label, points in pairs]


_WHEN = _choices(("This month", 100), ("This quarter", 80), ("This year", 40), ("Later", 10))
_WHO = _choices(("Decides", 100), ("Influences", 60), ("Uses it", 30), ("None of these", 0))
KNOWN: Final[dict[str, tuple[str, str, dict[str, Any]]]] = {
    BANT: (
        "BANT",
        "Budget, authority, need, timing: short, for offers that one person can decide on.",
        {
            "questions": [
                _question("budget", "Is there a budget?", weight=3),
                _question("amount", "How much is it?", Kind.MONEY, weight=1),
                _question("authority", "Who are we talking to?", Kind.CHOICE, weight=3, choices=_WHO),
                _question("need", "Is there a need that we meet?", weight=3),
                _question("timing", "When will they decide?", Kind.CHOICE, weight=2, choices=_WHEN),
            ]
        },
    ),
    "champ": (
        "CHAMP",
        "Challenges first, then authority, money and priority: for needs that have to be found out.",
        {
            "questions": [
                _question("challenges", "What is the challenge?", Kind.TEXT, weight=3),
                _question("authority", "Who are we talking to?", Kind.CHOICE, weight=2, choices=_WHO),
                _question("money", "Is there money for it?", weight=2),
                _question("priority", "When does it have to be solved?", Kind.CHOICE, weight=2, choices=_WHEN),
            ]
        },
    ),
    "meddic": (
        "MEDDIC",
        "Metrics, buyer, criteria, process, pain, champion: for large deals with many people.",
        {
            "questions": [
                _question("metrics", "What do they gain, in numbers?", Kind.TEXT, weight=2),
                _question("economic_buyer", "Do we know who signs?", weight=3),
                _question("decision_criteria", "Do we know what they decide by?", weight=2),
                _question("decision_process", "Do we know how they decide?", weight=2),
                _question("pain", "Is the pain agreed?", weight=3),
                _question("champion", "Does somebody there fight for us?", weight=3),
                _question("decide_by", "When do they decide?", Kind.DATE, weight=1, good=180),
            ]
        },
    ),
}
"""Name: title, when to use it, what it asks."""
