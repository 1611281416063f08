"""Who scrubbed what, when and why; which leads it was; and who was erased. These rows stay."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from leadloop.leads.models import Lead

PERSON = settings.AUTH_USER_MODEL


class Scrub(models.Model):
    """One clean-up: whom it was about, what was done with them, who said so and why. Its leads are `Scrubbed` rows."""

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        FINISHED = "finished", "Finished"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"
        BROKEN = "broken", "Broke off"

    action = models.CharField(max_length=12)  # recycle, disqualify, anonymise, delete
    asked = models.JSONField(default=dict)  # {"preset", "days", "criteria"}
    options = models.JSONField(default=dict)  # {"until"} of a recycling
    why = models.CharField(max_length=300)
    author = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    undone = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.action} {self.total}"


class Scrubbed(models.Model):
    """A lead of a scrub, and how it went with it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        REFUSED = "refused", "Left as it was"
        UNDONE = "undone", "Undone"

    scrub = models.ForeignKey(Scrub, on_delete=models.PROTECT, related_name="leads")
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    taken_at = models.DateTimeField(null=True, blank=True)  # when its step was taken, for whoever takes it back
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scrub", "lead"], name="scrubbed_once")]
        indexes = [models.Index(fields=["scrub", "lead"], condition=Q(state="waiting"), name="scrubbed_waiting")]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.state}"


class Erasure(models.Model):
    """A person who was erased: which lead it was, who said so and why, and how many rows changed in each place."""

    class How(models.TextChoices):
        ANONYMISED = "anonymised", "Anonymised"
        DELETED = "deleted", "Deleted"

    lead = models.ForeignKey(Lead, null=True, blank=True, on_delete=models.PROTECT, related_name="erasures")
    how = models.CharField(max_length=10, choices=How)
    why = models.CharField(max_length=300)
    author = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    scrub = models.ForeignKey(Scrub, null=True, blank=True, on_delete=models.PROTECT, related_name="erasures")
    erased_at = models.DateTimeField()
    places = models.JSONField(default=dict)  # place → rows, of the whole batch that this lead was in
    left = models.JSONField(default=list)  # what a person has to look at: uploaded files that cannot be read here

    def __str__(self) -> str:
        return f"{self.lead_id} {self.how}"
