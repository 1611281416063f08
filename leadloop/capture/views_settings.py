"""The pages of API keys and sources."""

from datetime import UTC, datetime, time

from django.contrib import messages
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from leadloop.capture import keys
from leadloop.capture.domain.scopes import SCOPES
from leadloop.capture.forms import KeyForm, SourceForm
from leadloop.capture.models import ApiKey
from leadloop.db.clock import utc_now
from leadloop.leads.domain.stages import Stage
from leadloop.leads.models import Source, Standing
from leadloop.web.access import roles

MOST_KEYS = 200


@never_cache
@roles("manager", "admin")
@require_http_methods(["GET", "HEAD", "POST"])
def show_keys(request: HttpRequest) -> HttpResponse:
    """All keys; POST makes one and shows its secret this once."""
    form, secret, made, status, now = KeyForm(), "", None, 200, utc_now()
    if request.method == "POST":
        form, status = KeyForm(request.POST), 422
        if form.is_valid():
            given = form.cleaned_data
            ends = datetime.combine(given["expires"], time.max, tzinfo=UTC) if given["expires"] else None
            made, secret = keys.new_key(
                given["name"], scopes=given["scopes"], source=given["source"], author=request.user, now=now, expires_at=ends
            )
            form, status = KeyForm(), 201
    stored = ApiKey.objects.select_related("source", "author").order_by("revoked_at", "-pk")[:MOST_KEYS]
    rows = [{"key": key, "state": _state(key, now), "scopes": [(scope, SCOPES.get(scope, "")) for scope in key.scopes]} for key in stored]
    live = [row for row in rows if row["state"] == "live"]
    context = {"form": form, "secret": secret, "made": made, "keys": live + [row for row in rows if row["state"] != "live"]}
    return render(request, "capture/keys.html", context, status=status)


@roles("manager", "admin")
@require_POST
def revoke_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """Take a key back, for good."""
    key = get_object_or_404(ApiKey, pk=key_id)
    keys.revoke_key(key, now=utc_now())
    messages.success(request, f"{key.name} is revoked. It stops working everywhere within five seconds.")
    return _see_other("capture:keys")


@roles("marketer", "manager", "admin")
@require_http_methods(["GET", "HEAD"])
def show_sources(request: HttpRequest) -> HttpResponse:
    """Where leads come from, with how many came and what became of them. Three queries."""
    volumes = {row["source"]: row for row in Standing.objects.values("source").annotate(leads=Count("pk"), last=Max("received_at"))}
    won = dict(Standing.objects.filter(stage=Stage.WON).values_list("source").annotate(Count("pk")))
    sources = []
    for source in Source.objects.order_by("name"):
        volume = volumes.get(source.pk, {"leads": 0, "last": None})
        wins = won.get(source.pk, 0)
        sources.append(
            {
                "source": source,
                "leads": volume["leads"],
                "last": volume["last"],
                "won": wins,
                "share": wins / volume["leads"] if volume["leads"] else None,
            }
        )
    sources.sort(key=lambda row: -row["leads"])
    return render(request, "capture/sources.html", {"sources": sources})


@roles("marketer", "manager", "admin")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Name, channel and country of one source."""
    source = get_object_or_404(Source, pk=source_id)
    form, status = SourceForm(instance=source), 200
    if request.method == "POST":
        form, status = SourceForm(request.POST, instance=source), 422
        if form.is_valid():
            source.save(update_fields=["name", "channel", "default_country"])
            messages.success(request, f"{source.name} is saved.")
            return _see_other("capture:sources")
    return render(request, "capture/source.html", {"form": form, "source": Source.objects.get(pk=source_id)}, status=status)


def _state(key: ApiKey, now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= now else "live"


def _see_other(name: str, *args: object) -> HttpResponseRedirect:
    response = HttpResponseRedirect(reverse(name, args=args))
    response.status_code = 303
    return response
