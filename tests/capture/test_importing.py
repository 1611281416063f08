"""The file door: what comes in once comes in once, whatever dies on the way."""

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest
import xlsxwriter
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from leadloop.capture import importing, uploads
from leadloop.capture.domain.rows import SheetRefused
from leadloop.capture.errors import BadMapping, DateOrderUnclear, FileTooLarge, ImportMovedOn
from leadloop.capture.models import Import, RefusedRow, TakenRow
from leadloop.intake.models import Submission, Verdict
from leadloop.leads.models import Lead, Source, Standing
from leadloop.scoring import actions as scoring
from tests.make import NOON, make_install, make_lead
from tests.proofs import everything_holds

pytestmark = pytest.mark.django_db
PEOPLE = [("Ada Lovelace", "ada@analytical.test"), ("Grace Hopper", "grace@navy.test"), ("Alan Turing", "alan@bletchley.test")]


def people(number: int) -> list[tuple[str, str]]:
    return [(f"Person Number{n}", f"person{n}@company{n}.test") for n in range(number)]


@pytest.fixture
def sheet(tmp_path):
    """Writes a CSV file from a header and rows."""

    def write(header, rows, name="leads.csv") -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([header, *rows])
        return path

    return write


def take(path, **more):
    return importing.import_file(path, source_name=more.pop("source", "Fair"), now=NOON, **more)


def counts(result):
    return {name: getattr(result, name) for name in ("rows", "created", "matched", "skipped", "refused", "set_aside")}


def test_a_file_becomes_leads_of_its_source(sheet):
    make_install()
    result = take(sheet(["Name", "E-mail", "Shoe size"], [(*one, "44") for one in PEOPLE]))

    assert counts(result) == {"rows": 3, "created": 3, "matched": 0, "skipped": 0, "refused": 0, "set_aside": 0}
    assert sorted(Lead.objects.values_list("last_name", "email", "source__name")) == [
        ("Hopper", "grace@navy.test", "Fair"), ("Lovelace", "ada@analytical.test", "Fair"), ("Turing", "alan@bletchley.test", "Fair"),
    ]  # fmt: skip
    first = Submission.objects.order_by("pk").first()
    assert (first.door, first.context["import"], first.context["line"]) == ("file", result.import_id, 2)
    assert '"Shoe size":"44"' in first.payload
    assert Verdict.objects.count() == Submission.objects.count() == 3


def test_a_workbook_is_a_file_like_any_other(tmp_path):
    make_install()
    path = tmp_path / "leads.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Leads")
        days = book.add_format({"num_format": "dd/mm/yyyy"})
        page.write_row(0, 0, ["Name", "E-mail", "Zip", "Created"])
        for place, (name, email) in enumerate(PEOPLE, start=1):
            page.write_row(place, 0, [name, email, "01067"])
            page.write_datetime(place, 3, NOON.replace(month=2, day=place, hour=0, tzinfo=None), days)
    first, again = take(path), take(path)

    assert counts(first) == {"rows": 3, "created": 3, "matched": 0, "skipped": 0, "refused": 0, "set_aside": 0}
    assert again.skipped == 3
    assert list(Standing.objects.order_by("pk").values_list("lead__postal_code", "received_at__day")) == [
        ("01067", 1),
        ("01067", 2),
        ("01067", 3),
    ]


def test_a_row_on_which_a_rule_fails_is_set_aside_and_the_others_go_in(sheet, monkeypatch):
    make_install()
    judge = scoring.rescore

    def fails_on_grace(cases, **more):
        if any(case.values["email"] == "grace@navy.test" for case in cases):
            raise ZeroDivisionError("a rule")
        judge(cases, **more)

    monkeypatch.setattr(scoring, "rescore", fails_on_grace)
    result = take(sheet(["Name", "E-mail"], PEOPLE))

    assert counts(result) == {"rows": 3, "created": 2, "matched": 0, "skipped": 0, "refused": 0, "set_aside": 1}
    assert Submission.objects.count() == 3


def test_a_file_imported_again_adds_nothing_in_whatever_order(sheet):
    make_install()
    take(sheet(["Name", "E-mail"], PEOPLE))
    again = take(sheet(["E-mail", "Name"], [(email, name) for name, email in reversed(PEOPLE)], name="again.csv"))

    assert counts(again) == {"rows": 3, "created": 0, "matched": 0, "skipped": 3, "refused": 0, "set_aside": 0}
    assert (Lead.objects.count(), Submission.objects.count()) == (3, 3)


