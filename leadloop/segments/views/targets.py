"""Target lists: whom a campaign is meant for, with who is left out and why, and the file of them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.segments.forms import TargetForm, segment_name
from leadloop.segments.models import TargetList
from leadloop.segments.published import segments_in_force
from leadloop.segments.targeting import LEFT, count_targets, targets
from leadloop.segments.views.rules import EDITORS
from leadloop.web.access import roles
from leadloop.web.csv_cells import safe_cell
from leadloop.web.rulebook import see

FILE = ("lead", "first_name", "last_name", "email", "phone", "company", "title", "country")


@require_safe
@roles(*EDITORS)
def show_lists(request: HttpRequest) -> HttpResponse:
    """Every target list."""
    titles = _titles()
    rows = [
        {"list": one, "takes": [titles.get(name, name) for name in one.takes], "leaves": [titles.get(name, name) for name in one.leaves]}
        for one in TargetList.objects.select_related("author").order_by("-pk")
    ]
    return render(request, "segments/targets.html", {"rows": rows, "may_begin": bool(titles)})


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def new_list(request: HttpRequest) -> HttpResponse:
    """Name a list, and say whom it takes and leaves out."""
    posted = request.method == "POST"
    given = {"takes": request.GET.getlist("segment"), "channel": "email", "purpose": "marketing"}
    form = TargetForm(request.POST if posted else None, segments=list(_titles().items()), initial=given)
    if not posted or not form.is_valid():
        return render(request, "segments/target_new.html", {"form": form}, status=422 if posted else 200)
    said = form.cleaned_data
    name = segment_name(said["title"], TargetList.objects.values_list("name", flat=True))
    TargetList.objects.create(name=name, author=request.user, created_at=utc_now(), **said)  # type: ignore[misc]  # signed in
    return see(reverse("segments:target", args=[name]))


@require_safe
@roles(*EDITORS)
def show_list(request: HttpRequest, name: str) -> HttpResponse:
    """How many people are on it now, and how many are left out for which reason. A constant number of queries."""
    one, titles = get_object_or_404(TargetList, name=name), _titles()
    found = count_targets(one)
    context: dict[str, Any] = {
        "list": one,
        "found": found,
        "left": [(LEFT[why], count) for why, count in found.left.items()],
        "takes": [(name, titles.get(name, name)) for name in one.takes],
        "leaves": [(name, titles.get(name, name)) for name in one.leaves],
        "gone": [name for name in (*one.takes, *one.leaves) if name not in titles],
    }
    return render(request, "segments/target.html", context)


@require_safe
@roles(*EDITORS)  # type: ignore[arg-type]  # a streaming answer is an answer
def download_list(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """The people on it as CSV, in a form that a spreadsheet runs nothing of."""
    del request
    one = get_object_or_404(TargetList, name=name)
    columns = ["pk", *(f"lead__{column}" for column in FILE[1:])]
    rows = targets(one).order_by("pk").values_list(*columns).iterator(chunk_size=2_000)
    lines = (",".join(_cell(value) for value in row) + "\r\n" for row in (FILE, *rows))
    answer = StreamingHttpResponse((line.encode() for line in lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{one.name}.csv"'
    return answer


@require_POST
@roles(*EDITORS)
def drop_list(request: HttpRequest, name: str) -> HttpResponse:
    """Throw a list away; the segments stay."""
    one = TargetList.objects.filter(name=name).first()
    if one is None:
        raise Http404
    TargetList.objects.filter(pk=one.pk).delete()
    messages.success(request, f"“{one.title}” is gone. The segments are as they were.")
    return see(reverse("segments:targets"))


def _titles() -> dict[str, str]:
    return dict(sorted(((rule.name, rule.title) for rule in segments_in_force().rules), key=lambda pair: pair[1]))


def _cell(value: object) -> str:
    text = safe_cell(value)
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\r\n') else text
