"""The lead and all that happened to it. Wide facts, narrow standing, append-only touches.

References of the tables that every capture writes carry no database constraint: checking them costs more than the write, their ids
are made in the same transaction, and `leadloop verify` proves them (docs/decisions/0004-hot-references.md).
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from leadloop.db.versions import Versioned
from leadloop.leads.domain.custom_fields import KIND_CHOICES, SENSITIVITY_CHOICES
from leadloop.leads.domain.stages import CHOICES, OPEN, Stage
from leadloop.teams.models import User

PERSON = settings.AUTH_USER_MODEL


class CustomField(models.Model):
    """A field that people declared, or a pack brought. Values stand in `Lead.custom`; retired, it is kept for old rules."""

    name = models.SlugField(max_length=60, unique=True)
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=9, choices=KIND_CHOICES)
    choices = models.JSONField(default=list)
    limits = models.JSONField(default=dict)  # by leads.domain.custom_fields.LIMITS
    required = models.BooleanField(default=False)  # forms ask for an answer
    group = models.CharField(max_length=60, blank=True)
    help = models.CharField(max_length=300, blank=True)
    sensitivity = models.CharField(max_length=9, choices=SENSITIVITY_CHOICES, default="plain")
    filterable = models.BooleanField(default=False)  # an index serves its filters and its order
    pack = models.CharField(max_length=60, blank=True)  # the pack it came from
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.label


class Source(models.Model):
    """Where submissions come from."""

    name = models.CharField(max_length=120, unique=True)
    channel = models.CharField(max_length=30, default="other")
    default_country = models.CharField(max_length=2, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Lead(models.Model):
    """One inquiry by one contact: what we know of them. Changes rarely; what changes often is in `Standing`."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, db_constraint=False, related_name="leads", db_index=False)
    submission_id = models.BigIntegerField()  # the first one
    external_id = models.CharField(max_length=200, blank=True)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=16, blank=True)  # E.164
    phone_raw = models.CharField(max_length=60, blank=True)  # as it came, where it could not be read
    company = models.CharField(max_length=200, blank=True)
    company_domain = models.CharField(max_length=253, blank=True)
    title = models.CharField(max_length=150, blank=True)
    website = models.CharField(max_length=500, blank=True)
    street = models.CharField(max_length=300, blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=120, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1 alpha-2
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    place_x = models.FloatField(null=True, blank=True)  # the same point as a unit vector, see leads.domain.places
    place_y = models.FloatField(null=True, blank=True)
    place_z = models.FloatField(null=True, blank=True)
    industry = models.CharField(max_length=120, blank=True)
    employees = models.IntegerField(null=True, blank=True)
    budget_cents = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)  # ISO 4217
    product = models.CharField(max_length=200, blank=True)
    message = models.TextField(blank=True)
    campaign = models.CharField(max_length=200, blank=True)
    marks = models.JSONField(default=dict)  # utm_*, click ids
    custom = models.JSONField(default=dict)
    flaws = models.JSONField(default=list)  # what could not be read, such as "email_invalid"
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.display_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def display_name(self) -> str:
        """The best name there is for a heading."""
        return self.full_name or self.company or self.email or self.phone or self.phone_raw or self.external_id or f"Lead {self.pk}"


class StandingQuerySet(models.QuerySet["Standing"]):
    def open(self) -> Self:
        return self.filter(stage__in=[stage.value for stage in OPEN])

    def open_by_id(self) -> Self:
        """As `open`, for ranges of ids: named by the stages they are not in, else SQLite would look all open leads up by stage."""
        return self.exclude(stage__in=[stage.value for stage in Stage if stage not in OPEN])

    def visible_to(self, person: User) -> Self:
        """The only door for views: a rep's own leads and those that wait in the rep's pools; all of them for the others."""
        if person.sees_all_leads:
            return self
        return self.filter(Q(owner=person) | Q(owner=None, pool_id__in=person.seats.values("pool_id")))


