"""A request becomes work for the writer: whose leads, of which source, under which key, and how the answer reads."""

import json
from datetime import timedelta

import pytest

from leadloop.capture import keys, post_leads
from leadloop.capture.models import ApiKey
from leadloop.capture.post_leads import UnknownSource, answer_of, entry_for, seen_sources
from leadloop.capture.repeats import OTHER_BODY, Answer
from leadloop.leads.models import Source
from leadloop.loop import Taken
from leadloop.web.problems import Problem
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_source_was_seen():
    post_leads._seen.by_name = {}
    yield
    post_leads._seen.by_name = {}


@pytest.fixture
def key() -> ApiKey:
    return keys.new_key("Website", scopes=["leads:write"], source=None, author=None, now=NOON)[0]


def read(key: ApiKey, body: object, **headers: str):
    return entry_for(json.dumps(body).encode(), {name.replace("_", "-"): value for name, value in headers.items()}, key, now=NOON)


def test_a_lead_without_a_source_is_of_its_key(key):
    [named, nameless] = read(key, [{"email": "a", "source": "Fair"}, {"email": "b"}]).arrivals
    assert [Source.objects.get(pk=one.source_id).name for one in (named, nameless)] == ["Fair", "API: Website"]
    assert (named.door, named.raw, named.context, named.country, named.later) == (
        "api",
        '{"email": "a", "source": "Fair"}',
        {"key": key.pk},
        "US",
        False,
    )


def test_a_lead_without_a_source_is_of_the_source_of_its_key():
    fair = Source.objects.create(name="Fair", created_at=NOON)
    _, secret = keys.new_key("Website", scopes=["leads:write"], source=fair, author=None, now=NOON)

    [one] = read(keys.check_key(secret, "leads:write", now=NOON), {"email": "a"}).arrivals

    assert one.source_id == fair.pk


def test_a_source_that_was_seen_costs_no_query(key, django_assert_num_queries):
    read(key, {"email": "a", "source": "Fair"})
    with django_assert_num_queries(0):
        entry_for(b'{"email": "b", "source": "Fair"}', {}, key, now=NOON, find=seen_sources)
        with pytest.raises(UnknownSource):
            entry_for(b'{"email": "b", "source": "Shop"}', {}, key, now=NOON, find=seen_sources)


def test_another_country_of_a_source_is_noticed_within_seconds(key):
    def country_after(seconds: float) -> str:
        body = b'{"email": "a", "source": "Fair"}'
        return entry_for(body, {}, key, now=NOON + timedelta(seconds=seconds)).arrivals[0].country

    first = country_after(0)
    Source.objects.update(default_country="FR")

    assert (first, country_after(3), country_after(5)) == ("US", "US", "FR")


def test_a_preference_for_later_is_of_all_leads_in_the_call(key):
    assert [one.later for one in read(key, [{"email": "a"}, {"email": "b"}], prefer="respond-async, wait=5").arrivals] == [True, True]


def test_a_repeat_is_of_the_key_the_route_and_the_bytes(key):
    one, same, other = (read(key, {"email": mail}, idempotency_key="k").repeat for mail in ("a", "a", "b"))
    assert one == same != other
    assert (one.credential, one.name) == (f"key:{key.pk}", other.name)
    assert read(key, {"email": "a"}).repeat is None


@pytest.mark.parametrize(
    ("outcomes", "many", "status"),
    [
        (["created"], False, 201),
        (["matched"], False, 200),
        (["waiting"], False, 202),
        (["quarantined"], False, 202),
        (["created", "matched"], True, 200),
        (["created", "waiting"], True, 202),
    ],
)
def test_the_status_says_what_became_of_the_leads(key, outcomes, many, status):
    entry = read(key, [{"email": "a"}] * len(outcomes) if many else {"email": "a"})
    assert entry.word([Taken(number, outcome) for number, outcome in enumerate(outcomes)]).status == status


def test_a_key_used_for_another_body_is_a_problem():
    assert answer_of(Answer(201, b"{}")) == Answer(201, b"{}")
    with pytest.raises(Problem, match="another request"):
        answer_of(OTHER_BODY)
