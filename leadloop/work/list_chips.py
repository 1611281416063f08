"""A filter as chips: what is in force, in words, and the address without it."""

from collections.abc import Mapping
from dataclasses import replace

from leadloop.leads.domain.criteria import CATALOGUE, Catalogue, Vocabulary, in_words
from leadloop.leads.domain.temperature import LABELS
from leadloop.templatetags.words import country_name, stage_label
from leadloop.work.domain.lead_filter import LeadFilter

LONGEST = 140
Chip = dict[str, str]


def chips_for(asked: LeadFilter, *, people: Mapping[int, str], sources: Mapping[int, str], catalogue: Catalogue = CATALOGUE) -> list[Chip]:
    """One chip a value."""
    owners = {"me": "me", "none": "nobody"} | {str(pk): name for pk, name in people.items()}
    chips = [_chip("Text", f"“{asked.text}”", asked.without("text"))] if asked.text else []
    chips += [_chip("Stage", stage_label(stage), asked.without("stages", stage)) for stage in asked.stages]
    chips += [_chip("Temperature", LABELS[one].lower(), asked.without("temperatures", one)) for one in asked.temperatures]
    chips += [_chip("Owner", owners.get(owner, f"#{owner}"), asked.without("owners", owner)) for owner in asked.owners]
    chips += [_chip("Source", sources.get(source, f"#{source}"), asked.without("sources", str(source))) for source in asked.sources]
    if asked.score_min is not None:
        chips.append(_chip("Score from", str(asked.score_min), asked.without("score_min")))
    if asked.score_max is not None:
        chips.append(_chip("Score to", str(asked.score_max), asked.without("score_max")))
    if asked.days:
        chips.append(_chip("Received", "today" if asked.days == 1 else f"in the last {asked.days:,} days", asked.without("days")))
    chips += [_chip("Country", country_name(code), asked.without("countries", code)) for code in asked.countries]
    if asked.unreadable:
        chips.append(_chip("Where", f"(cannot be read: {asked.unreadable})", replace(asked, unread="", unreadable="")))
    if asked.where:
        words = in_words(asked.where, Vocabulary({"owner": dict(people), "source": dict(sources)}, catalogue))
        chips.append(_chip("Where", words if len(words) <= LONGEST else f"{words[:LONGEST]}…", asked.without("where")))
    return chips


def _chip(label: str, value: str, without: LeadFilter) -> Chip:
    return {"label": label, "value": value, "url": without.address()}
