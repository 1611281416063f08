"""Contact points that do not come back by themselves: kept as keyed digests, asked once a batch, and not at all while there are none."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import transaction

from leadloop.consent.models import Suppression
from leadloop.db import bulk
from leadloop.db.versions import turn_epoch

COLUMNS = ("digest", "kind", "lead_id", "author_id", "created_at", "expires_at", "lifted_how")
POINTS = ("e:", "p:")
"""Match keys that are contact points; a foreign id says nothing about a person by itself."""


def digest_of(point: str) -> str:
    """The keyed digest of a contact point such as "e:ann@example.com". Without the install's key nobody can try addresses out."""
    return hmac.new(_key(), point.encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=1)
def _key() -> bytes:
    """Of its own, so that a digest here says nothing about signatures elsewhere."""
    secret = (settings.DIGEST_KEY or settings.SECRET_KEY).encode()
    return hmac.new(secret, b"leadloop.consent.suppression", hashlib.sha256).digest()


@lru_cache(maxsize=2)
def in_use(epoch: int) -> bool:  # noqa: ARG001 - the key of the cache; the first suppression moves the epoch on
    """Whether there is any suppression at all; no query for the batches of an install that has none."""
    return Suppression.objects.exists()


def suppressed(points: Iterable[str], *, now: datetime) -> dict[str, str]:
    """Which of these contact points are suppressed, and as what; erased outweighs junk. One query."""
    by_digest = {digest_of(point): point for point in points if point.startswith(POINTS)}
    if not by_digest:
        return {}
    condition, params = bulk.any_of("digest", sorted(by_digest))
    rows = bulk.fetch(
        "select digest, kind from consent_suppression where lifted_at is null and (expires_at is null or expires_at > %s) "  # noqa: S608 - constant text
        f"and {condition} order by kind desc",
        [bulk.moment(now), *params],
    )
    return {by_digest[digest]: kind for digest, kind in rows}


def suppress(points: Mapping[int, Iterable[str]], *, kind: str, author: int | None, now: datetime, expires_at: datetime | None) -> int:
    """Suppress the contact points of each lead. Returns how many rows that made; call in the transaction that ends the leads."""
    pairs = [(point, lead_id) for lead_id, theirs in points.items() for point in theirs]
    return _write(pairs, kind=kind, author=author, now=now, expires_at=expires_at)


def keep_out(points: Iterable[str], *, author: int | None, now: datetime) -> int:
    """Whoever is behind these contact points was erased, for good; which lead it was is not said. Safe to repeat."""
    known = suppressed(points, now=now)
    fresh = [point for point in points if known.get(point) != Suppression.Kind.ERASED]
    return _write([(point, None) for point in fresh], kind=Suppression.Kind.ERASED, author=author, now=now, expires_at=None)


def keep_out_digests(digests: Iterable[str], *, now: datetime) -> int:
    """As `keep_out`, where only the digests are known. Safe to repeat; a digest that a fresh permission lifted since stays lifted."""
    wanted = set(digests)
    known = Suppression.objects.filter(digest__in=wanted, kind=Suppression.Kind.ERASED).values_list("digest", flat=True)
    rows = [(one, Suppression.Kind.ERASED, None, None, bulk.moment(now), None, "") for one in sorted(wanted - set(known))]
    if rows:
        with transaction.atomic():
            turn_epoch()
            bulk.insert(Suppression, COLUMNS, rows)
    return len(rows)


def lift(lead_ids: Sequence[int], *, how: str, now: datetime, kind: str = Suppression.Kind.JUNK) -> int:
    """The marks that came from these leads count no more. Safe to repeat; returns how many that were."""
    if not lead_ids:
        return 0
    live = Suppression.objects.filter(lead_id__in=lead_ids, kind=kind, lifted_at=None)
    return live.update(lifted_at=now, lifted_how=how)


def lift_points(points: Iterable[str], *, how: str, now: datetime) -> int:
    """Whatever was kept against these contact points counts no more. Safe to repeat; returns how many rows that were."""
    digests = [digest_of(point) for point in points if point.startswith(POINTS)]
    if not digests:
        return 0
    return Suppression.objects.filter(digest__in=digests, lifted_at=None).update(lifted_at=now, lifted_how=how)


def _write(pairs: Iterable[tuple[str, int | None]], *, kind: str, author: int | None, now: datetime, expires_at: datetime | None) -> int:
    rows = [
        (digest_of(point), kind, lead_id, author, bulk.moment(now), bulk.moment(expires_at), "")
        for point, lead_id in sorted(set(pairs), key=str)
        if point.startswith(POINTS)
    ]
    if rows:
        with transaction.atomic():
            if not Suppression.objects.exists():
                turn_epoch()
            bulk.insert(Suppression, COLUMNS, rows)
    return len(rows)
