"""The doors as a program sees them: a real server on a loopback port, good and bad requests, keys, repeats, and other people's routes."""

import contextlib
import gzip
import json
import socket
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import connection

from tests.serving import HOST, Install, Said, install

GOOD = b'{"name": "Ada Lovelace", "email": "ada@engines.com"}'
PROBLEM = {"type", "title", "status", "code", "detail", "request_id"}


@pytest.fixture(scope="module")
def server() -> Iterator[Install]:
    with install(worker=False) as one:
        one.secret = one.prepare()
        one.reader = one.run(
            "from leadloop.capture.keys import new_key\nfrom leadloop.db.clock import utc_now\n"
            "print(json.dumps(new_key('Reader', scopes=['leads:read'], source=None, author=None, now=utc_now())[1]))"
        )
        one.start()
        yield one


def post(server: Install, body: bytes = GOOD, path: str = "/api/v1/leads", **headers: str) -> Said:
    return server.ask("POST", path, body, **{"Authorization": f"Bearer {server.secret}"} | headers)


def problem(said: Said, status: int) -> dict:
    """The problem document of an answer that has to be one."""
    assert (said.status, said.headers["content-type"]) == (status, "application/problem+json"), said
    document = said.json()
    assert set(document) - {"errors"} == PROBLEM
    assert document["status"] == status
    return document


def person(**more) -> bytes:
    return json.dumps({"email": f"{uuid4().hex}@engines.com", **more}).encode()


def test_a_lead_is_answered_with_what_became_of_it(server):
    said = post(server, person(title="CEO", phone="+1 415 555 0100"))

    result = said.json()
    assert (said.status, set(result)) == (201, {"submission", "outcome", "lead", "stage", "score", "owner"})
    assert result["outcome"] == "created"
    read = server.ask("GET", f"/api/v1/leads/{result['lead']}", Authorization=f"Bearer {server.reader}").json()
    assert (read["phone"], read["stage"], read["owner"]) == ("+14155550100", result["stage"], result["owner"])


def test_asking_for_safe_keeping_only_is_answered_at_once(server):
    said = post(server, person(), Prefer="respond-async")
    assert (said.status, said.json()["outcome"]) == (202, "waiting")
    read = server.ask("GET", f"/api/v1/submissions/{said.json()['submission']}", Authorization=f"Bearer {server.reader}")
    assert read.json()["outcome"] == "waiting"


@pytest.mark.parametrize("wrap", [lambda leads: leads, lambda leads: {"leads": leads}], ids=["a list", "an object of leads"])
def test_a_thousand_leads_in_one_call_are_answered_in_their_order(server, wrap):
    mails = [f"{uuid4().hex}@engines.com" for _ in range(1000)]
    said = post(server, json.dumps(wrap([{"email": mail} for mail in mails])).encode())

    results = said.json()["results"]
    assert (said.status, len(results), {one["outcome"] for one in results}) == (200, 1000, {"created"})
    assert [one["submission"] for one in results] == sorted(one["submission"] for one in results)


def test_the_same_key_and_body_get_the_first_answer_again(server):
    body, key = person(), uuid4().hex
    first, again = (post(server, body, Idempotency_Key=key) for _ in range(2))
    other = post(server, person(), Idempotency_Key=key)

    assert (first.status, again.status, first.body) == (201, 201, again.body)
    assert ("idempotent-replayed" in first.headers, again.headers["idempotent-replayed"]) == (False, "true")
    assert problem(other, 422)["code"] == "key_reused"