def test_rows_that_say_the_same_are_each_kept_and_known_again(sheet):
    make_install()
    twice = sheet(["Name", "E-mail"], [PEOPLE[0], PEOPLE[0], PEOPLE[1]])
    first, second = take(twice), take(twice)
    thrice = take(sheet(["Name", "E-mail"], [PEOPLE[0]] * 3, name="thrice.csv"))

    assert counts(first) == {"rows": 3, "created": 2, "matched": 1, "skipped": 0, "refused": 0, "set_aside": 0}
    assert counts(second) == {"rows": 3, "created": 0, "matched": 0, "skipped": 3, "refused": 0, "set_aside": 0}
    assert counts(thrice) == {"rows": 3, "created": 0, "matched": 1, "skipped": 2, "refused": 0, "set_aside": 0}


def test_a_corrected_mapping_brings_the_missed_column(sheet):
    make_install()
    path = sheet(["Name", "E-mail", "Reach me on"], [(*PEOPLE[0], "+1 415 555 0100")])
    take(path)
    result = take(path, mapping={"Reach me on": "phone"})

    assert counts(result)["matched"] == 1
    assert Lead.objects.get().phone == "+14155550100"


def test_dry_run_counts_exactly_what_the_import_then_does(sheet):
    make_install()
    make_lead({"email": PEOPLE[0][1], "name": PEOPLE[0][0]})
    taken = sheet(["Name", "E-mail", "Created"], [(*PEOPLE[2], "2026-02-01")], name="before.csv")
    take(taken)
    rows = [
        (*PEOPLE[0], "2026-02-01"),
        (*PEOPLE[1], ""),
        (*PEOPLE[1], "2026-02-02"),
        (*PEOPLE[2], "2026-02-01"),
        ("Bad Date", "", "2026-02-31"),
        ("", "", "2026-02-01"),
    ]
    path = sheet(["Name", "E-mail", "Created"], rows)
    books = [Submission.objects.count(), Lead.objects.count(), Source.objects.count(), Import.objects.count(), TakenRow.objects.count()]

    foreseen = take(path, dry_run=True)
    assert books == [
        Submission.objects.count(),
        Lead.objects.count(),
        Source.objects.count(),
        Import.objects.count(),
        TakenRow.objects.count(),
    ]
    done = take(path)

    assert counts(foreseen) == counts(done) == {"rows": 6, "created": 1, "matched": 2, "skipped": 1, "refused": 2, "set_aside": 0}
    assert [one["line"] for one in foreseen.refusals] == [6, 7]
    assert list(RefusedRow.objects.order_by("line").values_list("line", "reason")) == [
        (6, "“2026-02-31” is no date as this file writes them"),
        (7, "no value in any column that is used"),
    ]
    assert RefusedRow.objects.get(line=6).cells == {"Name": "Bad Date", "E-mail": "", "Created": "2026-02-31"}


def test_dry_run_of_a_new_source_writes_none(sheet):
    make_install()
    before = set(Source.objects.values_list("name", flat=True))
    result = take(sheet(["E-mail", "Lead source"], [(email, "Radio") for _, email in PEOPLE]), dry_run=True, source="Never seen")

    assert counts(result)["created"] == 3
    assert set(Source.objects.values_list("name", flat=True)) == before


@pytest.mark.parametrize("day", ["01/02/2026", "03-02-2026"])
def test_dates_that_read_both_ways_are_not_guessed(sheet, day):
    make_install()
    path = sheet(["E-mail", "Created"], [("ada@analytical.test", day)])
    with pytest.raises(DateOrderUnclear, match="Created"):
        take(path)
    assert (Import.objects.count(), Lead.objects.count()) == (0, 0)

    take(path, dates="dmy")
    assert Standing.objects.get().received_at.strftime("%d-%m") == day[:5].replace("/", "-")


def test_a_row_names_its_own_source_and_blank_is_one(sheet):
    make_install()
    origins = ["paid search", "paid_search", "Paid  Search", "", "social"]
    rows = [(*one, origin) for one, origin in zip(people(5), origins, strict=True)]
    take(sheet(["Name", "E-mail", "origin"], rows))

    found = Counter(Lead.objects.values_list("source__name", flat=True))
    assert {name.casefold(): count for name, count in found.items()} == {"paid search": 3, "(blank)": 1, "social": 1}


