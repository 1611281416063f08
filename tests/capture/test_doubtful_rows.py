"""Rows of a file that are kept with a doubt: counted and listed in the trial and afterwards."""

import pytest

from leadloop.capture.models import Import, RefusedRow
from leadloop.leads.models import Lead
from tests.capture.test_capture_pages import columns, manager, upload, work
from tests.capture.test_importing import PEOPLE, sheet, take
from tests.make import make_install

__all__ = ["manager", "sheet"]  # fixtures of the pages and of the file door
pytestmark = pytest.mark.django_db


def test_rows_that_nobody_can_be_reached_by_are_kept_counted_and_listed_before_and_after(sheet):
    make_install()
    rows = [
        *PEOPLE,
        ("Ned Nonsense", "nonsense", ""),
        ("Nora Name", "", ""),
        ("Phil Phone", "", "12"),
        ("Two Ways", "no at", "+1 415 555 0100"),
    ]
    path = sheet(["Name", "E-mail", "Phone"], [(*one, "")[:3] for one in rows])

    foreseen, done = take(path, dry_run=True), take(path)

    for result in (foreseen, done):
        assert (result.created, result.unread, result.unreachable) == (7, 3, 3)
        assert result.doubts == [
            {"line": 5, "reason": "the e-mail could not be read, so that there is no way to reach this lead"},
            {"line": 6, "reason": "no e-mail and no phone number"},
            {"line": 7, "reason": "the phone number could not be read, so that there is no way to reach this lead"},
            {"line": 8, "reason": "the e-mail could not be read"},
        ]
    assert Lead.objects.filter(flaws__icontains="email_invalid").count() == 2
    assert list(RefusedRow.objects.values_list("kept", "cells").distinct()) == [(True, {})]
    again = take(path)
    assert (again.skipped, again.unread, again.unreachable) == (7, 0, 0)


def test_a_file_without_columns_of_contact_points_is_counted_and_not_listed_row_by_row(sheet):
    make_install()
    result = take(sheet(["Name", "Company"], [("Ada Lovelace", "Analytical"), ("Grace Hopper", "Navy")]))
    assert (result.unread, result.unreachable, result.doubts, RefusedRow.objects.count()) == (0, 2, [], 0)


def test_doubtful_rows_are_shown_before_and_after_and_come_as_a_list(client, manager):
    upload(client, "Name,E-mail\nAda,nonsense\nBen,b@c.test\n")
    row = Import.objects.get()
    client.post(f"/imports/{row.pk}/", columns(row, "try"))
    assert "1 row with an e-mail or phone that cannot be read" in client.get(f"/imports/{row.pk}/").content.decode()
    client.post(f"/imports/{row.pk}/", columns(row, "start"))
    work()
    page = client.get(f"/imports/{row.pk}/").content.decode()
    assert "1 row with an e-mail or phone that cannot be read" in page
    assert f"/imports/{row.pk}/doubtful.csv" in page
    text = b"".join(client.get(f"/imports/{row.pk}/doubtful.csv").streaming_content).decode()
    assert text.splitlines()[1] == '2,"the e-mail could not be read, so that there is no way to reach this lead"'
    refused = b"".join(client.get(f"/imports/{row.pk}/refused.csv").streaming_content).decode()
    assert len(refused.splitlines()) == 1
