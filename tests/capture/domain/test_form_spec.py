"""Specs of hosted forms: what makes one, and where it is wrong when it is none."""

import pytest

from leadloop.capture.domain.form_spec import FormInvalid, read_form_spec
from leadloop.starter import FORM


def test_what_a_spec_leaves_out_is_the_usual():
    spec = read_form_spec({"source": "Web", "fields": [{"name": "email", "label": "E-mail"}, {"name": "message", "label": "Message"}]})
    assert [(one.type, one.required, one.autocomplete) for one in spec.questions] == [("email", False, "email"), ("textarea", False, "")]
    assert (spec.boxes, spec.button, spec.takes_json) == ((), "Send", False)


def test_answers_go_to_columns_and_all_others_to_custom_fields():
    spec = read_form_spec({"source": "Web", "fields": [{"name": name, "label": name} for name in ("email", "job_title", "shoe_size")]})
    assert spec.payload({"email": "a@b.test", "job_title": "CTO", "shoe_size": "44", "budget": "9"}) == {
        "email": "a@b.test",
        "job_title": "CTO",
        "custom": {"shoe_size": "44"},
    }


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"fields": []}, "fields"),
        ({"fields": [{"name": "Name", "label": "x"}]}, "fields[0].name"),
        ({"fields": [{"name": "external_id", "label": "x"}]}, "fields[0].name"),
        ({"fields": [{"name": "lead_id", "label": "x"}]}, "fields[0].name"),
        ({"fields": [{"name": "do_not_call", "label": "x"}]}, "fields[0].name"),
        ({"fields": [{"name": "utm_source", "label": "x"}]}, "fields[0].name"),
        ({"fields": [{"name": "ll_token", "label": "x"}]}, "fields[0].name"),
        ({"fields": [{"name": "name", "label": " "}]}, "fields[0].label"),
        ({"fields": [{"name": "name", "label": "x", "type": "password"}]}, "fields[0].type"),
        ({"fields": [{"name": "name", "label": "x"}] * 2}, "fields[1].name"),
        ({"fields": [{"name": "size", "label": "x", "type": "select", "options": ["1"]}]}, "fields[0].options"),
        ({"source": ""}, "source"),
        ({"intro": "x" * 3_000}, "intro"),
        ({"thanks": "a\x00b"}, "thanks"),
        ({"consents": [{"text": ""}]}, "consents[0].text"),
        ({"consents": [{"text": "x", "channel": "pigeon"}]}, "consents[0].channel"),
        ({"consents": "all"}, "consents"),
    ],
)
def test_a_spec_that_makes_no_form_says_where(change, path):
    with pytest.raises(FormInvalid) as refusal:
        read_form_spec({**FORM, **change})
    assert refusal.value.path == path
