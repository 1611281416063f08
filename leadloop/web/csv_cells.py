"""Cells of CSV files that a spreadsheet shows and never runs."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last ones are full-width


_HARMLESS = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)  # numbers, and telephone numbers in E.164


def safe_cell(value: object) -> str:
    """Text that begins as a formula gets an apostrophe before it, which our import takes off; numbers stay, nothing is an empty cell."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    text = str(value).replace("\0", "")
    if _HARMLESS.fullmatch(text):
        return text
    return f"'{text}" if text.startswith(DANGEROUS) or text.lstrip().startswith(DANGEROUS) else text


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A small table as a download: UTF-8 with a mark that Excel reads."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([safe_cell(title) for title in header])
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
