"""Counts of touches compiled for Python."""

from collections.abc import Callable
from datetime import datetime, timedelta

from leadloop.leads.domain.criteria.catalogue import Facts, Happening
from leadloop.leads.domain.criteria.tree import TouchCount
from leadloop.leads.domain.criteria.windows import start_of_days
from leadloop.leads.domain.touch_kinds import COUNTED, THEIRS

INTERACTION = "interaction"
"""A kind that stands for all that `touch_kinds.COUNTED` counts."""


def touch_test(node: TouchCount) -> Callable[[Facts, datetime], bool]:
    """Counts no further than it has to."""
    wanted, window = _wanted(node), _window(node)
    low, high = node.at_least or 0, node.at_most
    stop = low if high is None else high + 1

    def test(facts: Facts, now: datetime) -> bool:
        since = window(now) if window else None
        count = 0
        for touch in facts["touches"]:
            if wanted(touch) and touch[1] <= now and (since is None or touch[1] >= since):
                count += 1
                if count == stop:
                    break
        return count >= low and (high is None or count <= high)

    return test


def _window(node: TouchCount) -> Callable[[datetime], datetime] | None:
    """Since when touches count."""
    days, zone = node.within_days, node.zone
    if days is None:
        return None
    if zone:
        return lambda now: start_of_days(now, days=days, zone=zone)
    length = timedelta(days=days)
    return lambda now: now - length


def counted(node: TouchCount, facts: Facts, now: datetime) -> int:
    """How many touches the node means, to the last one."""
    wanted, window = _wanted(node), _window(node)
    since = window(now) if window else None
    return sum(wanted(touch) and touch[1] <= now and (since is None or touch[1] >= since) for touch in facts["touches"])


def _wanted(node: TouchCount) -> Callable[[Happening], bool]:
    """Whether a touch is of those that the node means, whenever it was."""
    kind, campaign, source, by = node.kind, node.campaign, node.source, node.by
    if not (campaign or source or by):
        if kind == INTERACTION:
            return lambda touch: touch[0] in COUNTED
        return (lambda touch: touch[0] == kind) if kind else (lambda _touch: True)

    def wanted(touch: Happening) -> bool:
        happened, _, actor, its_campaign, its_source = touch
        if kind and not (happened == kind or (kind == INTERACTION and happened in COUNTED)):
            return False
        if (campaign and its_campaign != campaign) or (source and its_source != source):
            return False
        if by == "them":
            return happened in THEIRS
        return not by or (actor is not None and happened not in THEIRS if by == "us" else actor == by)

    return wanted
