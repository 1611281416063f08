"""Sample leads: invented people who go through the loop as any other lead does, and away again with everything they made.

They are told by their door and their source. One that a real inquiry joined is no sample any more, and stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from leadloop import loop
from leadloop.db import bulk
from leadloop.intake.domain.arrival import Arrival
from leadloop.intake.domain.normalise import normalise
from leadloop.intake.models import Submission, Verdict
from leadloop.leads.actions import source_ids
from leadloop.leads.models import Source, Touch
from leadloop.matching.models import MatchKey
from leadloop.packs.domain.format import Pack
from leadloop.packs.sample import invent, telephones_of

DOOR = "sample"


@dataclass(frozen=True, slots=True)
class Samples:
    """What is there of the sample of a pack: its source, its submissions, the leads that are only its own, and the others."""

    source_id: int | None
    submissions: tuple[int, ...] = ()
    leads: tuple[int, ...] = ()
    joined: tuple[int, ...] = ()  # leads that real inquiries joined: they stay, with what they came by
    draws: tuple[int, ...] = ()


def samples_of(title: str) -> Samples:
    """The sample leads under a source. At most six queries."""
    source = Source.objects.filter(name=title).values_list("pk", flat=True).first()
    if source is None:
        return Samples(None)
    submissions = set(Submission.objects.filter(source_id=source, door=DOOR).values_list("pk", flat=True))
    leads = {lead for lead in Verdict.objects.filter(pk__in=submissions).values_list("lead_id", flat=True) if lead is not None}
    real = Verdict.objects.filter(lead_id__in=leads).exclude(pk__in=submissions)
    joined = {lead for lead in real.values_list("lead_id", flat=True) if lead is not None}
    kept = set(Verdict.objects.filter(pk__in=submissions, lead_id__in=joined).values_list("pk", flat=True))
    return Samples(source, *(tuple(sorted(found)) for found in (submissions - kept, leads - joined, joined, _draws(leads - joined))))


def _draws(leads: set[int]) -> set[int]:
    """The draws that these leads alone took part in: those of their coming, and later ones in which nobody else was dealt."""
    decided = Touch.objects.filter(lead_id__in=leads).values_list("kind", "happened_at", "data")
    drawn = [(kind, at, draw) for kind, at, data in decided if (draw := (data.get("route") or {}).get("draw"))]
    moments = {at for kind, at, _ in drawn if kind != "captured"}
    beside = Touch.objects.filter(happened_at__in=moments).exclude(lead_id__in=leads).values_list("data", flat=True) if moments else ()
    return {draw for _, _, draw in drawn} - {(data.get("route") or {}).get("draw") for data in beside}


def send(pack: Pack, *, now: datetime) -> int:
    """Put the sample leads through the loop, all in the transaction that the caller holds; returns how many.

    They get numbers that no lead has, and whoever has the address of a lead is left out, so that no invented person joins a real one.
    """
    assert pack.sample is not None
    taken = set(MatchKey.objects.filter(key__in=[f"p:{one}" for one in telephones_of(pack.sample)]).values_list("key", flat=True))
    source_id, country = source_ids([pack.sample_source], now=now)[pack.sample_source]
    arrivals = [
        Arrival(DOOR, source_id, one.payload, bulk.to_json(one.payload).decode(), now, one.happened_at, country or settings.DEFAULT_COUNTRY)
        for one in invent(pack, now=now, taken={key.removeprefix("p:") for key in taken})
    ]
    known = _known(arrivals)
    strangers = [one for one, keys in zip(arrivals, map(_keys, arrivals), strict=True) if not known.intersection(keys)]
    return len(loop.take_in(strangers, now=now)) if strangers else 0


def _known(arrivals: Sequence[Arrival]) -> set[str]:
    wanted = {key for arrival in arrivals for key in _keys(arrival)}
    return set(MatchKey.objects.filter(key__in=wanted).values_list("key", flat=True))


def _keys(arrival: Arrival) -> tuple[str, ...]:
    inquiry = normalise(
        arrival.payload,
        submission_id=0,
        door=DOOR,
        source_id=arrival.source_id,
        received_at=arrival.happened_at,
        default_country=arrival.country,
        context={},
    )
    return inquiry[5]
