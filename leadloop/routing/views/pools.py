"""Pools and their seats, presence and caps: who takes turns."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.routing import roster
from leadloop.routing.errors import PoolNameTaken
from leadloop.routing.forms import CapForm, PoolForm, SeatForm, WeightForm
from leadloop.routing.models import Pool
from leadloop.teams.errors import NotYoursToChange
from leadloop.teams.models import User
from leadloop.web.access import roles, signed_in
from leadloop.web.rulebook import see

EDITORS = ("manager", "admin")
BACK = {"people": "teams:people", "profile": "teams:profile", "pools": "routing:pools"}


@require_safe
@roles(*EDITORS)
def show_pools(request: HttpRequest) -> HttpResponse:
    """Every pool with its people in the order in which they get leads, and why."""
    return render(request, "routing/pools.html", {"pools": roster.pools_with_places(now=utc_now())})


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def edit_pool(request: HttpRequest, pool_id: int | None = None) -> HttpResponse:
    """A pool's name and promise, and its people; or a new pool."""
    pool = get_object_or_404(Pool, pk=pool_id) if pool_id else None
    if request.method != "POST":
        initial = _said_of(pool) if pool else {"sla_minutes": 5}
        return _pool_page(request, pool, PoolForm(initial=initial))
    form = PoolForm(request.POST)
    if not form.is_valid():
        return _pool_page(request, pool, form, status=422)
    try:
        if pool:
            roster.change_pool(pool, **form.cleaned_data)
        else:
            pool = roster.open_pool(now=utc_now(), **form.cleaned_data)
    except PoolNameTaken as error:
        form.add_error("name", str(error))
        return _pool_page(request, get_object_or_404(Pool, pk=pool_id) if pool_id else None, form, status=422)
    messages.success(request, f"{pool.name} is saved.")
    return see(reverse("routing:pool", args=[pool.pk]))


@require_POST
@roles(*EDITORS)
def add_seat(request: HttpRequest, pool_id: int) -> HttpResponse:
    """Somebody joins the pool, level with the others."""
    pool = get_object_or_404(Pool, pk=pool_id)
    form = SeatForm(request.POST, people=User.objects.active().order_by("name"))
    if not form.is_valid():
        return _pool_page(request, pool, _pool_form(pool), seat_form=form, status=422)
    person = form.cleaned_data["person"]
    roster.join(pool, person, weight=form.cleaned_data["weight"])
    messages.success(
        request, f"{person} takes turns in {pool}, level with the others.", extra_tags=f"undo:{_seat_url('seat_removal', pool, person)}"
    )
    return see(reverse("routing:pool", args=[pool.pk]))


@require_POST
@roles(*EDITORS)
def change_weight(request: HttpRequest, pool_id: int, person_id: int) -> HttpResponse:
    """A larger or smaller share from now on; what was dealt so far stays even."""
    pool, person, form = get_object_or_404(Pool, pk=pool_id), _seated(pool_id, person_id), WeightForm(request.POST)
    if form.is_valid():
        roster.join(pool, person, weight=form.cleaned_data["weight"])
        messages.success(request, f"{person} has weight {form.cleaned_data['weight']} in {pool}.")
    else:
        messages.error(request, f"A weight is a whole number from 1 to {roster.HEAVIEST}.")
    return see(reverse("routing:pool", args=[pool.pk]))


@require_POST
@roles(*EDITORS)
def remove_seat(request: HttpRequest, pool_id: int, person_id: int) -> HttpResponse:
    """Somebody leaves the pool; the leads they have stay with them."""
    pool = get_object_or_404(Pool, pk=pool_id)
    seat = next((seat for seat in pool.seats.select_related("person") if seat.person_id == person_id), None)
    if seat:
        roster.leave(pool, seat.person)
        undo = _seat_url("seat_return", pool, seat.person, seat.weight)
        messages.success(request, f"{seat.person} takes no turns in {pool} any more, and keeps the leads.", extra_tags=f"undo:{undo}")
    return see(reverse("routing:pool", args=[pool.pk]))


