"""Reports for programs: the figures of the pages, behind their own scope."""

import pytest

from leadloop.capture.keys import new_key
from tests.analytics.work import answer, arrive, give, win
from tests.make import NOON, make_install, make_rep

REPORTS = ["funnel", "speed", "people", "agreement"]


@pytest.fixture
def ask(client, db):
    secret = new_key("Reader", scopes=["reports:read"], source=None, author=None, now=NOON)[1]
    return lambda path: client.get(f"/api/v1/reports/{path}", headers={"Authorization": f"Bearer {secret}"})


@pytest.mark.parametrize("report", REPORTS)
def test_reports_need_their_scope(client, db, report):
    secret = new_key("Sender", scopes=["leads:write"], source=None, author=None, now=NOON)[1]
    assert client.get(f"/api/v1/reports/{report}").status_code == 401
    assert client.get(f"/api/v1/reports/{report}", headers={"Authorization": f"Bearer {secret}"}).status_code == 403


@pytest.mark.parametrize("report", REPORTS)
def test_reports_of_nothing_are_reports(ask, report):
    assert ask(report).status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("funnel?by=colour", "by"),
        ("funnel?received_from=x", "received_from"),
        ("speed?received_to=9999-12-31", "received_to"),
        ("people?day_from=0001-01-01", "day_from"),
        ("agreement?handed_to=9999-12-31", "handed_to"),
        ("agreement?version=0", "version"),
    ],
)
def test_what_cannot_be_asked_is_named(ask, query, field):
    refused = ask(query)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, [field])


def test_reports_tell_what_the_pages_show(ask):
    pool = make_install()
    ann = make_rep("Ann", pool=pool, weight=2)
    win(answer(give(arrive(source="Fair"), ann), seconds=90), cents=500)
    arrive(source="Fair")
    assert ask("funnel?received_from=2026-03-02&received_to=2026-03-02").json()["total"] == {
        "name": "All",
        "leads": 2,
        "mql": 1,
        "sql": 1,
        "converted": 1,
        "won": 1,
        "junk": 0,
        "junk_rate": 0.0,
        "resting": 0,
        "back": 0,
        "rate": 0.5,
        "amounts": {"EUR": 500},
    }
    figures = {"leads": 2, "touched": 1, "never": 1, "median_seconds": 90, "p90_seconds": 90}
    figures["within"] = {"300": 1, "1800": 1, "3600": 1, "86400": 1}
    told = ask("speed").json()
    assert told["total"] == figures
    assert told["people"] == [{"person": ann.pk, "name": "Ann", **figures}]
    assert told["hours"] == [{"hour": 12, **figures}]
    people = ask("people").json()
    assert [(one["name"], one["won"], one["amounts"], one["median_seconds"]) for one in people["people"]] == [("Ann", 1, {"EUR": 500}, 90)]
    assert [(one["pool"], one["weight"], one["ahead"]) for one in people["seats"]] == [("Sales", 2, 0.0)]