def test_a_column_with_too_many_sources_is_another_column(sheet):
    make_install()
    path = sheet(["Name", "E-mail"], people(300))
    with pytest.raises(BadMapping, match="more than 200 sources"):
        take(path, mapping={"Name": "source"})


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ({"Nme": "name"}, "no column “Nme”"),
        ({"Name": "shoe"}, "no field “shoe”"),
        ({"Name": "email", "E-mail": "email"}, "cannot both be email"),
    ],
)
def test_a_mapping_that_fits_nothing_is_refused(sheet, mapping, says):
    with pytest.raises(BadMapping, match=says):
        take(sheet(["Name", "E-mail"], PEOPLE), mapping=mapping)
    assert Import.objects.count() == 0


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7 not a table", b"\x89PNG\r\n\x1a\n", b"<html><body>a</body></html>", b"PK\x03\x04broken"]
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(tmp_path, content):
    path = tmp_path / "leads.csv"
    path.write_bytes(content)
    with pytest.raises(SheetRefused):
        take(path)
    with path.open("rb") as stream, pytest.raises(SheetRefused):
        importing.plan(stream, file_name="leads.csv", source="Fair", author=None, now=NOON)
    assert (Import.objects.count(), list((uploads.place_of("x").parent).glob("*"))) == (0, [])


def test_a_file_that_is_too_large_leaves_nothing(monkeypatch, sheet):
    monkeypatch.setattr(uploads, "UPLOAD_BYTES", 20)
    with sheet(["Name", "E-mail"], PEOPLE).open("rb") as stream, pytest.raises(FileTooLarge):
        importing.plan(stream, file_name="leads.csv", source="Fair", author=None, now=NOON)
    assert list((uploads.place_of("x").parent).glob("*")) == []


class Killed(Exception):
    """Stands for kill -9 at a named point."""


def killer(number: int):
    """Raises at the `number`-th fault point that is passed."""
    passed = iter(range(1_000))

    def fault(point: str) -> None:
        if next(passed) == number:
            raise Killed(point)

    return fault


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_at_any_point_and_started_again_ends_the_same(sheet, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 4)
    make_install()
    rows = [*people(9), people(9)[0], ("", ""), people(9)[1]]
    number, points = 0, []
    while True:
        path = sheet(["Name", "E-mail"], [(name, f"{number}-{email}" if email else "") for name, email in rows], name=f"{number}.csv")
        with path.open("rb") as stream:
            row = importing.plan(stream, file_name=path.name, source=f"Fair {number}", author=None, now=NOON)
        importing.start(row)
        try:
            importing.run(row.pk, clock=lambda: NOON, fault=killer(number))
        except Killed as point:
            points.append(str(point))
            importing.run(row.pk, clock=lambda: NOON)
        else:
            break
        row.refresh_from_db()
        assert row.state == "finished", points[-1]
        assert counts(importing.result_of(row)) == {"rows": 11, "created": 9, "matched": 2, "skipped": 0, "refused": 0, "set_aside": 0}, (
            points
        )
        assert Submission.objects.filter(source_id=row.source_id).count() == 11
        number += 1
    assert Counter(points) == {"before-capture": 3, "before-commit": 3, "after-chunk": 3, "after-finish": 1}


class Deadlock(OperationalError):
    sqlstate = "40P01"


def test_an_import_of_the_command_line_that_was_killed_has_failed_once_it_is_started_again(sheet):
    make_install()
    path = sheet(["Name", "E-mail"], PEOPLE)
    with pytest.raises(Killed):
        take(path, fault=killer(2))

    again = take(path)

    assert list(Import.objects.order_by("pk").values_list("state", "problem")) == [("failed", importing.STARTED_AGAIN), ("finished", "")]
    assert again.rows == Lead.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_chunk_that_is_done_again_keeps_the_sources_that_its_rows_name(sheet):
    make_install()
    trouble = [Deadlock()]

    def fault(point: str) -> None:
        if point == "before-commit" and trouble:
            raise trouble.pop()

    result = take(sheet(["Name", "E-mail", "Source"], [("Ada Lovelace", "ada@analytical.test", "Trade press")]), fault=fault)

    assert (result.created, trouble) == (1, [])
    assert list(Lead.objects.values_list("source__name", flat=True)) == ["Trade press"]
    assert everything_holds() == []


