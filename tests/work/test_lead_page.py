"""The lead's page: what it tells, how it is corrected, and news about leads."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadloop import loop, steps
from leadloop.db.clock import utc_now
from leadloop.leads import fields
from leadloop.leads.domain.masks import MASK
from leadloop.leads.models import Lead, Notification, Touch
from leadloop.work import actions
from leadloop.work.forms_edit import EditForm
from tests.make import NOON, arrival, make_lead, make_person, make_rep
from tests.work.conftest import signed_in, standing_of

PAGE_QUERIES = 15  # four of them for any page: session, person, the lead with its standing, news
PERSON = {
    "name": "Ada Lovelace",
    "email": "ada@acme.com",
    "phone": "+14155550123",
    "company": "Acme",
    "title": "CTO",
    "message": "Hello <script>alert(1)</script>",
}


def page_of(person, lead) -> str:
    response = signed_in(person).get(f"/leads/{lead.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def edited(lead: Lead, **changes) -> dict[str, object]:
    """What the edit form sends with these changes."""
    standing = standing_of(lead)
    known = EditForm.initial_of(standing.lead, version=standing.version)
    return {name: "" if value is None else value for name, value in {**known, **changes}.items()}


def test_the_page_tells_who_it_is_why_and_what_came_in(pool, ann):
    make_rep("Cora", pool=pool)
    page = page_of(ann, make_lead(PERSON))

    for words in (
        "Ada Lovelace",
        "CTO, Acme",
        "+1 415",
        "Writes from a company address",
        "Meets the definition of a qualified lead, version 1",
        "Assigned to Ann: Standard route, turn 1 of the draw in Sales",
        "Standard route: your turn among 2 in Sales",
        "got it",
        "By the API",
        "&quot;email&quot;: &quot;ada@acme.com&quot;",
        "Hello &lt;script&gt;alert(1)&lt;/script&gt;",
    ):
        assert words in page
    assert "<script>alert(1)" not in page


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        ("rep", {"accept", "log", "note", "plan", "disqualify", "release"}, {"assign", "claim", "win", "reopen"}),
        ("manager", {"accept", "log", "assign", "junk", "release"}, {"claim", "win", "reopen"}),
        ("marketer", set(), {"accept", "log", "note", "assign", "disqualify", "claim"}),
    ],
)
def test_only_steps_that_are_open_are_shown(ann, lead, role, shown, hidden):
    page = page_of(ann if role == "rep" else make_person("Other", role), lead)

    for step in shown:
        assert f"/leads/{lead.pk}/{step}/" in page
    for step in hidden:
        assert f"/leads/{lead.pk}/{step}/" not in page


def test_consent_is_shown_with_its_evidence(ann):
    claims = [
        {"purpose": "marketing", "channel": "email", "granted": True, "text": "Send me <news>.", "version": "3"},
        {"purpose": "marketing", "channel": "phone", "granted": False, "text": "Call me"},
    ]
    page = page_of(ann, make_lead({**PERSON, "consents": claims}))

    for words in ("Allowed", "Marketing by email", "Send me &lt;news&gt;.", "Refused", "Marketing by phone"):
        assert words in page
    assert "Nothing was asked" in page_of(ann, make_lead())


def test_the_timeline_goes_on_where_it_ended(ann, lead):
    now = utc_now()
    for number in range(30):
        actions.log_touch(lead.pk, steps.by(ann, now=now), kind="noted", text=f"note-{number}")
    browser = signed_in(ann)

    first = browser.get(f"/leads/{lead.pk}/")
    older = first.context["it"].panels["timeline"].timeline.older
    rest = browser.get(f"/leads/{lead.pk}/touches/?before={older}")
    part = browser.get(f"/leads/{lead.pk}/touches/?before={older}", headers={"HX-Request": "true"})

    told = [
        one.text for timeline in (first.context["it"].panels["timeline"].timeline, rest.context["timeline"]) for one in timeline.moments
    ]
    assert told == [*(f"note-{number}" for number in reversed(range(30))), ""]
    assert ("<html" in rest.content.decode(), "<html" in part.content.decode()) == (True, False)
    assert rest.context["timeline"].older == 0


def test_an_edit_changes_what_we_know_and_the_score_follows(ann, lead):
    score = standing_of(lead).score
    sent = edited(lead, title="CEO", phone="(415) 555-0199", country="us", budget="12,5", employees="40")
    assert signed_in(ann).post(f"/leads/{lead.pk}/edit/", sent).status_code == 422

    response = signed_in(ann).post(f"/leads/{lead.pk}/edit/", {**sent, "budget": "7500.50"})

    lead.refresh_from_db()
    assert (response.status_code, response["Location"]) == (303, f"/leads/{lead.pk}/")
    assert (lead.title, lead.phone, lead.country, lead.budget_cents, lead.employees) == ("CEO", "+14155550199", "US", 750_050, 40)
    assert standing_of(lead).score > score
    assert "Title: blank → CEO" in page_of(ann, lead)


def test_a_conflict_keeps_what_was_typed_and_shows_what_changed(ann, mia, lead):
    sent = edited(lead, title="Chief of everything")
    steps.edit([lead.pk], steps.by(mia, now=utc_now()), values={"company": "Changed Meanwhile Ltd"}).or_raise()
    browser = signed_in(ann)

    response = browser.post(f"/leads/{lead.pk}/edit/", sent)

    page = response.content.decode()
    assert response.status_code == 409
    assert "Chief of everything" in page
    assert "Changed Meanwhile Ltd" in page
    lead.refresh_from_db()
    assert lead.title == ""

    again = {**sent, "version": response.context["form"]["version"].value()}
    assert browser.post(f"/leads/{lead.pk}/edit/", again).status_code == 303
    lead.refresh_from_db()
    assert (lead.title, lead.company) == ("Chief of everything", "")


def test_a_conflict_in_declared_fields_shows_them_too_and_nothing_that_is_masked(ann, mia, lead):
    sensitive = {"type": "text", "sensitivity": "sensitive"}
    declared = [
        {"name": "roof", "label": "Roof", "type": "text"},
        {"name": "cover", "label": "Cover", "type": "money", "limits": {"currency": "USD"}},
        {"name": "illness", "label": "Illness", **sensitive},
        {"name": "allergy", "label": "Allergy", **sensitive},
    ]
    fields.declare(declared, now=NOON)
    sent = edited(lead, **{"custom.roof": "Slate", "custom.cover": "", "custom.illness": "", "custom.allergy": "Nuts"})
    told = {"roof": "Thatch", "cover": {"cents": 500_000, "currency": "USD"}, "illness": "Gout", "allergy": "Milk"}
    steps.edit([lead.pk], steps.by(mia, now=utc_now()), values={f"custom.{name}": value for name, value in told.items()}).or_raise()

    response = signed_in(ann).post(f"/leads/{lead.pk}/edit/", sent)

    assert response.status_code == 409
    found = {label: (yours, stored) for label, yours, stored in response.context["differs"]}
    assert (found["Roof"], found["Allergy"]) == (("Slate", "Thatch"), ("Nuts", MASK))
    assert (found["Cover"][0], "5,000" in found["Cover"][1]) == ("", True)
    assert "Illness" not in found
    assert "Gout" not in response.content.decode()
    assert "Milk" not in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("email", "not an address", "not an e-mail address"),
        ("phone", "12", "not a telephone number"),
        ("country", "Germany", "at most 2 characters"),
        ("country", "1!", "two letters of a country"),
        ("currency", "ZZZ", "three letters of a currency"),
        ("employees", "-3", "greater than or equal to 0"),
        ("employees", "9" * 30, "less than or equal to"),
        ("budget", "1e40", "Ensure"),
        ("first_name", "x" * 200, "characters (it has 200)"),
        ("title", "a\x00b", "Null characters"),
        ("version", "x", "Enter a whole number"),
    ],
)
def test_a_bad_edit_is_told_and_nothing_is_changed(ann, lead, field, value, complaint):
    touches = Touch.objects.count()

    response = signed_in(ann).post(f"/leads/{lead.pk}/edit/", {**edited(lead, city="Kept City"), field: value})

    assert response.status_code == 422
    assert complaint in response.content.decode()
    assert "Kept City" in response.content.decode()
    assert Touch.objects.count() == touches


def test_a_marketer_looks_at_a_lead_in_other_hands_but_cannot_save(ann, lead):
    marketer = make_person("Marta", "marketer")
    response = signed_in(marketer).post(f"/leads/{lead.pk}/edit/", edited(lead, title="Mine"), follow=True)

    assert "not in your hands" in response.content.decode()
    lead.refresh_from_db()
    assert lead.title == ""


def test_a_manager_gives_a_lead_to_somebody_who_hears_of_it(ann, mia, lead):
    cora = make_rep("Cora")

    signed_in(mia).post(f"/leads/{lead.pk}/assign/", {"person": cora.pk})

    assert standing_of(lead).owner == cora
    assert f"Given to {cora} by {mia}" in page_of(mia, lead)
    assert signed_in(ann).get(f"/leads/{lead.pk}/").status_code == 404
    news = signed_in(cora).get("/notifications/").content.decode()
    assert "A lead was given to you" in news
    assert lead.display_name in news


def test_news_are_counted_until_they_are_seen(ann, lead):
    make_lead()
    browser = signed_in(ann)
    assert 'bell-count">2<' in browser.get("/").content.decode()
    assert 'bell-count">2<' in browser.get("/notifications/bell/").content.decode()
    latest = browser.get("/notifications/").context["latest"]
    make_lead()

    browser.post("/notifications/seen/", {"up_to": latest})

    assert 'bell-count">1<' in browser.get("/notifications/bell/").content.decode()
    assert Notification.objects.filter(person=ann, seen_at=None).count() == 1
    for odd in ("", "x", "9" * 40, "٣"):
        assert browser.post("/notifications/seen/", {"up_to": odd}).status_code == 303


def test_news_of_others_stay_unseen(ann, bob, lead):
    signed_in(bob).post("/notifications/seen/", {"up_to": "999999"})

    assert Notification.objects.filter(person=ann, seen_at=None).count() == 1
    assert lead.display_name not in signed_in(bob).get("/notifications/").content.decode()


def test_the_page_takes_the_same_number_of_queries_for_any_history(ann):
    counts = []
    signed_in(ann).get(f"/leads/{make_lead().pk}/")  # rules are read
    for number in (1, 3):
        lead = make_lead({**PERSON, "email": f"ada{number}@acme.com"})
        now = utc_now()
        for place in range(number):
            loop.capture([arrival({"email": lead.email, "message": str(place)})], now=NOON)
            actions.log_touch(lead.pk, steps.by(ann, now=now), kind="called", outcome="reached", text="x")
            actions.plan_step(lead.pk, steps.by(ann, now=now), person=ann, text="x", due_at=now + timedelta(days=1 + place))
        browser = signed_in(ann)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"/leads/{lead.pk}/").status_code == 200
        counts.append(len(queries))

    assert counts == [PAGE_QUERIES, PAGE_QUERIES]


def test_only_what_was_decided_is_shown_as_it_is_stored(ann, lead):
    browser = signed_in(ann)
    browser.post(f"/leads/{lead.pk}/accept/")
    assert browser.get(f"/leads/{lead.pk}/").content.decode().count("The decision as it is stored") == 1
