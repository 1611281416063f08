"""Working calendars, what is different for a person, and when people are away."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

PERSON = settings.AUTH_USER_MODEL


class How(models.TextChoices):
    """The door an absence came in by."""

    PAGE = "page", "On the page"
    CALENDAR = "calendar", "From a calendar"
    MAIL = "mail", "By mail"
    API = "api", "By a program"


class WorkCalendar(models.Model):
    """Hours of a week in one place, and its holidays. One of them is the organisation's."""

    name = models.CharField(max_length=80, unique=True)
    zone = models.CharField(max_length=64)  # IANA name
    weekly = models.JSONField(default=list)  # [[day, first minute, minute after the last], ...], see domain.business.Shift
    country = models.CharField(max_length=8, blank=True)  # ISO code by which holidays were last filled
    region = models.CharField(max_length=40, blank=True)
    problem = models.CharField(max_length=200, blank=True)  # why holidays could not be filled
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="calendar_one_default")]

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """A local date on which nobody of the calendar works."""

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, related_name="holidays")
    day = models.DateField()
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="holiday_once_a_day")]

    def __str__(self) -> str:
        return f"{self.name} {self.day}"


class PersonTime(models.Model):
    """What a person's time has of its own; blank means as the calendar says, and without a calendar as the organisation's."""

    person = models.OneToOneField(PERSON, on_delete=models.PROTECT, primary_key=True, related_name="time")
    calendar = models.ForeignKey(WorkCalendar, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    zone = models.CharField(max_length=64, blank=True)
    weekly = models.JSONField(null=True, blank=True)
    share = models.PositiveSmallIntegerField(default=100)  # percent of a full place
    per_day = models.PositiveIntegerField(null=True, blank=True)  # leads at most
    per_week = models.PositiveIntegerField(null=True, blank=True)
    per_month = models.PositiveIntegerField(null=True, blank=True)
    warm_from = models.DateField(null=True, blank=True)
    warm_days = models.PositiveSmallIntegerField(default=0)
    warm_share = models.PositiveSmallIntegerField(default=25)  # percent on the first day
    feed_url = models.URLField(max_length=500, blank=True)
    feed_read_at = models.DateTimeField(null=True, blank=True)
    feed_problem = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(share__gte=1, share__lte=100), name="time_share_1_100"),
            models.CheckConstraint(condition=Q(warm_share__gte=1, warm_share__lte=100), name="time_warm_share_1_100"),
        ]

    def __str__(self) -> str:
        return f"time of {self.person}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def standing(self) -> "AbsenceQuerySet":
        """Those that nobody cancelled."""
        return self.filter(cancelled_at=None)


class Absence(models.Model):
    """A person is away, from then to then; without an end until somebody cancels it."""

    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=120, blank=True)
    how = models.CharField(max_length=10, choices=How)
    feed_key = models.CharField(max_length=200, blank=True)  # the event of the person's calendar that it stands for
    by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="absence_ends_after_it_starts"),
        ]
        indexes = [models.Index(fields=["ends_at"], condition=Q(cancelled_at=None), name="absence_standing_by_end")]

    def __str__(self) -> str:
        return f"{self.person_id} away {self.starts_at:%Y-%m-%d}"
