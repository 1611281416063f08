"""What was handed over to sales, each word of sales about it, who went through the gate, and what was asked and answered."""

from django.conf import settings
from django.db import models
from django.db.models import F

from leadloop.db.versions import Versioned
from leadloop.leads.models import Lead, Source, Touch
from leadloop.qualification.domain.frameworks import RESULTS, field_of
from leadloop.qualification.domain.verdicts import Word

PERSON = settings.AUTH_USER_MODEL
WORDS = [(word.value, word.value.capitalize()) for word in Word]


class Handed(models.Model):
    """One lead that met the definition and was handed to sales for a verdict, and what stands of it. Captures write it."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    version = models.PositiveIntegerField()  # of the definition it met
    score = models.PositiveSmallIntegerField(null=True)  # when it was handed over
    truths = models.CharField(max_length=200, blank=True)  # which conditions held, at the last word: "101"
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()  # the verdict that sales promised
    word = models.CharField(max_length=9, choices=WORDS, default=Word.OPEN.value)
    reason = models.CharField(max_length=60, blank=True)
    person = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    said_at = models.DateTimeField(null=True)
    qualified_at = models.DateTimeField(null=True)  # by sales, as its own definition says
    from_before = models.BooleanField(default=False)  # met a definition before verdicts were asked for; no report counts it

    class Meta:
        indexes = [
            models.Index(F("lead"), F("id").desc(), name="handed_of_lead"),
            models.Index(fields=["asked_at"], name="handed_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.word}"


class Verdict(models.Model):
    """One word of sales, or its taking back. Append-only; the last one is what `Handed` says."""

    handed = models.ForeignKey(Handed, on_delete=models.PROTECT, related_name="verdicts")
    word = models.CharField(max_length=9, choices=WORDS)
    kind = models.CharField(max_length=24)  # of the step that said it
    reason = models.CharField(max_length=60, blank=True)
    truths = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.handed_id} {self.word}"


class Passage(models.Model):
    """One lead that sales qualified while a definition was in force: met it, or passed on somebody's word. Append-only."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    truths = models.CharField(max_length=200, blank=True)
    failing = models.JSONField(default=list)  # conditions in words that did not hold
    override_reason = models.CharField(max_length=500, blank=True)
    person = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    passed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["passed_at"], name="passage_by_time")]

    def __str__(self) -> str:
        return f"{self.lead_id} v{self.version}"


class Framework(Versioned):
    """Questions that qualify a lead; see `qualification.domain.frameworks` for the shape of `spec`."""

    def fields_beside_criteria(self) -> set[str]:
        """Those that hold the answers, the score and how much is answered."""
        asked = [str(one["id"]) for one in self.spec.get("questions", ())]
        return {f"custom.{field_of(self.name, one)}" for one in (*asked, *RESULTS)}


class Answer(models.Model):
    """One answer to one question about one lead. Append-only: the last one counts, and stands in the lead's declared field."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="+", db_index=False)
    framework = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()  # of the framework
    question = models.CharField(max_length=30)
    value = models.JSONField(null=True)  # as the declared field holds it; null where it is unknown and the kind has no word for that
    evidence = models.CharField(max_length=500, blank=True)
    touch = models.ForeignKey(Touch, null=True, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    person = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(F("lead"), F("id").desc(), name="answer_of_lead")]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.framework}.{self.question}"
