"""A count of touches, from decoded JSON."""

import re

from leadloop.leads.domain.criteria.tree import CriteriaInvalid, TouchCount
from leadloop.leads.domain.criteria.values import DAYS_LIMIT, NUMBER_LIMIT, at, choice, listed, refuse_others, text, whole, zone

COUNT_LIMIT = 10_000
TOUCH_KIND = "^[a-z][a-z0-9_]{0,23}$"
OPS = ("at_least", "at_most", "exactly", "between", "none")
ACTORS = ("us", "them")
_WHICH = ("campaign", "source", "by")


def parse_touches(spec: dict[str, object], path: str) -> TouchCount:
    """Check a spec that has "touches".

    Raises:
        CriteriaInvalid: the path names the place.
    """
    op = choice(spec.get("op"), OPS, at(path, "op"), "a count of touches takes")
    known = ["touches", "within_days", "op", *(() if op == "none" else ("value",)), "local_days", "zone", *_WHICH]
    refuse_others(spec, path, known)
    kind = spec["touches"]
    if not isinstance(kind, str) or not re.fullmatch(TOUCH_KIND, kind):
        raise CriteriaInvalid(at(path, "touches"), 'must be a kind of touch such as "opened", or "any"')
    days, name = _window(spec, path)
    low, high = _bounds(op, spec.get("value"), at(path, "value"))
    campaign, source = spec.get("campaign"), spec.get("source")
    return TouchCount(
        "" if kind == "any" else kind,
        days,
        at_least=low,
        at_most=high,
        campaign="" if campaign in (None, "") else text(campaign, at(path, "campaign")),
        source=None if source is None else whole(source, 1, NUMBER_LIMIT, at(path, "source")),
        by=_actor(spec.get("by"), at(path, "by")),
        zone=name,
    )


def _window(spec: dict[str, object], path: str) -> tuple[int | None, str]:
    """Days, with a zone where they are local ones."""
    days, local = spec.get("within_days"), spec.get("local_days")
    if local is not None:
        if days is not None:
            raise CriteriaInvalid(at(path, "local_days"), "stands in the place of within_days, not beside it")
        return whole(local, 1, DAYS_LIMIT, at(path, "local_days")), zone(spec.get("zone"), at(path, "zone"))
    if spec.get("zone") is not None:
        raise CriteriaInvalid(at(path, "zone"), "belongs to local_days; within_days counts 24 hours each")
    return None if days is None else whole(days, 1, DAYS_LIMIT, at(path, "within_days")), ""


def _bounds(op: str, value: object, path: str) -> tuple[int | None, int | None]:
    """(at least, at most) in their one form: "none" is at most 0, "at most 3" has no lower end."""
    if op == "none":
        return None, 0
    if op == "between":
        low, high = (whole(item, 0, COUNT_LIMIT, f"{path}[{n}]") for n, item in enumerate(listed(value, 2, 2, path)))
        if low > high:
            raise CriteriaInvalid(path, "the first must not be above the second")
        return low or None, high
    count = whole(value, 1 if op == "at_least" else 0, COUNT_LIMIT, path)
    return (count, None) if op == "at_least" else (count or None if op == "exactly" else None, count)


def _actor(value: object, path: str) -> str | int:
    if value is None or isinstance(value, str):
        return choice(value, ACTORS, path, "a touch is by the id of a person or by") if value else ""
    return whole(value, 1, NUMBER_LIMIT, path)
