"""Who takes turns, who has what, and the roster behind each decision."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from leadloop.db.versions import Versioned
from leadloop.leads.models import Lead
from leadloop.routing.domain.levels import WHOLE

PERSON = settings.AUTH_USER_MODEL


class CatchUp(models.TextChoices):
    """What somebody who was away makes up of the turns that went to others meanwhile."""

    NONE = "none", "Nothing: goes on level with the others"
    CAPPED = "capped", "Some: at most so many leads"
    FULL = "full", "All of it: leads go there first until everybody is even"


class Pool(models.Model):
    """People who share a stream of leads, and the leads that wait for one of them."""

    name = models.CharField(max_length=80, unique=True)
    sla_minutes = models.PositiveIntegerField(default=5)  # promised minutes to the first touch, of working time where hours are set up
    catch_up = models.CharField(max_length=6, choices=CatchUp, default=CatchUp.NONE)
    catch_up_most = models.PositiveSmallIntegerField(default=0)  # leads, where it is capped
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Desk(models.Model):
    """A person's presence and load. One row each; `open_count` equals the live assignments."""

    person = models.OneToOneField(PERSON, on_delete=models.PROTECT, primary_key=True, related_name="desk")
    present = models.BooleanField(default=True)
    open_cap = models.PositiveIntegerField(default=50)
    open_count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.person)


class Seat(models.Model):
    """A person's place in a pool. `turns` counts leads taken here, from the level at which the person joined."""

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="seats")
    weight = models.PositiveSmallIntegerField(default=1)
    joined_level = models.BigIntegerField(default=0)  # turns that were not leads: the level at joining, and what coming back added
    turns = models.PositiveBigIntegerField(default=0)
    factor = models.PositiveSmallIntegerField(default=1_000)  # thousandths of the weight that count: part time, and new members
    missing = models.BooleanField(default=False)  # others were dealt leads here while working time kept this person away

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pool", "person"], name="seat_once"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="seat_weight_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.pool}"

    @property
    def pull(self) -> float:
        """The weight that counts now."""
        return self.weight if self.factor == WHOLE else self.weight * self.factor / WHOLE


class Route(Versioned):
    """`spec`: ordered rules of criteria to a pool, with a fallback; see `routing.domain.decide`."""


class Draw(models.Model):
    """The roster as it stood when a batch was dealt: with a lead's place in the batch it recomputes the choice."""

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    roster = models.JSONField()  # [[person, weight, turns, free, present, why not if working time says so], ...]
    terms = models.JSONField(null=True)  # where it was not plain turns: method, who lacks what, odds; see `domain.candidates.Round`
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draw {self.pk}"


class Assignment(models.Model):
    """A lead in a person's hands, from then to then. The ledger that fairness is judged by."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_constraint=False, related_name="assignments", db_index=False)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="assignments", db_constraint=False, db_index=False)
    pool = models.ForeignKey(Pool, null=True, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    how = models.CharField(max_length=10)  # turn, claim, given, kept, reopened, owner, account, person
    assigned_at = models.DateTimeField()
    touch_by = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead"], condition=Q(ended_at=None), name="assignment_one_owner")]
        indexes = [
            models.Index(fields=["assigned_at"], name="assignment_by_time"),
            models.Index(fields=["person", "assigned_at"], name="assignment_by_person"),  # counts against caps of day, week and month
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.person_id}"


class Skill(models.Model):
    """Something that a person can do, or a language that they speak, as routes ask for it."""

    class Kind(models.TextChoices):
        SKILL = "skill", "Skill"
        LANGUAGE = "language", "Language"

    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="skills")
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=60)  # a language by its code, such as "de"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "name"], name="skill_once")]

    def __str__(self) -> str:
        return self.name


class Journey(models.Model):
    """A lead on its way through the stops of its rule: where it is, and when it moves on unless somebody accepts it.

    One row a lead, only where it will move; accepting, claiming and closing end it.
    """

    lead = models.OneToOneField(Lead, on_delete=models.PROTECT, db_constraint=False, primary_key=True, related_name="journey")
    version = models.PositiveIntegerField()  # of the route
    rule = models.CharField(max_length=60)
    stop = models.PositiveSmallIntegerField()
    ahead = models.JSONField()  # [[rule, stop], ...] still to come
    person = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    entered_at = models.DateTimeField()
    moves_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.lead_id} {self.rule}:{self.stop}"
