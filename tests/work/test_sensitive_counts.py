"""What is sensitive is not read off counts, truths of conditions, refusals, reports or views that somebody else saved."""

import json
import re

import pytest
from django.test import Client

from leadloop import steps
from leadloop.analytics import agreement
from leadloop.analytics.domain.periods import ALL, Period
from leadloop.capture.keys import new_key
from leadloop.db.clock import utc_now
from leadloop.leads import fields
from leadloop.leads.models import Lead, Touch
from leadloop.qualification.errors import NotYetQualified
from leadloop.qualification.models import Passage
from leadloop.scoring.models import Definition
from leadloop.segments.models import Segment
from leadloop.work import urls
from leadloop.work.models import SavedView
from tests.make import NOON, make_lead, make_person
from tests.proofs import publish_rules
from tests.work.conftest import signed_in

ILL = {"name": "illness", "label": "Illness", "type": "choice", "choices": ["Gout", "Croup", "None so far"], "sensitivity": "sensitive"}
HAS_GOUT = {"field": "custom.illness", "op": "is", "value": "Gout"}


@pytest.fixture
def ill(ann) -> Lead:
    fields.declare([ILL], now=NOON)
    make_lead({"email": "bo@x.io", "name": "Bo", "custom": {"illness": "Croup"}})
    return make_lead({"email": "ada@x.io", "name": "Ada L", "city": "Rome", "custom": {"illness": "Gout"}})


def take_gout_away(person) -> str:
    given = {"label": "Illness", "choices": "Croup\nNone so far", "sensitivity": "sensitive", "group": "", "help": ""}
    answer = signed_in(person).post("/settings/fields/illness/", given, follow=True)
    assert fields.declared_now()["illness"].choices == ("Croup", "None so far")
    return answer.content.decode()


def test_taking_a_choice_away_tells_no_number_to_who_may_not_see(ill):
    page = take_gout_away(make_person("Mia", "manager"))

    assert ("1 lead has “Gout”" in page, "How many they are is sensitive" in page, "Gout" in page) == (False, True, False)
    assert "is no choice" not in signed_in(make_person("Mo", "marketer")).get("/settings/fields/illness/").content.decode()


def test_who_may_see_is_told_how_many_have_a_choice_that_went(ill):
    assert "1 lead has “Gout”" in take_gout_away(make_person("Ida", "admin"))


ANY = {"any": [HAS_GOUT, {"field": "city", "op": "is", "value": "Rome"}]}


def test_why_a_lead_is_in_a_segment_keeps_the_truth_of_sensitive_conditions(ill):
    publish_rules(Segment, "some", {"criteria": ANY})
    _, secret = new_key("Robot", scopes=["segments:read"], source=None, author=None, now=utc_now())

    told = Client(headers={"Authorization": f"Bearer {secret}"}).get(f"/api/v1/segments/some/leads/{ill.pk}/why").json()

    assert [(one["holds"], one["found"]) for one in told["conditions"]] == [(True, None), (None, "hidden"), (True, "Rome")]


def test_the_gate_does_not_say_that_a_sensitive_condition_failed(ill, ann):
    spec = {"kind": "gate", "text": "A person who has no gout.", "criteria": {"all": [{"not": HAS_GOUT}]}}
    publish_rules(Definition, "sql", spec)

    refused = steps.qualify([ill.pk], steps.by(ann, now=utc_now())).refused[ill.pk]
    steps.qualify([ill.pk], steps.by(ann, now=utc_now()), override_reason="Old friend").or_raise()

    assert isinstance(refused, NotYetQualified)
    kept = [str(refused), json.dumps(refused.errors), str(Passage.objects.get().failing), str(Touch.objects.latest("pk").data)]
    assert [text for text in kept if "gout" in text.lower() or "illness" in text.lower()] == []
    assert "a condition on sensitive data" in str(refused)


def test_the_report_of_the_agreement_counts_no_sensitive_condition(ill):
    criteria = {"all": [{"field": "email", "op": "is_not_blank"}, {"not": HAS_GOUT}]}
    spec = {"kind": "promise", "text": "Anybody.", "criteria": criteria, "sla_minutes": 5, "verdict_minutes": 60}
    publish_rules(Definition, "mql", spec)
    make_lead({"email": "cy@x.io", "custom": {"illness": "Croup"}})

    found = agreement.report(Period(None, None, "UTC", ALL), now=utc_now())

    assert (found.total.handed, [leaf.says for leaf in found.leaves]) == (1, ["e-mail is not blank"])


def test_a_view_on_sensitive_data_shows_nobody_to_who_may_not_see(ill):
    admin, manager = make_person("Ida", "admin"), make_person("Mia", "manager")
    view = SavedView.objects.create(name="Ill", person=admin, shared=True, query={"where": [json.dumps(HAS_GOUT)]}, created_at=NOON)
    address = f"/leads/?view={view.pk}&where={json.dumps(HAS_GOUT)}"
    pages = {person.role: signed_in(person).get(address).content.decode() for person in (admin, manager)}

    assert {role: "Ada L" in page for role, page in pages.items()} == {"admin": True, "manager": False}


@pytest.mark.parametrize("where", [HAS_GOUT, {"all": [{"field": "city", "op": "is", "value": "Rome"}, {"not": HAS_GOUT}]}])
def test_no_list_export_or_bulk_step_is_asked_by_what_one_may_not_see(ill, where):
    browser = signed_in(make_person("Mia", "manager"))
    file = browser.get("/leads/export/", {"format": "csv", "where": json.dumps(where)})
    sorts = [browser.get("/leads/", {"sort": f"{sign}custom.illness"}).content.decode() for sign in ("", "-")]

    assert "ada@x.io" not in b"".join(file.streaming_content).decode()
    assert [page.index("Ada L") < page.index(">Bo<") if ">Bo<" in page else None for page in sorts] in ([True, True], [None, None])


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_address_of_a_lead_opens_for_a_rep_whose_lead_it_is_not(ill, bob, method):
    paths = addresses_of_a_lead(ill.pk)
    before = (Touch.objects.count(), Lead.objects.get(pk=ill.pk).custom)

    found = {path: getattr(signed_in(bob), method)(path) for path in paths}

    assert {path: one.status_code for path, one in found.items() if one.status_code not in (404, 405)} == {}
    assert [path for path, one in found.items() if "Ada" in one.content.decode()] == []
    assert (len(paths) >= 8, before) == (True, (Touch.objects.count(), Lead.objects.get(pk=ill.pk).custom))


def addresses_of_a_lead(number: int) -> list[str]:
    """Of the room of work, all that name a lead."""
    routes = [str(one.pattern) for one in urls.urlpatterns]
    steps_of = {"<slug:step>": "claim", "<str:step>": "claim"}
    named = [route for route in routes if "lead_id>" in route]
    filled = [re.sub(r"<\w+:lead_id>", str(number), route) for route in named]
    return [f"/{re.sub('<[^>]+>', lambda part: steps_of.get(part[0], '1'), route)}" for route in filled]
