"""The pages behind hosted forms: list, editor with a live preview, versions."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from leadloop.capture.domain.form_editor import BLANK_FORM, moved, posted_spec
from leadloop.capture.domain.form_spec import CHANNELS, TYPE_NAMES, FormInvalid, read_form_spec, usual_type
from leadloop.capture.forms import HostedForm, NewFormForm, custom_name
from leadloop.capture.models import Form
from leadloop.db import drafts
from leadloop.db.clock import utc_now
from leadloop.db.versions import Status, save_draft
from leadloop.leads import fields
from leadloop.leads.domain.custom_fields import KIND_WORDS, FieldSpec
from leadloop.web.access import roles

VERSIONS = 20


@roles("marketer", "manager", "admin")
@require_http_methods(["GET", "HEAD", "POST"])
def show_forms(request: HttpRequest) -> HttpResponse:
    """Every form with its address; POST begins a new one."""
    form, status = NewFormForm(), 200
    if request.method == "POST":
        form, status = NewFormForm(request.POST), 422
        if form.is_valid():
            title = form.cleaned_data["title"]
            name = form.cleaned_data["name"] or custom_name(title).replace("_", "-")
            if Form.objects.filter(name=name).exists():
                form.add_error("name", f"There is a form at /f/{name}/ already.")
            else:
                save_draft(Form, name=name, title=title, spec=dict(BLANK_FORM), author=request.user, now=utc_now())
                return _see_other("capture:edit_form", name)
    living = Form.objects.filter(Q(status=Status.PUBLISHED) | Q(status=Status.DRAFT)).order_by("name", "version").select_related("author")
    by_name: dict[str, dict[str, Any]] = {}
    for version in living:
        entry = by_name.setdefault(
            version.name, {"name": version.name, "published": None, "draft": None, "address": address_of(version.name)}
        )
        entry["published" if version.status == Status.PUBLISHED else "draft"] = version
        entry["title"] = version.title
    return render(request, "capture/forms.html", {"form": form, "forms": list(by_name.values())}, status=status)


@roles("marketer", "manager", "admin")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_form(request: HttpRequest, name: str) -> HttpResponse:
    """The editor. POST moves fields about, saves the draft or publishes it, as `do` says."""
    draft, published = drafts.draft_of(Form, name), drafts.published_of(Form, name)
    latest = draft or published or Form.objects.filter(name=name).order_by("-version").first()
    if latest is None:
        raise Http404
    if request.method != "POST":
        return _editor(request, name, title=latest.title, spec=latest.spec, seen=drafts.stamp(draft))
    posted = request.POST.dict()
    do, seen = posted.get("do", ""), posted.get("seen", "")
    title, spec = posted.get("title", "").strip()[:120] or latest.title, _named(posted_spec(posted, latest.spec))
    if do not in ("save", "publish"):
        return _editor(request, name, title=title, spec=moved(spec, do, fields.declared_now()), seen=seen, unsaved=True)
    try:
        read_form_spec(spec)
    except FormInvalid as error:
        return _editor(request, name, title=title, spec=spec, seen=seen, problem=error, unsaved=True, status=422)
    now = utc_now()
    saved = drafts.change_draft(Form, name=name, title=title, spec=spec, seen=seen, author=request.user, now=now)
    if do == "publish":
        note = posted.get("note", "")[:300]
        drafts.publish_draft(Form, name=name, seen=drafts.stamp(saved), check=wrong_with, note=note, author=request.user, now=now)
        messages.success(request, "Published. Everybody who opens the form sees it.")
    else:
        messages.success(request, "Saved as a draft. Nobody sees it before you publish.")
    return _see_other("capture:edit_form", name)


@roles("marketer", "manager", "admin")
@require_POST
def show_preview(request: HttpRequest, name: str) -> HttpResponse:
    """The form as it would look, for the editor to swap in while somebody types."""
    if not Form.objects.filter(name=name).exists():
        raise Http404
    spec = _named(posted_spec(request.POST.dict(), {}))
    return render(request, "capture/_preview.html", _preview(request.POST.get("title", ""), spec, fields.declared_now()))


@roles("marketer", "manager", "admin")
@require_POST
def restore_form(request: HttpRequest, name: str, version: int) -> HttpResponse:
    """Put an earlier version in force again."""
    earlier = get_object_or_404(Form.objects.exclude(status=Status.DRAFT), name=name, version=version)
    drafts.restore_version(earlier, author=request.user, now=utc_now())
    messages.success(request, f"Version {version} is in force again.")
    return _see_other("capture:edit_form", name)


@roles("marketer", "manager", "admin")
@require_POST
def take_offline(request: HttpRequest, name: str) -> HttpResponse:
    """Nobody can open the form any more; its versions stay."""
    if drafts.retire(Form, name=name):
        messages.success(request, "The form is offline. Publish or restore a version to bring it back.")
    return _see_other("capture:edit_form", name)


def address_of(name: str) -> str:
    """The address that people are given; from the settings, never from a request."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{reverse('capture:form', args=[name])}"


