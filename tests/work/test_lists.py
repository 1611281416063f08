"""The list of leads: filters, order, pages, who sees what, saved views and steps on many."""

import json
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadloop.db.clock import utc_now
from leadloop.leads.models import Lead, Source, Standing
from leadloop.work import lists
from leadloop.work.domain.lead_filter import LeadFilter, read
from leadloop.work.models import SavedView
from tests.make import make_install, make_person, make_rep
from tests.work.conftest import signed_in

NOW = utc_now()


def standing(**values):
    """A lead with its standing, straight into the tables: lists only read."""
    lead_values = values.pop("lead", {})
    pk = (Lead.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    source = values.pop("source_id", None) or Source.objects.get_or_create(name="Website", defaults={"created_at": NOW})[0].pk
    Lead.objects.create(pk=pk, source_id=source, submission_id=pk, created_at=NOW, **{"first_name": f"Lead{pk}", **lead_values})
    known = {"stage": "new", "received_at": NOW - timedelta(minutes=pk), "entered_at": NOW, **values}
    return Standing.objects.create(lead_id=pk, source_id=source, **known)


def shown(response):
    return [row.pk for row in response.context["rows"]]


def ids_of(asked, person):
    return lists.read_page(read(asked), person=person, cursor=None, now=utc_now()).page.ids


def test_the_page_costs_the_same_queries_for_one_row_and_for_three(page, django_assert_num_queries):
    standing()
    page.get("/leads/")
    with django_assert_num_queries(7):  # session, person, count, ids, rows, views, news
        assert len(shown(page.get("/leads/"))) == 1
    standing(), standing()
    with django_assert_num_queries(7):
        assert len(shown(page.get("/leads/"))) == 3


def test_each_filter_keeps_what_it_asks_for(manager):
    fair = Source.objects.create(name="Fair", created_at=NOW)
    ann = make_person("Ann")
    a = standing(stage="new", score=80, owner=ann, lead={"country": "DE"})
    b = standing(stage="won", score=20, source_id=fair.pk, lead={"country": "US"})
    c = standing(stage="junk", score=None, owner=manager, received_at=NOW - timedelta(days=40))
    everything = {a.pk, b.pk, c.pk}
    cases = [
        ({}, everything),
        ({"stage": ["new", "won"]}, {a.pk, b.pk}),
        ({"source": [str(fair.pk)]}, {b.pk}),
        ({"owner": ["me"]}, {c.pk}),
        ({"owner": ["none"]}, {b.pk}),
        ({"owner": ["none", str(ann.pk)]}, {a.pk, b.pk}),
        ({"score_min": ["50"]}, {a.pk}),
        ({"score_max": ["50"]}, {b.pk}),
        ({"days": ["7"]}, {a.pk, b.pk}),
        ({"country": ["de, us"]}, {a.pk, b.pk}),
        ({"where": ['{"field": "score", "op": "is_blank"}']}, {c.pk}),
        ({"stage": ["new"], "owner": ["none"]}, set()),
        ({"stage": ["nonsense"], "score_min": ["x"], "days": ["-1"], "country": ["Germany"], "where": ["{"]}, everything),
    ]
    assert [set(ids_of(asked, manager)) for asked, _ in cases] == [wanted for _, wanted in cases]


SORTED = {"-received": "received_at", "received": "received_at", "-score": "score", "score": "score", "due": "due_at", "-due": "due_at"}


@pytest.mark.parametrize("sort", SORTED)
@pytest.mark.parametrize("most_counted", [lists.MOST_COUNTED, 3], ids=["sparse", "dense"])
@pytest.mark.parametrize(
    "asked", [{}, {"stage": ["new", "mql"]}, {"owner": ["none", "me"]}, {"country": ["DE"]}], ids=["all", "stages", "owners", "country"]
)
def test_walking_the_pages_meets_every_lead_once_in_order(manager, monkeypatch, sort, most_counted, asked):
    monkeypatch.setattr(lists, "MOST_COUNTED", most_counted)
    monkeypatch.setattr(lists, "PAGE", 2)
    column = SORTED[sort]
    for number in range(9):
        standing(
            stage=["new", "mql", "won"][number % 3],
            owner=manager if number % 2 else None,
            score=[50, None, 7][number % 3],
            due_at=None if number % 4 == 0 else NOW + timedelta(hours=number // 3),
            received_at=NOW - timedelta(minutes=number // 2),
            lead={"country": "DE" if number % 5 else "FR"},
        )
    down = sort.startswith("-")
    rows = list(lists.matching(read(asked), person=manager, now=utc_now()))
    key = lambda row: ((getattr(row, column) is None) != down, getattr(row, column) or 0, row.pk)  # noqa: E731  blanks last either way
    if column != "score":
        key = lambda row: ((getattr(row, column) is None) != down, (getattr(row, column) or NOW).timestamp(), row.pk)  # noqa: E731  a moment
    expected = [row.pk for row in sorted(rows, key=key, reverse=down)]

    client, walked, address = signed_in(manager), [], read({**asked, "sort": [sort]}).address()
    while address and len(walked) <= len(expected):
        answer = client.get("/leads/" + address)
        walked += shown(answer)
        last, address = answer, answer.context["older_url"]
    assert walked == expected

    back = shown(last)
    while last.context["newer_url"] and len(back) <= len(expected):
        last = client.get("/leads/" + last.context["newer_url"])
        back = shown(last) + back
    assert back == expected


def test_a_rep_sees_own_leads_and_those_that_wait_in_the_own_pool(db):
    pool = make_install()
    ann, ben = make_rep("ann", pool=pool), make_rep("ben")
    mine, theirs, waiting, nobodys = standing(owner=ann), standing(owner=ben), standing(pool_id=pool.pk), standing()
    for asked in ({}, {"owner": [str(ben.pk)]}, {"q": ["Lead"]}, {"where": ['{"field": "score", "op": "is_blank"}']}, {"sort": ["-score"]}):
        found = set(ids_of(asked, ann))
        assert not found & {theirs.pk, nobodys.pk}, asked
        assert found == (set() if "owner" in asked else {mine.pk, waiting.pk})
    body = signed_in(ann).get("/leads/").content.decode()
    assert f"/leads/{mine.pk}/" in body
    assert f"/leads/{theirs.pk}/" not in body


def test_a_dense_list_shows_a_rep_nothing_more(db, monkeypatch):
    monkeypatch.setattr(lists, "MOST_COUNTED", 0)
    pool = make_install()
    ann = make_rep("ann", pool=pool)
    mine, waiting = standing(owner=ann, score=5), standing(pool_id=pool.pk, score=7)
    standing(owner=make_rep("ben"), score=6), standing(score=8)
    assert [ids_of({"sort": [sort]}, ann) for sort in ("-score", "-received", "due")] == [
        [waiting.pk, mine.pk],
        [mine.pk, waiting.pk],
        [mine.pk, waiting.pk],
    ]
    assert ids_of({"owner": ["me", "none"], "sort": ["-score"]}, ann) == [waiting.pk, mine.pk]


PLANS = [
    ({}, "standing_newest"),
    ({"stage": ["new"]}, "standing_stage"),
    ({"source": ["1"], "country": ["DE"]}, "standing_source"),
    ({"sort": ["-score"], "stage": ["new", "mql"]}, "standing_stage_score"),
    ({"sort": ["score"]}, "standing_stage_score"),
    ({"sort": ["score"], "owner": ["me"]}, "standing_owner"),
    ({"sort": ["due"], "country": ["DE"]}, "standing_due"),
    ({"sort": ["due"], "owner": ["none"]}, "standing_rail"),
]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by its statistics, which a test has none of")
@pytest.mark.parametrize(("asked", "index"), PLANS, ids=[f"{asked}" for asked, _ in PLANS])
def test_a_dense_list_is_read_in_the_order_of_an_index(manager, monkeypatch, asked, index):
    monkeypatch.setattr(lists, "MOST_COUNTED", -1)
    with CaptureQueriesContext(connection) as queries:
        ids_of(asked, manager)
    [page, *_] = [query["sql"] for query in queries if query["sql"].startswith("select * from (")]
    with connection.cursor() as cursor:
        cursor.execute(f"explain query plan {page}")
        plan = " | ".join(row[3] for row in cursor.fetchall())
    assert f"INDEX {index}" in plan
    assert not re.search(r"INDEX [^|]*\| USE TEMP", plan)  # no branch is sorted; what branches give, a page each, may be


def test_the_count_says_when_there_are_more(page, monkeypatch):
    monkeypatch.setattr(lists, "MOST_COUNTED", 2)
    for _ in range(3):
        standing()
    assert page.get("/leads/").context["many"] == "over 2 leads"
    assert page.get("/leads/?score_min=1").context["many"] == "0 leads"


def test_names_are_escaped_and_empty_lists_say_what_to_do(page):
    assert "No leads yet" in page.get("/leads/").content.decode()
    standing(lead={"first_name": "<script>alert(1)</script>", "company": "A&B"})
    body = page.get("/leads/").content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)" in body
    assert "No lead fits" in page.get("/leads/?stage=won").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "at=",
        "at=a.i5.x",
        "at=b.n.1",
        "at=a.t99.5&sort=-score",
        "stage=%00",
        "q=%00",
        "source=99999999999999999999",
        "owner=x&owner=-1",
        "where=%5B%5D",
        "days=99999999",
        "sort=;drop",
        "country=%C3%A9%C3%A9",
    ],
)
def test_odd_addresses_show_a_list(page, query):
    standing()
    assert page.get(f"/leads/?{query}").status_code == 200


