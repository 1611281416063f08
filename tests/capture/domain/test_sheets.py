"""Lead files as they come: every encoding, delimiter, quote and spreadsheet is read as rows or refused with a reason."""

import csv
import gzip
import io
import json
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadloop.capture.domain.sheets import Row, RowRefused, SheetRefused, open_sheet


def rows_of(content: bytes, **choice) -> list[Row | RowRefused]:
    return list(open_sheet(io.BytesIO(content), name="leads", **choice).rows())


def opened(content: bytes) -> tuple[str, str, tuple[str, ...]]:
    sheet = open_sheet(io.BytesIO(content), name="leads")
    return sheet.encoding, sheet.delimiter, sheet.headers


TEXTS = {
    "plain": (b"name,mail\nAna,a@x.test\n", ("utf-8", ",", ("name", "mail"))),
    "UTF-8 with a mark": ("\ufeffname;ort\nAna;Köln\n".encode(), ("utf-8-sig", ";", ("name", "ort"))),
    "UTF-16": ("name\tort\nAna\tKöln\n".encode("utf-16"), ("utf-16", "\t", ("name", "ort"))),
    "UTF-16 without a mark": ("name\tort\nAna\tKoeln\n".encode("utf-16-le"), ("utf-16-le", "\t", ("name", "ort"))),
    "Windows-1252": ("name;ort\nJosé;Köln\n".encode("cp1252"), ("cp1252", ";", ("name", "ort"))),
    "bars": (b"name|mail\nAna|a@x.test\n", ("utf-8", "|", ("name", "mail"))),
    "semicolons with decimal commas": (b"name;value\nAna;1,5\nBen;2,5\n", ("utf-8", ";", ("name", "value"))),
    "one column": (b"mail\na@x.test\n", ("utf-8", ",", ("mail",))),
    "blank and repeated names": (b"mail,,Mail,tel,tel\na,b,c,d,e\n", ("utf-8", ",", ("mail", "column 2", "Mail (2)", "tel", "tel (2)"))),
    "a header behind blank lines": (b"\n\n name , mail\nAna,a\n", ("utf-8", ",", ("name", "mail"))),
    "notes above the table": (b"Notes:\nYour connections\n\nname,mail,city\nAna,a,b\nBen,b,c\n", ("utf-8", ",", ("name", "mail", "city"))),
}


@pytest.mark.parametrize(("content", "expected"), TEXTS.values(), ids=TEXTS)
def test_how_a_text_file_is_read(content, expected):
    assert opened(content) == expected


def test_cyrillic_is_guessed_when_there_is_enough_of_it():
    content = ("имя;город\n" + "Иван Петрович Сидоров;Нижний Новгород\n" * 20).encode("cp1251")
    assert opened(content)[2] == ("имя", "город")


def test_a_person_may_overrule_the_guess():
    assert rows_of("a;b,c\n1;ł,3\n".encode("cp1250"), encoding="cp1250", delimiter=",") == [Row(2, {"a;b": "1;ł", "c": "3"})]


def test_rows_keep_the_line_they_start_on():
    content = b'name,note\nAna,"one\ntwo"\n\nBen,x,\n , \nCid\n'

    assert rows_of(content) == [
        Row(2, {"name": "Ana", "note": "one\ntwo"}),
        Row(5, {"name": "Ben", "note": "x"}),
        Row(7, {"name": "Cid", "note": ""}),
    ]


def test_a_row_with_more_cells_than_names_is_refused_alone():
    assert rows_of(b"a,b\n1,2,3\n4,5\n") == [RowRefused(2, "too_many_cells", "1 | 2 | 3"), Row(3, {"a": "4", "b": "5"})]


def test_an_open_quote_costs_its_own_line_only():
    content = b'a,b\n1,"open\n' + b"".join(b"%d,x\n" % number for number in range(5_000))

    rows = rows_of(content)

    assert rows[0] == RowRefused(2, "quote_not_closed", '1,"open')
    assert rows[1] == Row(3, {"a": "0", "b": "x"})
    assert len(rows) == 5_001


def test_an_open_quote_near_the_end_is_seen_too():
    assert rows_of(b'a,b\n1,"open\n2,x\n') == [RowRefused(2, "quote_not_closed", '1,"open'), Row(3, {"a": "2", "b": "x"})]


def test_import_starts_again_after_any_line():
    content = b'a,b\n1,"x\ny"\n2,z\n3,\n'
    sheet = open_sheet(io.BytesIO(content), name="leads")

    everything = list(sheet.rows())

    assert [list(sheet.rows(row.line)) for row in everything] == [everything[1:], everything[2:], []]


def test_our_own_quoting_of_formulas_is_taken_off():
    assert rows_of(b"a,b\n'=1+1,'tis\n'+49 30,x\n") == [Row(2, {"a": "=1+1", "b": "'tis"}), Row(3, {"a": "+49 30", "b": "x"})]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"%PDF-1.7 ...",
        b"<html><table>",
        b"PK\x03\x04 no archive",
        b"\xd0\xcf\x11\xe0 no workbook",
        b"a" * 2_000_000,
        b"," * 600 + b"x\n",
    ],
    ids=["empty", "blank", "PDF", "HTML", "broken zip", "broken xls", "one endless line", "too many columns"],
)
def test_what_is_no_table_is_refused(content):
    with pytest.raises(SheetRefused):
        rows_of(content)


def test_an_unknown_encoding_is_refused():
    with pytest.raises(SheetRefused):
        rows_of(b"a,b\n1,2\n", encoding="klingon")


@given(st.binary(max_size=300) | st.text(alphabet='a,;"\n\r\t \\é', max_size=200).map(str.encode))
def test_any_bytes_are_rows_or_refused(content):
    try:
        rows = rows_of(content)
    except SheetRefused:
        return
    assert all(isinstance(row, (Row, RowRefused)) for row in rows)


