"""Saved criteria and who is in them."""

from django.db import models

from leadloop.db.versions import Versioned
from leadloop.leads.models import Lead


class Segment(Versioned):
    """`spec`: {"criteria": tree}."""


class Member(models.Model):
    """A lead that is in a segment now."""

    pk = models.CompositePrimaryKey("segment", "lead_id")
    segment = models.SlugField(max_length=60, db_index=False)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_constraint=False, related_name="memberships")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.segment} {self.lead_id}"