BAD = {
    "nothing": (b"", 400),
    "cut off": (b'{"email": "a@b.c', 400),
    "no JSON": (b"email=a@b.c", 400),
    "a word": (b'"lead"', 422),
    "a number": (b"7", 422),
    "an empty list": (b"[]", 422),
    "an empty lead": (b"{}", 422),
    "a lead that says nothing": (b'{"email": "", "source": "Fair"}', 422),
    "an unknown field": (b'{"email": "a@b.com", "shoe_size": 44}', 422),
    "a wrong type": (b'{"email": 7}', 422),
    "a wrong type in a list": (b'[{"email": "a@b.com"}, {"email": []}]', 422),
    "a list in a list": (b"[[]]", 422),
    "a text too long": (b'{"message": "' + b"x" * 20_001 + b'"}', 422),
    "a NUL": (b'{"name": "a\\u0000b"}', 422),
    "a bare NUL": (b'{"name": "a\x00b"}', 400),
    "a lone surrogate": (b'{"name": "a\\ud800b"}', 422),
    "a NUL in a name of custom": (b'{"name": "a", "custom": {"a\\u0000": "b"}}', 422),
    "a surrogate in a consent": (b'{"name": "a", "consents": [{"purpose": "p\\ud800", "channel": "email", "granted": true}]}', 422),
    "no UTF-8": (b'{"name": "\xff\xfe"}', 400),
    "1,001 leads": (json.dumps([{"email": "a@b.com"}] * 1001).encode(), 413),
    "10 MB": (b'{"message": "' + b"x" * 10_000_000 + b'"}', 413),
    "depth": (b'{"custom": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001, 422),
    "deep lists": (b"[" * 100_000 + b"]" * 100_000, 422),
    "a moment without offset": (b'{"name": "a", "received_at": "2026-01-01T00:00:00"}', 422),
    "a moment to come": (b'{"name": "a", "received_at": "2999-01-01T00:00:00Z"}', 422),
    "a moment before time": (b'{"name": "a", "received_at": "0001-01-01T00:00:00+14:00"}', 422),
    "a source too long": (b'{"name": "a", "source": "' + b"s" * 121 + b'"}', 422),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_is_a_problem_document_and_never_our_fault(server, name):
    body, status = BAD[name]
    said = post(server, body)
    assert 400 <= said.status < 500, said
    document = problem(said, said.status)
    assert said.status in {status, 400, 422} if status != 413 else said.status == 413
    assert said.status == status or "surrogate" not in name
    assert "Traceback" not in document["detail"]


ODD = {
    "a huge number": {"employees": 10**30},
    "a number of a thousand digits": {"employees": int("9" * 1000)},
    "a negative number": {"employees": -5, "budget": -1.5},
    "a tiny fraction": {"budget": 1e-300},
    "a vast amount": {"budget": 1e300},
    "long ago": {"received_at": "1900-01-01T00:00:00Z"},
    "right to left": {"name": "\u202eabc", "company": "\u200b"},
    "emoji": {"name": "🦊" * 300},
    "everything too long": dict.fromkeys(("name", "company", "title", "street", "city", "postal_code", "product", "message"), "x" * 20000),
    "a broken address": {"phone": "++++", "website": "http://[::1", "country": "Atlantis"},
    "markup": {"name": "<script>alert(1)</script>", "message": "{{ 7 * 7 }} ${7*7} ' or 1=1 --"},
    "a formula": {"company": "=cmd|' /C calc'!A0"},
    "custom of every kind": {"custom": {"a": None, "b": 10**30, "c": True, "d": 1.5, "e": "x" * 20_000}},
    "many custom fields": {"custom": {f"field {number}": number for number in range(200)}},
    "odd marks": {"marks": {"utm_source": "x" * 5000, "__proto__": "y"}},
}


@pytest.mark.parametrize("name", ODD)
def test_odd_values_are_kept_or_refused_and_never_our_fault(server, name):
    said = post(server, person(**ODD[name]))
    assert said.status in (201, 422), said
    if said.status == 422:
        problem(said, 422)


def test_a_body_of_another_kind_is_refused(server):
    assert problem(post(server, GOOD, Content_Type="text/xml"), 415)["code"] == "not_json"
    assert problem(post(server, gzip.compress(GOOD), Content_Encoding="gzip"), 400)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer wrong", "Basic YTpi", "Bearer ll_0123456789_" + "x" * 43, "Bearer " + "x" * 5000, "Bearer ll_\xff_x"]
)
def test_without_a_good_key_nobody_enters(server, header):
    said = post(server, GOOD, Authorization=header)
    assert (problem(said, 401)["code"], said.headers["www-authenticate"]) == ("key_unknown", "Bearer")


def test_a_key_opens_only_what_it_is_for(server):
    assert problem(post(server, GOOD, Authorization=f"Bearer {server.reader}"), 403)["code"] == "scope_missing"


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb", "\xe9"])
def test_an_odd_idempotency_key_is_refused(server, key):
    assert problem(post(server, person(), Idempotency_Key=key), 422)["code"] == "bad_key"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/leads/0", 422), ("GET", "/api/v1/leads/999999999", 404), ("GET", "/api/v1/leads/x", 422),
        ("GET", "/api/v1/leads/99999999999999999999", 422), ("GET", "/api/v1/nothing", 404), ("DELETE", "/api/v1/leads", 405),
        ("GET", "/api/v1/leads?limit=0", 422), ("GET", "/api/v1/leads?after=%00", 422), ("GET", "/api/v1/leads?source=%00", 422),
        ("GET", "/api/v1/leads?after=MDAwMXwx", 422), ("GET", "/api/v1/leads?owner=99999999999999999999", 422),
        ("GET", "/api/v1/leads?source=%ff", 200),
    ],
)  # fmt: skip
def test_odd_questions_get_clear_answers(server, method, path, status):
    said = server.ask(method, path, Authorization=f"Bearer {server.reader}")
    assert said.status == status
    if status >= 400:
        problem(said, status)


