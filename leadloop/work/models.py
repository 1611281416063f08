"""What a person still has to do, and how they like to look at lists."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from leadloop.leads.models import Lead

PERSON = settings.AUTH_USER_MODEL


class Task(models.Model):
    """One thing still to do for a lead."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="tasks")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="tasks")
    text = models.CharField(max_length=300)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "due_at"], condition=Q(done_at=None), name="task_to_do")]

    def __str__(self) -> str:
        return self.text


class SavedView(models.Model):
    """A named list: criteria, order and columns; shared or one's own."""

    name = models.CharField(max_length=80)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="views")
    shared = models.BooleanField(default=False)
    query = models.JSONField(default=dict)  # {"q", "stage", "source", "owner", "criteria", "sort"}
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="saved_view_name")]

    def __str__(self) -> str:
        return self.name
