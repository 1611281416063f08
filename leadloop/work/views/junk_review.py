"""What was set aside as junk lately, by rules, by marks and by people; one click lets a lead go on, or says that it is junk indeed."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from leadloop import steps
from leadloop.db.clock import utc_now
from leadloop.kernel.drafts import title_of
from leadloop.kernel.errors import LeadLoopError
from leadloop.leads.domain.stages import Stage
from leadloop.leads.models import Standing
from leadloop.outcomes import reasons
from leadloop.outcomes.domain.reasons import OURS, spoken
from leadloop.outcomes.models import Disposition, JunkRules
from leadloop.teams.requests import SignedInRequest
from leadloop.web.access import roles
from leadloop.web.returning import SeeOther, say

REVIEWERS = ("marketer", "manager", "admin")
SHOWN = 100
VIEWS = {"caught": "Caught lately", "marked": "Marked by people", "released": "Released"}


@require_safe
@roles(*REVIEWERS)
def show_junk(request: HttpRequest) -> HttpResponse:
    """The newest of what was set aside, with why. Six queries."""
    view = request.GET.get("view", "caught")
    view = view if view in VIEWS else "caught"
    ends = _ends(view).select_related("lead__standing__source", "author")[: SHOWN + 1]
    shown = list(ends[:SHOWN])
    context = {
        "view": view,
        "rows": _rows(shown),
        "more": len(ends) > SHOWN,
        "tabs": [{"label": label, "url": f"?view={name}", "current": name == view} for name, label in VIEWS.items()],
        "waiting": _ends("caught").count(),
    }
    return render(request, "work/junk.html", context)


@require_POST
@roles(*REVIEWERS)
def judge_junk(request: SignedInRequest) -> HttpResponse:
    """The ticked leads, or the one whose button was pressed: no junk after all, or junk indeed."""
    ids, verdict = _chosen(request), "junk" if request.POST.get("verdict") == "junk" or "junk" in request.POST else "release"
    now = utc_now()
    seen = set(Standing.objects.visible_to(request.user).filter(pk__in=ids, stage=Stage.JUNK).values_list("pk", flat=True))
    theirs = [lead_id for lead_id in ids if lead_id in seen]
    if not theirs:
        say(request, "No lead is ticked, or somebody was faster.", tone="warning")
        return SeeOther(reverse("work:junk"))
    result = _judge(theirs, steps.by(request.user, now=now), verdict=verdict)
    told = f"{len(result.done):,} {'lead' if len(result.done) == 1 else 'leads'}"
    refused: LeadLoopError | None = next(iter(result.refused.values()), None)
    if refused and not result.done:
        say(request, str(refused), tone="error")
    elif verdict == "junk":
        say(request, f"{told} stay junk; proposals learn from it.")
    else:
        say(request, f"{told} went through the route: no junk. Proposals learn from it.")
    return SeeOther(reverse("work:junk"))


def _judge(ids: list[int], actor: steps.By, *, verdict: str) -> steps.Steps:
    if verdict == "release":
        return steps.reopen(ids, actor)
    first = next(iter(reasons.offered("junk")), None)
    return steps.rewrite(ids, actor, reason=first.code if first else "spam", note="Seen in the junk review")


def _ends(view: str) -> Any:
    ours = list(OURS["junk"])
    if view == "released":
        found = Disposition.objects.told().filter(stage="junk", reopened_at__isnull=False).order_by("-reopened_at", "-pk")
        return found.exclude(lead__standing__stage=Stage.JUNK)
    standing = Disposition.objects.in_force().filter(stage="junk", lead__standing__stage=Stage.JUNK).order_by("-made_at", "-pk")
    return standing.filter(reason__in=ours) if view == "caught" else standing.exclude(reason__in=ours)


def _rows(ends: list[Disposition]) -> list[dict[str, Any]]:
    labels = reasons.labels()
    versions = {int(one.rule.partition(":")[0]) for one in ends if one.rule}
    specs = dict(JunkRules.objects.filter(version__in=versions).values_list("version", "spec")) if versions else {}
    titles = {(version, rule["id"]): title_of(rule) for version, spec in specs.items() for rule in spec["rules"]}
    return [{"end": one, "lead": one.lead, "why": _why(one, titles, labels), "at": _at(one)} for one in ends]


def _why(one: Disposition, titles: dict[tuple[int, str], str], labels: Any) -> str:
    if one.rule:
        version, _, rule = one.rule.partition(":")
        return f"“{titles.get((int(version), rule), rule)}”, version {version}"
    return spoken(labels, "junk", one.reason)


def _at(one: Disposition) -> datetime:
    return one.reopened_at or one.made_at


def _chosen(request: HttpRequest) -> list[int]:
    one = request.POST.get("junk") or request.POST.get("release")
    ticked = [one] if one else request.POST.getlist("lead")
    return list(dict.fromkeys(int(value) for value in ticked if value.isascii() and value.isdecimal() and len(value) < 19))[:SHOWN]
