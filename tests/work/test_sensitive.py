"""A sensitive value is seen by those who may, each look is written down, and nobody else comes across it anywhere."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from leadloop import steps
from leadloop.capture.keys import new_key
from leadloop.db.clock import utc_now
from leadloop.db.versions import save_draft
from leadloop.leads import fields, search
from leadloop.leads.models import Lead, Notification, SearchText, SensitiveRead, Touch
from leadloop.scoring.models import Definition, ExactPreview, ScoreModel
from leadloop.segments.models import Member, Segment
from tests.leads.test_fields import publish_score, rule
from tests.make import NOON, make_lead, make_person

pytestmark = pytest.mark.django_db

WORD = "Xylophobia"
FIELD = {"name": "diagnosis", "label": "Diagnosis", "type": "text", "sensitivity": "sensitive", "filterable": True, "group": "Health"}


@pytest.fixture
def lead(ann) -> Lead:
    """Ann's, with a sensitive value that came in, a rule that reads it, and an edit that wrote it."""
    fields.declare([FIELD, FIELD | {"name": "plain", "label": "Plain", "sensitivity": "plain"}], now=NOON)
    publish_score(rule("custom.diagnosis", "is_not_blank") | {"label": "Has a grave illness"})
    lead = make_lead({"email": "ada@x.io", "name": "Ada L", "custom": {"diagnosis": WORD, "plain": "Quagmire"}})
    steps.edit([lead.pk], steps.by(ann, now=utc_now()), values={"custom.diagnosis": f"{WORD} major"}).or_raise()
    search.index_pending(10)
    return Lead.objects.get(pk=lead.pk)


def browser(person):
    client = Client()
    client.force_login(person)
    return client


def body(response):
    return b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()


def everywhere(lead):
    """Addresses that tell something of a lead, or of leads."""
    return [
        "/",
        "/?scope=team",
        f"/leads/{lead.pk}/",
        f"/leads/{lead.pk}/edit/",
        f"/leads/{lead.pk}/touches/",
        "/leads/?column=custom.diagnosis&column=custom.plain",
        "/leads/?column=custom.diagnosis&sort=custom.diagnosis",
        "/leads/export/?format=csv",
        "/leads/export/?format=jsonl",
        f"/search/?q={WORD}",
        "/notifications/",
        "/settings/fields/diagnosis/",
        "/score/",
        "/leads/filter/",
    ]


@pytest.mark.parametrize("role", ["rep", "marketer", "manager"])
def test_the_value_is_nowhere_for_who_may_not_see_it(lead, ann, role):
    client = browser(ann if role == "rep" else make_person(f"some {role}", role))
    pages = {url: client.get(url) for url in everywhere(lead)}
    found = {
        url: body(page).replace(f"q={WORD}", "").replace(f'value="{WORD}"', "").replace(f"“{WORD}”", "") for url, page in pages.items()
    }

    assert [url for url, text in found.items() if WORD in text] == []
    assert sum(page.status_code == 200 for page in pages.values()) >= 7
    assert "Quagmire" in found[f"/leads/{lead.pk}/"]
    assert "Has a grave illness" not in found[f"/leads/{lead.pk}/"]
    assert client.post(f"/leads/{lead.pk}/sensitive/").status_code == 404
    assert SensitiveRead.objects.count() == 0


def test_it_is_not_in_what_is_kept_beside_the_lead(lead):
    kept = [*SearchText.objects.values_list("text", flat=True), *Notification.objects.values_list("text", flat=True)]
    kept += [json.dumps(data) for data in Touch.objects.values_list("data", flat=True)]

    assert [text for text in kept if WORD.lower() in text.lower()] == []
    assert lead.custom["diagnosis"] == f"{WORD} major"


def test_trace_and_the_export_of_the_command_line_mask_it(lead):
    for command in (
        ["trace", str(lead.pk)],
        ["trace", str(lead.pk), "--json"],
        ["export", "leads"],
        ["export", "leads", "--format", "csv"],
    ):
        out = StringIO()
        call_command(*command, stdout=out)
        assert (command, WORD in out.getvalue(), "Quagmire" in out.getvalue()) == (command, False, True)


def test_who_may_see_it_asks_for_it_and_that_is_written_down(lead, ann):
    ann.sees_sensitive = True
    ann.save(update_fields=["sees_sensitive"])
    client = browser(ann)

    assert WORD not in client.get(f"/leads/{lead.pk}/").content.decode()
    assert f"{WORD} major" in client.post(f"/leads/{lead.pk}/sensitive/").content.decode()
    assert list(SensitiveRead.objects.values_list("lead_id", "person", "where", "names")) == [(lead.pk, ann.pk, "page", ["diagnosis"])]


def test_lists_mask_it_even_for_who_may_see_it(lead):
    page = browser(make_person("Ida", "admin")).get("/leads/?column=custom.diagnosis&sort=custom.diagnosis").content.decode()

    assert (WORD in page, "\u2022\u2022\u2022" in page) == (False, True)
    assert SensitiveRead.objects.count() == 0


def test_an_administrator_exports_it_and_that_is_written_down(lead):
    admin = make_person("Ida", "admin")
    client = browser(admin)

    assert f"{WORD} major" in body(client.get("/leads/export/?format=csv"))
    assert list(SensitiveRead.objects.values_list("lead_id", "person", "where")) == [(lead.pk, admin.pk, "export")]


