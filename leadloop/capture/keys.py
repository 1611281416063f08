"""The verbs of API keys: make one, check one, take one back."""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from leadloop.capture.domain.scopes import SCOPES
from leadloop.capture.errors import BadKey, KeyUnknown, ScopeMissing
from leadloop.capture.models import ApiKey
from leadloop.leads.models import Source

CACHED = timedelta(seconds=4)  # a revoked key is dead everywhere within five
NOTED = timedelta(minutes=5)  # how exact "last used" is
MOST_CACHED = 1_000
LONGEST_SECRET = 100

_cache: dict[str, tuple[ApiKey, datetime]] = {}
_cache_lock = threading.Lock()


def new_key(
    name: str, *, scopes: Sequence[str], source: Source | None, author: Any, now: datetime, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A key and its secret, which is told here and never again: `ll_<prefix>_<43 characters>`.

    Raises:
        BadKey: no name, no scope, or one that does not exist.
    """
    if not name.strip() or not scopes or not set(scopes) <= SCOPES.keys():
        raise BadKey(scopes=", ".join(SCOPES))
    prefix = secrets.token_hex(5)
    secret = f"ll_{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        name=name.strip()[:80],
        prefix=prefix,
        digest=digest_of(secret),
        scopes=[scope for scope in SCOPES if scope in scopes],
        source=source,
        author=author,
        created_at=now,
        expires_at=expires_at,
    )
    return key, secret


def bearer(header: str | None) -> str:
    """The secret in an Authorization header.

    Raises:
        KeyUnknown: there is none.
    """
    kind, _, secret = (header or "").strip().partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise KeyUnknown
    return secret.strip()


def check_key(secret: str, scope: str, *, now: datetime) -> ApiKey:
    """The key that `secret` opens, if it may do `scope`. One query, or none within four seconds of the last.

    Raises:
        KeyUnknown: missing, wrong, expired or revoked.
        ScopeMissing: it is not allowed to.
    """
    key = seen_key(secret, scope, now=now)
    if key is None:
        digest = digest_of(secret[:LONGEST_SECRET])
        key = _stored_key(secret, digest, now=now)
        _remember(digest, key, now=now)
    return _for_scope(key, scope, now=now)


def seen_key(secret: str, scope: str, *, now: datetime) -> ApiKey | None:
    """As `check_key`, but without a query: None if the key was not seen in the last four seconds."""
    key, until = _cache.get(digest_of(secret[:LONGEST_SECRET]), (None, now))
    if key is None or not until - CACHED <= now < until:
        return None
    return _for_scope(key, scope, now=now)


def revoke_key(key: ApiKey, *, now: datetime) -> None:
    """From now on nobody enters with it; other processes notice within five seconds. May be called twice."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)
    with _cache_lock:
        _cache.pop(key.digest, None)


def digest_of(secret: str) -> str:
    """How a secret is stored. It is long and random, so that a plain digest cannot be guessed back."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _for_scope(key: ApiKey, scope: str, *, now: datetime) -> ApiKey:
    if key.expires_at is not None and key.expires_at <= now:
        raise KeyUnknown
    if scope not in key.scopes:
        raise ScopeMissing(scope=scope)
    return key


def _stored_key(secret: str, digest: str, *, now: datetime) -> ApiKey:
    parts = secret[:LONGEST_SECRET].split("_", 2)
    if len(parts) != 3 or parts[0] != "ll" or not parts[1].isalnum():
        raise KeyUnknown
    key = ApiKey.objects.filter(prefix=parts[1][:12], revoked_at=None).select_related("source").first()
    if key is None or not hmac.compare_digest(key.digest, digest):
        raise KeyUnknown
    if key.last_used_at is None or key.last_used_at < now - NOTED:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
    return key


def _remember(digest: str, key: ApiKey, *, now: datetime) -> None:
    with _cache_lock:
        if len(_cache) >= MOST_CACHED:
            _cache.clear()
        _cache[digest] = (key, now + CACHED)
