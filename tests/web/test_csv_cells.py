"""Cells of a CSV file: nothing in them is ever run."""

import pytest

from leadloop.web.csv_cells import csv_response, safe_cell


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Fair", "Fair"),
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        (-3, "-3"),
        (0.5, "0.5"),
        (None, ""),
        ("a\0b", "ab"),
        ("\u00a0=1+1", "'\u00a0=1+1"),
        ("\uff1dSUM(A1)", "'\uff1dSUM(A1)"),
        ("\n=1", "'\n=1"),
    ],
)
def test_a_cell_that_looks_like_a_formula_is_text(value, expected):
    assert safe_cell(value) == expected


def test_a_download_has_a_name_and_a_mark_for_spreadsheets():
    response = csv_response("funnel", ["Source", "Leads"], [["=x", 1], ["Fair, Berlin", 2]])
    assert response["Content-Disposition"] == 'attachment; filename="funnel.csv"'
    assert response.content.decode("utf-8") == '\ufeffSource,Leads\r\n\'=x,1\r\n"Fair, Berlin",2\r\n'
