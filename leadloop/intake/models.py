"""What came in, as it came; what waits to be judged; what became of it."""

from django.db import models


class Submission(models.Model):
    """One payload, kept as it came. Never changed."""

    door = models.CharField(max_length=8)  # api, form, file
    source_id = models.BigIntegerField()
    payload = models.TextField()  # JSON as sent
    context = models.JSONField(default=dict)  # ip, user agent, page, import and line, key
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.door} {self.pk}"


class Waiting(models.Model):
    """A submission that is kept but not yet judged. The row goes when its verdict comes."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, db_constraint=False, primary_key=True, related_name="waiting")

    def __str__(self) -> str:
        return str(self.submission_id)


class Outcome(models.TextChoices):
    CREATED = "created", "became a lead"
    MATCHED = "matched", "joined a lead that we had"
    QUARANTINED = "quarantined", "set aside because a rule failed"


class Verdict(models.Model):
    """What became of a submission. A quarantined one may be replayed; then this row says the later truth."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, db_constraint=False, primary_key=True, related_name="verdict")
    outcome = models.CharField(max_length=12, choices=Outcome)
    lead_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["submission"], condition=models.Q(outcome="quarantined"), name="verdict_quarantine")]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.outcome}"


class Refusal(models.Model):
    """How many items a door turned away on a day, by reason. What was refused was never acknowledged."""

    day = models.DateField()
    door = models.CharField(max_length=8)
    reason = models.CharField(max_length=60)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "door", "reason"], name="refusal_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.reason} {self.count}"


class Tally(models.Model):
    """Received, by door: counted in the transaction that keeps the submission, so that the books can be proved."""

    door = models.CharField(max_length=8, primary_key=True)
    received = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.door} {self.received}"
