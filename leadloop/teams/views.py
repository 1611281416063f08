"""The pages of people: list, add, change, let go; and one's own profile."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadloop.teams import actions
from leadloop.teams.domain.steering import may_steer
from leadloop.teams.errors import EmailTaken, NobodyLeft, NotYoursToChange
from leadloop.teams.forms import NewPersonForm, PersonForm, ProfileForm
from leadloop.teams.models import Role, User
from leadloop.web.access import roles, signed_in
from leadloop.web.rulebook import see

EDITORS = ("manager", "admin")


@require_safe
@roles(*EDITORS)
def show_people(request: HttpRequest) -> HttpResponse:
    """Everybody, those who left last, with desks and seats. Three queries."""
    people = list(User.objects.select_related("desk").prefetch_related("seats__pool").order_by("-is_active", "name", "pk"))
    rows = [
        {
            "person": person,
            "role": Role(person.role).label,
            "desk": getattr(person, "desk", None),
            "seats": list(person.seats.all()),
            "steered": may_steer(request.user.role, person.role),  # type: ignore[union-attr]  # signed in
        }
        for person in people
    ]
    context = {"here": [row for row in rows if row["person"].is_active], "gone": [row for row in rows if not row["person"].is_active]}
    return render(request, "teams/people.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def add_person(request: HttpRequest) -> HttpResponse:
    """Somebody new; the password is on the answer and nowhere else."""
    by: Any = request.user
    if request.method != "POST":
        return render(request, "teams/new_person.html", {"form": NewPersonForm(initial={"role": Role.REP, "zone": by.zone}, by=by)})
    form = NewPersonForm(request.POST, by=by)
    if form.is_valid():
        try:
            person, password = actions.add_person(by=by, **form.cleaned_data)
        except EmailTaken as error:
            form.add_error("email", str(error))
        else:
            return render(request, "teams/password.html", {"person": person, "password": password, "fresh": True})
    return render(request, "teams/new_person.html", {"form": form}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def edit_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """A person's name, role and zone."""
    by: Any = request.user
    person = get_object_or_404(User, pk=person_id)
    steered = may_steer(by.role, person.role)
    form = PersonForm(request.POST or None, initial=_known(person), by=by)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                actions.change_person(person, by=by, **form.cleaned_data)
                messages.success(request, f"{form.cleaned_data['name']} is saved.")
                return see(reverse("teams:people"))
        except (NobodyLeft, NotYoursToChange) as error:
            form.add_error("role", str(error))
        status = 422
    return render(request, "teams/person.html", {"person": person, "form": form, "steered": steered}, status=status)


def _known(person: User) -> dict[str, Any]:
    sensitive = {None: "", True: "yes", False: "no"}[person.sees_sensitive]
    return {"name": person.name, "role": person.role, "zone": person.zone, "sensitive": sensitive}


@require_POST
@roles(*EDITORS)
def deactivate(request: HttpRequest, person_id: int) -> HttpResponse:
    """Let somebody go; undo is letting them back in."""
    person, by = get_object_or_404(User, pk=person_id), request.user
    if person == by:
        messages.error(request, "You cannot let yourself go; somebody else who steers can.")
        return see(reverse("teams:people"))
    try:
        actions.deactivate(person, by=by)  # type: ignore[arg-type]  # signed in
    except (NobodyLeft, NotYoursToChange) as error:
        messages.error(request, str(error))
    else:
        undo = reverse("routing:comeback", args=[person.pk])
        messages.success(request, f"{person} cannot sign in any more and gets no new leads.", extra_tags=f"undo:{undo}")
    return see(reverse("teams:people"))


@never_cache
@require_POST
@roles(*EDITORS)
def renew_password(request: HttpRequest, person_id: int) -> HttpResponse:
    """A new password, on the answer and nowhere else."""
    person = get_object_or_404(User, pk=person_id)
    try:
        password = actions.renew_password(person, by=request.user)  # type: ignore[arg-type]  # signed in
    except NotYoursToChange as error:
        messages.error(request, str(error))
        return see(reverse("teams:people"))
    return render(request, "teams/password.html", {"person": person, "password": password, "fresh": False})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def show_profile(request: HttpRequest) -> HttpResponse:
    """One's own name, zone, presence and seats."""
    person: Any = request.user
    form = ProfileForm(request.POST or None, initial={"name": person.name, "zone": person.zone})
    if request.method == "POST" and form.is_valid():
        actions.change_profile(person, **form.cleaned_data)
        messages.success(request, "Your profile is saved.")
        return see(reverse("teams:profile"))
    context = {
        "person": person,
        "form": form,
        "role": Role(person.role).label,
        "desk": getattr(person, "desk", None),
        "seats": list(person.seats.select_related("pool").order_by("pool__name")),
    }
    return render(request, "teams/profile.html", context, status=422 if request.method == "POST" else 200)
