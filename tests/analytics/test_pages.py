"""The pages under Measure: who may read them, what they say, what they cost, where their figures lead."""

import csv
import io
from datetime import timedelta
from html import unescape
from re import findall
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse

from leadloop import steps
from leadloop.analytics import drill, funnel
from leadloop.analytics.domain.periods import Period
from leadloop.db.clock import utc_now
from leadloop.leads.models import Standing
from leadloop.teams.models import User
from leadloop.work import lists
from leadloop.work.domain import lead_filter
from tests.analytics.work import answer, arrive, by, convert, give, win
from tests.make import NOON, make_install, make_person, make_rep
from tests.scenarios.pages import rows_of

PAGES = ["funnel", "funnel_csv", "speed", "people"]


@pytest.fixture
def manager(client, db):
    client.force_login(make_person("Mia", role="manager"))
    return client


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("role", "status"), [("rep", 404), ("marketer", 200), ("manager", 200), ("admin", 200)])
def test_reps_do_not_read_the_measures(client, db, page, role, status):
    client.force_login(make_person("Somebody", role=role))
    assert client.get(reverse(f"analytics:{page}")).status_code == status


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_asked_to_sign_in(client, db, page):
    assert client.get(reverse(f"analytics:{page}")).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_nonsense_in_the_address_is_answered(manager, page):
    for query in ("?from=x", "?to=%00", "?from=9999-12-31", "?period=-1&by=x", "?from=2026-03-05&to=2026-03-01"):
        assert manager.get(reverse(f"analytics:{page}") + query).status_code == 200


def test_empty_pages_say_what_to_do_next(manager):
    assert "No lead has come in yet" in manager.get("/measure/funnel/").content.decode()
    assert "No lead arrived in this period" in manager.get("/measure/funnel/?period=30").content.decode()
    assert "No lead was handed to anybody" in manager.get("/measure/speed/").content.decode()
    assert "Nobody takes leads yet" in manager.get("/measure/people/").content.decode()


def test_the_funnel_shows_three_decimals_amounts_and_junk(manager):
    make_install()
    win(arrive(source="Fair"), cents=123_456)
    arrive(source="Fair")
    arrive(source="Fair")
    steps.mark_junk([arrive(source="Fair")], by(), reason="spam").or_raise()
    rows = rows_of(manager.get("/measure/funnel/").content.decode(), "funnel")
    assert [(row[0], row[1], row[6], row[7], row[8].split()) for row in rows[1:]] == [
        ("Fair", "3", "33.333 %", "€1,234.56", ["1", "25", "%"]),
        ("All", "3", "33.333 %", "€1,234.56", ["1", "25", "%"]),
    ]


def test_the_download_is_the_table_and_runs_nothing(manager):
    make_install()
    win(arrive(source="=cmd()"), cents=123_456)
    arrive(source="Fair")
    table = list(csv.reader(io.StringIO(manager.get("/measure/funnel/csv/").content.decode("utf-8-sig"))))
    header = "Source;Leads;MQL;SQL;Opportunity;Won;Won of leads, %;Won amount EUR;Junk;Junk of all, %;Resting;Back"
    assert table[0] == header.split(";")
    assert [(row[0], row[1], row[5], row[6], row[7]) for row in table[1:]] == [
        ("'=cmd()", "1", "1", "100.000", "1234.56"),
        ("Fair", "1", "0", "0.000", ""),
        ("All", "2", "1", "50.000", "1234.56"),
    ]


def test_every_figure_of_the_funnel_leads_to_that_many_leads(db):
    make_install()
    win(arrive(source="Fair"))
    convert(arrive(source="Fair"))
    steps.qualify([arrive(source="Fair")], by()).or_raise()
    arrive(source="Fair", at=NOON - timedelta(days=40))
    arrive()
    steps.mark_junk([arrive(source="Fair")], by(), reason="spam").or_raise()
    person = make_person("Mia", role="manager")
    day = Period(NOON.date(), NOON.date(), "UTC")
    for period in (None, day):
        for line in funnel.report(by="source", period=period).lines:
            counts = {**dict(zip(funnel.STEPS, line.counts, strict=True)), "junk": line.junk}
            found = {step: listed(drill.leads_at(step, source=line.key, period=period), person) for step in counts}
            assert found == counts


def listed(url: str, person: User) -> int:
    """How many leads the list shows at an address."""
    asked = lead_filter.read({key: [value] for key, value in parsed(url)})
    return Standing.objects.filter(lists.wanted(asked, person=person, now=utc_now())).count()


def parsed(url):
    return parse_qsl(urlsplit(url).query)


@pytest.mark.parametrize(("page", "queries"), [("funnel/", 7), ("funnel/?by=month", 7), ("speed/", 5), ("people/", 10)])
def test_pages_cost_the_same_whatever_they_show(manager, django_assert_num_queries, page, queries):
    pool, now = make_install(), utc_now() - timedelta(hours=2)
    costs = []
    for place in range(3):
        person = make_rep(f"Rep{place}", pool=pool)
        lead = give(arrive(source=f"Source {place}", at=now - timedelta(days=30 * place)), person, at=now)
        answer(lead, seconds=60, at=now)
        win(lead, cents=1, at=now)
        if place in (0, 2):
            with django_assert_num_queries(queries):
                html = manager.get(f"/measure/{page}").content.decode()
            costs.append(len(findall(r"<tr data-item", html)))
    assert costs[1] > costs[0]


def test_links_of_the_page_keep_the_period(manager):
    make_install()
    arrive(at=utc_now())
    html = unescape(manager.get("/measure/funnel/?by=month&from=2020-01-01").content.decode())
    assert 'href="?by=source&from=2020-01-01"' in html
    assert "/measure/funnel/csv/?by=month&from=2020-01-01" in html
