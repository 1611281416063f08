"""The story of a lead holds every decision with what it was decided from."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from leadloop import loop, steps
from leadloop.audit.story import tell
from leadloop.audit.telling import text_of
from leadloop.audit.who import NoSuchLead, SeveralLeads, find_lead
from leadloop.db.versions import publish, save_draft
from leadloop.leads.models import Lead
from leadloop.outcomes.actions import Deal
from leadloop.routing.actions import ROUTE
from leadloop.routing.models import Draw, Route
from tests.make import NOON, arrival, make_install, make_lead, make_leads, make_person, make_rep

PAYLOAD = {
    "name": "Ada Lovelace",
    "email": "ada@engines.example",
    "phone": "+14155550100",
    "title": "Owner",
    "external_id": "A-17",
    "message": "Hello",
    "email_opt_in": "yes",
}


@pytest.fixture
def lead(db) -> Lead:
    """Came in, was called, converted and won; asked again in between."""
    pool = make_install()
    for name in ("Ann", "Ben"):
        make_rep(name, pool=pool)
    lead = make_lead(PAYLOAD)
    actor = steps.by(lead.standing.owner, now=NOON + timedelta(hours=1))
    steps.log([lead.pk], actor, kind="called", outcome="reached", text="Wants two.")
    loop.capture([arrival({"email": "ada@engines.example", "message": "Again"})], now=NOON + timedelta(hours=2))
    steps.convert(lead.pk, actor, deal=Deal(name="Engines", amount_cents=123_400, currency="USD"))
    steps.win([lead.pk], actor)
    return lead


def text(lead: Lead) -> str:
    return "\n".join(text_of(tell(lead)))


@pytest.mark.parametrize("asked", ["ada@engines.example", " ADA@Engines.example ", "+1 415 555 0100", "(415) 555-0100", "A-17"])
def test_a_lead_is_found_by_what_people_know_of_it(lead, asked):
    assert find_lead(asked) == lead


def test_a_lead_is_found_by_its_number(lead):
    assert find_lead(str(lead.pk)) == lead


def test_what_nobody_answers_to_is_said_plainly(lead):
    for asked in ("nobody@x.com", "99999999", "", "%", "9" * 400):
        with pytest.raises(NoSuchLead):
            find_lead(asked)


def test_several_leads_are_named_by_their_numbers(db):
    make_install()
    one, two = make_lead({"name": "Ada", "external_id": "7-x"}, source="A"), make_lead({"name": "Ben", "external_id": "7-x"}, source="B")
    with pytest.raises(SeveralLeads, match=f"{one.pk}, {two.pk}"):
        find_lead("7-x")


def test_the_story_holds_what_came_in_and_each_touch(lead):
    story = tell(lead)
    assert [one["payload"] for one in story["submissions"]] == [PAYLOAD, {"email": "ada@engines.example", "message": "Again"}]
    assert [one["outcome"] for one in story["submissions"]] == ["created", "matched"]
    assert [one["kind"] for one in story["touches"]] == ["captured", "called", "captured", "converted", "won"]
    assert story["consents"][0]["granted"] is True


def test_a_score_is_told_with_every_rule_of_its_version(lead):
    score = tell(lead)["touches"][0]["score"]
    held = {rule["id"]: rule["points"] for rule in score["rules"] if rule["held"]}
    assert held == {"business_mail": 15, "phone": 10, "decides": 20, "message": 5, "heat": 6}
    assert score["points"] == score["base"] + sum(held.values())
    assert next(rule for rule in score["rules"] if rule["id"] == "student") == {
        "id": "student",
        "label": "Student or job seeker",
        "when": "job title contains student",
        "points": -25,
        "held": False,
    }


def test_a_definition_is_told_with_its_text(lead):
    definition = tell(lead)["touches"][0]["definition"]
    assert definition["version"] == 1
    assert "score of 45 or more" in definition["text"]


def test_a_route_is_told_by_the_names_that_its_editor_gave_the_rules(db):
    pool = make_install()
    all_of_them = {"field": "email", "op": "is_not_blank"}
    rules = [
        {"id": "r1", "label": "From the moon", "when": {"field": "city", "op": "is", "value": "Moon"}, "pool": pool.pk, "how": "turn"},
        {"id": "r2", "label": "With an address", "when": all_of_them, "pool": pool.pk, "how": "wait"},
    ]
    spec = {"rules": rules, "fallback": {"pool": pool.pk, "how": "turn"}}
    publish(save_draft(Route, name=ROUTE, title="Route", spec=spec, author=None, now=NOON), author=None, now=NOON)

    route = tell(make_lead({"email": "ada@engines.example"}))["touches"][0]["route"]

    assert (route["title"], route["passed_over"]) == ("With an address", ["From the moon"])


def test_a_draw_is_dealt_again_and_agrees(lead):
    route = tell(lead)["touches"][0]["route"]
    assert (route["to"], route["draw"]["dealt_again_to"], route["draw"]["agrees"]) == ("Ann", "Ann", True)
    assert [row["person"] for row in route["draw"]["roster"]] == ["Ann", "Ben"]


def test_every_lead_of_a_batch_agrees_with_its_draw(db):
    pool = make_install()
    make_rep("Ann", pool=pool, weight=2, cap=4)
    make_rep("Ben", pool=pool, cap=2)
    leads = make_leads(8)
    draws = [tell(lead)["touches"][0]["route"] for lead in leads]
    assert [one["draw"]["agrees"] for one in draws] == [True] * 8
    assert [one["to"] for one in draws].count(None) == 2


def test_a_draw_that_was_tampered_with_does_not_agree(lead):
    draw = Draw.objects.get()
    draw.roster = [[*row[:2], 100 - row[2], *row[3:]] if place == 0 else row for place, row in enumerate(draw.roster)]
    draw.save(update_fields=["roster"])
    assert "DEALT AGAIN IT WOULD GO TO Ben" in text(lead)


def test_the_text_is_laid_out_in_a_hundred_columns(lead):
    told = text(lead)
    assert max(map(len, told.splitlines())) <= 100
    for words in (
        "Ada Lovelace",
        "Wants two.",
        "+20  Decides",
        "dealt again: Ann, which agrees",
        "1,234.00 USD, won",
        "e:ada@engines.example",
    ):
        assert words in told, words


def test_a_worked_lead_reads_with_a_constant_number_of_queries(lead, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        tell(lead)


def test_the_command_prints_json(lead):
    out = io.StringIO()
    call_command("trace", "A-17", "--json", stdout=out)
    assert json.loads(out.getvalue())["lead"]["email"] == "ada@engines.example"


def test_the_command_has_no_colour_off_a_terminal(lead):
    out = io.StringIO()
    call_command("trace", str(lead.pk), stdout=out)
    assert "\x1b" not in out.getvalue()


def test_a_wrong_name_is_one_line(db):
    make_person("Ann")
    with pytest.raises(CommandError, match="No lead answers to"):
        call_command("trace", "x@y.zz")
