"""Leads that are not ready and the date that brings each back."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from leadloop.leads.models import Lead


class Recycle(models.Model):
    """A lead given back to nurture. Waits until `due_at`; ends when it returned or something else woke the lead."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="recycles")
    reason = models.CharField(max_length=60)
    note = models.CharField(max_length=2_000, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead"], condition=Q(ended_at=None), name="recycle_one_live")]
        indexes = [models.Index(fields=["due_at"], condition=Q(ended_at=None), name="recycle_due")]

    def __str__(self) -> str:
        return f"{self.lead_id} until {self.due_at:%Y-%m-%d}"