@pytest.mark.parametrize(("scopes", "seen"), [(["leads:read"], False), (["leads:read", "leads:sensitive"], True)])
def test_a_key_needs_the_scope_of_sensitive_data(lead, scopes, seen):
    _, secret = new_key("Robot", scopes=scopes, source=None, author=None, now=utc_now())
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    texts = [client.get(url).content.decode() for url in ("/api/v1/leads", f"/api/v1/leads/{lead.pk}")]
    touches = client.get(f"/api/v1/leads/{lead.pk}/touches").content.decode()

    assert ([WORD in text for text in texts], WORD in touches) == ([seen, seen], False)
    assert list(SensitiveRead.objects.values_list("program", "where")) == [("Robot", "api")] * (2 if seen else 0)


def test_a_list_is_not_filtered_by_what_one_may_not_see(lead, ann):
    where = json.dumps({"field": "custom.diagnosis", "op": "is", "value": f"{WORD} major"})
    wrong = json.dumps({"field": "custom.diagnosis", "op": "is", "value": "Something else"})

    answers = [browser(ann).get("/leads/", {"where": spec}).content.decode() for spec in (where, wrong)]

    assert ["Ada L" in text for text in answers] == [False, False]
    assert all("there is no field" in text for text in answers)


def test_an_edit_by_who_may_not_see_keeps_what_is_masked(lead, ann):
    page = browser(ann).get(f"/leads/{lead.pk}/edit/")
    form = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    assert form["custom.diagnosis"] == ""

    browser(ann).post(f"/leads/{lead.pk}/edit/", form | {"custom.plain": "Marsh"})

    assert Lead.objects.get(pk=lead.pk).custom == {"diagnosis": f"{WORD} major", "plain": "Marsh"}


def test_a_preview_of_a_rule_on_sensitive_data_names_no_lead_to_who_may_not_see_it(lead):
    spec = {"criteria": {"field": "custom.diagnosis", "op": "is_not_blank"}}
    save_draft(Segment, name="ill", title="Ill", spec=spec, author=None, now=NOON)
    pages = {role: browser(make_person(f"p{role}", role)).get("/segments/ill/preview/").content.decode() for role in ("manager", "admin")}

    assert {role: "This rule reads sensitive data" in page for role, page in pages.items()} == {"manager": True, "admin": True}
    assert {role: "Ada L" in page for role, page in pages.items()} == {"manager": False, "admin": True}


ABOUT_ADA = {
    "all": [
        {"field": "email", "op": "is", "value": "ada@x.io"},
        {"field": "custom.diagnosis", "op": "is", "value": f"{WORD} major"},
    ]
}


def ask_of_ada(client, *, save):
    """A segment with Ada in it if her diagnosis is what somebody guessed: drafted, looked at, published."""
    save_draft(Segment, name="guess", title="Guess", spec={"criteria": ABOUT_ADA}, author=save, now=NOON)
    page = client.get("/segments/guess/preview/")
    client.post("/segments/guess/publication/", {"seen": page.context["seen"]})
    return page


def test_who_may_not_see_it_learns_it_by_no_rule_of_their_own(lead):
    person = make_person("Marlon", "marketer")
    client = browser(person)

    page = ask_of_ada(client, save=person)

    assert ("counts" in page.context, "Only who may see that" in page.content.decode()) == (False, True)
    assert (Segment.objects.get(name="guess").status, Member.objects.count()) == ("draft", 0)


def test_who_may_not_see_it_brings_no_old_rule_on_it_back(lead):
    client = browser(make_person("Ida", "admin"))
    ask_of_ada(client, save=None)
    assert Member.objects.filter(segment="guess").count() == 1
    client.post("/segments/guess/retirement/")

    browser(make_person("Marlon", "marketer")).post("/segments/guess/versions/1/restore/")

    assert list(Segment.objects.filter(name="guess").values_list("status", flat=True)) == ["retired"]


def test_a_preview_of_a_definition_counts_nobody_for_who_may_not_see_it(lead):
    save_draft(
        Definition,
        name="guess",
        title="Guess",
        spec={"kind": "gate", "text": "A person who is ill.", "criteria": ABOUT_ADA},
        author=None,
        now=NOON,
    )
    pages = {role: browser(make_person(f"p{role}", role)).get("/agreement/terms/guess/preview/") for role in ("marketer", "admin")}

    assert {role: "preview" in page.context for role, page in pages.items()} == {"marketer": False, "admin": True}


def test_exact_figures_of_a_score_on_it_are_for_who_may_see_it(lead):
    spec = ScoreModel.objects.get(status="published").spec
    save_draft(ScoreModel, name="score", title="Score", spec=spec | {"base": 11}, author=None, now=NOON)
    client = browser(make_person("Marlon", "marketer"))
    client.post("/score/preview/exact/count/")

    assert ExactPreview.objects.count() == 0


def test_a_scrub_asks_only_what_the_person_may_see(lead):
    given = {"preset": "custom", "c-json": json.dumps(ABOUT_ADA), "look": "1"}
    pages = {role: browser(make_person(f"p{role}", role)).post("/scrub/new/", given) for role in ("manager", "admin")}

    assert {role: (page.status_code, "Ada L" in page.content.decode()) for role, page in pages.items()} == {
        "manager": (422, False),
        "admin": (200, True),
    }
