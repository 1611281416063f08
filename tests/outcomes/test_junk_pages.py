"""Junk rules on the screen: proposed, taken, previewed with customers caught, published; and the review that feeds back."""

import json

import pytest

from leadloop import steps
from leadloop.leads.models import Lead, Standing
from leadloop.outcomes.actions import Deal
from leadloop.outcomes.models import Disposition, JunkRules
from tests.make import NOON, make_install, make_lead, make_rep
from tests.proofs import everything_holds, publish_rules
from tests.rules import criteria, said, seen, signed_in

SPAM = {"id": "backlinks", "label": "Sells backlinks", "when": {"field": "message", "op": "contains", "value": "backlinks"}}


@pytest.fixture(autouse=True)
def always_proved(db):
    yield
    assert everything_holds() == []


@pytest.fixture
def ann(db):
    return make_rep("Ann", pool=make_install())


@pytest.fixture
def max_(ann):
    return signed_in("Max", "marketer")


def spam(number: int) -> Lead:
    return make_lead({"name": f"Bo Bot{number}", "email": f"bo{number}@spam.example", "message": "Cheap backlinks"})


def mark(number: int) -> list[Lead]:
    leads = [spam(place) for place in range(number)]
    steps.mark_junk([lead.pk for lead in leads], steps.by(None, now=NOON), reason="spam")
    return leads


def test_what_people_mark_is_proposed_taken_previewed_and_published(max_):
    mark(6)
    for _ in range(6):
        make_lead()
    page = max_.get("/junk-rules/proposals/")
    [first] = [row["it"] for row in page.context["proposals"]]
    assert (first.label, first.junk, first.others) == ("E-mail from spam.example", 6, 0)

    max_.post("/junk-rules/proposals/acceptance/", {"proposal": first.key, "seen": seen(max_, "/junk-rules/proposals/")})
    assert [rule["when"] for rule in JunkRules.objects.get(status="draft").spec["rules"]] == [first.when]
    assert max_.get("/junk-rules/preview/").context["preview"].recall == 1.0
    assert max_.get("/junk-rules/proposals/").context["proposals"] == []  # it is in the draft

    max_.post("/junk-rules/publication/", {"seen": seen(max_, "/junk-rules/preview/")})

    caught = spam(99)
    assert (Standing.objects.get(pk=caught.pk).stage, Disposition.objects.get(lead=caught).reason) == ("junk", "rule")


def test_the_preview_warns_of_customers_that_a_rule_would_catch(max_):
    mark(2)
    customer = make_lead({"name": "Ada", "email": "ada@engines.com", "message": "We sell backlinks and need a crane"})
    steps.convert(customer.pk, steps.by(None, now=NOON), deal=Deal())
    steps.win([customer.pk], steps.by(None, now=NOON)).or_raise()
    max_.post("/junk-rules/beginning/")
    rule = {"label": "Backlinks", "seen": seen(max_, "/junk-rules/draft/rules/")} | criteria("message", "contains", "backlinks")
    assert max_.post("/junk-rules/draft/rules/", rule).status_code == 303

    page = max_.get("/junk-rules/preview/")

    found = page.context["preview"]
    assert (found.total.junk, found.total.others, found.total.won, found.wrong[0][0]) == (2, 1, 1, customer.pk)
    assert "1 customer would have been set aside" in page.content.decode()


def test_a_rule_about_what_is_not_known_yet_is_refused(max_):
    max_.post("/junk-rules/beginning/")
    rule = {"label": "Low", "seen": seen(max_, "/junk-rules/draft/rules/")} | criteria("score", "below", "5")

    answer = max_.post("/junk-rules/draft/rules/", rule)

    assert (answer.status_code, "not known yet" in answer.content.decode()) == (422, True)


def test_who_comes_back_is_said_and_taken_back(max_):
    max_.post("/junk-rules/beginning/")
    for asked, passes in ((criteria("phone", "is_not_blank"), {"field": "phone", "op": "is_not_blank"}), ({"c-match": "all"}, None)):
        stamp = seen(max_, "/junk-rules/draft/passes/")
        assert max_.post("/junk-rules/draft/passes/", {"seen": stamp} | asked).status_code == 303
        said_now = JunkRules.objects.get(status="draft").spec["passes"]
        assert said_now == passes or said_now == {"all": [passes]}, json.dumps(said_now)


def test_versions_are_kept_and_rolled_back(max_):
    publish_rules(JunkRules, "junk", {"rules": [SPAM], "passes": None})
    publish_rules(JunkRules, "junk", {"rules": [], "passes": None})

    max_.post("/junk-rules/versions/1/restore/")

    assert Standing.objects.get(pk=spam(1).pk).stage == "junk"


def test_the_review_shows_what_rules_caught_and_one_click_lets_it_go_on(max_, ann):
    publish_rules(JunkRules, "junk", {"rules": [SPAM], "passes": None})
    lead = spam(1)
    page = max_.get("/junk/").content.decode()
    assert ("Bo Bot1" in page, "“Sells backlinks”, version 1" in page) == (True, True)

    answer = max_.post("/junk/verdicts/", {"release": str(lead.pk)})

    assert said(answer) == ["1 lead went through the route: no junk. Proposals learn from it."]
    assert Standing.objects.get(pk=lead.pk).owner == ann
    assert "Bo Bot1" in max_.get("/junk/?view=released").content.decode()
    assert "Bo Bot1" not in max_.get("/junk/").content.decode()


def test_what_is_junk_indeed_becomes_a_mark_of_the_person(max_):
    publish_rules(JunkRules, "junk", {"rules": [SPAM], "passes": None})
    one, other = spam(1), spam(2)

    max_.post("/junk/verdicts/", {"lead": [str(one.pk), str(other.pk)], "verdict": "junk"})

    assert set(Disposition.objects.in_force().values_list("reason", "author__name")) == {("spam", "Max")}
    assert "Bo Bot1" in max_.get("/junk/?view=marked").content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_review_costs_the_same_whatever_it_shows(max_, django_assert_num_queries, number):
    publish_rules(JunkRules, "junk", {"rules": [SPAM], "passes": None})
    for place in range(number):
        spam(place)
    max_.get("/junk/")
    with django_assert_num_queries(8):
        assert len(max_.get("/junk/").context["rows"]) == number


def test_reps_review_nothing(ann):
    assert signed_in("Bob", "rep").get("/junk/").status_code == 404


def test_before_the_first_rule_the_tab_of_the_draft_leads_to_where_one_begins(max_):
    page = max_.get("/junk-rules/draft/", follow=True)

    assert page.redirect_chain == [("/junk-rules/", 303)]
    assert "Write a rule" in page.content.decode()
    assert "<title>Versions · Junk rules" in max_.get("/junk-rules/versions/").content.decode()
