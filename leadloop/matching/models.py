"""Which contact points and foreign ids lead to which lead."""

from django.db import models

from leadloop.leads.models import Lead


class MatchKey(models.Model):
    """One key of one lead: "e:ann@example.com", "p:+14155550100", "x:3:A-17" (external id within its source).

    A key may belong to two leads (a shared mailbox, a family phone): matching then only suggests.
    """

    pk = models.CompositePrimaryKey("key", "lead_id")
    key = models.CharField(max_length=300)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_constraint=False, related_name="match_keys", db_index=False)

    def __str__(self) -> str:
        return self.key
