"""The route: what is in force, the draft with its rules, and where the draft would send real leads."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.db.drafts import StaleDraft
from leadloop.kernel.drafts import Problem, title_of
from leadloop.leads import fields
from leadloop.leads.recalling import asked_of
from leadloop.leads.rule_list import RuleList
from leadloop.leads.sample import Sample, lead_names, newest, reference_names
from leadloop.routing.actions import ROUTE
from leadloop.routing.domain.checks import Known, check_route_rule, check_route_spec, route_lines, route_warnings, rule_words
from leadloop.routing.domain.decide import RoutePlan, compile_route
from leadloop.routing.domain.preview import RoutePreview, preview_route
from leadloop.routing.domain.stops import Stop, leaves
from leadloop.routing.domain.words import stop_words, way_words
from leadloop.routing.forms import FallbackForm, RuleForm
from leadloop.routing.models import Pool, Route, Seat
from leadloop.routing.roster import pools_with_places, rosters
from leadloop.teams.models import User
from leadloop.web.access import roles
from leadloop.web.rulebook import Rulebook, see

EDITORS = ("manager", "admin")
READERS = ("marketer", "manager", "admin")
SHOWN = 20


def check(spec: Any) -> list[Problem]:
    """What keeps a route from being published, with the pools, people and fields that there are. Two queries, three with people."""
    return check_route_spec(spec, _pool_ids(), fields.in_force(), _people_ids(spec))


def check_rule(rule: dict[str, Any]) -> list[Problem]:
    """What is wrong with one rule. Two queries, three with people."""
    return check_route_rule(rule, 1, set(), Known(_pool_ids(), fields.in_force(), _people_ids(rule)))


def for_new_leads(request: HttpRequest, version: Any, now: datetime) -> str:
    """After publication nothing moves: who has a lead keeps it."""
    del request, version, now
    return "It counts for leads that come in or come back from now on; whoever has a lead keeps it."


BOOK = Rulebook(
    model=Route,
    key="routing:route",
    noun="route",
    roles=EDITORS,
    readers=READERS,
    check=check,
    lines=route_lines,
    names=reference_names,
    name=ROUTE,
    home="routing:routes",
    published=for_new_leads,
)
RULES = RuleList(
    book=BOOK,
    form=RuleForm,
    check=check_rule,
    template="routing/rule.html",
    reserved="fallback",
    moved={"up": "is now asked earlier", "down": "is now asked later"},
)


@require_safe
@roles(*READERS)
def show_routes(request: HttpRequest) -> HttpResponse:
    """The route in force, rule by rule with the leads each would have taken, and who is next in each pool."""
    context = BOOK.page(request, ROUTE, "home")
    published = context["published"]
    context["pools"] = pools_with_places(now=utc_now())
    if published and not check(published.spec):
        plan = compile_route(published.spec, version=published.version, catalogue=context["names"].catalogue)
        sample = _sample(published.spec)
        found = _previewed(sample, plan, plan)
        context |= {"rows": _rows(published.spec, found, context["names"]), "leads": found.leads}
    return render(request, "routing/route.html", context)


@require_safe
@roles(*EDITORS)
def show_draft(request: HttpRequest) -> HttpResponse:
    """The draft: its rules in the order in which they are asked, and everybody else."""
    return _draft_page(request)


@require_POST
@roles(*EDITORS)
def change_fallback(request: HttpRequest) -> HttpResponse:
    """Which pool takes the leads that no rule names."""
    form = FallbackForm(request.POST)
    if form.asked:
        return _draft_page(request, form=form)
    if not form.is_valid():
        return _draft_page(request, form=form, status=422)
    try:
        BOOK.save(request, ROUTE, RULES.draft().spec | {"fallback": form.cleaned_data}, says="Saved in the draft.")
    except StaleDraft as error:
        return _draft_page(request, form=form, stale=error, status=409)
    return see(BOOK.at("draft", ROUTE))


@require_safe
@roles(*EDITORS)
def show_preview(request: HttpRequest) -> HttpResponse:
    """Where the newest leads would go under the draft, to whom, and which of them would go elsewhere than now."""
    context = BOOK.page(request, ROUTE, "preview")
    draft, published = context["draft"], context["published"]
    if draft is None:
        return see(BOOK.at("draft", ROUTE))
    if not context["problems"]:
        context |= _compared(draft, published, context["names"])
        if context["blind"]:
            context["moves"] = []
    return render(request, "routing/preview.html", context)


def _compared(draft: Any, published: Any, names: Any) -> dict[str, Any]:
    after = compile_route(draft.spec, version=draft.version, catalogue=names.catalogue)
    before = compile_route(published.spec, version=published.version, catalogue=names.catalogue) if published else after
    sample = _sample(draft.spec, published.spec if published else {})
    found = _previewed(sample, before, after)
    leads = lead_names(one for one, _, _ in found.moves[:SHOWN])
    titles = {
        rule["id"]: title_of(rule)
        for spec in (published.spec if published else {"rules": []}, draft.spec)
        for rule, _ in leaves(spec["rules"])
    }
    people = User.objects.in_bulk(list(found.people))
    labels = [names["pool"].get(pool, "a pool that is gone") for pool in found.pools]
    series = [{"name": name, "values": [both[side] for both in found.pools.values()]} for side, name in enumerate(("In force", "Draft"))]
    return {
        "preview": found,
        "rows": _rows(draft.spec, found, names),
        "chart": {"labels": labels, "series": series},
        "people": sorted(
            ((people[one], *both, both[1] - both[0]) for one, both in found.people.items() if one in people), key=lambda row: -row[2]
        ),
        "getting": sum(then > 0 for _, then in found.people.values()),
        "moves": [_move(leads[one], old, new, titles, names) for one, old, new in found.moves[:SHOWN] if one in leads],
    }


def _move(lead: Any, old: Any, new: Any, titles: dict[str, str], names: Any) -> dict[str, Any]:
    """One lead that would go elsewhere: from where, to where, by which rule."""

    def told(one: Any) -> dict[str, str]:
        stop = one.legs[0].stop if one.legs else Stop("pool", one.pool_id, "claim" if one.how == "wait" else "turn")
        where = stop_words(stop, names)
        return {"where": where, "rule": "no rule holds" if one.rule == "fallback" else f"“{titles.get(one.rule, one.rule)}” holds"}

    return {"lead": lead, "old": told(old), "new": told(new)}


def _rows(spec: dict[str, Any], found: RoutePreview | None, names: Any) -> list[dict[str, Any]]:
    """The rules with the leads they take, (now, then); everybody else last."""
    rows = [{"rule": rule, "title": title_of(rule), "says": rule_words(rule, (), names), "part": rule} for rule in spec["rules"]]
    rows.append({"rule": None, "title": "Everybody else", "says": "no rule above holds", "part": spec["fallback"]})
    for row in rows:
        part, key = row.pop("part"), row["rule"]["id"] if row["rule"] else "fallback"
        row |= {
            "goes": _goes(part, names),
            "inner": _inner(part, names),
            "taken": _taken(part, key, found),
        }
    return rows


def _pool_ids() -> set[int]:
    return set(Pool.objects.values_list("pk", flat=True))


def _people_ids(spec: Any) -> set[int]:
    """Who a stop may name. One query, none where no stop names anybody."""
    if "'person'" not in repr(spec):
        return set()
    return set(User.objects.active().values_list("pk", flat=True))


def _seats() -> dict[int, int]:
    """How many people who are here have a seat in each pool. One query."""
    return Counter(Seat.objects.filter(person__is_active=True).values_list("pool_id", flat=True))


def _goes(part: dict[str, Any], names: Any) -> str:
    """Where a rule sends leads; a group only has rules in it."""
    return way_words(part, names) if "stops" in part or "pool" in part else "the rules in it, in order"


def _inner(part: dict[str, Any], names: Any) -> list[tuple[str, str, str]]:
    """The rules in a group: title, when, where to."""
    inner = part.get("rules", [])
    return [(title_of(rule), rule_words(rule, above, names), way_words(rule, names)) for rule, above in leaves(inner)]


def _taken(part: dict[str, Any], key: str, found: RoutePreview | None) -> tuple[int, int]:
    """Leads that a rule takes, with those that the rules in it take: (now, then)."""
    if found is None:
        return 0, 0
    keys = {key, *(rule["id"] for rule, _ in leaves(part.get("rules", [])))}
    both = [found.rules.get(one, (0, 0)) for one in keys]
    return sum(one for one, _ in both), sum(one for _, one in both)


def _sample(*specs: dict[str, Any]) -> Sample:
    return newest(touches=bool(asked_of(specs)))


def _previewed(sample: Sample, before: RoutePlan, after: RoutePlan) -> RoutePreview:
    facts = {case.lead_id: case.facts() for case in reversed(sample.cases)}
    return preview_route(facts, before=before, after=after, rosters=rosters(), now=utc_now())


def _draft_page(
    request: HttpRequest, *, form: FallbackForm | None = None, stale: StaleDraft | None = None, status: int = 200
) -> HttpResponse:
    context = BOOK.page(request, ROUTE, "draft")
    if context["draft"]:
        spec = context["draft"].spec
        form = form or FallbackForm(initial=spec["fallback"])
        context |= {"rows": _rows(spec, None, context["names"])[:-1], "form": form, "stale": stale}
        if not context["problems"]:
            context["warnings"] = route_warnings(spec, _seats(), context["names"], context["names"].catalogue)
    return render(request, "routing/draft.html", context, status=status)
