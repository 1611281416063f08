"""A person's time: what is their own, and when they are away. Everybody sees and tells their own, those who steer everybody's."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.db.versions import current_epoch
from leadloop.teams.models import User
from leadloop.web.access import roles, signed_in
from leadloop.web.rulebook import see
from leadloop.worktime import absences, actions, calendars, strip
from leadloop.worktime.domain.week import copied, copy_of, fields_of, grid, week_from
from leadloop.worktime.errors import Unreadable
from leadloop.worktime.forms import AbsenceForm, FileForm, TermsForm
from leadloop.worktime.models import Absence, How, PersonTime
from leadloop.worktime.reading import times_away
from leadloop.worktime.setup import setup

EDITORS = ("manager", "admin")
TERMS = ("calendar", "zone", "share", "per_day", "per_week", "per_month", "warm_from", "warm_days", "warm_share")


@require_safe
@signed_in
def show_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """A person's month, absences, and terms."""
    return _page(request, _whose(request, person_id))


@require_safe
@signed_in
def show_own(request: HttpRequest) -> HttpResponse:
    """One's own time."""
    return see(reverse("worktime:person", args=[request.user.pk]))


@require_POST
@signed_in
def add_absence(request: HttpRequest, person_id: int) -> HttpResponse:
    """Away from then to then."""
    person = _whose(request, person_id)
    form = AbsenceForm(request.POST, zone=_zone(person))
    if not form.is_valid():
        return _page(request, person, absence_form=form, status=422)
    given = form.cleaned_data
    made = absences.absent(person, given["starts_at"], given["ends_at"], how=How.PAGE, why=given["why"], by=request.user, now=utc_now())
    undo = reverse("worktime:absence_end", args=[made.pk])
    messages.success(request, f"{_who(request, person)} noted as away: no new leads in that time.", extra_tags=f"undo:{undo}")
    return _there(person)


@require_POST
@signed_in
def end_absence(request: HttpRequest, absence_id: int) -> HttpResponse:
    """It is over, or does not take place."""
    absence = get_object_or_404(Absence.objects.select_related("person"), pk=absence_id)
    person = _whose(request, absence.person.pk)
    absences.cancel(absence, now=utc_now())
    messages.success(request, "The absence is over." if absence.starts_at < utc_now() else "The absence is cancelled.")
    return _there(person)


@require_POST
@signed_in
def upload_calendar(request: HttpRequest, person_id: int) -> HttpResponse:
    """The busy times of a calendar file (.ics) are absences; the next file replaces them."""
    person, form = _whose(request, person_id), FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "Choose a calendar file (.ics).")
        return _there(person)
    now = utc_now()
    try:
        events = times_away(request.FILES["file"].read(), zone=_zone(person), now=now)  # type: ignore[union-attr]  # one file
    except Unreadable as error:
        messages.error(request, str(error))
        return _there(person)
    count = absences.follow_calendar(person, events, now=now)
    messages.success(request, f"The calendar is read: {count} absence{'s' if count != 1 else ''} changed.")
    return _there(person)


@require_POST
@roles(*EDITORS)
def change_terms(request: HttpRequest, person_id: int) -> HttpResponse:
    """Calendar, zone, part time, caps and warm-up."""
    person, form = get_object_or_404(User, pk=person_id), TermsForm(request.POST)
    if not form.is_valid():
        return _page(request, person, terms_form=form, status=422)
    calendars.change_time(person, now=utc_now(), **form.cleaned_data)
    messages.success(request, f"The time of {person} is saved.")
    return _there(person)


@require_POST
@roles(*EDITORS)
def change_week(request: HttpRequest, person_id: int) -> HttpResponse:
    """Own hours instead of the calendar's, or the calendar's again."""
    person = get_object_or_404(User, pk=person_id)
    given = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    if to_copy := copy_of(given):
        day, targets = to_copy
        return _page(request, person, week=copied(given, source=day, targets=targets), status=422)
    weekly, errors = week_from(given)
    if errors:
        return _page(request, person, week=given, status=422)
    own = None if given.get("as") == "calendar" else [list(shift) for shift in weekly]
    calendars.change_time(person, now=utc_now(), weekly=own)
    messages.success(request, f"{person} works {'as the calendar says' if own is None else 'own hours'} from now on.")
    return _there(person)


def _whose(request: HttpRequest, person_id: int) -> User:
    """Oneself, or anybody for those who steer; for others there is no such page."""
    if request.user.pk != person_id and not request.user.is_manager:  # type: ignore[union-attr]  # signed in
        raise Http404
    return get_object_or_404(User, pk=person_id)


def _who(request: HttpRequest, person: User) -> str:
    return "You are" if request.user.pk == person.pk else f"{person} is"


def _there(person: User) -> HttpResponse:
    return see(reverse("worktime:person", args=[person.pk]))


def _zone(person: User) -> str:
    return actions.hours_of([person.pk])[person.pk].zone


def _page(
    request: HttpRequest,
    person: User,
    *,
    absence_form: AbsenceForm | None = None,
    terms_form: TermsForm | None = None,
    week: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    now, epoch = utc_now(), current_epoch()
    known = setup(epoch, now).of(person.pk)
    today = now.astimezone(ZoneInfo(known.hours.zone)).date()
    first = strip.month_of(request.GET.get("month", ""), today)
    time = PersonTime.objects.filter(person=person).first()
    to_come = Absence.objects.standing().filter(Q(ends_at=None) | Q(ends_at__gt=now), person=person)
    initial = {name: getattr(time, name) for name in TERMS} if time else {}
    context: dict[str, Any] = {
        "person": person,
        "presence": actions.availability([person.pk], now=now, epoch=epoch)[person.pk],
        "squares": strip.squares(known, first),
        "first": first,
        "today": today,
        "zone": known.hours.zone,
        "absences": list(to_come.order_by("starts_at")[:50]),
        "absence_form": absence_form or AbsenceForm(initial={"first": today}, zone=known.hours.zone),
        "file_form": FileForm(),
        "time": time,
        "own": request.user.pk == person.pk,
        "has_own_week": bool(time and time.weekly is not None),
        "grid": grid(week or fields_of(known.hours.weekly)),
        "terms_form": (terms_form or TermsForm(initial=initial)) if request.user.is_manager else None,  # type: ignore[union-attr]  # signed in
    }
    return render(request, "worktime/person.html", context, status=status)
