"""Which segments a lead is in, for pages about the lead."""

from datetime import datetime

from leadloop.segments.models import Member, Override
from leadloop.segments.published import segments_in_force


def segments_of(lead_id: int) -> list[tuple[str, str, datetime, bool]]:
    """(name, title, in since, whether by hand) of each segment in force that the lead is in, by title. Three queries."""
    since = dict(Member.objects.filter(lead_id=lead_id).values_list("segment", "since"))
    by_hand = set(Override.objects.filter(lead_id=lead_id, inside=True).values_list("segment", flat=True))
    rules = sorted((rule for rule in segments_in_force().rules if rule.name in since), key=lambda rule: rule.title)
    return [(rule.name, rule.title, since[rule.name], rule.by_hand and rule.name in by_hand) for rule in rules]
