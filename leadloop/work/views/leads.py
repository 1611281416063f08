"""The list of leads and its filter."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from leadloop.db.clock import utc_now
from leadloop.leads import criteria_form, fields
from leadloop.leads.domain.criteria import Catalogue, CriteriaInvalid
from leadloop.leads.domain.custom_fields import PREFIX, FieldSpec
from leadloop.leads.models import Source
from leadloop.leads.sample import segments
from leadloop.learning.actions import has_champion
from leadloop.routing.models import Pool
from leadloop.teams.models import User
from leadloop.web.access import signed_in
from leadloop.web.paging import links, read_cursor
from leadloop.work import lists, saved_views
from leadloop.work.bulk_steps import MOST, steps_of
from leadloop.work.domain.lead_filter import SORTS, LeadFilter, read
from leadloop.work.forms_lists import FilterForm, ViewForm
from leadloop.work.list_chips import chips_for
from leadloop.work.list_rows import load_rows
from leadloop.work.views.export import MAY_EXPORT

COLUMN_SORTS = {
    "received": ("-received", "received"),
    "score": ("-score", "score"),
    "heat": ("-heat", "-heat"),
    "probability": ("-probability", "probability"),
    "due": ("due", "-due"),
}


@require_GET
@signed_in
def list_leads(request: HttpRequest) -> HttpResponse:
    """The page; for htmx only the part that a filter changes is swapped, out of the same answer."""
    now, person = utc_now(), request.user
    catalogue = fields.catalogue_for(person)  # type: ignore[arg-type]  # signed in
    asked = read(dict(request.GET.lists()), catalogue)
    people, sources = _names() if asked.owners or asked.sources or asked.where else ({}, {})
    found = lists.read_page(asked, person=person, cursor=read_cursor(request.GET.get("at", "")), now=now)  # type: ignore[arg-type]  # signed in
    specs = fields.declared_now() if asked.columns else {}
    declared = [specs[name] for name in (column.removeprefix(PREFIX) for column in asked.columns) if name in specs]
    likely, bulk_steps = has_champion(), steps_of(person.role)  # type: ignore[union-attr]  # signed in
    rows = load_rows(
        found.page.ids,
        now=now,
        sorted_by=found.order.column,
        sorted_field=lists.sorted_field(asked),
        declared=declared,
        likely=likely,
        ticks=bool(bulk_steps),
    )
    newer, older = links(found.page, [row.sorted_by for row in rows])
    context = {
        "rows": rows,
        "asked": asked,
        "found": found,
        "query": asked.address()[1:],
        "first_url": asked.address(),
        "newer_url": asked.address(at=newer) if newer else "",
        "older_url": asked.address(at=older) if older else "",
        "many": _many(found),
        "chips": chips_for(asked, people=people, sources=sources, catalogue=catalogue),
        "likely": likely,
        "sorts": _sorts(asked, likely=likely) | _declared_sorts(asked, catalogue),
        "declared": [_heading(spec, asked, catalogue) for spec in declared],
        "columns": _columns(asked, catalogue),
        "bulk_steps": bulk_steps,
        "bulk_most": MOST,
        "may_export": person.role in MAY_EXPORT,  # type: ignore[union-attr]  # signed in
        "may_import": person.role != "rep",  # type: ignore[union-attr]  # signed in
        **_views(person, asked, catalogue),
    }
    return render(request, "work/leads.html", context)


@require_GET
@signed_in
def ask_filter(request: HttpRequest) -> HttpResponse:
    """The filter as a dialog or as a page of its own; what is asked there leads to the list."""
    catalogue = fields.catalogue_for(request.user)  # type: ignore[arg-type]  # signed in
    asked = read(dict(request.GET.lists()), catalogue)
    people, sources = _names()
    zone = request.user.zone  # type: ignore[union-attr]  # signed in
    references = _references(people, sources)
    status = 200
    if criteria_form.is_posted(request.GET):
        builder = criteria_form.read(request.GET, zone=zone, references=references, catalogue=catalogue)
        if not builder.asked:
            try:
                spec = builder.spec()
            except CriteriaInvalid:
                status = 422
            else:
                return redirect(reverse("work:leads") + _with_criteria(asked, spec, catalogue).address())
    else:
        builder = criteria_form.build(asked.where, zone=zone, references=references, catalogue=catalogue)
    context = {
        "asked": asked,
        "builder": builder,
        "form": FilterForm(
            asked,
            people=list(people.items()),
            sources=list(sources.items()),
            declared=[(name, one.label) for name, one in catalogue.items() if one.group],
        ),
    }
    template = "work/_leads_filter.html" if request.htmx else "work/leads_filter.html"  # type: ignore[attr-defined]  # set by a library
    return render(request, template, context, status=status)


@require_POST
@signed_in
def change_builder(request: HttpRequest) -> HttpResponse:
    """The condition builder of any page, after one of its buttons was pressed."""
    prefix, do = request.GET.get("prefix", "c")[:40], request.GET.get("do", "show")[:40]
    people, sources = _names()
    references = _references(people, sources)
    builder = criteria_form.read(
        request.POST,
        prefix=prefix,
        do=do,
        zone=request.user.zone,  # type: ignore[union-attr]  # signed in
        references=references,
        catalogue=fields.in_force(),
    )
    if do == "count":
        builder.count(request.user)  # type: ignore[arg-type]  # signed in
        return render(request, "leads/_builder_says.html", {"builder": builder, "fragment_url": reverse("work:builder")})
    return render(request, "leads/_builder.html", {"builder": builder, "fragment_url": reverse("work:builder")})


def _names() -> tuple[dict[int, str], dict[int, str]]:
    """People and sources by id, for the filter and for chips that name them. Two queries."""
    people = {pk: name or email for pk, name, email in User.objects.order_by("name").values_list("pk", "name", "email")}
    return people, dict(Source.objects.order_by("name").values_list("pk", "name"))


def _references(people: dict[int, str], sources: dict[int, str]) -> dict[str, list[tuple[str, str]]]:
    pools = dict(Pool.objects.order_by("name").values_list("pk", "name"))
    named = {"owner": people, "source": sources, "pool": pools}
    return {name: [(str(pk), label) for pk, label in rows.items()] for name, rows in named.items()} | {"segments": segments()}


def _with_criteria(asked: LeadFilter, spec: dict[str, Any], catalogue: Catalogue) -> LeadFilter:
    values = asked.saved()
    values.pop("where", None)
    plain = read(values, catalogue)
    return plain if spec == {"all": []} else LeadFilter(**{**{name: getattr(plain, name) for name in plain.__slots__}, "where": spec})


def _many(found: lists.LeadPage) -> str:
    if found.is_capped:
        return f"over {lists.MOST_COUNTED:,} leads"
    return "1 lead" if found.count == 1 else f"{found.count:,} leads"


def _columns(asked: LeadFilter, catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """For each column that sorts: where its heading leads, and how it is sorted now."""
    columns = {}
    for name, (usual, other) in COLUMN_SORTS.items():
        now = asked.sort if asked.sort.lstrip("-") == name else ""
        values = asked.saved() | {"sort": [other if now == usual else usual]}
        columns[name] = {"url": read(values, catalogue).address(), "way": _way(now)}
    return columns


def _sorts(asked: LeadFilter, *, likely: bool) -> dict[str, str]:
    """Orders by our own columns; by probability where a model says one, or the list is in that order."""
    return {key: words for key, words in SORTS.items() if likely or key == asked.sort or key.lstrip("-") != "probability"}


def _declared_sorts(asked: LeadFilter, catalogue: Catalogue) -> dict[str, str]:
    """Orders by declared fields: of the columns that are shown, and the one in force."""
    names = dict.fromkeys([*asked.columns, asked.sort.lstrip("-")])
    known = [(name, catalogue[name].label) for name in names if name in catalogue and catalogue[name].ordered]
    return {key: words for name, label in known for key, words in ((name, f"{label}, upwards"), (f"-{name}", f"{label}, downwards"))}


def _heading(spec: FieldSpec, asked: LeadFilter, catalogue: Catalogue) -> dict[str, Any]:
    """The heading of a declared column; it sorts where an index helps."""
    name = spec.key
    if not catalogue[name].ordered:
        return {"label": spec.label}
    now = asked.sort if asked.sort.lstrip("-") == name else ""
    values = asked.saved() | {"sort": [f"-{name}" if now == name else name]}
    return {"label": spec.label, "sort": {"url": read(values, catalogue).address(), "way": _way(now)}}


def _way(sort: str) -> str:
    return ("descending" if sort.startswith("-") else "ascending") if sort else ""


def _views(person: Any, asked: LeadFilter, catalogue: Catalogue) -> dict[str, Any]:
    """The tabs: what everybody has, then saved views; and the saved one that is open, if it may be changed. One query."""
    built_in = [("All leads", LeadFilter()), ("Open", LeadFilter(stages=("new", "mql", "working", "sql"), sort="due"))]
    if person.role != "marketer":
        built_in.insert(1, ("Mine", LeadFilter(owners=("me",))))
    if person.sees_all_leads:
        built_in.append(("Without owner", LeadFilter(stages=("new", "mql", "working", "sql"), owners=("none",))))
    saved = [(view, read(view.query, catalogue)) for view in saved_views.views_of(person)]
    tabs: list[dict[str, Any]] = [{"label": name, "filter": known, "icon": ""} for name, known in built_in]
    tabs += [{"label": view.name, "filter": known, "icon": "users" if view.shared else ""} for view, known in saved]
    current = next((tab for tab in reversed(tabs) if tab["filter"] == asked), None)
    for tab in tabs:
        tab["url"], tab["current"] = tab["filter"].address(), tab is current
    opened = next((view for view, known in reversed(saved) if known == asked), None)
    return {
        "tabs": tabs,
        "opened": opened if opened and saved_views.may_change(person, opened) else None,
        "may_share": saved_views.may_share(person),
        "may_save": current is None,
        "view_form": ViewForm(),
    }
