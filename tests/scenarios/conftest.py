"""The doors and pages as the scenarios use them."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from leadloop.capture import post_leads
from leadloop.capture.batcher import BATCHER, Entry
from leadloop.capture.keys import new_key
from leadloop.capture.repeats import Answer
from leadloop.db.clock import utc_now
from tests.make import make_person

CALL = 1_000


@dataclass
class Api:
    """A program with a key."""

    client: Client
    secret: str
    calls: Iterator[int] = field(default_factory=count)

    def take(self, work: Sequence[dict[str, Any]]) -> None:
        """Steps, a thousand in a call; each must be done."""
        for start in range(0, len(work), CALL):
            results = self.post("/api/v1/steps", {"steps": work[start : start + CALL]})["results"]
            assert {result["outcome"] for result in results} == {"done"}, [one for one in results if one["outcome"] != "done"][:3]

    def post(self, path: str, body: Any) -> Any:
        """With a key for repeats, as a program does that may have to send a call again."""
        once = {"Idempotency-Key": f"call-{next(self.calls)}"}
        answer = self.client.post(path, json.dumps(body), content_type="application/json", headers={**self._headers(), **once})
        assert answer.status_code in (200, 201), answer.content[:500]
        return answer.json()

    def get(self, path: str) -> Any:
        answer = self.client.get(path, headers=self._headers())
        assert answer.status_code == 200, answer.content[:500]
        return answer.json()

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}


@pytest.fixture
def api(transactional_db) -> Iterator[Api]:
    post_leads._seen.by_name = {}  # ids of another test's sources
    _, secret = new_key(
        "Scenario", scopes=["leads:write", "leads:read", "steps:write", "reports:read"], source=None, author=None, now=utc_now()
    )
    yield Api(Client(), secret)
    post_leads._seen.by_name = {}
    _let_go()


@pytest.fixture
def manager(transactional_db) -> Client:
    """A manager who is signed in."""
    client = Client()
    client.force_login(make_person("Mia", role="manager"))
    return client


def _let_go() -> None:
    """The writer closes its connection, else the test database could not be dropped."""
    entry = Entry([], lambda _taken: Answer(200, b""))
    entry.future = Future()
    entry.future.add_done_callback(lambda _done: connection.close())
    BATCHER._put(entry)
    entry.future.result()
