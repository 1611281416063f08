"""Tables of the store itself: the epoch of published rules and the rows that wait for a worker."""

from django.db import models
from django.db.models import F, Q


class Epoch(models.Model):
    """A single row that moves on whenever something is published, so that every process notices with one cheap read."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class CacheEntry(models.Model):
    """The table of Django's database cache, where sign-in limits are counted for all processes; made with the others, by migration."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "db_cache"

    def __str__(self) -> str:
        return self.cache_key


class Job(models.Model):
    """One thing to do later: leased to one worker at a time, fenced by `fence`, retried with pauses, dead after `max_attempts`."""

    class State(models.TextChoices):
        READY = "ready", "Ready"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        DEAD = "dead", "Dead"

    name = models.CharField(max_length=120)  # dotted path of the task
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    queue = models.CharField(max_length=30, default="default")
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=7, choices=State, default=State.READY)
    dedupe_key = models.CharField(max_length=120, null=True, blank=True)  # noqa: DJ001 - null lets many rows go without one
    run_after = models.DateTimeField()
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=80, blank=True)
    fence = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True)
    problem = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dedupe_key"], condition=Q(state__in=["ready", "running"]), name="job_one_live_a_key"),
        ]
        indexes = [
            models.Index(F("priority").desc(), F("run_after"), F("id"), condition=Q(state="ready"), name="job_ready"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="job_running"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"
