"""Programs reject, and meet the gate of the signed definition, as people do."""

import json

import pytest

from leadloop.capture.keys import new_key
from leadloop.leads.models import Standing
from leadloop.qualification.models import Passage
from leadloop.scoring.models import Definition
from tests.make import NOON, make_install, make_lead
from tests.proofs import publish_rules

pytestmark = pytest.mark.django_db
GATE = {"kind": "gate", "text": "They have a budget.", "criteria": {"field": "budget_cents", "op": "is_not_blank"}}


@pytest.fixture
def lead():
    make_install()
    return make_lead()


@pytest.fixture
def take(client):
    secret = new_key("Program", scopes=["steps:write"], source=None, author=None, now=NOON)[1]

    def send(**step):
        body = json.dumps({"steps": [step]})
        headers = {"Authorization": f"Bearer {secret}"}
        return client.post("/api/v1/steps", body, content_type="application/json", headers=headers).json()["results"][0]

    return send


def test_qualify_names_the_failing_conditions_and_takes_a_reason(lead, take):
    publish_rules(Definition, "sql", GATE)

    refused = take(lead=lead.pk, step="qualify")
    assert (refused["outcome"], refused["code"], refused["errors"]["conditions[0]"]) == (
        "refused",
        "not_yet_qualified",
        "budget is not blank",
    )

    done = take(lead=lead.pk, step="qualify", override_reason="They told our partner.")
    assert (done["outcome"], done["errors"], Passage.objects.get().override_reason) == ("done", {}, "They told our partner.")


@pytest.mark.parametrize(("more", "stage"), [({}, "disqualified"), ({"until": "2027-01-01T09:00:00Z"}, "nurture")])
def test_reject_sends_the_lead_where_the_agreement_says(lead, take, more, stage):
    assert take(lead=lead.pk, step="reject", reason="spaceship")["code"] == "bad_reason"
    assert take(lead=lead.pk, step="reject", reason="no_budget", **more)["outcome"] == "done"
    assert Standing.objects.get(pk=lead.pk).stage == stage
