"""Working time of the organisation: who works now, the month of the team, calendars and their holidays."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.db.versions import current_epoch
from leadloop.teams.models import User
from leadloop.web.access import roles
from leadloop.web.rulebook import see
from leadloop.worktime import actions, calendars, strip, tasks
from leadloop.worktime.domain.week import copied, copy_of, fields_of, grid, week_from
from leadloop.worktime.errors import CalendarInUse, CalendarNameTaken, Unreadable
from leadloop.worktime.forms import CalendarForm, FileForm, FillForm, HolidayForm
from leadloop.worktime.models import Holiday, WorkCalendar
from leadloop.worktime.reading import dates_of
from leadloop.worktime.setup import setup

EDITORS = ("manager", "admin")
OFFICE = ((0, 540, 1_020), (1, 540, 1_020), (2, 540, 1_020), (3, 540, 1_020), (4, 540, 1_020))


@require_safe
@roles(*EDITORS)
def show_working_time(request: HttpRequest) -> HttpResponse:
    """Calendars, who works now and when next, and everybody's month. Eight queries."""
    now, epoch = utc_now(), current_epoch()
    people = list(User.objects.active().filter(role__in=("rep", "manager")).order_by("name", "pk"))
    presences = actions.availability([one.pk for one in people], now=now, epoch=epoch)
    known = setup(epoch, now)
    viewer: Any = request.user
    first = strip.month_of(request.GET.get("month", ""), now.astimezone(ZoneInfo(viewer.zone)).date())
    calendars_shown = [
        (one, grid(fields_of(one.weekly)), one.days_off)
        for one in WorkCalendar.objects.annotate(days_off=Count("holidays")).order_by("-is_default", "name")
    ]
    rows = strip.rows(people, presences, known, first)
    context = {
        "calendars": calendars_shown,
        "rows": sorted(rows, key=lambda row: not row.presence.present),
        "first": first,
        "before": (first - timedelta(days=1)).strftime("%Y-%m"),
        "after": strip.month_after(first).strftime("%Y-%m"),
        "days": [square.day for square in strip.squares(known.organisation, first)],
        "today": now.astimezone(ZoneInfo(viewer.zone)).date(),
        "working": sum(row.presence.present for row in rows),
    }
    return render(request, "worktime/working_time.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def edit_calendar(request: HttpRequest, calendar_id: int | None = None) -> HttpResponse:
    """A calendar's week, as a grid of days; copying a day saves nothing yet."""
    calendar = get_object_or_404(WorkCalendar, pk=calendar_id) if calendar_id else None
    viewer: Any = request.user
    if request.method != "POST":
        initial = {"name": calendar.name, "zone": calendar.zone} if calendar else {"name": "Office", "zone": viewer.zone}
        return _calendar_page(request, calendar, CalendarForm(initial=initial), fields_of(calendar.weekly if calendar else OFFICE))
    given = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    if source := copy_of(given):
        day, targets = source
        return _calendar_page(request, calendar, CalendarForm(initial=given), copied(given, source=day, targets=targets), status=422)
    form = CalendarForm(request.POST)
    weekly, errors = week_from(given)
    if errors or not form.is_valid():
        return _calendar_page(request, calendar, form, given, status=422)
    try:
        saved = calendars.save_calendar(calendar, weekly=weekly, **form.cleaned_data)
    except CalendarNameTaken as error:
        form.add_error("name", str(error))
        return _calendar_page(request, calendar, form, given, status=422)
    messages.success(request, f"{saved.name} is saved. Leads go by it from now on.")
    return see(reverse("worktime:calendar", args=[saved.pk]))


@require_POST
@roles(*EDITORS)
def choose_default(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Everybody without a calendar works by this one."""
    calendar = get_object_or_404(WorkCalendar, pk=calendar_id)
    calendars.make_default(calendar)
    messages.success(request, f"{calendar.name} is the organisation's calendar now.")
    return see(reverse("worktime:calendar", args=[calendar.pk]))


@require_POST
@roles(*EDITORS)
def remove_calendar(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """A calendar that nobody works by goes."""
    calendar = get_object_or_404(WorkCalendar, pk=calendar_id)
    try:
        calendars.remove_calendar(calendar)
    except CalendarInUse as error:
        messages.error(request, str(error))
        return see(reverse("worktime:calendar", args=[calendar_id]))
    messages.success(request, f"{calendar.name} is gone.")
    return see(reverse("worktime:working_time"))


@require_POST
@roles(*EDITORS)
def fill_holidays(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """The public holidays of a country, from this year to the year after next; a worker looks them up."""
    calendar, form = get_object_or_404(WorkCalendar, pk=calendar_id), FillForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a country; a region is its short code.")
        return _back_to_holidays(calendar)
    year = utc_now().year
    tasks.fill_holidays.enqueue(calendar.pk, form.cleaned_data["country"], form.cleaned_data["region"].strip().upper(), year, year + 2)
    messages.success(request, "The holidays are being looked up; they stand here in a moment.")
    return _back_to_holidays(calendar)


@require_POST
@roles(*EDITORS)
def add_holiday(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """One more day off."""
    calendar, form = get_object_or_404(WorkCalendar, pk=calendar_id), HolidayForm(request.POST)
    if not form.is_valid():
        messages.error(request, "A holiday needs a day and a name.")
        return _back_to_holidays(calendar)
    day, name = form.cleaned_data["day"], form.cleaned_data["name"]
    if calendars.add_holidays(calendar, {day: name}):
        messages.success(request, f"{name} on {day:%-d %B %Y} is a day off.")
    else:
        messages.info(request, f"{day:%-d %B %Y} was a day off already.")
    return _back_to_holidays(calendar)


@require_POST
@roles(*EDITORS)
def upload_holidays(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """The days of a calendar file (.ics) are days off."""
    calendar, form = get_object_or_404(WorkCalendar, pk=calendar_id), FileForm(request.POST, request.FILES)
    year = utc_now().year
    try:
        days = dates_of(request.FILES["file"].read(), first=year - 1, last=year + 5) if form.is_valid() else {}  # type: ignore[union-attr]  # one file
    except Unreadable as error:
        messages.error(request, str(error))
        return _back_to_holidays(calendar)
    count = calendars.add_holidays(calendar, days)
    messages.success(request, f"{count} day{'s' if count != 1 else ''} off added.") if days else messages.error(
        request, "No days off in that file."
    )
    return _back_to_holidays(calendar)


@require_POST
@roles(*EDITORS)
def remove_holiday(request: HttpRequest, holiday_id: int) -> HttpResponse:
    """That day is a working day again."""
    holiday = get_object_or_404(Holiday.objects.select_related("calendar"), pk=holiday_id)
    calendars.remove_holiday(holiday)
    messages.success(request, f"{holiday.name} is a working day again.")
    return _back_to_holidays(holiday.calendar)


def _back_to_holidays(calendar: WorkCalendar) -> HttpResponse:
    return see(reverse("worktime:calendar", args=[calendar.pk]) + "#holidays")


def _calendar_page(
    request: HttpRequest, calendar: WorkCalendar | None, form: CalendarForm, given: dict[str, str], *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"calendar": calendar, "form": form, "grid": grid(given)}
    if calendar:
        since = utc_now().date() - timedelta(days=31)
        country = calendar.country or ""
        context |= {
            "holidays": list(calendar.holidays.filter(day__gte=since).order_by("day")),
            "fill_form": FillForm(initial={"country": country, "region": calendar.region}, auto_id="fill_%s"),
            "holiday_form": HolidayForm(auto_id="holiday_%s"),
            "file_form": FileForm(),
            "people": list(User.objects.active().filter(time__calendar=calendar).order_by("name")),
        }
    return render(request, "worktime/calendar.html", context, status=status)
