"""Declared fields at the doors for people: hosted forms without JavaScript, and files."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from leadloop.capture import forms_door, importing
from leadloop.capture.models import Form, Import
from leadloop.db.clock import utc_now
from leadloop.db.versions import publish, save_draft
from leadloop.intake.refusals import REFUSALS
from leadloop.leads import fields
from leadloop.leads.models import Lead, Standing
from leadloop.work.export import stream_leads
from tests.make import NOON, make_install, make_person

pytestmark = pytest.mark.django_db

DECLARED = [
    {"name": "cover", "label": "Cover", "type": "choice", "choices": ["Life", "Car"]},
    {"name": "extras", "label": "Extras", "type": "choices", "choices": ["Glass", "Theft", "Hail"]},
    {"name": "start", "label": "Start", "type": "date", "required": True},
    {"name": "smoker", "label": "Smoker", "type": "yes_no", "sensitivity": "sensitive"},
    {"name": "sum", "label": "Sum", "type": "money", "limits": {"currency": "EUR", "min": 100}},
]
GOOD = [
    ("email", "ada@x.io"),
    ("cover", "Life"),
    ("extras", "Glass"),
    ("extras", "Hail"),
    ("start", "2026-12-31"),
    ("smoker", "no"),
    ("sum", "1.500 €"),
]


@pytest.fixture(autouse=True)
def _no_timer():
    """What is refused is counted a moment later by a thread, which finds no store after the test."""
    yield
    if REFUSALS._timer:
        REFUSALS._timer.cancel()
        REFUSALS._timer.join()
        REFUSALS._timer = None
    REFUSALS._counts.clear()


@pytest.fixture
def form(db):
    make_install()
    fields.declare(DECLARED, now=NOON)
    asked = [{"name": one["name"], "label": f"Your {one['label']}"} for one in DECLARED]
    spec = {
        "source": "Web",
        "thanks": "Thank you.",
        "fields": [{"name": "email", "label": "E-mail", "type": "email"}, *asked],
        "json": True,
    }
    publish(save_draft(Form, name="quote", title="Quote", spec=spec, author=None, now=NOON), author=None, now=NOON)
    return Form.objects.get(name="quote")


def send(form, pairs):
    token = forms_door.new_token(form, now=utc_now())
    body = urlencode([*pairs, (forms_door.TOKEN, token)])
    return Client().post("/f/quote/", body, content_type="application/x-www-form-urlencoded")


def test_a_form_asks_for_declared_fields_by_their_types(form):
    page = Client().get("/f/quote/").content.decode()

    assert '<option value="Life">Life</option>' in page
    assert page.count('name="extras"') == 3
    assert 'type="date"' in page
    assert "Your Smoker" in page


def test_answers_are_stored_as_their_types(form):
    assert "Thank you." in send(form, GOOD).content.decode()

    assert Lead.objects.get().custom == {
        "cover": "Life",
        "extras": ["Glass", "Hail"],
        "start": "2026-12-31",
        "smoker": False,
        "sum": {"cents": 150000, "currency": "EUR"},
    }


def test_what_does_not_fit_is_asked_again_and_what_was_typed_stays(form):
    bad = [("email", "ada@x.io"), ("cover", "Boat"), ("extras", "Hail"), ("sum", "12 or 15")]
    page = send(form, bad)
    text = page.content.decode()

    assert (page.status_code, Lead.objects.count()) == (422, 0)
    assert all(words in text for words in ("Choose one of the choices.", "Enter an amount, such as 1,250.00.", "This field is required."))
    assert ('value="12 or 15"' in text, 'value="Hail" id="f_extras_2" checked' in text or "checked" in text) == (True, True)


def test_a_choice_that_was_added_can_be_chosen_without_publishing_the_form_again(form):
    fields.declare([DECLARED[0] | {"choices": ["Life", "Car", "Boat"]}], now=NOON)

    send(form, [("email", "a@x.io"), ("cover", "Boat"), ("start", "2026-01-01")])
    assert Lead.objects.get().custom["cover"] == "Boat"


def test_programs_send_the_same_form_as_json(form):
    answers = {"email": "a@x.io", "cover": "car", "extras": ["Hail", "glass"], "start": "31.12.2026", "smoker": True}
    page = Client().post("/f/quote/", {"fields": answers}, content_type="application/json")

    assert page.status_code == 201
    assert Lead.objects.get().custom == {"cover": "Car", "extras": ["Glass", "Hail"], "start": "2026-12-31", "smoker": True}


def upload(tmp_path, text):
    path = tmp_path / "leads.csv"
    path.write_text(text)
    with path.open("rb") as stream:
        return importing.plan(stream, file_name="leads.csv", source="File", author=None, now=NOON)


def run(row):
    importing.start(row)
    return importing.run(row.pk, clock=lambda: NOON)


def test_a_file_fills_declared_fields_by_label_and_what_is_exported_comes_back_the_same(db, tmp_path):
    make_install()
    fields.declare(DECLARED, now=NOON)
    row = upload(tmp_path, "email,Cover,extras,Start,Sum\na@x.io,LIFE,glass; hail,31.12.2026,1500\nb@x.io,Boat,,soon,\n")
    assert row.mapping == {
        "email": "email",
        "Cover": "custom.cover",
        "extras": "custom.extras",
        "Start": "custom.start",
        "Sum": "custom.sum",
    }
    run(row)
    first = list(Lead.objects.order_by("email").values_list("custom", "flaws"))
    exported = b"".join(stream_leads(Standing.objects.all(), "csv")).decode()

    assert first[1] == ({"cover": "Boat", "start": "soon"}, ["custom.cover:not_a_choice", "custom.start:unreadable"])

    again = upload(tmp_path, exported.replace("a@x.io", "c@x.io"))
    mapping = {header: name if name.startswith("custom.") or header == "email" else "" for header, name in again.mapping.items()}
    importing.remap(again, mapping=mapping)
    run(again)
    assert Lead.objects.get(email="c@x.io").custom == first[0][0]


def test_a_manager_makes_a_field_of_a_column_and_a_marketer_cannot(db, tmp_path):
    make_install()
    row = upload(tmp_path, "email,Blood pressure\na@x.io,120\nb@x.io,95\n")
    client = Client()
    client.force_login(make_person("Mo", "marketer"))
    assert "Make a new field of it" not in client.get(f"/imports/{row.pk}/").content.decode()

    client.force_login(make_person("Mia", "manager"))
    client.post(f"/imports/{row.pk}/", {"column_0": "email", "column_1": "new.blood_pressure", "dates": "found", "do": "save"})

    assert Import.objects.get().mapping["Blood pressure"] == "custom.blood_pressure"
    assert (fields.declared_now()["blood_pressure"].label, fields.declared_now()["blood_pressure"].kind) == ("Blood pressure", "whole")


SECRET = {"name": "diagnosis", "label": "Diagnosis", "type": "text", "sensitivity": "sensitive"}


@pytest.mark.parametrize("becomes", ["message", "", "new.illness", "custom.cover"])
def test_who_may_not_see_a_sensitive_column_sees_it_under_no_other_name(db, tmp_path, becomes):
    make_install()
    fields.declare([*DECLARED, SECRET], now=NOON)
    row = upload(tmp_path, "email,Diagnosis\na@x.io,Xylophobia\n")
    client = Client()
    client.force_login(make_person("Mia", "manager"))

    answer = client.post(f"/imports/{row.pk}/", {"column_0": "email", "column_1": becomes, "dates": "found", "do": "save"})

    assert answer.status_code == (422 if becomes else 303)
    assert Import.objects.get().mapping["Diagnosis"] == ("custom.diagnosis" if becomes else "")
    page = client.get(f"/imports/{row.pk}/").content.decode()
    assert ("Xylophobia" in page, "Xylophobia" in answer.content.decode(), "\u2022\u2022\u2022" in page) == (False, False, True)
    assert "illness" not in fields.declared_now()


def test_a_sensitive_column_that_was_left_out_stays_masked_whoever_left_it_out(db, tmp_path):
    make_install()
    fields.declare([SECRET], now=NOON)
    row = upload(tmp_path, "email,Diagnosis\na@x.io,Xylophobia\n")
    importing.remap(row, mapping={"email": "email"})
    client = Client()
    client.force_login(make_person("Mo", "marketer"))

    client.post(f"/imports/{row.pk}/", {"column_0": "email", "column_1": "city", "dates": "found", "do": "save"})

    assert Import.objects.get().mapping["Diagnosis"] == ""
    assert "Xylophobia" not in client.get(f"/imports/{row.pk}/").content.decode()


def test_who_may_see_it_may_say_that_a_column_is_not_sensitive(db, tmp_path):
    make_install()
    fields.declare([SECRET], now=NOON)
    row = upload(tmp_path, "email,Diagnosis\na@x.io,Engines\n")
    client = Client()
    client.force_login(make_person("Ida", "admin"))

    client.post(f"/imports/{row.pk}/", {"column_0": "email", "column_1": "message", "dates": "found", "do": "save"})

    assert Import.objects.get().mapping["Diagnosis"] == "message"