@given(st.lists(st.lists(st.text(alphabet="ab1é ,;\"\n'", max_size=8), min_size=2, max_size=2), max_size=6))
def test_what_the_csv_module_writes_is_read_back(records):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["first", "second"], *records])

    cells = [list(row.cells.values()) for row in rows_of(text.getvalue().encode(), delimiter=",")]

    texts = [[cell.replace("\r\n", "\n").strip() for cell in record] for record in records]
    expected = [[text[1:] if text.startswith("'\n") else text for text in record] for record in texts]  # as our exports quote a line break
    assert cells == [record for record in expected if any(record)]


def workbook(sheet: bytes, *, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr(name, sheet)
    return content.getvalue()


BOMBS = {
    "two far cells": b'<c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c>',
    "cells without a place": b"<row>" + b"<c/>" * 3_000 + b"</row>" + b"<row><c/></row>" * 3_000,
    "a megabyte of blanks in a kilobyte": b" " * 5_000_000,
}


@pytest.mark.parametrize("sheet", BOMBS.values(), ids=BOMBS)
def test_a_workbook_is_measured_before_it_is_opened(sheet):
    with pytest.raises(SheetRefused, match=r"too large|far more"):
        rows_of(workbook(sheet))


def test_an_archive_is_not_believed_what_it_says_of_its_size():
    content = bytearray(workbook(b" " * 5_000_000))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = content.rfind(mark)
        content[place + at : place + at + 4] = struct.pack("<I", 10)
        content[place + at - 8 : place + at - 4] = struct.pack("<I", zlib.crc32(b" " * 10))

    with pytest.raises(SheetRefused):
        rows_of(bytes(content))


def test_an_ods_with_a_document_type_is_refused():
    with pytest.raises(SheetRefused, match="document type"):
        rows_of(workbook(b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>', name="content.xml"))


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("tabulator/table-with-ints-floats-dates.xls", Row(2, {"Int": "2013", "Float": "3.3", "Date": "2009-08-16"})),
        ("tabulator/table.ods", Row(2, {"id": "1", "name": "english"})),
        ("tabulator/sheets.xlsx", Row(2, {"id": "1", "name": "london"})),
        ("tabulator/table-with-booleans.ods", Row(2, {"id": "1", "boolean": "true"})),
        ("tabulator/test_scientific_notation.xlsx", Row(2, {"scientific_notation": "4.27335427525861e-07"})),
    ],
)
def test_cells_of_a_workbook_are_shown_as_a_person_sees_them(shared_data, file, expected):
    with (shared_data / "messy-import" / file).open("rb") as stream:
        assert next(open_sheet(stream, name=file).rows()) == expected


def test_the_ods_that_claims_seventeen_thousand_million_cells_is_refused(shared_data):
    with (
        (shared_data / "messy-import/spreadsheets/calamine/issue_594_dos.ods").open("rb") as stream,
        pytest.raises(SheetRefused, match="too large"),
    ):
        open_sheet(stream, name="issue_594_dos.ods")


def _files(folder: Path, *endings: str) -> list[Path]:
    found = [path for path in sorted((folder / "messy-import").rglob("*")) if path.name.lower().endswith(endings)]
    return [path for path in found if "expected" not in path.parts]


def _outcome(path: Path) -> str:
    content = gzip.decompress(path.read_bytes()) if path.name.endswith(".gz") else path.read_bytes()
    try:
        rows = rows_of(content)
    except SheetRefused as refused:
        return str(refused)
    return "rows" if not rows or any(isinstance(row, Row) for row in rows) else "no row of it"


def test_every_recorded_text_file_is_read_or_refused_with_a_reason(shared_data):
    outcomes = {path.name: _outcome(path) for path in _files(shared_data, ".csv", ".csv.gz")}

    assert len(outcomes) > 80
    assert {name: told for name, told in outcomes.items() if told not in ("rows", "no row of it")} == {
        "ResultsOR30x500-0.75_3.dat.csv": "This file cannot be imported: it has more than 500 columns.",
        "all-empty.csv": "This file cannot be imported: it has no header.",
        "bad-header-no-header.csv": "This file cannot be imported: it is empty.",
        "locations-1998.csv": "This file cannot be imported: it is empty.",
    }


def test_every_recorded_workbook_is_read_or_refused_with_a_reason(shared_data):
    outcomes = {path.name: _outcome(path) for path in _files(shared_data, ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")}

    assert len(outcomes) > 95
    assert sorted(name for name, told in outcomes.items() if told not in ("rows", "no row of it")) == [
        "capitalized_wbook_stream.xls",
        "date_1904.xlsb",
        "errors.xlsx",
        "issue127.xlsb",
        "issue_594_dos.ods",
        "issue_666_panic.xlsb",
        "pictures_in_cell_and_over_cell.xlsx",
        "vba.xlsm",
    ]


@pytest.mark.parametrize(
    "name", ["comma_in_quotes", "escaped_quotes", "json", "newlines", "newlines_crlf", "quotes_and_newlines", "simple", "utf8"]
)
def test_csv_spectrum_is_read_as_its_authors_read_it(shared_data, name):
    folder = shared_data / "messy-import" / "csv-spectrum"
    expected = json.loads((folder / "json" / f"{name}.json").read_text(encoding="utf-8"))

    rows = rows_of((folder / "csvs" / f"{name}.csv").read_bytes())

    assert [_unix(row.cells) for row in rows] == [_unix(record) for record in expected]


def _unix(record: dict[str, str]) -> dict[str, str]:
    return {name: cell.replace("\r\n", "\n").strip() for name, cell in record.items()}
