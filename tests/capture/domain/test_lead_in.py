"""The JSON of a lead: what is taken, and where it says the fault lies."""

import contextlib
import json
from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadloop.capture.domain.lead_in import CLOCK_SKEW, LeadIn, Unreadable, read_lead, schema, split_body
from tests.make import NOON


def read_all(body: bytes) -> None:
    for raw in split_body(body)[0]:
        read_lead(raw, "", now=NOON)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"email": "a"}', ([b'{"email": "a"}'], False)),
        (b' [ {"email": "a"} , {"email": "b"}] ', ([b'{"email": "a"}', b'{"email": "b"}'], True)),
        (b'{"leads": [{"email": "a"}]}', ([b'{"email": "a"}'], True)),
        (b"[]", ([], True)),
        (b'{"leads": [], "email": "a"}', ([b'{"leads": [], "email": "a"}'], False)),
    ],
    ids=["one", "a list", "wrapped", "none", "neither one nor many"],
)
def test_how_many_leads_a_body_holds(body, expected):
    assert split_body(body) == expected


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"shoe_size": 44}, "leads[3].shoe_size"),
        ({"email": 7}, "leads[3].email"),
        ({"consents": [{"purpose": "p", "channel": "fax", "granted": True}]}, "leads[3].consents[0].channel"),
        ({"consents": [{"purpose": "p", "channel": "email"}]}, "leads[3].consents[0]"),
        ({"consents": [{"purpose": "p", "channel": "sms\n", "granted": False}]}, "leads[3].consents[0].channel"),
        ({"custom": {"a": "x" * 20_001}}, "leads[3].custom[...]"),
        ({"name": "a\x00"}, "leads[3].name"),
        ({"custom": {"a": "\x00"}}, "leads[3].custom.a"),
        ({"employees": [1]}, "leads[3].employees"),
        ({"email": "a", "received_at": "2026-03-02T12:00:00"}, "leads[3].received_at"),
        ({"email": "", "source": "Fair"}, "leads[3]"),
    ],
)
def test_a_fault_is_named_with_its_place(raw, field):
    with pytest.raises(Unreadable) as refused:
        read_lead(json.dumps(raw).encode(), "leads[3]", now=NOON)
    assert (refused.value.field, refused.value.malformed) == (field, False)
    assert ("no such field" in refused.value.reason) is ("shoe_size" in raw)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (rb'{"name": "a\ud800b"}', "name"),
        (rb'{"name": "a\udc00"}', "name"),
        (rb'{"name": "\ud800\u0041"}', "name"),
        (rb'{"custom": {"size": "\ud800"}}', "custom.size"),
        (rb'{"custom": {"si\ud800ze": "44"}}', "custom"),
        (rb'{"na\ud800me": "a"}', ""),
        (rb'[{"name": "a"}, {"name": "\ud800"}]', "leads[1].name"),
        (rb'{"leads": [{"consents": [{"text": "\ud800"}]}]}', "leads[0].consents[0].text"),
    ],
)
def test_half_of_a_surrogate_pair_is_a_fault_of_its_field_and_not_of_the_json(body, field):
    with pytest.raises(Unreadable, match="lone surrogates") as refused:
        read_all(body)
    assert (refused.value.field, refused.value.malformed) == (field, False)
    refused.value.field.encode()


@pytest.mark.parametrize(
    "body", [rb'{"name": "\ud800"', rb'{"name": "\ud8"}', rb'{"name": "\ud800", "employees": NaN}', rb'{"a\ud800": ' + b"[" * 5000]
)
def test_what_is_no_json_stays_malformed(body):
    with pytest.raises(Unreadable) as refused:
        read_all(body)
    assert refused.value.malformed


def test_a_pair_is_a_letter():
    assert read_lead(rb'{"name": "\ud83e\udd8a"}', "", now=NOON)[1] == {"name": "🦊"}


def test_a_moment_may_be_a_little_ahead_and_in_any_zone():
    for moment in (NOON + CLOCK_SKEW, NOON.astimezone(timezone(timedelta(hours=14)))):
        lead, _ = read_lead(json.dumps({"email": "a", "received_at": moment.isoformat()}).encode(), "", now=NOON)
        assert lead.received_at.astimezone(UTC) == moment
    with pytest.raises(Unreadable):
        read_lead(json.dumps({"email": "a", "received_at": (NOON + CLOCK_SKEW * 2).isoformat()}).encode(), "", now=NOON)


def test_every_field_is_documented():
    assert set(schema()["$defs"]["LeadIn"]["properties"]) == set(LeadIn.__struct_fields__)


@given(
    st.binary(max_size=200)
    | st.text('{}[]:,"\\\\ud8c0name', max_size=60).map(str.encode)
    | st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists).map(
        lambda value: json.dumps(value).encode()
    )
)
def test_any_bytes_are_leads_or_a_clear_refusal(body):
    with contextlib.suppress(Unreadable):
        read_all(body)
