"""Published rules of scoring, and what several models, thresholds and rescorings leave behind."""

from django.conf import settings
from django.db import models

from leadloop.db.versions import Versioned
from leadloop.leads.models import Lead


class ScoreModel(Versioned):
    """Points by criteria; see `scoring.domain.scorecard` for the shape of `spec`."""


class Definition(Versioned):
    """What marketing and sales agreed a qualified lead is: words, criteria, the promised deadline, two signatures."""


class ModelScore(models.Model):
    """The score of one lead by one of several models; written only while more than one is in force.

    `reasons` is packed JSON of (reason, points); blank where the store computed the score of many at once.
    """

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    model = models.SlugField(max_length=60, db_index=False)
    version = models.PositiveIntegerField()
    score = models.PositiveSmallIntegerField()
    grade = models.CharField(max_length=1)
    reasons = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "model"], name="modelscore_one_a_model")]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.model} {self.score}"


class Crossing(models.Model):
    """A lead that is over a threshold of a model, so that it does not fire twice.

    `lapses_day` is the day since 1970 on which the score will have faded below the line that arms it again; blank: never by itself.
    """

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    model = models.SlugField(max_length=60, db_index=False)
    threshold = models.SlugField(max_length=60, db_index=False)
    crossed_at = models.DateTimeField()
    lapses_day = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "model", "threshold"], name="crossing_one_a_threshold")]

    def __str__(self) -> str:
        return f"{self.lead_id} over {self.threshold}"


class Rescoring(models.Model):
    """The plan that somebody published a version with, and how far it has come."""

    model = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    scope = models.CharField(max_length=4)  # all, or new: nobody is judged again
    fires = models.BooleanField(default=False)  # whether thresholds that are crossed by it tell somebody
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    fired = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "version"], name="rescoring_one_a_version")]

    def __str__(self) -> str:
        return f"{self.model} v{self.version}: {self.done} of {self.total}"


class Rescored(models.Model):
    """What one statement made of the scores of many leads: the trace of a mass rescoring, instead of a touch each.

    `packed` holds (lead, score, grade) of those that changed, see `scoring.domain.packing`. `after_touch` is the last touch that was
    written before, so timeline and batches have one order; `leadloop verify` folds both.
    """

    rescoring = models.ForeignKey(Rescoring, null=True, blank=True, on_delete=models.PROTECT, related_name="batches")
    at = models.DateTimeField()
    after_touch = models.BigIntegerField()
    first_lead = models.BigIntegerField()
    last_lead = models.BigIntegerField()
    count = models.PositiveIntegerField()
    packed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["last_lead", "first_lead"], name="rescored_leads")]

    def __str__(self) -> str:
        return f"{self.count} leads at {self.at:%Y-%m-%d %H:%M}"


class ExactPreview(models.Model):
    """What a draft would do to every lead, counted in the background; `draft` is the stamp of what was asked about."""

    model = models.SlugField(max_length=60)
    draft = models.CharField(max_length=20)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "draft"], name="exactpreview_one_a_draft")]

    def __str__(self) -> str:
        return f"{self.model} {self.draft}"