def test_two_workers_cannot_carry_one_import(sheet, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 2)
    make_install()
    with sheet(["Name", "E-mail"], people(6)).open("rb") as stream:
        row = importing.plan(stream, file_name="leads.csv", source="Fair", author=None, now=NOON)
    importing.start(row)

    def overtaken(point: str) -> None:
        if point == "after-chunk":
            importing.run(row.pk, clock=lambda: NOON)

    with pytest.raises(ImportMovedOn):
        importing.run(row.pk, clock=lambda: NOON, fault=overtaken)
    row.refresh_from_db()
    assert (row.state, row.created_rows, Lead.objects.count()) == ("finished", 6, 6)


def test_a_plan_is_started_once_and_its_file_goes_with_the_end(sheet):
    make_install()
    with sheet(["Name", "E-mail"], PEOPLE).open("rb") as stream:
        row = importing.plan(stream, file_name="leads.csv", source="Fair", author=None, now=NOON)
    assert uploads.place_of(row.path).exists()
    importing.start(row)
    with pytest.raises(ImportMovedOn):
        importing.start(row)
    with pytest.raises(ImportMovedOn):
        importing.remap(row, mapping={})
    importing.run(row.pk, clock=lambda: NOON)
    assert not uploads.place_of(row.path).exists()


def test_a_plan_whose_file_is_gone_fails_and_says_so(sheet):
    make_install()
    with sheet(["Name", "E-mail"], PEOPLE).open("rb") as stream:
        row = importing.plan(stream, file_name="leads.csv", source="Fair", author=None, now=NOON)
    importing.start(row)
    uploads.drop(row.path)
    importing.run(row.pk, clock=lambda: NOON)
    row.refresh_from_db()
    assert (row.state, row.problem) == ("failed", "The file is not there any more. Upload it again.")


def test_a_chunk_takes_as_many_queries_for_many_rows_as_for_few(sheet):
    make_install()
    take(sheet(["Name", "E-mail", "origin"], [("Warm Up", "warm@up.test", "social")]))

    def queries(path):
        with CaptureQueriesContext(connection) as counted:
            take(path)
        return len(counted)

    few = sheet(["Name", "E-mail", "origin"], [(name, f"a{email}", "social") for name, email in people(3)], name="few.csv")
    many = sheet(["Name", "E-mail", "origin"], [(name, f"b{email}", "social") for name, email in people(300)], name="many.csv")
    assert queries(few) == queries(many)


def test_the_recorded_funnel_and_its_resaved_copy_make_8000_leads(shared_data, tmp_path):
    make_install()
    funnel = shared_data / "olist-funnel"
    first = take(funnel / "olist_marketing_qualified_leads_dataset.csv", source="Olist")
    names = dict(Counter(Lead.objects.values_list("source__name", flat=True)))
    dates = dict(Standing.objects.values_list("lead__external_id", "received_at"))
    copy = tmp_path / "copy.csv"
    copy.write_bytes(gzip.decompress((funnel / "olist_mql_dd-mm-yyyy.csv.gz").read_bytes()))
    again = take(copy, source="Olist copy")

    assert counts(first) == {"rows": 8000, "created": 8000, "matched": 0, "skipped": 0, "refused": 0, "set_aside": 0}
    assert names == {
        "organic search": 2296, "paid search": 1586, "social": 1350, "unknown": 1099, "direct traffic": 499, "email": 493, "referral": 284,
        "other": 150, "display": 118, "other publicities": 65, "(blank)": 60,
    }  # fmt: skip
    assert again.created == 0
    assert again.matched + again.skipped == 8000
    assert Lead.objects.count() == 8000
    assert dict(Standing.objects.values_list("lead__external_id", "received_at")) == dates


@pytest.mark.parametrize(("state", "trial"), [("finished", {"rows": 2}), ("failed", {"broke_off": True}), ("planned", None)])
def test_the_death_of_a_job_changes_no_import_that_has_gone_on_without_it(db, state, trial):
    source = Source.objects.create(name="Fair", created_at=NOON)
    row = Import.objects.create(file_name="a.csv", source=source, state=state, options={"trial": trial}, created_at=NOON)
    importing.give_up(row.pk, now=NOON)
    importing.stop_trying_out(row.pk)
    assert Import.objects.values_list("state", "options").get() == (state, {"trial": trial})
