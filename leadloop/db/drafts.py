"""How people change what is published: one draft that several may edit, and nobody overwrites what they have not seen."""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from leadloop.db.versions import NothingToPublish, Status, Versioned, publish, roll_back, save_draft
from leadloop.kernel.errors import Conflict, Refused

NO_DRAFT = "none"
Check = Callable[[Any], Sequence[object]]
"""What keeps a spec from being published, in words; empty when nothing does."""


class StaleDraft(Conflict):
    """The draft that the caller saw is not the stored one any more."""

    code, message = "stale_draft", "Somebody changed this draft in the meantime. Look at it again, then repeat your change."


class NotPublishable(Refused):
    """The draft does not stand, or something that it needs is missing."""

    code, message = "not_publishable", "Not published. {problem}"


def draft_of(model: type[Versioned], name: str) -> Any:
    """The one draft of `name`, or None."""
    return model.objects.filter(name=name, status=Status.DRAFT).select_related("author").first()


def published_of(model: type[Versioned], name: str) -> Any:
    """The version of `name` in force, or None."""
    return model.objects.filter(name=name, status=Status.PUBLISHED).select_related("author").first()


def stamp(draft: Versioned | None) -> str:
    """Tells drafts apart by what they say: a form carries it, so that saving knows what the person saw."""
    if draft is None:
        return NO_DRAFT
    said = json.dumps([draft.title, draft.spec], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def change_draft(model: type[Versioned], *, name: str, title: str, spec: dict[str, Any], seen: str, author: Any, now: datetime) -> Any:
    """The draft of `name` now says `spec`; made if there is none.

    Raises:
        StaleDraft: it is not the one with the stamp `seen`.
    """
    with transaction.atomic():
        _lock(model, name, seen)
        return save_draft(model, name=name, title=title, spec=spec, author=author, now=now)


def discard_draft(model: type[Versioned], *, name: str, seen: str) -> None:
    """Throw the draft of `name` away; without one nothing happens.

    Raises:
        StaleDraft: it is not the one with the stamp `seen`.
    """
    with transaction.atomic():
        draft = _lock(model, name, seen)
        if draft:
            model.objects.filter(pk=draft.pk, status=Status.DRAFT).delete()


def publish_draft(model: type[Versioned], *, name: str, seen: str, check: Check, note: str, author: Any, now: datetime) -> Any:
    """Put the draft of `name` in force with a note; returns the version.

    Raises:
        NothingToPublish: there is no draft (any more): two clicks make one version.
        StaleDraft: it is not the one with the stamp `seen`, so the preview showed something else.
        NotPublishable: `check` finds something, asked about exactly what would be published.
    """
    with transaction.atomic():
        if draft_of(model, name) is None:
            raise NothingToPublish(name=name)
        draft = _lock(model, name, seen)
        problems = check(draft.spec)
        if problems:
            raise NotPublishable(problem=problems[0])
        model.objects.filter(pk=draft.pk).update(note=note)
        publish(draft, author=author, now=now)
        draft.refresh_from_db()
    return draft


def restore_version(version: Versioned, *, author: Any, now: datetime, note: str = "") -> Any:
    """Put an earlier version in force again as a new one; a draft that somebody works on stays, after it.

    Raises:
        NothingToPublish: what it says is in force already, so a second click changes nothing.
    """
    model = type(version)
    with transaction.atomic():
        _lock(model, version.name)
        current = published_of(model, version.name)
        said = current and (current.title, current.spec) == (version.title, version.spec)
        if said or version.status == Status.DRAFT:
            raise NothingToPublish(name=version.name)
        waiting = draft_of(model, version.name)
        restored = roll_back(version, author=author, now=now)
        if note:
            model.objects.filter(pk=restored.pk).update(note=f"rolled back to version {version.version}; {note}"[:300])
        if waiting:
            save_draft(model, name=waiting.name, title=waiting.title, spec=waiting.spec, author=waiting.author, now=waiting.created_at)
    return restored


def retire(model: type[Versioned], *, name: str) -> int:
    """Take `name` out of force; its versions stay. Returns how many rows were in force, so that a second call is 0."""
    return model.objects.filter(name=name, status=Status.PUBLISHED).update(status=Status.RETIRED)


def _lock(model: type[Versioned], name: str, seen: str | None = None) -> Any:
    """Hold every version of `name` until the transaction ends; returns the draft."""
    rows = list(model.objects.select_for_update().filter(name=name).order_by("pk"))
    draft = next((row for row in rows if row.status == Status.DRAFT), None)
    if seen is not None and seen != stamp(draft):
        raise StaleDraft(name=name)
    return draft
