"""What the doors need to know: forms, keys, repeats, imports."""

from django.conf import settings
from django.db import models

from leadloop.db.versions import Versioned

PERSON = settings.AUTH_USER_MODEL


class Form(Versioned):
    """A hosted form: `spec` holds fields, consent texts, source and thanks; see `capture.domain.form_spec`."""


class FormToken(models.Model):
    """A one-time token that was used. The row is the lock: a second use of the same token meets it."""

    digest = models.CharField(max_length=64, primary_key=True)
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest[:8]


class ApiKey(models.Model):
    """A credential of a program. The secret is shown once; only its digest is here."""

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    source = models.ForeignKey("leads.Source", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class IdempotencyRecord(models.Model):
    """The first answer to a request with an Idempotency-Key, or to a part of it, written in the transaction that did the work."""

    pk = models.CompositePrimaryKey("credential", "route", "key")
    credential = models.CharField(max_length=24)
    route = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return self.key


class Import(models.Model):
    """One file on its way in. Rows enter in chunks that each commit; `done_rows` is the restart point."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        RUNNING = "running", "Running"
        FINISHED = "finished", "Finished"
        FAILED = "failed", "Failed"

    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=300)  # below LEADLOOP_HOME/uploads
    digest = models.CharField(max_length=64)
    source = models.ForeignKey("leads.Source", on_delete=models.PROTECT, related_name="+")
    mapping = models.JSONField(default=dict)  # header -> field, "" leaves it out
    options = models.JSONField(default=dict)  # date order, country, dialect
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    total_rows = models.PositiveIntegerField(null=True)
    done_rows = models.PositiveIntegerField(default=0)
    created_rows = models.PositiveIntegerField(default=0)
    matched_rows = models.PositiveIntegerField(default=0)
    skipped_rows = models.PositiveIntegerField(default=0)  # came in before, unchanged
    refused_rows = models.PositiveIntegerField(default=0)
    unread_rows = models.PositiveIntegerField(default=0)  # taken, with an e-mail or phone that could not be read
    unreachable_rows = models.PositiveIntegerField(default=0)  # taken, without any contact point
    author = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.file_name


class RefusedRow(models.Model):
    """A row that could not be taken, to be downloaded and mended; or that was `kept` with a doubt, of which line and reason are told."""

    of = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="refusals")
    line = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    cells = models.JSONField(default=dict)
    kept = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "line"], name="refused_row_once")]

    def __str__(self) -> str:
        return f"line {self.line}"


class TakenRow(models.Model):
    """The digest of a row that a source already gave us, so that a file imported again adds nothing."""

    pk = models.CompositePrimaryKey("source_id", "digest")
    source_id = models.BigIntegerField()
    digest = models.BinaryField(max_length=16)

    def __str__(self) -> str:
        return f"source {self.source_id}"
