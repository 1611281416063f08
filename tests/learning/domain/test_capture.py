"""What a model may know of a lead at capture."""

from datetime import datetime
from zoneinfo import ZoneInfo

from leadloop.leads.domain.inquiry import blank_values
from leadloop.learning.domain.capture import columns_of, facts_at_capture, label_of
from tests.make import NOON


def facts(**values):
    zone = values.pop("zone", ZoneInfo("UTC"))
    return facts_at_capture(blank_values() | values, source_id=3, door="form", received_at=NOON, zone=zone)


def test_nothing_names_a_person():
    known = facts(first_name="Ada", last_name="Byron", email="ada@byron.org", phone="+14155550123", street="1 Elm", postal_code="10115")
    assert not {"Ada", "Byron", "ada@byron.org", "+14155550123", "1 Elm", "10115"} & set(map(str, known.values()))
    assert (known["first_name"], known["email"], known["postal_code"]) == ("given", "x@byron.org", "101")


def test_hours_and_days_are_those_of_the_zone():
    known = facts(zone=ZoneInfo("Asia/Tokyo"))
    local = datetime(2026, 3, 2, 21, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert (known["hour"], known["weekday"]) == (local.hour, "Monday")


def test_sensitive_fields_are_never_read():
    custom = {"gender": "f", "Date of birth": "1980", "health_issue": "x", "roof_age": 7, "budget": 5, "page": "home"}
    known = facts(custom=custom)
    assert {name for name in known if name.startswith("custom.")} == {"custom.budget", "custom.page"}


def test_fields_declared_sensitive_are_hidden():
    known = facts_at_capture(
        blank_values() | {"custom": {"a": 1, "b": 2}}, source_id=1, door="api", received_at=NOON, zone=ZoneInfo("UTC"), hidden=["b"]
    )
    assert {name for name in known if name.startswith("custom.")} == {"custom.a"}


def test_columns_that_hardly_any_lead_has_are_dropped():
    rows = [{"a": "x", "rare": "y" if at == 0 else ""} for at in range(500)]
    assert set(columns_of(rows)) == {"a"}


def test_columns_have_names_for_people():
    assert (label_of("source"), label_of("marks.utm_source"), label_of("custom.roof_type")) == ("Source", "Utm source", "Roof type")


def test_choices_and_amounts_are_one_cell():
    known = facts(custom={"rooms": ["b", "a"], "cover": {"cents": 12_050, "currency": "EUR"}, "odd": {"x": 1}, "agreed": True})
    assert {name: value for name, value in known.items() if name.startswith("custom.")} == {
        "custom.rooms": "a, b",
        "custom.cover": 120.5,
        "custom.agreed": True,
    }
