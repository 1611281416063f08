"""The pages of the file door: upload, say what the columns are, count, import, see what came of it."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import chain, islice
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leadloop.capture import importing, uploads
from leadloop.capture.domain.import_fields import LABELS
from leadloop.capture.domain.rows import Row, SheetRefused
from leadloop.capture.errors import FileTooLarge, ImportMovedOn
from leadloop.capture.forms import MappingForm, UploadForm
from leadloop.capture.import_declared import NEW, keep_secret, make_new, masked_cells, secret_columns
from leadloop.capture.import_files import check_ready, rows_of, sheet_of, stored
from leadloop.capture.models import Import
from leadloop.capture.tasks import list_import, run_import, try_import
from leadloop.db.clock import utc_now
from leadloop.db.models import Job
from leadloop.db.queue import enqueue_once
from leadloop.kernel.errors import Refused
from leadloop.leads import fields
from leadloop.leads.models import Source
from leadloop.leads.sensitive import hidden_names
from leadloop.segments.hand import new_list
from leadloop.segments.models import Segment
from leadloop.web.access import roles
from leadloop.web.csv_cells import safe_cell

PAGE = 50
PREVIEW_ROWS = 10
COUNTED_AT_ONCE = 20_000  # rows; a dry run of more is a job
LIVE = (Job.State.READY, Job.State.RUNNING)
ORDERS = {
    "ymd": "year first, or months by name",
    "dmy": "day first",
    "mdy": "month first",
    "ambiguous": "every one could be read both ways",
    "mixed": "some say day first, some month first",
    "none": "no dates found",
}


@roles("marketer", "manager", "admin")
@require_http_methods(["GET", "HEAD", "POST"])
def show_imports(request: HttpRequest) -> HttpResponse:
    """What was imported, and the place to drop the next file."""
    form, status = UploadForm(initial={"source": request.GET.get("source", "")}), 200
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                row = importing.plan(file, file_name=file.name, source=form.cleaned_data["source"], author=request.user, now=utc_now())
                return _see_other("capture:import", row.pk)
            except (SheetRefused, FileTooLarge) as error:
                form.add_error("file", str(error))
        status = 422
    before = request.GET.get("before", "")
    rows = Import.objects.select_related("source", "author").order_by("-pk")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    shown = list(rows[: PAGE + 1])
    context = {
        "form": form,
        "imports": shown[:PAGE],
        "older": shown[PAGE - 1].pk if len(shown) > PAGE else None,
        "sources": Source.objects.order_by("name").values_list("name", flat=True)[:200],
    }
    return render(request, "capture/imports.html", context, status=status)


@roles("marketer", "manager", "admin")
@require_http_methods(["GET", "HEAD", "POST"])
def show_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """One import: before it starts its columns, afterwards how far it is and what came of it."""
    row = get_object_or_404(Import.objects.select_related("source", "author"), pk=import_id)
    if row.state != Import.State.PLANNED:
        return render(request, "capture/import.html", _state(row))
    headers = list(row.options.get("headers", []))
    initial = {f"column_{place}": row.mapping.get(header, "") for place, header in enumerate(headers)}
    known: dict[str, Any] = {"declared": fields.declared_now(), "may_declare": request.user.role in ("manager", "admin")}  # type: ignore[union-attr]  # signed in
    form = MappingForm(headers, initial={**initial, "dates": row.options.get("chosen_dates") or "found"}, **known)
    if request.method == "POST":
        form = MappingForm(headers, request.POST, **known)
        if form.is_valid():
            try:
                return _change(row, form, do=request.POST.get("do", ""), hidden=_hidden(request), now=utc_now())
            except Refused as error:
                form.add_error(None, str(error))
    return _planned(request, row, form)


def _change(row: Import, form: MappingForm, *, do: str, hidden: frozenset[str], now: datetime) -> HttpResponse:
    """Keep the choices, then count or start."""
    mapping = form.mapping()
    keep_secret(row, mapping, hidden)
    if any(name.startswith(NEW) for name in mapping.values()):
        mapping = make_new(mapping, [one.cells for one in _preview(row)], now=now)
    importing.remap(row, mapping=mapping, dates=form.cleaned_data["dates"], hidden=hidden)
    if do in ("try", "start"):
        check_ready(row.mapping, row.options)
    if do == "try" and (row.total_rows or 0) <= COUNTED_AT_ONCE:
        importing.try_out(row.pk, now=now)
    elif do == "try":
        with transaction.atomic():
            Import.objects.filter(pk=row.pk).update(options={**row.options, "trial": {"waits": True}})
            enqueue_once(try_import, row.pk, key=f"try-import:{row.pk}", run_after=now)
    elif do == "start":
        with transaction.atomic():
            importing.start(row)
            enqueue_once(run_import, row.pk, key=_job_key(row), run_after=now)
    return _see_other("capture:import", row.pk)


def _planned(request: HttpRequest, row: Import, form: MappingForm) -> HttpResponse:
    try:
        preview = _preview(row)
    except SheetRefused as error:
        form.add_error(None, str(error)) if form.is_bound else messages.error(request, str(error))
        preview = []
    secret = secret_columns(row, _hidden(request))
    rows = [(one.line, masked_cells(one.cells, secret)) for one in preview]
    labels = LABELS | {spec.key: spec.label for spec in fields.declared_now().values()}
    columns = [
        {"header": header, "field": form[f"column_{place}"], "samples": [cells[header] for _, cells in rows if cells[header]][:3]}
        for place, header in enumerate(form.headers)
    ]
    found = row.options.get("found_dates", "")
    context = {
        "import": row,
        "form": form,
        "columns": columns,
        "preview": [[line, *cells.values()] for line, cells in rows],
        "heads": [{"header": header, "label": labels.get(row.mapping.get(header, ""), "")} for header in form.headers],
        "dates": ORDERS.get(found, ""),
        "asks_dates": bool(found),
        "dates_unclear": row.options.get("dates") in ("ambiguous", "mixed"),
        "trial": row.options.get("trial"),
        "facts": _facts(row),
        "steps": ["Upload", "Columns", "Import"],
    }
    return render(request, "capture/import_plan.html", context, status=422 if form.is_bound else 200)


@roles("marketer", "manager", "admin")
@require_GET
def show_progress(request: HttpRequest, import_id: int) -> HttpResponse:
    """How far it is, for the page to swap in."""
    row = get_object_or_404(Import.objects.select_related("source"), pk=import_id)
    if row.state == Import.State.PLANNED:
        return render(request, "capture/_trial.html", {"import": row, "trial": row.options.get("trial")})
    return render(request, "capture/_import_state.html", _state(row))


@roles("marketer", "manager", "admin")
@require_POST
def resume_import(_request: HttpRequest, import_id: int) -> HttpResponse:
    """Carry on an import that broke off; a second one is never started."""
    row = get_object_or_404(Import, pk=import_id)
    with suppress(ImportMovedOn), transaction.atomic():  # its page says how it stands
        importing.go_on(row)
        enqueue_once(run_import, row.pk, key=_job_key(row), run_after=utc_now())
    return _see_other("capture:import", row.pk)


@roles("marketer", "manager", "admin")
@require_POST
def make_list(request: HttpRequest, import_id: int) -> HttpResponse:
    """A fixed list of the leads of an import, filled in the background; a second click makes no second list."""
    row, now = get_object_or_404(Import, pk=import_id), utc_now()
    name = f"import-{row.pk}"
    with transaction.atomic():
        if not Segment.objects.filter(name=name).exists():
            new_list(f"Import of {row.file_name}"[:120], name, author=request.user, now=now)  # type: ignore[arg-type]  # signed in
        enqueue_once(list_import, row.pk, name, request.user.pk, key=f"list:{name}", run_after=now)
    messages.success(request, "The list is there, and is being filled with the leads of this import.")
    return _see_other("segments:segment_members", name)


@roles("marketer", "manager", "admin")
@require_GET
def download_refused(request: HttpRequest, import_id: int) -> HttpResponse:
    """Rows that were not taken, with line and reason, to be mended and imported again."""
    row = get_object_or_404(Import, pk=import_id)
    secret = secret_columns(row, _hidden(request))
    response = StreamingHttpResponse(_refused_lines(row, secret), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{row.pk}-refused.csv"'
    return response  # type: ignore[return-value]  # streamed, since there may be a million rows


@roles("marketer", "manager", "admin")
@require_GET
def download_doubtful(_request: HttpRequest, import_id: int) -> HttpResponse:
    """Rows that were kept, but with something that could not be read or without a contact point: line and reason."""
    row = get_object_or_404(Import, pk=import_id)
    writer: Any = csv.writer(_Line())
    told = row.refusals.filter(kept=True).order_by("line").values_list("line", "reason")
    lines = (writer.writerow([line, plain_cell(reason)]) for line, reason in chain([("import line", "import reason")], told.iterator()))
    response = StreamingHttpResponse(chain(["\ufeff"], lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{row.pk}-doubtful.csv"'
    return response  # type: ignore[return-value]  # streamed, since there may be a million rows


def _hidden(request: HttpRequest) -> frozenset[str]:
    """Fields that this person may not see."""
    return hidden_names(request.user)  # type: ignore[arg-type]  # signed in


class _Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _refused_lines(row: Import, secret: frozenset[str]) -> Iterator[str]:
    headers = [str(header) for header in row.options.get("headers", [])]
    writer: Any = csv.writer(_Line())
    yield "\ufeff" + writer.writerow([*map(plain_cell, headers), "import line", "import reason", "import text"])
    for refused in row.refusals.filter(kept=False).order_by("line").iterator():
        known = masked_cells(refused.cells, secret)
        cells = [known.get(header, "") for header in headers]
        yield writer.writerow([*map(plain_cell, cells), refused.line, plain_cell(refused.reason), plain_cell(refused.cells.get("", ""))])


def plain_cell(text: str) -> str:
    """A cell that no spreadsheet runs; our own reader takes the apostrophe off again."""
    return safe_cell(text)


def _preview(row: Import) -> list[Row]:
    with stored(row) as stream, rows_of(sheet_of(stream, row)) as rows:
        return list(islice((one for one in rows if isinstance(one, Row)), PREVIEW_ROWS))


def _state(row: Import) -> dict[str, Any]:
    result = importing.result_of(row)
    running = row.state == Import.State.RUNNING
    return {
        "import": row,
        "result": result,
        "running": running,
        "stopped": running and bool(row.path) and not Job.objects.filter(dedupe_key=_job_key(row), state__in=LIVE).exists(),
        "can_go_on": uploads.is_kept(row.path),
        "text": f"{row.done_rows:,} of {row.total_rows or 0:,} rows",
        "facts": _facts(row),
        "steps": ["Upload", "Columns", "Import"],
        "doubtful": reverse("capture:doubtful", args=[row.pk]),
    }


def _facts(row: Import) -> list[tuple[str, object]]:
    options = row.options
    kinds = {"csv": "Text table (CSV)", "xlsx": "Excel workbook", "xls": "Excel workbook (old)", "ods": "OpenDocument sheet"}
    delimiters = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
    return [
        ("Source", row.source.name),
        ("Rows", f"{row.total_rows or 0:,}"),
        ("Kind", kinds.get(options.get("kind", ""), "")),
        ("Sheet", options.get("sheet", "")) if options.get("sheet") else ("Encoding", options.get("encoding", "").upper()),
        *([("Cells end with", delimiters.get(options["delimiter"], options["delimiter"]))] if options.get("delimiter") else []),
        ("Uploaded by", row.author or "the command line"),
    ]


def _job_key(row: Import) -> str:
    return f"import:{row.pk}"


def _see_other(name: str, *args: object) -> HttpResponseRedirect:
    response = HttpResponseRedirect(reverse(name, args=args))
    response.status_code = 303
    return response
