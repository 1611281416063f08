"""The list as a file."""

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_GET

from leadloop.db.clock import utc_now
from leadloop.web.access import roles
from leadloop.work.asking import asked_by
from leadloop.work.export import FORMATS, fields_for, stream_leads
from leadloop.work.lists import matching

MAY_EXPORT = ("marketer", "manager", "admin")


@require_GET
@roles(*MAY_EXPORT)  # type: ignore[arg-type]  # a streaming answer is an answer
def export_leads(request: HttpRequest) -> StreamingHttpResponse:
    """What the list shows, all pages of it, as CSV or JSON lines; sensitive values are masked for who may not see them."""
    kind = request.GET.get("format", "csv")
    kind = kind if kind in FORMATS else "csv"
    asked = asked_by(request.user, {name: values for name, values in request.GET.lists() if name != "format"})  # type: ignore[arg-type]  # signed in
    now = utc_now()
    rows = matching(asked, person=request.user, now=now)  # type: ignore[arg-type]  # signed in
    declared = fields_for(request.user, now=now)  # type: ignore[arg-type]  # signed in
    response = StreamingHttpResponse(stream_leads(rows, kind, declared), content_type=FORMATS[kind])
    response["Content-Disposition"] = f'attachment; filename="leads-{now:%Y-%m-%d}.{kind}"'
    return response
