"""The pages of simulations: what to compare under which assumptions, and what came out."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.kernel.errors import LeadLoopError
from leadloop.simulation import actions, observing, shown
from leadloop.simulation.domain.fitting import Ground
from leadloop.simulation.domain.given import as_document, as_toml, read_policies
from leadloop.simulation.domain.world import default_world
from leadloop.simulation.errors import NoSimulation
from leadloop.simulation.forms import SimulationForm
from leadloop.simulation.models import Simulation
from leadloop.web.access import roles

READERS = ("manager", "admin")
SHOWN = 10
CHARTS = ("won", "within", "followed")


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*READERS)
def show_simulations(request: HttpRequest) -> HttpResponse:
    """The form, filled from the base, from an earlier run, or with stated assumptions; and the last runs."""
    if request.method == "POST":
        return create_simulation(request)
    form, grounds, basis = _prepared(request)
    return _page(request, form, grounds, basis)


@require_POST
@roles(*READERS)
def create_simulation(request: HttpRequest) -> HttpResponse:
    """Run it at once, or leave it for a worker."""
    form = SimulationForm(request.POST)
    basis = "base" if request.POST.get("basis") == "base" else "assumed"
    if form.is_valid():
        seeds = range(1, form.cleaned_data["seeds"] + 1)
        grounds = _grounds(form.cleaned_data["assumptions"], basis, form.cleaned_data["grounds"])
        try:
            row = actions.ask(form.cleaned_data["world"], form.chosen(), seeds, grounds=grounds, author=request.user, now=utc_now())
        except LeadLoopError as error:
            form.add_error(None, str(error))
        else:
            return redirect("simulation:simulation", row.pk)
    return _page(request, form, [], basis, status=422)


@require_safe
@roles(*READERS)
def show_simulation(request: HttpRequest, number: int) -> HttpResponse:
    """What came out, or how far it is."""
    row = _row(number)
    context: dict[str, Any] = {"row": row, "live": row if row.state in LIVE else None, "text": as_toml(_without_policies(row.document))}
    if row.result:
        context |= {
            "leads": round(row.result["leads"]),
            "charts": [{"id": f"chart-{name}", "title": shown.LABELS[name], "data": shown.chart(row.result, name)} for name in CHARTS],
            "labels": list(shown.LABELS.values()),
            "rows": shown.rows(row.result),
            "loads": shown.loads(row.result, [person.get("name", "") for person in row.document["people"]]),
        }
    return render(request, "simulation/simulation.html", context)


@require_safe
@roles(*READERS)
def show_progress(request: HttpRequest, number: int) -> HttpResponse:
    """How far it is; when it has ended the page is asked to show itself anew."""
    row = _row(number)
    if row.state not in LIVE:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "simulation/_progress.html", {"live": row})


@require_POST
@roles(*READERS)
def delete_simulation(request: HttpRequest, number: int) -> HttpResponse:
    """Clear a run away."""
    _row(number).delete()
    messages.success(request, f"Simulation {number} is gone.")
    return redirect("simulation:simulations")


LIVE = (Simulation.State.WAITING, Simulation.State.RUNNING)


def _prepared(request: HttpRequest) -> tuple[SimulationForm, list[Ground], str]:
    earlier = request.GET.get("from", "")
    if earlier.isdecimal() and len(earlier) < 19:
        row = _row(int(earlier))
        policies = read_policies(row.document)
        hybrid = next((policy for policy in policies if policy.minutes), None)
        pull = next((policy for policy in policies if policy.pulls), None)
        initial = {
            "policies": [policy.name for policy in policies],
            "minutes": hybrid.minutes if hybrid else 15,
            "open_limit": pull.open_limit if pull else 0,
            "hour_limit": pull.hour_limit if pull else 0,
            "seeds": len(row.seeds),
            "assumptions": as_toml(_without_policies(row.document)),
        }
        return SimulationForm(initial=initial), [Ground(**ground) for ground in row.grounds], "assumed"
    if request.GET.get("basis") == "assumed":
        return SimulationForm(initial={"assumptions": as_toml(as_document(default_world()))}), [], "assumed"
    world, grounds = observing.fitted_world(now=utc_now())
    return SimulationForm(initial={"assumptions": as_toml(as_document(world))}), grounds, "base"


def _grounds(text: str, basis: str, given: list[Ground]) -> list[Ground]:
    """Where the assumptions come from: what was fitted, and that somebody changed it since."""
    if basis != "base":
        return given
    world, grounds = observing.fitted_world(now=utc_now())
    if as_toml(as_document(world)).strip() == text.strip():
        return grounds
    return [
        *grounds,
        Ground("Changed on the page", "", False, "some of these were changed by hand; the assumptions below are what was run"),
    ]


def _page(request: HttpRequest, form: SimulationForm, grounds: list[Ground], basis: str, *, status: int = 200) -> HttpResponse:
    address = reverse("simulation:simulations")
    bases = [
        {"label": "From our base", "url": address, "current": basis == "base"},
        {"label": "Stated assumptions", "url": f"{address}?basis=assumed", "current": basis == "assumed"},
    ]
    context = {
        "form": form,
        "grounds": grounds,
        "basis": basis,
        "bases": bases,
        "runs": Simulation.objects.select_related("author").order_by("-pk")[:SHOWN],
    }
    return render(request, "simulation/simulations.html", context, status=status)


def _row(number: int) -> Simulation:
    row = Simulation.objects.select_related("author").filter(pk=number).first()
    if row is None:
        raise NoSimulation
    return row


def _without_policies(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "policies"}