STEPS = {
    "no JSON": (b"{", 400),
    "an unknown step": (b'{"steps": [{"lead": 1, "step": "dance"}]}', 422),
    "an unknown field": (b'{"steps": [{"lead": 1, "step": "accept", "why": 1}]}', 422),
    "a moment that no zone holds": (b'{"steps": [{"lead": 1, "step": "accept", "happened_at": "0001-01-01T00:00:00+14:00"}]}', 422),
    "a date of return that no store holds": (
        b'{"steps": [{"lead": 1, "step": "recycle", "reason": "not_now", "until": "9999-12-31T23:59:59-12:00"}]}',
        422,
    ),
    "a NUL": (b'{"steps": [{"lead": 1, "step": "log", "text": "a\\u0000"}]}', 422),
    "a lone surrogate": (b'{"steps": [{"lead": 1, "step": "log", "text": "\\ud800"}]}', 422),
    "no step": (b'{"steps": []}', 422),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_bad_step_is_a_problem_document(server, name):
    body, status = STEPS[name]
    problem(post(server, body, "/api/v1/steps", Content_Type="application/json"), status)


def test_steps_are_taken_in_order_and_a_refused_one_stops_no_other(server):
    lead = post(server, person()).json()["lead"]
    wanted = [
        {"lead": lead, "step": "log", "kind": "called", "text": "Hello"},
        {"lead": 999_999_999, "step": "accept"},
        {"lead": lead, "step": "win"},
        {"lead": lead, "step": "log", "happened_at": "2199-01-01T00:00:00Z"},
        {"lead": lead, "step": "disqualify", "reason": "because"},
        {"lead": lead, "step": "recycle", "reason": "other"},
        {"lead": lead, "step": "disqualify", "reason": "no_need", "text": "x" * 2000},
        {"lead": lead, "step": "reopen"},
        {"lead": lead, "step": "recycle", "reason": "not_now", "until": "2199-01-01T00:00:00Z", "text": "x" * 2000},
    ]
    said = post(server, json.dumps({"steps": wanted}).encode(), "/api/v1/steps", Content_Type="application/json")
    assert [one["code"] or one["outcome"] for one in said.json()["results"]] == [
        "done", "not_found", "wrong_stage", "in_the_future", "bad_reason", "missing", "done", "done", "done",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("request_line", "headers"),
    [
        ("POST /api/v1/leads HTTP/1.1", "Content-Length: nonsense"),
        ("POST /api/v1/leads HTTP/1.1", "Content-Length: -1"),
        ("POST /api/v1/leads HTTP/1.1", "Content-Length: 99999999999999999999"),
        ("POST /api/v1/leads HTTP/1.1", "Content-Length: 5\r\nTransfer-Encoding: chunked"),
        ("POST /leads/1/accept/ HTTP/1.1", "Content-Length: 99999999999"),
        ("GET /" + "x" * 70_000 + " HTTP/1.1", "X: y"),
        ("GET /%00%ff%fe/../../etc/passwd HTTP/1.1", "X: y"),
        ("GET / HTTP/1.1", "Cookie: " + "x" * 60_000),
        ("BREW /coffee HTTP/1.1", "X: y"),
        ("\x00\x01\x02", ""),
    ],
)
def test_requests_that_no_browser_sends_break_nothing(server, request_line, headers):
    with socket.create_connection((HOST, server.port), timeout=10) as line:
        line.sendall(
            f"{request_line}\r\nHost: localhost\r\nAuthorization: Bearer {server.secret}\r\n{headers}\r\nConnection: close\r\n\r\n".encode(
                "latin-1"
            )
        )
        answer = b""
        with contextlib.suppress(OSError):  # it may hang up on such a caller
            line.shutdown(socket.SHUT_WR)
            answer = line.recv(65_536)
    status = answer.split(b"\r\n")[0].split(b" ")[1:2]
    assert not status or status[0][:1] in (b"2", b"3", b"4"), status
    assert server.ask("GET", "/livez").status == 200


def test_a_stranger_host_is_refused(server):
    assert server.ask("GET", "/accounts/login/", Host="evil.example").status == 400


def test_it_says_how_it_is(server):
    assert (server.ask("GET", "/livez").body, server.ask("GET", "/readyz").body) == (b"alive\n", b"ready\n")
    metrics = server.ask("GET", "/metrics").body.decode()
    assert "leadloop_waiting " in metrics
    assert 'leadloop_received{door="api"}' in metrics
    assert server.ask("GET", "/api/v1/openapi.json").json()["openapi"].startswith("3.")


def test_head_of_a_page_has_no_body_and_changes_nothing(server):
    said = server.ask("HEAD", "/accounts/login/")
    assert (said.status, said.body) == (200, b"")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite cannot be told to")
def test_statements_of_pages_end_in_time_and_those_of_workers_when_they_are_done(server):
    script = """
import asyncio
from django.db import connection
from leadloop.config.server import BRIDGE

def bound():
    with connection.cursor() as cursor:
        cursor.execute("show statement_timeout")
        return cursor.fetchone()[0]

print(json.dumps([asyncio.run(BRIDGE.run(bound)), bound()]))
"""
    assert server.run(script) == ["30s", "0"]


def test_who_asks_too_often_hears_how_long_to_wait():
    limits = {"LEADLOOP_KEY_CALLS_PER_MINUTE": "2", "LEADLOOP_FORM_POSTS_PER_MINUTE": "1", "LEADLOOP_PROXIES": "1"}
    with install(worker=False, **limits) as one:
        one.secret = one.prepare()
        one.start()
        calls = [post(one, person()) for _ in range(3)]
        assert [said.status for said in calls] == [201, 201, 429]
        assert problem(calls[2], 429)["code"] == "too_many_requests"
        assert 25 <= int(calls[2].headers["retry-after"]) <= 30
        assert post(one, b"{}", "/api/v1/steps").status == 429  # one count for all addresses
        assert post(one, b"x" * 1_100_000).status == 429  # and asked before the body is read
        form = {"Content_Type": "application/x-www-form-urlencoded"}
        forms = [one.ask("POST", "/f/contact/", b"a=1", X_Forwarded_For=f"81.2.69.16{last}", **form) for last in (0, 0, 1)]
        assert [said.status for said in forms] == [422, 429, 422]
