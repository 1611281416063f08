"""The verbs of packs: install, send the sample, take it away, remove. Each is one transaction, and each may be done twice."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet

from leadloop.db import bulk
from leadloop.db.outages import retried
from leadloop.leads.models import Notification
from leadloop.packs.domain.format import Pack
from leadloop.packs.errors import NotInstalled
from leadloop.packs.models import Installed
from leadloop.packs.parts.erasing import erase
from leadloop.packs.parts.every import PARTS
from leadloop.packs.parts.item import HISTORY, Item, Made
from leadloop.packs.parts.samples import send
from leadloop.packs.planning import SAMPLE, Farewell, farewell, is_fresh, site_of
from leadloop.teams.models import User


@dataclass(frozen=True, slots=True)
class Result:
    """What installing did: what it made, and what it left with the reason."""

    made: list[Made]
    left: list[Item]


@retried
def install(pack: Pack, *, author: User | None, now: datetime, without: Collection[str] = ()) -> Result:
    """Make what is missing of a pack and send its sample leads; `without` names kinds to leave out. All or nothing."""
    result = Result([], [])
    with transaction.atomic():
        bulk.lock_loop()
        fresh, row = is_fresh(), _row(pack, author=author, now=now)
        for kind, part in PARTS.items():
            if kind in without:
                continue
            site = site_of(pack, fresh=fresh, author=author, now=now)  # anew for each kind: what was made just now is there
            plan = part.plan(site)
            wanted = [item for item in plan if item.state == "make"]
            made = part.make(wanted, site) if wanted else []
            result.made.extend(made)
            there = {one.key for one in made}
            result.left.extend(item for item in plan if item.state != "ours" and item.key not in there)
        if SAMPLE not in without:
            result.made.extend(_send(row, pack, now=now))
        _note(row, pack, result.made, now=now)
    return result


@retried
def send_sample(pack: Pack, *, now: datetime) -> list[Made]:
    """Put the sample leads of an installed pack through the loop, once.

    Raises:
        NotInstalled.
    """
    with transaction.atomic():
        bulk.lock_loop()
        row = _installed(pack.name)
        made = _send(row, pack, now=now)
        _note(row, pack, made, now=now)
    return made


def _send(row: Installed, pack: Pack, *, now: datetime) -> list[Made]:
    if pack.sample is None or row.made_of(SAMPLE):
        return []
    last = Notification.objects.aggregate(top=Max("pk"))["top"] or 0
    count = send(pack, now=now)
    return [Made(SAMPLE, pack.sample_source, f"{count} sample leads", last, now.isoformat())]


@retried
def remove_sample(name: str) -> Farewell:
    """Take the sample leads of a pack away, and leave all else.

    Raises:
        NotInstalled.
    """
    with transaction.atomic():
        bulk.lock_loop()
        row = _installed(name)
        found = farewell(row)
        erase(found.sample, news=_news(row))
        row.made = [one for one in row.made if one["kind"] != SAMPLE]
        row.save(update_fields=["made"])
    return found


@retried
def remove(name: str, *, now: datetime) -> Farewell:
    """Take away what a pack made, but for what people changed or use; returns all of it with the reasons of what stays.

    What stays is still the pack's, so that removing again takes it once nobody needs it.

    Raises:
        NotInstalled.
    """
    with transaction.atomic():
        bulk.lock_loop()
        row = _installed(name)
        found = farewell(row)
        erase(found.sample, news=_news(row))
        for one in found.things:
            if one.made.kind in PARTS and not one.stays:
                PARTS[one.made.kind].take(one.made, found.rest, now=now)
        kept = {(one.made.kind, one.made.key) for one in found.things if one.made.kind in PARTS and one.stays not in ("", HISTORY)}
        row.made = [one for one in row.made if (one["kind"], one["key"]) in kept]
        row.removed_at = now
        row.save(update_fields=["made", "removed_at"])
        if not row.made:
            row.delete()
    return found


def _row(pack: Pack, *, author: User | None, now: datetime) -> Installed:
    """The pack's row, held to the end of the transaction: two clicks install once."""
    given = {"title": pack.title, "version": pack.version, "author": author, "installed_at": now}
    Installed.objects.get_or_create(name=pack.name, defaults=given)
    return Installed.objects.select_for_update().get(name=pack.name)


def _installed(name: str) -> Installed:
    row = Installed.objects.select_for_update().filter(name=name).first()
    if row is None:
        raise NotInstalled(name=name)
    return row


def _note(row: Installed, pack: Pack, made: list[Made], *, now: datetime) -> None:
    """Remember what was made; what it replaces is forgotten."""
    fresh = {(one.kind, one.key) for one in made}
    row.made = [one for one in row.made if (one["kind"], one["key"]) not in fresh] + [one.stored() for one in made]
    if row.removed_at is not None:
        row.installed_at, row.removed_at = now, None
    row.title, row.version = pack.title, pack.version
    row.save(update_fields=["made", "title", "version", "installed_at", "removed_at"])


def _news(row: Installed) -> QuerySet[Notification]:
    """What told people of the sample leads all at once, "60 new leads are yours", and so names none of them."""
    for one in row.made_of(SAMPLE).values():
        sent_at = datetime.fromisoformat(one["digest"])
        return Notification.objects.filter(pk__gt=one["id"], created_at=sent_at, lead_id=None, kind="assigned")
    return Notification.objects.none()
