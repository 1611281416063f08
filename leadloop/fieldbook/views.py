"""Settings > Fields: which there are and where they are used, new ones, changes, retirement."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.db.versions import current_epoch
from leadloop.fieldbook.forms import FieldForm
from leadloop.fieldbook.uses import leads_with, present, uses_of
from leadloop.kernel.errors import Refused
from leadloop.leads import fields
from leadloop.leads.domain.custom_fields import KIND_WORDS, FieldSpec, Kind, removed_choices
from leadloop.qualification.answering import hide_results
from leadloop.web.access import roles
from leadloop.web.rulebook import see

READERS = ("marketer", "manager", "admin")
EDITORS = ("manager", "admin")


@require_safe
@roles(*READERS)
def show_fields(request: HttpRequest) -> HttpResponse:
    """Every field under its heading, with where it is used; retired ones last."""
    specs = fields.ever_declared(current_epoch())
    uses = uses_of(specs)
    rows: list[dict[str, Any]] = [{"spec": spec, "kind": KIND_WORDS[spec.kind], "uses": uses[name].words} for name, spec in specs.items()]
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if not row["spec"].retired:
            groups.setdefault(row["spec"].group or "Without a heading", []).append(row)
    context = {
        "groups": groups,
        "retired": [row for row in rows if row["spec"].retired],
        "kinds": [(kind.value, words) for kind, words in KIND_WORDS.items()],
        "may_edit": request.user.role in EDITORS,  # type: ignore[union-attr]  # signed in
    }
    return render(request, "fieldbook/fields.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def add_field(request: HttpRequest) -> HttpResponse:
    """A new field of the type that was chosen on the list."""
    asked = request.POST.get("type") or request.GET.get("type", "")
    kind = Kind(asked) if asked in {one.value for one in Kind} else Kind.TEXT
    form = FieldForm(request.POST if request.method == "POST" else None, kind=kind)
    if request.method == "POST" and form.is_valid():
        given = form.declaration()
        if given["name"] in fields.ever_declared(current_epoch()):
            form.add_error("name", f"There is, or was, a field called {given['name']}. Take another name.")
        elif _declared(request, form, given):
            messages.success(request, f"“{given['label']}” is there. Rules, forms, lists and files can use it from now on.")
            return see(reverse("fieldbook:field", args=[given["name"]]))
    context = {"form": form, "kind": kind, "kind_words": KIND_WORDS[kind], "spec": None, "may_edit": True}
    return render(request, "fieldbook/field.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*READERS)
def edit_field(request: HttpRequest, name: str) -> HttpResponse:
    """One field: what it says, where it is used, what leads hold in it. Who may not change it can look."""
    spec = _spec(name)
    may_edit = request.user.role in EDITORS and not spec.retired  # type: ignore[union-attr]  # signed in
    if request.method == "POST" and not may_edit:
        raise Http404
    form = FieldForm(request.POST if request.method == "POST" else None, kind=spec.kind, spec=spec)
    if form.is_bound and form.is_valid() and (changed := _declared(request, form, form.declaration())):
        messages.success(request, f"“{changed.label}” is saved.")
        _tell_gone(request, spec, changed)
        return see(reverse("fieldbook:field", args=[name]))
    context = {
        "form": form,
        "spec": spec,
        "kind": spec.kind,
        "kind_words": KIND_WORDS[spec.kind],
        "may_edit": may_edit,
        "uses": uses_of([name])[name],
        "present": present(spec),
    }
    return render(request, "fieldbook/field.html", context, status=422 if form.is_bound else 200)


@require_POST
@roles(*EDITORS)
def retire_field(request: HttpRequest, name: str) -> HttpResponse:
    """Take a field out of use, unless a published rule reads it. What leads hold in it stays; undo brings it back."""
    spec = _spec(name)
    try:
        fields.retire([name], now=utc_now())
    except Refused as error:
        messages.error(request, str(error))
        return see(reverse("fieldbook:field", args=[name]))
    messages.success(request, f"“{spec.label}” is retired.", extra_tags=f"undo:{reverse('fieldbook:restore', args=[name])}")
    return see(reverse("fieldbook:fields"))


@require_POST
@roles(*EDITORS)
def restore_field(request: HttpRequest, name: str) -> HttpResponse:
    """Bring a retired field back as it was."""
    spec = _spec(name)
    fields.restore([name], now=utc_now())
    messages.success(request, f"“{spec.label}” is back.")
    return see(reverse("fieldbook:field", args=[name]))


def _spec(name: str) -> FieldSpec:
    spec = fields.ever_declared(current_epoch()).get(name)
    if spec is None:
        raise Http404
    return spec


def _declared(request: HttpRequest, form: FieldForm, given: dict[str, Any]) -> FieldSpec | None:
    """The field as it is now; None where it was refused, and the form says why."""
    sees, before = request.user.may_see_sensitive, form.spec_before  # type: ignore[union-attr]  # signed in
    if before and before.is_sensitive and given["sensitivity"] != before.sensitivity and not sees:
        form.add_error("sensitivity", "Only who may see sensitive data can say that this is not sensitive any more.")
        return None
    try:
        [row] = fields.declare([given], now=utc_now(), may_expose=sees)
    except Refused as error:
        form.add_error(None, str(error))
        return None
    hide_results([row.name], now=utc_now())
    return fields.spec_of(row)


def _tell_gone(request: HttpRequest, before: FieldSpec, after: FieldSpec) -> None:
    """Choices that are gone are rewritten nowhere: say which leads have them still, and which rules may name them."""
    removed = removed_choices(before, after)
    secret = after.is_sensitive and not request.user.may_see_sensitive  # type: ignore[union-attr]  # signed in
    if removed and secret:
        messages.warning(request, "Leads that have what is no choice any more keep it. How many they are is sensitive.")
    gone = {} if secret else leads_with(before, removed)
    for choice, number in gone.items():
        messages.warning(
            request, f"{number:,} lead{' has' if number == 1 else 's have'} “{choice}”, which is no choice any more; it stays."
        )
    if removed and (rules := uses_of([before.name])[before.name].rules):
        messages.warning(request, f"Look at the rules that read it: {', '.join(title for _, title in rules)}.")