@require_POST
@roles(*EDITORS)
def return_seat(request: HttpRequest, pool_id: int, person_id: int, weight: int) -> HttpResponse:
    """Undo of leaving: the same weight, level with the others."""
    pool, person = get_object_or_404(Pool, pk=pool_id), get_object_or_404(User.objects.active(), pk=person_id)
    roster.join(pool, person, weight=min(max(1, weight), roster.HEAVIEST))
    messages.info(request, f"{person} takes turns in {pool} again.")
    return see(reverse("routing:pool", args=[pool.pk]))


@require_POST
@signed_in
def begin_presence(request: HttpRequest, person_id: int) -> HttpResponse:
    """Somebody is there again and takes turns, level with the others."""
    return _switch(request, person_id, present=True)


@require_POST
@signed_in
def end_presence(request: HttpRequest, person_id: int) -> HttpResponse:
    """Somebody is away: no turns until they come back."""
    return _switch(request, person_id, present=False)


@require_POST
@roles(*EDITORS)
def come_back(request: HttpRequest, person_id: int) -> HttpResponse:
    """Somebody who was let go is back: may sign in, and goes on level with the others in every pool."""
    person = get_object_or_404(User, pk=person_id)
    try:
        roster.come_back(person, by=request.user)  # type: ignore[arg-type]  # signed in
    except NotYoursToChange as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{person} can sign in again.", extra_tags=f"undo:{reverse('teams:deactivation', args=[person.pk])}")
    return see(reverse("teams:people"))


@require_POST
@roles(*EDITORS)
def change_cap(request: HttpRequest, person_id: int) -> HttpResponse:
    """How many open leads fit on a person's desk."""
    person, form = get_object_or_404(User, pk=person_id), CapForm(request.POST)
    if form.is_valid():
        roster.set_cap(person, cap=form.cleaned_data["cap"])
        messages.success(request, f"{person} takes at most {form.cleaned_data['cap']} open leads.")
    else:
        messages.error(request, f"A cap is a whole number from 0 to {roster.LARGEST_CAP:,}.")
    return _back(request)


def _switch(request: HttpRequest, person_id: int, *, present: bool) -> HttpResponse:
    """A person's own switch, or anybody's for those who steer."""
    if request.user.pk != person_id and not request.user.is_manager:  # type: ignore[union-attr]  # signed in
        raise Http404
    person = get_object_or_404(User.objects.active(), pk=person_id)
    roster.set_present(person, present=present)
    who = "You take" if person == request.user else f"{person} takes"
    words = f"{who} turns, level with the others: nothing that was missed is made up." if present else f"{who} no new leads until back."
    undo = reverse("routing:absence" if present else "routing:presence", args=[person.pk])
    messages.success(request, words, extra_tags=f"undo:{undo}")
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that the switch stood on: one of ours by name, never an address that was sent."""
    asked = request.POST.get("from", "")
    steers = request.user.is_manager  # type: ignore[union-attr]  # signed in
    return see(reverse(BACK.get(asked, "teams:profile") if steers else "teams:profile"))


def _seated(pool_id: int, person_id: int) -> User:
    return get_object_or_404(User, pk=person_id, seats__pool_id=pool_id)


def _seat_url(name: str, pool: Pool, person: User, *more: Any) -> str:
    return reverse(f"routing:{name}", args=[pool.pk, person.pk, *more])


def _said_of(pool: Pool) -> dict[str, Any]:
    return {name: getattr(pool, name) for name in ("name", "sla_minutes", "catch_up", "catch_up_most")}


def _pool_form(pool: Pool) -> PoolForm:
    return PoolForm(initial=_said_of(pool))


def _pool_page(
    request: HttpRequest, pool: Pool | None, form: PoolForm, *, seat_form: SeatForm | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"pool": pool, "form": form}
    if pool:
        others = User.objects.active().exclude(seats__pool=pool).order_by("name")
        context |= {"lined_up": roster.places_in(pool, now=utc_now()), "seat_form": seat_form or SeatForm(people=others)}
    return render(request, "routing/pool.html", context, status=status)