def test_a_filter_survives_its_address_and_its_saving():
    asked = LeadFilter(
        "a b&c", ("new", "won"), (1, 2), ("me", "7"), 10, 90, 30, ("DE", "US"), {"field": "score", "op": "is_blank"}, "-score"
    )
    assert read({name: [value for key, value in asked.pairs() if key == name] for name, _ in asked.pairs()}) == asked
    assert read(json.loads(json.dumps(asked.saved()))) == asked


def test_the_filter_form_leads_to_the_list_with_conditions(page):
    asked = {
        "q": "ada",
        "sort": "-score",
        "stage": "new",
        "score_min": "40",
        "c-match": "all",
        "c-0-field": "country",
        "c-0-op": "is",
        "c-0-value": "de",
    }
    answer = page.get("/leads/filter/?" + urlencode(asked))
    assert answer.status_code == 302
    assert read(_query(answer.url)) == LeadFilter(
        text="ada", stages=("new",), score_min=40, where={"all": [{"field": "country", "op": "is", "value": "DE"}]}, sort="-score"
    )


def test_the_filter_form_shows_what_is_wrong_and_adds_rows_without_javascript(page):
    wrong = page.get("/leads/filter/?" + urlencode({"c-match": "all", "c-0-field": "country", "c-0-op": "is", "c-0-value": "Germany"}))
    assert (wrong.status_code, "must be two capital letters" in wrong.content.decode()) == (422, True)
    more = page.get(
        "/leads/filter/?" + urlencode({"c-match": "all", "c-0-field": "country", "c-0-op": "is", "c-0-value": "DE", "c-do": "add"})
    )
    assert (more.status_code, b"c-1-field" in more.content) == (200, True)
    part = page.post(
        "/leads/conditions/?prefix=rule-1&do=add", {"rule-1-match": "any", "rule-1-0-field": "score"}, headers={"HX-Request": "true"}
    )
    assert b"rule-1-1-field" in part.content


