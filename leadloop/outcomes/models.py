"""How it ended, and what came of it: the labels we learn from."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from leadloop.leads.models import Account, Contact, Lead

PERSON = settings.AUTH_USER_MODEL


class Disposition(models.Model):
    """One end of a lead by code, with author and time. Reopening adds a row elsewhere and takes none away."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="dispositions")
    stage = models.CharField(max_length=12)  # disqualified, junk, won, lost, nurture
    reason = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=2_000, blank=True)
    author = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.lead_id} {self.stage}"


class Opportunity(models.Model):
    """A deal with an amount."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        WON = "won", "Won"
        LOST = "lost", "Lost"

    name = models.CharField(max_length=200)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="opportunities")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="opportunities")
    owner = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="opportunities")
    state = models.CharField(max_length=4, choices=State, default=State.OPEN)
    amount_cents = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    close_on = models.DateField(null=True, blank=True)  # expected
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="opportunity_state")]

    def __str__(self) -> str:
        return self.name


class Conversion(models.Model):
    """What one lead became. One live conversion a lead, so two clicks make one; undone ones stay as history."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="conversions")
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    opportunity = models.ForeignKey(Opportunity, null=True, on_delete=models.SET_NULL, related_name="+")
    made = models.JSONField(default=dict)  # which of the three were new, and what was filled in: what undoing takes back
    author = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    converted_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead"], condition=Q(undone_at=None), name="conversion_one_live")]

    def __str__(self) -> str:
        return f"{self.lead_id} converted"
