"""Models of who is won, what they say of each lead, how they were trained, and whether they still fit."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from leadloop.db.versions import Versioned
from leadloop.leads.models import Lead

PERSON = settings.AUTH_USER_MODEL


class Model(Versioned):
    """A scorecard with its report. Published: the champion, which counts. Draft: the challenger, whose word is only written down."""


class Likelihood(models.Model):
    """What the champion, and the challenger in its shadow, say of a lead by what was known at capture. Narrow; one row a lead."""

    lead = models.OneToOneField(Lead, on_delete=models.PROTECT, db_constraint=False, primary_key=True, related_name="likelihood")
    version = models.PositiveIntegerField(null=True)  # of the champion
    probability = models.FloatField(null=True)  # 0-1
    percent = models.PositiveSmallIntegerField(null=True)  # the same, rounded, for rules and lists
    shadow_version = models.PositiveIntegerField(null=True)  # of the challenger
    shadow = models.FloatField(null=True)  # 0-1
    why = models.JSONField(default=list)  # column, what it says, log-odds next to a usual lead
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(percent=None) | Q(percent__lte=100), name="likelihood_percent_0_100")]
        indexes = [models.Index(fields=["percent", "lead"], name="likelihood_percent")]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.percent} %"


class TrainingQuerySet(models.QuerySet["Training"]):
    def live(self) -> Self:
        return self.filter(state__in=[Training.State.WAITING, Training.State.RUNNING])


class Training(models.Model):
    """One run from decided leads to a challenger: who asked for it, how far it is, what came of it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for a worker"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=60)
    author = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)  # fences off a worker that was thought dead
    percent = models.PositiveSmallIntegerField(default=0)
    says = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(null=True)
    problem = models.CharField(max_length=400, blank=True)

    objects = TrainingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(models.Value(1), condition=Q(state__in=["waiting", "running"]), name="training_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"training {self.pk} {self.state}"


class Watch(models.Model):
    """One look at whether a model still fits."""

    version = models.PositiveIntegerField()
    looked_at = models.DateTimeField()
    leads = models.PositiveIntegerField()
    shifts = models.JSONField(default=list)  # column, part, psi, verdict
    kept = models.JSONField(default=dict)  # leads, said, came, apart
    warnings = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["version", "-looked_at"], name="watch_newest")]

    def __str__(self) -> str:
        return f"watch of version {self.version}"


class Failure(models.Model):
    """That a model in force failed for a lead, which went on without its word. One row an epoch of rules: the first."""

    epoch = models.BigIntegerField(unique=True)
    version = models.PositiveIntegerField(null=True)
    lead_id = models.BigIntegerField()
    problem = models.CharField(max_length=200)
    happened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"version {self.version} failed for lead {self.lead_id}"
