"""What a contact point allowed, as an append-only ledger."""

from django.conf import settings
from django.db import models


class Consent(models.Model):
    """One grant or withdrawal with its evidence. Never changed; the latest by purpose and channel counts."""

    contact_point = models.CharField(max_length=260)  # "e:ann@example.com" or "p:+14155550100"
    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=10)  # email, phone, sms, post, any
    granted = models.BooleanField()
    evidence = models.JSONField(default=dict)  # text shown, version, url, ip, form
    submission_id = models.BigIntegerField(null=True)
    happened_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["contact_point", "purpose", "channel", "-id"], name="consent_latest")]

    def __str__(self) -> str:
        return f"{self.contact_point} {self.purpose}"


class Suppression(models.Model):
    """A contact point that is not to come back by itself, by its keyed digest only: nobody can read from it whose it was.

    In force until it expires or is lifted; the row stays.
    """

    class Kind(models.TextChoices):
        JUNK = "junk", "Was junk"
        ERASED = "erased", "Was erased"

    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind)
    lead_id = models.BigIntegerField(null=True, blank=True)  # whose end it came from
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_how = models.CharField(max_length=20, blank=True)  # released, undone, permission, lead erased

    class Meta:
        indexes = [
            models.Index(fields=["digest"], condition=models.Q(lifted_at=None), name="suppression_in_force"),
            models.Index(fields=["lead_id"], name="suppression_of_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"
