"""Simulations that were asked for, with their assumptions and what came out."""

from django.conf import settings
from django.db import models


class Simulation(models.Model):
    """One comparison of policies. Assumptions and result are plain values, so that it can be run again to the same figures."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for a worker"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    percent = models.PositiveSmallIntegerField(default=0)
    says = models.CharField(max_length=200, blank=True)
    document = models.JSONField()  # see simulation.domain.given
    seeds = models.JSONField()
    grounds = models.JSONField(default=list)  # what was fitted from how much, and what was assumed
    result = models.JSONField(null=True)
    problem = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return f"simulation {self.pk} {self.state}"

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return {"done": "green", "failed": "red"}.get(self.state, "blue")
