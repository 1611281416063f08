"""Rows that people publish: one row is one version of a named thing; draft, published, retired."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.db.models.functions import Greatest

from leadloop.db import bulk
from leadloop.db.models import Epoch
from leadloop.kernel.errors import Refused


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class VersionQuerySet(models.QuerySet[Any]):
    def published(self) -> Self:
        return self.filter(status=Status.PUBLISHED)

    def drafts(self) -> Self:
        return self.filter(status=Status.DRAFT)


class Versioned(models.Model):
    """One version of one named thing. `spec` is its whole meaning; a published row is never edited again."""

    name = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    spec = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="%(class)s_one_row_a_version"),
            models.UniqueConstraint(fields=["name"], condition=Q(status="published"), name="%(class)s_one_published"),
            models.UniqueConstraint(fields=["name"], condition=Q(status="draft"), name="%(class)s_one_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    def fields_beside_criteria(self) -> set[str]:
        """Names of fields, "custom.cover", that it needs and that no criteria of its `spec` ask about."""
        return set()


class NothingToPublish(Refused):
    """Publish was asked for a version that is not a draft."""

    code, message, status = "nothing_to_publish", "Only a draft can be published.", 409


def save_draft(model: type[Versioned], *, name: str, title: str, spec: dict[str, Any], author: Any, now: datetime, note: str = "") -> Any:
    """The one draft of `name` now says `spec`; made if there is none."""
    with transaction.atomic():
        latest = model.objects.filter(name=name).aggregate(top=Max("version"))["top"] or 0
        draft, _ = model.objects.update_or_create(
            name=name,
            status=Status.DRAFT,
            defaults={"title": title, "spec": spec, "author": author, "created_at": now, "note": note},
            create_defaults={"title": title, "spec": spec, "author": author, "created_at": now, "note": note, "version": latest + 1},
        )
    return draft


def publish(draft: Versioned, *, author: Any, now: datetime) -> None:
    """Retire the published version and put `draft` in its place, for every process from the next batch on.

    Raises:
        NothingToPublish: it is not a draft (any more). Two clicks cannot publish twice.
    """
    model = type(draft)
    with transaction.atomic():
        model.objects.filter(name=draft.name).published().update(status=Status.RETIRED)
        moved = model.objects.filter(pk=draft.pk).drafts().update(status=Status.PUBLISHED, author=author, published_at=now)
        if not moved:
            raise NothingToPublish(name=draft.name)
        turn_epoch()


def roll_back(version: Versioned, *, author: Any, now: datetime) -> Any:
    """Publish a new version that says what `version` said; history stays as it was."""
    with transaction.atomic():
        note = f"rolled back to version {version.version}"
        draft = save_draft(type(version), name=version.name, title=version.title, spec=version.spec, author=author, now=now, note=note)
        publish(draft, author=author, now=now)
    return draft


def published_rows() -> list["Versioned"]:
    """Everything published, of whatever kind. One query a kind."""
    kinds = [model for model in apps.get_models() if issubclass(model, Versioned)]
    return [row for model in kinds for row in model.objects.published().order_by("name")]


def turn_epoch() -> None:
    """Tell every process that published rows changed. Call inside the transaction that changes them.

    The number goes by the clock, in microseconds: one that was rolled back, and under which somebody has kept rules already, never returns.
    """
    clock = time.time_ns() // 1_000
    if not Epoch.objects.filter(pk=1).update(number=Greatest(F("number") + 1, clock)):
        Epoch.objects.get_or_create(pk=1, defaults={"number": clock})


def current_epoch() -> int:
    """The number by which caches of published rules are kept. One query."""
    return asking_epoch()()


def asking_epoch() -> Callable[[], int]:
    """As `current_epoch`, but asked for now and read when called."""
    rows = bulk.ask("select number from db_epoch where id = 1")
    return lambda: next((number for (number,) in rows()), 0)
