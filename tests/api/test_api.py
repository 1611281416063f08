"""The API for reading and for steps, as Django answers it: pages, timelines, steps, and an outage."""

import base64
import html
import json
import re

import jsonschema_rs
import pytest
from django.db import OperationalError
from django.test import Client

from leadloop.api.main import api
from leadloop.api.steps import _respond
from leadloop.capture import keys
from leadloop.capture.domain.lead_in import read_lead
from leadloop.capture.repeats import Answer
from leadloop.leads.domain.criteria import dump
from leadloop.leads.domain.criteria.text import parse_text
from leadloop.leads.models import Lead
from leadloop.web.middleware import Refusals
from tests.make import NOON, make_install, make_lead, make_leads, make_rep

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Client:
    keys._cache.clear()
    scopes = ["leads:read", "steps:write", "reports:read"]
    return Client(headers={"Authorization": "Bearer " + keys.new_key("Program", scopes=scopes, source=None, author=None, now=NOON)[1]})


@pytest.fixture
def leads() -> list[Lead]:
    make_rep("Ann", pool=make_install())
    return make_leads(5)


def take(program: Client, *steps: dict, **headers: str):
    return program.post("/api/v1/steps", json.dumps({"steps": steps}), content_type="application/json", headers=headers)


def test_the_schema_of_criteria_is_published_and_judges_as_parse_does(client, db):
    answer = client.get("/api/v1/criteria-schema.json")
    valid = jsonschema_rs.validator_for(answer.json())
    good = dump(parse_text('country is US and touches of opened campaign "Spring" in last 30 days between 1 and 3'))

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/schema+json")
    assert answer.json()["$id"].endswith("/api/v1/criteria-schema.json")
    assert [valid.is_valid(spec) for spec in (good, {**good, "x": 1}, {"field": "colour", "op": "is", "value": "red"})] == [
        True,
        False,
        False,
    ]


def test_pages_follow_one_another_without_gap_or_overlap(program, leads):
    seen, after = [], ""
    while after is not None:
        page = program.get("/api/v1/leads", {"limit": 2, **({"after": after} if after else {})}).json()
        seen.append([lead["id"] for lead in page["leads"]])
        after = page["next"]
    ids = [lead.pk for lead in leads][::-1]
    assert seen == [ids[:2], ids[2:4], ids[4:]]


@pytest.mark.parametrize("lead_id", ["-" + "9" * 30, "9" * 30, "-1", "0"])
def test_a_cursor_that_was_made_by_hand_is_a_page_or_a_refusal(program, leads, lead_id):
    after = base64.urlsafe_b64encode(f"0001-01-01T00:00:00+00:00|{lead_id}".encode()).decode()
    assert program.get("/api/v1/leads", {"after": after}).status_code in (200, 422)


def test_the_example_of_the_docs_is_a_lead(client):
    page = html.unescape(client.get("/api/docs").content.decode())
    sent = re.search(r"-d '(\{.*?\})'", page, re.DOTALL)
    assert sent, page
    lead, _ = read_lead(sent[1].encode(), "", now=NOON)
    assert (lead.name, lead.email, lead.source) == ("Ada Lovelace", "ada@engines.example", "Website")


def test_a_timeline_is_read_oldest_first_in_pages(program, leads):
    path = f"/api/v1/leads/{leads[0].pk}/touches"
    take(program, *[{"lead": leads[0].pk, "step": "log", "kind": "called", "text": str(number)} for number in range(3)])
    first = program.get(path, {"limit": 3}).json()
    rest = program.get(path, {"after": first["next"]}).json()
    assert [touch["data"].get("text") for touch in first["touches"] + rest["touches"]] == [None, "0", "1", "2"]
    assert rest["next"] is None


@pytest.mark.parametrize("number", [1, 3])
def test_a_page_costs_the_same_number_of_queries_whatever_is_on_it(program, number, django_assert_num_queries):
    make_leads(number)
    program.get("/api/v1/leads")
    with django_assert_num_queries(1):
        assert len(program.get("/api/v1/leads").json()["leads"]) == number


def test_steps_under_a_key_are_taken_once(program, leads):
    step = {"lead": leads[0].pk, "step": "log", "kind": "called"}
    first, again = (take(program, step, **{"Idempotency-Key": "k"}) for _ in range(2))
    other = take(program, step | {"kind": "emailed"}, **{"Idempotency-Key": "k"})
    assert (first.content, "Idempotent-Replayed" in first, again["Idempotent-Replayed"], other.status_code) == (
        again.content,
        False,
        "true",
        422,
    )
    assert leads[0].touches.filter(kind="called").count() == 1


def test_a_lead_is_carried_to_won_and_the_funnel_shows_it(program, leads):
    lead = leads[0].pk
    deal = {"name": "A mill", "amount_cents": 500_00, "currency": "USD"}
    said = take(program, {"lead": lead, "step": "qualify"}, {"lead": lead, "step": "convert", **deal}, {"lead": lead, "step": "win"}).json()
    assert [one["outcome"] for one in said["results"]] == ["done"] * 3
    assert program.get(f"/api/v1/leads/{lead}").json()["stage"] == "won"
    assert program.get("/api/v1/reports/funnel").json()["total"]["won"] == 1


def test_a_store_that_is_away_is_a_503_with_a_time_to_come_back(program, leads, rf):
    """Not our fault to a program is a 503 that it may repeat, never a 500."""
    response = api.on_exception(rf.get("/api/v1/leads"), OperationalError("the server went away"))
    assert (response.status_code, response["Retry-After"], response["Content-Type"]) == (503, "2", "application/problem+json")
    assert b"went away" not in response.content


def test_a_page_of_people_says_so_too(rf):
    response = Refusals(lambda _: None).process_exception(rf.get("/"), OperationalError("the server went away"))
    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert b"went away" not in response.content


def test_what_takes_too_long_is_told_to_ask_for_less(program, leads, rf):
    class Cancelled(OperationalError):
        sqlstate = "57014"

    said = api.on_exception(rf.get("/api/v1/leads"), Cancelled()), Refusals(lambda _: None).process_exception(rf.get("/"), Cancelled())
    assert [(one.status_code, one["Retry-After"], b"Ask for less" in one.content) for one in said] == [(503, "30", True)] * 2


def test_a_lead_of_nobody_is_the_same_404_as_none(program):
    make_lead()
    assert program.get("/api/v1/leads/424242").json()["code"] == "not_found"


def test_a_call_of_which_a_part_is_new_is_no_replay():
    fresh, kept = Answer(200, b"{}"), Answer(200, b"{}", replayed=True)
    assert "Idempotent-Replayed" not in _respond([kept, fresh])
    assert "Idempotent-Replayed" in _respond([kept, kept])


def test_why_a_lead_is_where_it_is(program, leads):
    answer = program.get(f"/api/v1/leads/{leads[2].pk}/routing")
    told = answer.json()

    assert (answer.status_code, told["rule"], told["agrees"], told["owner"]) == (200, "fallback", True, leads[2].standing.owner_id)
    [stop] = told["stops"]
    assert [(one["name"], one["chosen"], one["turns"], one["turns_after"]) for one in stop["candidates"]] == [("Ann", True, 2, 3)]
    assert program.get("/api/v1/leads/999999/routing").status_code == 404
