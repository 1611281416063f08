"""Reports for programs: the same figures as the pages."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router

from leadloop.analytics import funnel
from leadloop.api.auth import KeyAuth
from leadloop.api.shapes import FunnelOut

router = Router(tags=["Reports"])


@router.get("/reports/funnel", operation_id="report_funnel", summary="The funnel by source or month", auth=KeyAuth("reports:read"), response=FunnelOut)
def report_funnel(request: HttpRequest, by: Literal["source", "month"] = "source") -> dict[str, Any]:
    """Leads that came in, and how far they got. `rate` is won divided by leads; junk is left out of both."""
    return funnel.report(by=by)
