"""Segments, who is in them and since when, what people said by hand, and how fresh all of it is."""

from django.conf import settings
from django.db import models

from leadloop.db.versions import Versioned
from leadloop.leads.models import Lead

PERSON = settings.AUTH_USER_MODEL


class Segment(Versioned):
    """`spec`: {"kind": "dynamic", "fixed" or "mixed", "criteria": tree}; without a kind it is dynamic, a fixed one has no criteria."""


class Member(models.Model):
    """A lead that is in a segment now."""

    pk = models.CompositePrimaryKey("segment", "lead_id")
    segment = models.SlugField(max_length=60, db_index=False)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_constraint=False, related_name="memberships")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.segment} {self.lead_id}"


class Why(models.TextChoices):
    """What moved a lead."""

    CRITERIA = "criteria", "the criteria, when the lead was judged"
    TIME = "time", "the criteria, as time passed"
    PUBLISHED = "published", "a new version"
    RECONCILED = "reconciled", "the reconciliation"
    RETIRED = "retired", "the segment was retired"
    HAND = "hand", "by hand"
    IMPORTED = "import", "an import"
    SNAPSHOT = "snapshot", "a snapshot of a search"
    PROGRAM = "program", "a program"
    CLEARED = "cleared", "back to the criteria"
    UNDONE = "undone", "taken back"


class Change(models.Model):
    """A lead came into a segment or went out of it. Append-only, written by the statement that moves the member."""

    segment = models.SlugField(max_length=60, db_index=False)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    entered = models.BooleanField()
    why = models.CharField(max_length=10, choices=Why)
    version = models.PositiveIntegerField()  # of the segment
    person = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    happened_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["lead", "id"], name="change_of_lead"),
            models.Index(fields=["segment", "id"], name="change_of_segment"),
        ]

    def __str__(self) -> str:
        return f"{self.segment} {self.lead_id} {'in' if self.entered else 'out'}"


class Override(models.Model):
    """A lead that is in or out because a person said so, whatever the criteria say, until a person says otherwise."""

    pk = models.CompositePrimaryKey("segment", "lead_id")
    segment = models.SlugField(max_length=60, db_index=False)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    inside = models.BooleanField()
    why = models.CharField(max_length=10, choices=Why)
    person = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.segment} {self.lead_id} {'in' if self.inside else 'out'} by hand"


class Mark(models.Model):
    """A person's word on a lead in a segment: in, out, or as the criteria say. Append-only; the last one is the override."""

    class Word(models.TextChoices):
        IN = "in", "in"
        OUT = "out", "out"
        NONE = "", "as the criteria say"

    segment = models.SlugField(max_length=60, db_index=False)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    word = models.CharField(max_length=3, choices=Word, blank=True)
    before = models.CharField(max_length=3, choices=Word, blank=True)
    why = models.CharField(max_length=10, choices=Why)
    person = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    happened_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["lead", "segment", "id"], name="mark_of_lead")]

    def __str__(self) -> str:
        return f"{self.segment} {self.lead_id} {self.get_word_display()}"


class Freshness(models.Model):
    """How far a segment in force is right: for everybody at `sure_until`, and after it for the leads that passed the loop."""

    segment = models.SlugField(max_length=60, primary_key=True)
    version = models.PositiveIntegerField()
    rebuilt_at = models.DateTimeField()  # the last time that every lead was compared
    sure_until = models.DateTimeField()  # the last time that leads were looked at for which time had passed

    def __str__(self) -> str:
        return f"{self.segment} until {self.sure_until:%Y-%m-%d %H:%M}"


class Size(models.Model):
    """How many leads were in a segment, the last time it was counted on a day."""

    pk = models.CompositePrimaryKey("segment", "day")
    segment = models.SlugField(max_length=60, db_index=False)
    day = models.DateField()
    leads = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.segment} {self.day} {self.leads}"


class TargetList(models.Model):
    """Whom a campaign is meant for: leads in any of some segments, but for those in others and those who may not be contacted.

    `purpose` and `channel` name the consent that is asked for; with `strict`, nobody without a yes is on it.
    """

    name = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    takes = models.JSONField(default=list)  # names of segments
    leaves = models.JSONField(default=list)
    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=10)
    strict = models.BooleanField(default=False)
    author = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title
