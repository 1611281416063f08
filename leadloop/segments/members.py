"""Which segments a lead is in, for pages about the lead."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from leadloop.segments.models import Member, Override
from leadloop.segments.published import published_segments


def segments_of(lead_id: int, *, epoch: int) -> list[tuple[str, str, datetime, bool]]:
    """(name, title, in since, whether by hand) of each segment in force that the lead is in, by title. One query."""
    said = Override.objects.filter(lead_id=lead_id, segment=OuterRef("segment"), inside=True)
    rows = Member.objects.filter(lead_id=lead_id).annotate(placed=Exists(said)).values_list("segment", "since", "placed")
    found = {name: (since, placed) for name, since, placed in rows}
    rules = sorted((rule for rule in published_segments(epoch).rules if rule.name in found), key=lambda rule: rule.title)
    return [(rule.name, rule.title, found[rule.name][0], rule.by_hand and found[rule.name][1]) for rule in rules]
