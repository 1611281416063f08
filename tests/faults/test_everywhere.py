"""What one process declares or publishes, another one that runs already uses for the next lead, without a restart."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.serving import Install, install

NUMBERS = count(1)
START = """
from leadloop.db.clock import utc_now
from leadloop.db.versions import publish, save_draft
from leadloop.leads import fields
now = utc_now()

def put_in_force(kind, name, spec):
    publish(save_draft(kind, name=name, title=name, spec=spec, author=None, now=now), author=None, now=now)
"""
DECLARE = START + "fields.declare([{'name': 'cover', 'label': 'Cover', 'type': 'whole'}], now=now)"
PUBLISH = (
    START
    + """
from leadloop.scoring.models import ScoreModel
from leadloop.segments.models import Segment
large = {"field": "custom.cover", "op": "at_least", "value": 1000}
rule = {"id": "large", "label": "Large", "when": large, "points": 33}
put_in_force(ScoreModel, "main", {"v": 2, "base": 4, "rules": [rule], "grades": {"A": 60, "B": 40, "C": 25}})
put_in_force(Segment, "large", {"criteria": large})
"""
)
RETIRE = START + "from leadloop.scoring.models import ScoreModel\nput_in_force(ScoreModel, 'main', {'v': 2, 'base': 9, 'rules': []})"
FOUND = """
from leadloop.leads.models import Lead
from leadloop.segments.models import Member
lead = Lead.objects.select_related("standing").get(email=%r)
inside = list(Member.objects.filter(lead_id=lead.pk).values_list("segment", flat=True))
print(json.dumps([lead.custom, lead.standing.score, inside]))
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Install]:
    """A server with no worker beside it: what a lead is, its capture made of it."""
    with install(worker=False) as one:
        one.secret = one.prepare()
        one.start()
        yield one


def captured(server: Install, cover: str) -> list[Any]:
    """What a lead that the running server takes in now has: declared fields, score, segments."""
    email = f"ada.{next(NUMBERS)}@firm.de"
    body = json.dumps({"email": email, "custom": {"cover": cover}}).encode()
    said = server.ask("POST", "/api/v1/leads", body, Authorization=f"Bearer {server.secret}")
    assert said.status == 201, said.body
    return server.run(FOUND % email)


def test_the_next_capture_of_a_running_server_uses_what_another_process_declared_and_published(server):
    before = captured(server, "1,200")
    assert before[0] == {"cover": "1,200"}, "nobody has said what a cover is"
    assert before[2] == []

    server.run(DECLARE)
    assert captured(server, "1,200")[0] == {"cover": 1200}

    server.run(PUBLISH)
    assert captured(server, "5,000") == [{"cover": 5000}, 37, ["large"]]

    server.run(RETIRE)
    assert captured(server, "5,000")[1] == 9
    assert before[1] not in (9, 37)
