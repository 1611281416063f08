"""The pages of packs: the gallery, one pack with exactly what it would make, and what would go with it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.packs import actions, shown
from leadloop.packs.domain.format import Pack
from leadloop.packs.errors import NotInstalled
from leadloop.packs.models import Installed
from leadloop.packs.planning import SAMPLE, Group, farewell, is_fresh, preview
from leadloop.packs.shelf import pack_called, shelf
from leadloop.web.access import roles
from leadloop.web.rulebook import see

KEEPERS = ("manager", "admin")


@require_safe
@roles(*KEEPERS)
def show_packs(request: HttpRequest) -> HttpResponse:
    """Every pack there is, with what is inside. One query."""
    packs, broken = shelf()
    here = {one.name: one for one in Installed.objects.all()}
    return render(request, "packs/packs.html", {"cards": [shown.card(pack, here.get(pack.name)) for pack in packs], "broken": broken})


@require_safe
@roles(*KEEPERS)
def show_pack(request: HttpRequest, name: str) -> HttpResponse:
    """One pack: what it would make in this install, thing by thing; what to do next once it is here."""
    return render(request, "packs/pack.html", _page(request, pack_called(name)))


@require_POST
@roles(*KEEPERS)
def install_pack(request: HttpRequest, name: str) -> HttpResponse:
    """Make what is missing; the sample leads too, if their box is ticked."""
    pack = pack_called(name)
    without = () if request.POST.get("sample") == "on" else (SAMPLE,)
    result = actions.install(pack, author=request.user, now=utc_now(), without=without)  # type: ignore[arg-type]  # signed in
    if result.made:
        messages.success(request, f"{pack.title} is installed: {_things(len(result.made))} made. {_left(len(result.left))}".strip())
    else:
        messages.info(request, f"Nothing was missing. {_left(len(result.left))}".strip())
    return see(reverse("packs:pack", args=[name]))


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*KEEPERS)
def remove_pack(request: HttpRequest, name: str) -> HttpResponse:
    """What would go and what would stay; POST does it."""
    installed = _installed(name)
    if request.method != "POST":
        goes, stays = shown.farewell_rows(farewell(installed).things)
        return render(request, "packs/removal.html", {"installed": installed, "goes": goes, "stays": stays})
    goes, stays = shown.farewell_rows(actions.remove(name, now=utc_now()).things)
    messages.success(request, f"{installed.title} is removed: {_things(len(goes))} gone.")
    for one in stays:
        messages.warning(request, f"“{one['title']}” stays. {one['stays']}")
    return see(reverse("packs:packs"))


@require_POST
@roles(*KEEPERS)
def add_sample(request: HttpRequest, name: str) -> HttpResponse:
    """Send the sample leads of an installed pack."""
    made = actions.send_sample(pack_called(name), now=utc_now())
    messages.success(request, f"{made[0].title} came in." if made else "The sample leads are here already.")
    return see(reverse("packs:pack", args=[name]))


@require_POST
@roles(*KEEPERS)
def drop_sample(request: HttpRequest, name: str) -> HttpResponse:
    """Take the sample leads away, and nothing else."""
    found = actions.remove_sample(name)
    gone, stay = len(found.sample.leads), len(found.sample.joined)
    messages.success(request, f"{gone} sample leads are gone, with everything they made.")
    if stay:
        messages.warning(request, f"{stay} stay, because real inquiries joined them.")
    return see(reverse("packs:pack", args=[name]))


def _page(request: HttpRequest, pack: Pack) -> dict[str, Any]:
    now, installed = utc_now(), Installed.objects.filter(name=pack.name).first()
    groups = preview(pack, author=request.user, now=now)  # type: ignore[arg-type]  # signed in
    sample = next(iter(installed.made_of(SAMPLE).values()), None) if installed else None
    return {
        **shown.card(pack, installed),
        "installed": installed,
        "groups": [_told(group) for group in groups if group.items],
        "new": sum(group.new for group in groups),
        "fresh": is_fresh(),
        "sample": sample,
        "steps": shown.next_steps(installed),
        "first": shown.first_steps(groups),
        "reports": shown.reports(pack),
    }


def _told(group: Group) -> dict[str, Any]:
    rows = [{"item": item, "badge": shown.BADGES[item.state]} for item in group.items]
    return {"label": group.label, "rows": rows, "note": _note(group.new, len(rows)), "many": group.kind in ("sources", "fields")}


def _note(new: int, total: int) -> str:
    if new in (0, total):
        return f"{total} new" if new else str(total)
    return f"{new} new of {total}"


def _installed(name: str) -> Installed:
    row = Installed.objects.filter(name=name).first()
    if row is None:
        raise NotInstalled(name=name)
    return row


def _left(count: int) -> str:
    return f"{_things(count)} left as they are; the page says why." if count else ""


def _things(count: int) -> str:
    return f"{count} thing{'' if count == 1 else 's'}"
