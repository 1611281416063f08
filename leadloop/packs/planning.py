"""What a pack would make in this install, and what would go with it: the same answers that installing and removing act on."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count

from leadloop.db import bulk
from leadloop.db.versions import Versioned
from leadloop.leads.domain.criteria import CATALOGUE, Catalogue
from leadloop.leads.domain.custom_facts import as_rules_see
from leadloop.leads.domain.custom_fields import spec_from
from leadloop.leads.fields import spec_of
from leadloop.leads.models import CustomField, Lead, Source
from leadloop.packs.domain.format import Pack
from leadloop.packs.domain.names import spoken_of
from leadloop.packs.models import Installed
from leadloop.packs.parts.drafts import Drafts, living_specs
from leadloop.packs.parts.every import PARTS
from leadloop.packs.parts.item import Ids, Item, Made, Rest, Site
from leadloop.packs.parts.samples import Samples, samples_of
from leadloop.packs.parts.views import views_speak
from leadloop.routing.models import Pool, Route
from leadloop.scoring.models import Definition, ScoreModel
from leadloop.teams.models import User

SAMPLE = "sample"
SPOKEN_OF = ("fields", "pools", "sources")
"""Kinds that rules speak of: they go last, if nothing speaks of them any more."""
STILL_TO_COME = 10**9
"""Ids of sources and pools that are not there yet begin here, while a pack is only looked at."""


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of content with its things."""

    kind: str
    label: str
    items: list[Item]

    @property
    def new(self) -> int:
        return sum(item.state == "make" for item in self.items)


@dataclass(frozen=True, slots=True)
class Leaving:
    """One thing that a pack made, and why it stays; "" where it goes."""

    made: Made
    stays: str


@dataclass(frozen=True, slots=True)
class Farewell:
    """Everything that a pack made, in the order of going; with what is known of the rest, and the sample leads."""

    things: list[Leaving]
    rest: Rest
    sample: Samples


def preview(pack: Pack, *, author: User | None, now: datetime) -> list[Group]:
    """What installing would make, kind by kind. Changes nothing; a constant number of queries a thing."""
    site = site_of(pack, fresh=is_fresh(), author=author, now=now)
    return [Group(part.kind, part.label, part.plan(site)) for part in PARTS.values()]


def site_of(pack: Pack, *, fresh: bool, author: User | None, now: datetime) -> Site:
    """The install as the pack finds it now; whether it was `fresh` is asked before anything is made."""
    installed = Installed.objects.filter(name=pack.name).first()
    return Site(pack, installed, _catalogue(pack), _ids(pack), fresh, author, now)


def is_fresh() -> bool:
    """Whether nothing has come in, no pack is here, and all rules are those that an install begins with."""
    rules: tuple[type[Versioned], ...] = (ScoreModel, Definition, Route)
    if Lead.objects.exists() or Installed.objects.exists():
        return False
    return not any(model.objects.exclude(author=None).exists() for model in rules)


def farewell(installed: Installed) -> Farewell:
    """What would go and what would stay: sample leads first, then rules, then what rules speak of. Changes nothing."""
    sample = next((samples_of(one["key"]) for one in installed.made if one["kind"] == SAMPLE), Samples(None))
    others = Lead.objects.exclude(pk__in=sample.leads)
    rest = Rest(sample_leads=sample.leads, sample_draws=sample.draws, fresh=not others.exists())
    made = [Made(**one) for one in reversed(installed.made)]
    joined = f"Real inquiries joined {len(sample.joined)} of its leads; these stay." if sample.joined else ""
    first = [Leaving(one, joined) for one in made if one.kind == SAMPLE]
    rules = [Leaving(one, PARTS[one.kind].stays(one, rest)) for one in made if one.kind in PARTS and one.kind not in SPOKEN_OF]
    rest = left_over(rules, rest)
    things = [Leaving(one, PARTS[one.kind].stays(one, rest)) for one in made if one.kind in SPOKEN_OF]
    return Farewell([*first, *rules, *things], rest, sample)


def left_over(rules: list[Leaving], rest: Rest) -> Rest:
    """What is spoken of and held once these rules and the sample leads are gone. One query a kind of rule, and one over the leads."""
    gone: dict[type[Versioned], set[int]] = {}
    for one in rules:
        part = PARTS[one.made.kind]
        if isinstance(part, Drafts) and not one.stays:
            gone.setdefault(part.model, set()).add(one.made.id)
    living, history = living_specs(but=gone)
    views = {one.made.id for one in rules if one.made.kind == "views" and not one.stays}
    return Rest(
        living=spoken_of([*living, *views_speak(but=views)]),
        history=spoken_of(history),
        held=_held(rest.sample_leads),
        sample_leads=rest.sample_leads,
        sample_draws=rest.sample_draws,
        fresh=rest.fresh,
    )


def _catalogue(pack: Pack) -> Catalogue:
    """Our fields, those declared here, and those that the pack brings; not by the epoch, which moves while a pack is installed."""
    rows = CustomField.objects.filter(retired_at=None)
    there = {row.name: spec_of(row) for row in rows}
    coming = {one.name: spec_from(one.given) for one in pack.fields if one.name not in there}
    return {**CATALOGUE, **{spec.key: as_rules_see(spec) for spec in (*there.values(), *coming.values())}}


def _ids(pack: Pack) -> Ids:
    numbers = count(STILL_TO_COME)
    sources = {name: next(numbers) for name in [one.name for one in pack.sources]}
    pools = {name: next(numbers) for name in [one.name for one in pack.pools]}
    return {
        "source": sources | dict(Source.objects.values_list("name", "pk")),
        "pool": pools | dict(Pool.objects.values_list("name", "pk")),
    }


def _held(sample_leads: tuple[int, ...]) -> dict[str, int]:
    """How many leads, sample leads apart, have a value of each custom field. Reads the leads that have any, once."""
    among, params = bulk.any_of("l.id", sample_leads)
    each = "jsonb_object_keys(l.custom) as k(key)" if bulk.is_postgres() else "json_each(l.custom) as k"
    return dict(bulk.fetch(f"select k.key, count(*) from leads_lead l, {each} where not ({among}) group by k.key", params))  # noqa: S608 - constant text