class Standing(models.Model):
    """Where a lead stands now. Derived from its touches; `leadloop verify` proves it."""

    lead = models.OneToOneField(Lead, on_delete=models.PROTECT, db_constraint=False, primary_key=True, related_name="standing")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    received_at = models.DateTimeField()
    stage = models.CharField(max_length=12, choices=CHOICES, default=Stage.NEW.value)
    owner = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    pool_id = models.BigIntegerField(null=True, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True)  # 0-100; None until first scored
    grade = models.CharField(max_length=1, blank=True)  # A-D
    heat = models.FloatField(null=True, blank=True)  # forward decay, see leads.domain.heat
    waits_since = models.DateTimeField(null=True, blank=True)  # somebody has had to act since
    due_at = models.DateTimeField(null=True, blank=True)  # ... and by then
    entered_at = models.DateTimeField()  # this stage
    mql_at = models.DateTimeField(null=True, blank=True)
    first_touch_at = models.DateTimeField(null=True, blank=True)  # first time a person of ours got in touch
    accepted_at = models.DateTimeField(null=True, blank=True)
    sql_at = models.DateTimeField(null=True, blank=True)
    converted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    touches = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    temper = models.CharField(
        max_length=4, blank=True, default="", db_default=""
    )  # hot, warm or cold as a person said; blank: as the rule says

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(score=None) | Q(score__lte=100), name="standing_score_0_100")]
        indexes = [
            models.Index(fields=["received_at", "lead"], name="standing_newest"),  # read backwards, so that new rows come at its end
            models.Index(F("stage"), F("received_at").desc(), F("lead_id").desc(), name="standing_stage"),
            models.Index(F("source"), F("received_at").desc(), F("lead_id").desc(), name="standing_source"),
            models.Index(F("owner"), F("score").desc(), F("lead_id").desc(), name="standing_owner"),
            models.Index(fields=["stage", "score", "lead"], name="standing_stage_score"),
            models.Index(fields=["stage", "heat", "lead"], name="standing_stage_heat"),
            models.Index(fields=["due_at", "lead"], condition=Q(due_at__isnull=False), name="standing_due"),
            models.Index(fields=["owner", "due_at", "lead"], condition=Q(due_at__isnull=False), name="standing_rail"),
            models.Index(fields=["pool_id", "due_at", "lead"], condition=Q(owner=None, due_at__isnull=False), name="standing_pool"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.stage}"


class TemperatureRule(Versioned):
    """When a lead is hot, warm or cold; see `leads.domain.temperature` for the shape of `spec`."""


class Touch(models.Model):
    """One thing that happened to a lead. Append-only.

    `data["became"]` holds what the touch changed of the lead's standing; the last word on each key is the standing.
    """

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_constraint=False, related_name="touches", db_index=False)
    kind = models.CharField(max_length=24)
    happened_at = models.DateTimeField()
    actor = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    submission_id = models.BigIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["lead", "id"], name="touch_of_lead"),
            models.Index(fields=["happened_at", "lead"], name="touch_moment"),  # who falls out of a window of days now
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.lead_id}"


class SearchText(models.Model):
    """Folded text of a lead for substring search; written a moment after the lead, off the hot path."""

    lead = models.OneToOneField(Lead, on_delete=models.PROTECT, db_constraint=False, primary_key=True, related_name="+")
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:40]


class SearchDue(models.Model):
    """A lead whose search text is to be written anew; many rows of one lead are one job."""

    lead_id = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.lead_id)


class SensitiveRead(models.Model):
    """Somebody, or a program by its key, read sensitive values of a lead. Append-only."""

    lead_id = models.BigIntegerField()
    person = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    program = models.CharField(max_length=80, blank=True)  # the name of a key, where no person read
    where = models.CharField(max_length=12)  # page, export, api
    names = models.JSONField(default=list)
    happened_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["lead_id", "-id"], name="sensitive_read_of_lead")]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.where}"


class Notification(models.Model):
    """News for one person; many alike in one batch are one row with a count."""

    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, db_constraint=False, related_name="notifications", db_index=False)
    kind = models.CharField(max_length=24)
    lead_id = models.BigIntegerField(null=True, blank=True)
    count = models.PositiveIntegerField(default=1)
    text = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="notification_of_person")]

    def __str__(self) -> str:
        return self.text


class Account(models.Model):
    """A company we do or may do business with."""

    name = models.CharField(max_length=253)  # a company, or its domain; all as long as a lead's, so that each lead converts
    domain = models.CharField(max_length=253, blank=True)
    industry = models.CharField(max_length=120, blank=True)
    employees = models.IntegerField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)
    owner = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="accounts")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["domain"], name="account_domain"), models.Index(fields=["name"], name="account_name")]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person we know, of an account or not."""

    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts")
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=16, blank=True)
    title = models.CharField(max_length=150, blank=True)
    owner = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["email"], name="contact_email")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email or self.phone