def test_views_are_saved_opened_renamed_deleted_and_brought_back(page, manager):
    page.post("/leads/views/", {"name": "Hot", "shared": "on", "query": "stage=new&score_min=70"})
    view = SavedView.objects.get()
    assert (view.query, view.shared) == ({"stage": ["new"], "score_min": ["70"]}, True)
    opened = page.get("/leads/?stage=new&score_min=70")
    assert [tab["label"] for tab in opened.context["tabs"] if tab["current"]] == ["Hot"]

    page.post("/leads/views/", {"name": "Hot", "query": "stage=won"})
    view.refresh_from_db()
    assert (view.query, view.shared) == ({"stage": ["won"]}, False)
    page.post(f"/leads/views/{view.pk}/rename/", {"name": "Cold"})
    page.post(f"/leads/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()
    page.post("/leads/views/restore/")
    assert SavedView.objects.get().name == "Cold"
    assert page.post("/leads/views/restore/").status_code == 404


def test_a_view_is_its_owners_and_a_shared_one_is_seen_by_all(page, manager):
    ann = make_person("Ann")
    SavedView.objects.create(name="Own", person=manager, query={}, created_at=NOW)
    shared = SavedView.objects.create(name="Ours", person=manager, shared=True, query={"stage": ["won"]}, created_at=NOW)
    hers = signed_in(ann)
    labels = [tab["label"] for tab in hers.get("/leads/").context["tabs"]]
    assert "Ours" in labels
    assert "Own" not in labels
    assert hers.post(f"/leads/views/{shared.pk}/delete/").status_code == 404
    hers.post("/leads/views/", {"name": "Mine", "shared": "on", "query": ""})
    assert SavedView.objects.get(name="Mine").shared is False


@pytest.mark.parametrize("path", ["/leads/", "/leads/filter/", "/leads/export/", "/search/", "/opportunities/", "/accounts/", "/contacts/"])
def test_strangers_are_sent_to_the_door(db, path):
    assert Client().get(path).status_code == 302


def _query(url):
    return parse_qs(urlsplit(url).query)