def wrong_with(spec: dict[str, Any]) -> list[str]:
    """What keeps a spec from being published."""
    try:
        read_form_spec(spec)
    except FormInvalid as error:
        return [told(error)]
    return []


def told(problem: FormInvalid) -> str:
    """What is wrong with a spec, in the words of the page."""
    path = (
        re.sub(r"\[(\d+)\]", lambda place: f" {int(place[1]) + 1}", problem.path)
        .replace("fields", "field")
        .replace("consents", "consent box")
    )
    return f"{path.replace('.', ', ')}: {problem.reason}".capitalize()


def _editor(
    request: HttpRequest,
    name: str,
    *,
    title: str,
    spec: dict[str, Any],
    seen: str,
    problem: FormInvalid | None = None,
    unsaved: bool = False,
    status: int = 200,
) -> HttpResponse:
    versions = list(Form.objects.filter(name=name).select_related("author").order_by("-version")[:VERSIONS])
    published = next((one for one in versions if one.status == Status.PUBLISHED), None) or drafts.published_of(Form, name)
    declared = fields.declared_now()
    asked = {one.get("name") for one in spec.get("fields", [])}
    context = {
        "declared": [one for one in declared.values() if one.name not in asked],
        "name": name,
        "title": title,
        "spec": spec,
        "seen": seen,
        "problem": told(problem) if problem else "",
        "unsaved": unsaved,
        "fields": [_row(one, "fields", place, problem, declared) for place, one in enumerate(spec.get("fields", []))],
        "consents": [_row(one, "consents", place, problem) for place, one in enumerate(spec.get("consents", []))],
        "types": list(TYPE_NAMES.items()),
        "channels": CHANNELS,
        "versions": versions,
        "published": published,
        "address": address_of(name),
        **_preview(title, spec, declared),
    }
    return render(request, "capture/edit_form.html", context, status=status)


def _row(
    given: dict[str, Any], kind: str, place: int, problem: FormInvalid | None, declared: Mapping[str, FieldSpec] | None = None
) -> dict[str, Any]:
    known = (declared or {}).get(str(given.get("name", "")))
    wrong = problem is not None and problem.path.startswith(f"{kind}[{place}]")
    return {
        **given,
        "type": given.get("type") or usual_type(str(given.get("name", ""))),
        "place": place,
        "options_text": "\n".join(given.get("options", [])),
        "problem": str(problem.reason) if wrong and problem else "",
        "declared": KIND_WORDS[known.kind] if known else "",
    }


def _preview(title: str, spec: dict[str, Any], declared: Mapping[str, FieldSpec]) -> dict[str, Any]:
    said = [one for one in spec.get("fields", []) if one.get("label") or one.get("name")]
    try:
        checked = read_form_spec({**spec, "fields": said})
    except FormInvalid as error:
        return {"preview": None, "preview_problem": told(error)}
    return {"preview": {"title": title, "spec": checked, "hosted": HostedForm(checked, declared=declared)}, "preview_problem": ""}


def _named(spec: dict[str, Any]) -> dict[str, Any]:
    """Fields without a name get one from their label."""
    fields = [one if one["name"] else {**one, "name": custom_name(one["label"]) if one["label"] else ""} for one in spec["fields"]]
    return {**spec, "fields": fields}


def _see_other(name: str, *args: object) -> HttpResponseRedirect:
    response = HttpResponseRedirect(reverse(name, args=args))
    response.status_code = 303
    return response
