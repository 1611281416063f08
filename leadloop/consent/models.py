"""What a contact point allowed, as an append-only ledger."""

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
