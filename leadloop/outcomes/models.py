"""How it ended, and what came of it: the labels we learn from."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from leadloop.db.versions import Versioned
from leadloop.leads.models import Account, Contact, Lead
from leadloop.outcomes.domain.reasons import END_LABELS

PERSON = settings.AUTH_USER_MODEL


class Reason(models.Model):
    """Why a lead ends, as people choose it. A code is for ever; a retired reason is chosen no more and still says what it said."""

    end = models.CharField(max_length=12, choices=list(END_LABELS.items()))
    code = models.SlugField(max_length=40)
    label = models.CharField(max_length=80)
    place = models.PositiveSmallIntegerField(default=0)
    needs_note = models.BooleanField(default=False)
    revisit_days = models.PositiveSmallIntegerField(null=True, blank=True)  # of a recycled lead: when it comes back unless said otherwise
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["end", "code"], name="reason_once")]
        ordering = ("end", "place", "id")

    def __str__(self) -> str:
        return self.label


class DispositionQuerySet(models.QuerySet["Disposition"]):
    def told(self) -> Self:
        """Ends that count: not taken back at once, and in the words that were said last."""
        return self.filter(undone_at=None, replaced_at=None)

    def in_force(self) -> Self:
        """Ends that were not reopened since."""
        return self.told().filter(reopened_at=None)

    def by_reason(self) -> dict[tuple[str, str], int]:
        """How many there are by stage and reason. One query."""
        rows = self.order_by().values_list("stage", "reason").annotate(number=models.Count("pk"))
        return {(stage, reason): number for stage, reason, number in rows}


class Disposition(models.Model):
    """One end of a lead by code, with author and time. Reopening, rewriting and undoing note their moment and take no row away.

    A reason that is rewritten is a further row with the same `ended_at`; the one before it has `replaced_at`.
    """

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="dispositions")
    stage = models.CharField(max_length=12)  # disqualified, junk, won, lost, nurture
    reason = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=2_000, blank=True)
    rule = models.CharField(max_length=80, blank=True)  # "3:free_mail": version and id of the junk rule that said so, if none of us did
    author = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")  # who had the lead when it ended
    ended_at = models.DateTimeField()
    made_at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = DispositionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["stage", "ended_at"], name="disposition_by_end")]

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


class JunkRules(Versioned):
    """`spec`: rules of criteria that mark a new lead as junk, and whom they let through; see `outcomes.domain.junk_rules`."""
