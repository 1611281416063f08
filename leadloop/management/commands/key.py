"""`leadloop key new|list|revoke`: credentials of programs."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError

from leadloop.capture.domain.scopes import SCOPES
from leadloop.capture.keys import new_key, revoke_key
from leadloop.capture.models import ApiKey
from leadloop.db.clock import utc_now
from leadloop.leads.actions import source_ids
from leadloop.leads.models import Source
from leadloop.management.verb import Verb, own_name


class Command(Verb):
    help = "Make, list and take back API keys. A key is shown once, when it is made."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="new|list|revoke")
        new = verbs.add_parser("new", help="make a key and print it, once")
        new.add_argument("--name", default="Made on the command line", help="what it is for, in words")
        new.add_argument(
            "--scope", action="append", required=True, choices=list(SCOPES), dest="scopes", help="what it may do; say it again for more"
        )
        new.add_argument("--source", default="", help="source of the leads it sends, made if it is new")
        new.add_argument("--expires-days", type=int, metavar="N", help="days it lives (default: until it is revoked)")
        every = verbs.add_parser("list", help="all keys, without their secrets")
        revoke = verbs.add_parser("revoke", help="take a key back, everywhere within five seconds")
        revoke.add_argument("prefix", help="the part between the first two underscores")
        for sub in (new, every, revoke):
            self.add_json(sub)

    def handle(self, *, verb: str, json: bool, **options: Any) -> None:
        if verb == "new":
            self._new(json=json, **{name: options[name] for name in ("name", "scopes", "source", "expires_days")})
        elif verb == "list":
            self._list(json=json)
        else:
            self._revoke(options["prefix"], json=json)

    def _new(self, *, name: str, scopes: list[str], source: str, expires_days: int | None, json: bool) -> None:
        now = utc_now()
        if expires_days is not None and not 1 <= expires_days <= 36_500:
            raise CommandError("--expires-days takes a number of days from 1 to 36500.")
        origin = Source.objects.get(pk=source_ids([source.strip()], now=now)[source.strip()][0]) if source.strip() else None
        expires_at = now + timedelta(days=expires_days) if expires_days else None
        key, secret = new_key(name, scopes=scopes, source=origin, author=None, now=now, expires_at=expires_at)
        if json:
            self.write_json({**facts(key), "key": secret})
            return
        self.stdout.write(secret)
        self.stderr.write("This is the only time the key is shown. Send it as: Authorization: Bearer <key>")

    def _list(self, *, json: bool) -> None:
        keys = list(ApiKey.objects.select_related("source").order_by("pk"))
        if json:
            self.write_json([facts(key) for key in keys])
            return
        for key in keys:
            told = facts(key)
            seen = f"last used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never used"
            self.stdout.write(f"{key.prefix}  {told['state']:8}  {', '.join(key.scopes):28}  {seen:21}  {key.name}")
        if not keys:
            self.stdout.write(f"There are no keys. Make one: {own_name()} key new --scope leads:write")

    def _revoke(self, prefix: str, *, json: bool) -> None:
        parts = prefix.split("_")
        key = ApiKey.objects.filter(prefix=parts[1] if len(parts) > 2 and parts[0] == "ll" else prefix).first()
        if key is None:
            raise CommandError(f"No key begins with “{prefix[:20]}”. `leadloop key list` shows them.")
        revoke_key(key, now=utc_now())
        key.refresh_from_db()
        if json:
            self.write_json(facts(key))
        else:
            self.stdout.write(f"“{key.name}” opens nothing any more.")


def facts(key: ApiKey) -> dict[str, Any]:
    """What may be known of a key."""
    now = utc_now()
    state = "revoked" if key.revoked_at else "expired" if key.expires_at and key.expires_at <= now else "live"
    return {
        "prefix": key.prefix,
        "name": key.name,
        "scopes": key.scopes,
        "source": key.source.name if key.source else None,
        "state": state,
        "created_at": key.created_at.isoformat(),
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
    }
