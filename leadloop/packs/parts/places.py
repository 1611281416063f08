"""Sources and pools: where leads come from, and where they go."""

from collections.abc import Sequence
from datetime import datetime

from leadloop.capture.models import ApiKey, Import
from leadloop.intake.models import Submission
from leadloop.leads.domain.source_names import folded_source
from leadloop.leads.models import Source, Standing
from leadloop.packs.parts.item import Item, Made, Rest, Site, State
from leadloop.routing.models import Assignment, Draw, Pool, Seat


class Sources:
    """Sources with their channel."""

    kind, label = "sources", "Sources"

    def plan(self, site: Site) -> list[Item]:
        known = {folded_source(name) for name in Source.objects.values_list("name", flat=True)}
        return [
            Item(
                self.kind,
                one.name,
                one.name,
                " · ".join(part for part in (one.channel.capitalize(), one.about) if part),
                _state(site.made(self.kind, one.name), is_there=folded_source(one.name) in known),
                note="A source of this name is there; leads go on coming from it." if folded_source(one.name) in known else "",
                given=one,
            )
            for one in site.pack.sources
        ]

    def make(self, items: Sequence[Item], site: Site) -> list[Made]:
        made = [Source.objects.create(name=item.key, channel=item.given.channel, created_at=site.now) for item in items]
        return [Made(self.kind, one.name, one.name, one.pk, _source_digest(one)) for one in made]

    def stays(self, made: Made, rest: Rest) -> str:
        source = Source.objects.filter(pk=made.id).first()
        if source is None:
            return ""
        if _source_digest(source) != made.digest:
            return "Somebody has changed it."
        if source.pk in rest.living.sources | rest.history.sources or source.name in rest.living.source_names:
            return "A rule or a form speaks of it."
        if Standing.objects.filter(source=source).exists() or Submission.objects.filter(source_id=source.pk).exists():
            return "Leads came from it."
        return "A key or an import uses it." if _opens(source.pk) else ""

    def take(self, made: Made, rest: Rest, *, now: datetime) -> None:
        del rest, now
        Source.objects.filter(pk=made.id).delete()


class Pools:
    """Pools that the route needs; without seats, which are people's business."""

    kind, label = "pools", "Pools"

    def plan(self, site: Site) -> list[Item]:
        known = set(Pool.objects.values_list("name", flat=True))
        return [
            Item(
                self.kind,
                one.name,
                one.name,
                f"First answer within {one.sla_minutes} minutes",
                _state(site.made(self.kind, one.name), is_there=one.name in known),
                note="A pool of this name is there and is used as it is." if one.name in known else "",
                given=one,
            )
            for one in site.pack.pools
        ]

    def make(self, items: Sequence[Item], site: Site) -> list[Made]:
        made = [Pool.objects.create(name=item.key, sla_minutes=item.given.sla_minutes, created_at=site.now) for item in items]
        return [Made(self.kind, one.name, one.name, one.pk, _pool_digest(one)) for one in made]

    def stays(self, made: Made, rest: Rest) -> str:
        pool = Pool.objects.filter(pk=made.id).first()
        if pool is None:
            return ""
        if _pool_digest(pool) != made.digest:
            return "Somebody has changed it."
        if Seat.objects.filter(pool=pool).exists():
            return "People have seats in it."
        if pool.pk in rest.living.pools | rest.history.pools:
            return "A route speaks of it."
        held = Standing.objects.filter(pool_id=pool.pk).exclude(pk__in=rest.sample_leads).exists()
        dealt = Assignment.objects.filter(pool=pool).exclude(lead__in=rest.sample_leads).exists()
        dealt = dealt or Draw.objects.filter(pool=pool).exclude(pk__in=rest.sample_draws).exists()
        return "Leads wait in it, or were dealt from it." if held or dealt else ""

    def take(self, made: Made, rest: Rest, *, now: datetime) -> None:
        del rest, now
        Pool.objects.filter(pk=made.id).delete()


def _source_digest(source: Source) -> str:
    return f"{source.name}|{source.channel}|{source.default_country}"


def _pool_digest(pool: Pool) -> str:
    return f"{pool.name}|{pool.sla_minutes}"


def _state(made: Made | None, *, is_there: bool) -> State:
    if not is_there:
        return "make"
    return "ours" if made else "theirs"


def _opens(source_id: int) -> bool:
    return ApiKey.objects.filter(source=source_id).exists() or Import.objects.filter(source=source_id).exists()
