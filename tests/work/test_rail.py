"""The rail: what hangs on it, for whom, in which order, and how it changes."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadloop import steps
from leadloop.db.clock import utc_now
from leadloop.db.versions import publish, save_draft
from leadloop.leads.models import Lead, Standing
from leadloop.routing.models import Desk, Pool, Route, Seat
from leadloop.work import actions
from leadloop.work.actions import NextStep
from leadloop.work.rail import read_rail
from tests.make import NOON, make_lead, make_leads, make_person, make_rep
from tests.work.conftest import on_rail, signed_in, standing_of

RAIL_QUERIES = {"mine": 14, "team": 13}


def names_in(response) -> list[list[str]]:
    """The headings and names of the rail, from its top."""
    sections = response.context["rail"].sections
    return [[section.title, *(ticket.standing.lead.display_name for ticket in section.tickets)] for section in sections]


def wait_in_pool(pool: Pool) -> None:
    """From now on leads wait in the pool for whoever claims them."""
    spec = {"rules": [], "fallback": {"pool": pool.pk, "how": "wait"}}
    publish(save_draft(Route, name="main", title="Route", spec=spec, author=None, now=NOON), author=None, now=NOON)


def test_own_leads_hang_by_what_is_due_first_then_by_score(ann):
    make_lead({"name": "Low Score", "email": "low@gmail.com"}, now=NOON)
    make_lead({"name": "High Score", "email": "high@acme.com", "phone": "+14155550111"}, now=NOON)
    make_lead({"name": "Came Before", "email": "before@gmail.com"}, now=NOON - timedelta(hours=1))
    with_step = make_lead({"name": "Has Step", "email": "step@gmail.com"}, now=NOON - timedelta(hours=2))
    now = utc_now()
    actions.plan_step(with_step.pk, steps.by(ann, now=now), person=ann, text="Call again", due_at=now + timedelta(days=40))

    response = signed_in(ann).get("/")

    assert names_in(response) == [["Waiting now", "Came Before", "High Score", "Low Score"], ["Later", "Has Step"]]
    assert "Next: Call again" in response.content.decode()


def test_leads_of_a_pool_hang_for_those_who_sit_in_it(pool, ann, bob):
    wait_in_pool(pool)
    waiting = make_lead({"name": "Wanda Waits", "email": "w@acme.com"})

    assert names_in(signed_in(ann).get("/")) == [["Open to claim", "Wanda Waits"]]
    assert signed_in(bob).get("/").context["rail"].sections == []

    Seat.objects.create(pool=pool, person=bob)
    response = on_rail(bob).post(f"/leads/{waiting.pk}/claim/")

    assert response.status_code == 200
    assert json.loads(response["HX-Trigger"])["toast"] == {
        "text": "Wanda Waits is yours.",
        "undo": f"/leads/{waiting.pk}/release/?from=rail",
        "tone": "green",
    }
    assert names_in(response) == [["Waiting now", "Wanda Waits"]]
    assert signed_in(ann).get("/").context["rail"].sections == []
    assert standing_of(waiting).owner == bob


def test_a_ticket_says_why_it_is_here_and_what_made_its_score(pool, ann):
    make_rep("Cora", pool=pool, weight=1)
    make_lead({"name": "Ada Lovelace", "email": "ada@acme.com", "message": "Please <b>call</b>", "title": "CTO"})

    page = signed_in(ann).get("/").content.decode()

    assert "Standard route: your turn among 2 in Sales" in page
    assert "Writes from a company address" in page
    assert "Please &lt;b&gt;call&lt;/b&gt;" in page


def test_a_rule_is_called_by_its_name(pool, ann):
    rule = {"id": "r1", "label": "Enterprise", "when": {"field": "company_domain", "op": "is_not_blank"}, "pool": pool.pk, "how": "turn"}
    spec = {"rules": [rule], "fallback": {"pool": pool.pk, "how": "turn"}}
    publish(save_draft(Route, name="main", title="Route", spec=spec, author=None, now=NOON), author=None, now=NOON)
    make_lead()

    assert "Rule “Enterprise”: your turn in Sales" in signed_in(ann).get("/").content.decode()


def test_the_team_of_a_manager_hangs_by_person_with_nobodys_first(pool, ann, mia):
    make_lead({"name": "Anns Lead", "email": "a@acme.com"})
    wait_in_pool(pool)
    make_lead({"name": "Nobodys Lead", "email": "n@acme.com"})

    browser = signed_in(mia)

    team = browser.get("/")
    assert names_in(team) == [["Nobody yet", "Nobodys Lead"], ["Ann", "Anns Lead"]]
    assert [(str(load.person), load.waiting, load.late) for load in team.context["rail"].loads] == [("None", 1, 1), ("Ann", 1, 1)]
    assert names_in(browser.get(f"/?scope=team&person={ann.pk}")) == [["Ann", "Anns Lead"]]
    assert names_in(browser.get("/?scope=team&person=0")) == [["Nobody yet", "Nobodys Lead"]]
    assert names_in(browser.get("/?scope=mine")) == []


def test_a_rep_cannot_ask_for_the_rail_of_others(ann, bob):
    make_lead()

    assert signed_in(bob).get(f"/?scope=team&person={ann.pk}").context["rail"].sections == []


def test_a_marketer_sees_what_nobody_has_and_what_comes_back(pool, ann):
    [back] = make_leads(1)
    steps.recycle([back.pk], steps.by(ann, now=NOON), reason="not_now", due_at=NOON + timedelta(days=300)).or_raise()
    wait_in_pool(pool)
    make_lead({"name": "Nobodys Lead", "email": "n@acme.com"})

    response = signed_in(make_person("Marta", "marketer")).get("/")

    assert names_in(response) == [["In nobody's hands", "Nobodys Lead"]]
    assert [one.lead_id for one in response.context["rail"].returning] == [back.pk]


def test_polling_answers_with_nothing_until_something_changed(ann, lead):
    browser = on_rail(ann)
    seen = browser.get("/").context["rail"].fingerprint

    assert browser.get(f"/?scope=mine&take=50&seen={seen}").status_code == 204

    make_lead()
    assert browser.get(f"/?scope=mine&take=50&seen={seen}").status_code == 200


def test_more_than_fifty_tickets_come_by_and_by(ann):
    ann.desk.open_cap = 200
    ann.desk.save()
    make_leads(53)
    browser = signed_in(ann)

    first = browser.get("/")
    assert (len(first.context["rail"].sections[0].tickets), first.context["rail"].more) == (50, True)
    assert "take=100" in first.content.decode()
    assert len(browser.get("/?take=100").context["rail"].sections[0].tickets) == 53


@pytest.mark.parametrize(
    "query", ["?take=x&person=-1", "?take=99999999999999999999", "?scope=team&person=99999999999999999", "?seen=", "?take=٣"]
)
def test_odd_addresses_are_a_plain_rail(ann, mia, query):
    assert signed_in(ann).get(f"/{query}").status_code == 200
    assert signed_in(mia).get(f"/{query}").status_code == 200


def test_a_short_rail_of_many_due_at_once_shows_the_best_of_them(ann):
    leads = make_leads(5)
    for lead, score in zip(leads, (10, 70, 30, 90, 50), strict=True):
        Standing.objects.filter(pk=lead.pk).update(owner=ann, score=score, due_at=NOON, waits_since=NOON, stage="new")
    rail = read_rail(ann, scope="mine", person_id=None, take=2, now=utc_now())
    assert [standing.score for section in rail.sections for standing in section.standings] == [90, 70]
    assert rail.more


@pytest.mark.parametrize("scope", ["mine", "team"])
def test_the_rail_takes_the_same_number_of_queries_for_one_and_for_three(pool, scope):
    mia = make_person("Mia", "manager")
    Seat.objects.create(pool=pool, person=mia)
    Desk.objects.create(person=mia)
    counts = []
    for number in (1, 2):
        for lead in make_leads(number):
            now = utc_now()
            actions.log_touch(lead.pk, steps.by(mia, now=now), kind="noted", text="x", following=NextStep(now + timedelta(days=2), "Call"))
            Standing.objects.filter(pk=lead.pk).update(waits_since=NOON, due_at=NOON)
        browser = signed_in(mia)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"/?scope={scope}").status_code == 200
        counts.append(len(queries))

    assert Lead.objects.count() == 3
    assert counts == [RAIL_QUERIES[scope]] * 2


def test_before_the_first_lead_a_manager_sees_how_to_begin(pool, mia, ann):
    begins = 'href="/people/"', 'href="/forms/"', 'href="/imports/"', "Ready for the first lead"
    page = signed_in(mia).get("/").content.decode()
    assert all(words in page for words in begins)
    assert "Nobody waits for you" in signed_in(ann).get("/").content.decode()

    steps.disqualify([make_lead().pk], steps.by(mia, now=NOON), reason="no_need").or_raise()

    page = signed_in(mia).get("/").content.decode()
    assert "Ready for the first lead" not in page
    assert "Nobody waits for an answer" in page


def test_a_short_rail_holds_what_is_due_first_whenever_it_came_and_the_unscored_last(ann):
    leads = make_leads(4)
    for lead, hours, score in zip(leads, (5, 1, 1, 3), (90, None, 10, 50), strict=True):
        due = NOON + timedelta(hours=hours)
        Standing.objects.filter(pk=lead.pk).update(owner=ann, score=score, due_at=due, waits_since=NOON, stage="new")
    for take, scores in ((1, [10]), (3, [10, None, 50])):
        rail = read_rail(ann, scope="mine", person_id=None, take=take, now=utc_now())
        assert ([one.score for section in rail.sections for one in section.standings], rail.more) == (scores, True)
