"""Steps by dialog, page and plain form: what they do, what takes them back, and who may not even see them."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from leadloop import steps
from leadloop.db.clock import utc_now
from leadloop.leads.models import Lead, Standing, Touch
from leadloop.outcomes.actions import Deal
from leadloop.outcomes.models import Conversion, Opportunity
from leadloop.routing.models import Seat
from leadloop.work import actions, urls
from leadloop.work.actions import NextStep
from leadloop.work.models import Task
from leadloop.work.offered import STEPS
from tests.work.conftest import on_rail, signed_in, standing_of

SOON = "2027-03-01T10:30"
FILLED = {
    "disqualify": {"reason": "no_budget", "note": "Next year"},
    "junk": {"reason": "spam"},
    "recycle": {"reason": "not_now", "until": SOON},
    "convert": {"name": "Big deal", "amount": "1200.50", "currency": "eur"},
    "win": {"amount": "99", "currency": "USD"},
    "lose": {"reason": "price"},
    "log": {"outcome": "reached", "text": "Hello"},
    "touch": {"kind": "met", "text": "Lunch"},
    "note": {"text": "Remember"},
    "plan": {"text": "Call", "due_at": SOON},
}


def last_touch(lead: Lead) -> Touch:
    return Touch.objects.filter(lead=lead).latest("id")


@pytest.mark.parametrize(
    ("step", "stage", "kind"),
    [
        ("accept", "working", "accepted"),
        ("qualify", "sql", "qualified"),
        ("disqualify", "disqualified", "disqualified"),
        ("junk", "junk", "junked"),
        ("recycle", "nurture", "recycled"),
        ("convert", "converted", "converted"),
        ("log", "new", "called"),
        ("touch", "new", "met"),
        ("note", "new", "noted"),
        ("plan", "new", "task_set"),
    ],
)
def test_a_step_by_a_plain_form_goes_back_to_the_lead(ann, lead, step, stage, kind):
    Standing.objects.filter(pk=lead.pk).update(stage="new", mql_at=None)

    response = signed_in(ann).post(f"/leads/{lead.pk}/{step}/", FILLED.get(step, {}))

    assert (response.status_code, response["Location"]) == (303, f"/leads/{lead.pk}/")
    assert (standing_of(lead).stage, last_touch(lead).kind, last_touch(lead).actor) == (stage, kind, ann)


@pytest.mark.parametrize(
    ("step", "undo", "before", "after"),
    [
        ("disqualify", "undo", "disqualified", "working"),
        ("recycle", "undo", "nurture", "working"),
        ("junk", "undo", "junk", "working"),
        ("release", "undo", "new", "working"),
        ("qualify", "undo", "sql", "working"),
        ("convert", "unconvert", "converted", "sql"),
    ],
)
def test_a_step_is_taken_back_by_its_undo(ann, lead, step, undo, before, after):
    browser = signed_in(ann)
    browser.post(f"/leads/{lead.pk}/accept/")
    response = browser.post(f"/leads/{lead.pk}/{step}/", {**FILLED.get(step, {}), "from": "rail"}, follow=True)
    assert standing_of(lead).stage == before
    [way_back] = re.findall(rf'action="(/leads/{lead.pk}/{undo}/[?]from=rail[^"]*)"', response.content.decode())

    response = browser.post(unescape(way_back))

    assert (response.status_code, response["Location"], standing_of(lead).stage) == (303, "/", after)


def test_conversion_makes_the_deal_once_and_it_is_won(ann, lead):
    browser = signed_in(ann)
    for _ in range(2):
        browser.post(f"/leads/{lead.pk}/convert/", FILLED["convert"])

    [deal] = Opportunity.objects.all()
    assert (deal.name, deal.amount_cents, deal.currency) == ("Big deal", 120_050, "EUR")

    page = browser.get(f"/leads/{lead.pk}/").content.decode()
    assert "Big deal" in page
    assert "€1,200.50" in page
    assert f'action="/leads/{lead.pk}/unconvert/"' in page

    browser.post(f"/leads/{lead.pk}/win/", FILLED["win"])
    deal.refresh_from_db()
    assert (deal.state, deal.amount_cents, deal.currency, standing_of(lead).stage) == ("won", 9_900, "USD", "won")


def test_the_amount_of_the_deal_is_asked_about_to_the_cent(ann, lead):
    Lead.objects.filter(pk=lead.pk).update(budget_cents=123_456_789, currency="EUR")
    browser = signed_in(ann)
    asked = browser.get(f"/leads/{lead.pk}/convert/").context["form"]
    assert (asked["amount"].value(), asked["currency"].value()) == (Decimal("1234567.89"), "EUR")

    browser.post(f"/leads/{lead.pk}/convert/", {"name": "Big", "amount": "7654321.09", "currency": "USD"})

    deal = Opportunity.objects.get()
    for path in (f"/leads/{lead.pk}/win/", f"/opportunities/{deal.pk}/win/"):
        page = browser.get(path)
        assert 'value="7654321.09"' in page.content.decode()
        assert page.context["form"]["currency"].value() == "USD"


@pytest.mark.parametrize("step", ["convert", "win", "disqualify", "note", "assign"])
def test_a_question_begins_at_the_field_that_has_to_be_filled_in(mia, lead, step):
    if step == "win":
        steps.convert(lead.pk, steps.by(mia, now=utc_now()), deal=Deal())
    page = signed_in(mia).get(f"/leads/{lead.pk}/{step}/").content.decode()
    assert re.search(r"<(input|select|textarea)[^>]* autofocus", page)


def test_a_lost_deal_that_is_reopened_is_open_again(ann, lead):
    browser = signed_in(ann)
    browser.post(f"/leads/{lead.pk}/convert/", FILLED["convert"])
    browser.post(f"/leads/{lead.pk}/lose/", FILLED["lose"])
    browser.post(f"/leads/{lead.pk}/reopen/")

    standing, deal = standing_of(lead), Opportunity.objects.get()
    assert (standing.stage, standing.due_at, standing.closed_at) == ("converted", None, None)
    assert (deal.state, deal.reason, deal.closed_at) == ("open", "", None)
    browser.post(f"/leads/{lead.pk}/unconvert/")
    assert (standing_of(lead).stage, Conversion.objects.filter(undone_at=None).count()) == ("sql", 0)


@pytest.mark.parametrize(
    ("step", "sent", "complaint"),
    [
        ("disqualify", {"note": "kept words"}, "Choose a reason."),
        ("disqualify", {"reason": "nonsense", "note": "kept words"}, "Select a valid choice"),
        ("recycle", {"reason": "not_now", "until": "2020-01-01T10:00", "note": "kept words"}, "This moment has passed"),
        ("recycle", {"reason": "not_now", "until": "2999-01-01T10:00", "note": "kept words"}, "more than three years away"),
        ("recycle", {"reason": "not_now", "until": "tomorrow", "note": "kept words"}, "Enter a valid date/time"),
        ("convert", {"name": "kept words", "amount": "-1", "currency": "EUR"}, "greater than or equal to 0"),
        ("convert", {"name": "kept words", "amount": "1e30", "currency": "EUR"}, "Ensure"),
        ("convert", {"name": "kept words", "amount": "NaN", "currency": "EUR"}, "Enter a number"),
        ("convert", {"name": "kept words", "amount": "5", "currency": "ZZZ"}, "three letters of a currency"),
        ("plan", {"text": "kept words", "due_at": ""}, "This field is required."),
        ("plan", {"text": "kept words\x00", "due_at": SOON}, "Null characters are not allowed"),
        ("log", {"text": "kept words", "finishes": "99999999999999999999999"}, "Select a valid choice"),
        ("log", {"text": "kept words", "outcome": "x"}, "Select a valid choice"),
        ("note", {"text": "kept words" + "x" * 5000}, "at most 5000 characters"),
    ],
)
def test_bad_input_is_told_and_what_was_typed_is_kept(ann, lead, step, sent, complaint):
    touches = Touch.objects.count()

    page = signed_in(ann).post(f"/leads/{lead.pk}/{step}/", sent)
    dialog = on_rail(ann).post(f"/leads/{lead.pk}/{step}/", sent)

    for response in (page, dialog):
        assert response.status_code == 422
        assert complaint in response.content.decode()
        assert "kept words" in response.content.decode()
    assert (dialog["HX-Retarget"], dialog["HX-Reswap"]) == ("#step", "innerHTML")
    assert Touch.objects.count() == touches


def test_a_dialog_asks_on_the_rail_and_a_page_without_htmx(ann, lead):
    dialog = on_rail(ann).get(f"/leads/{lead.pk}/disqualify/").content.decode()
    page = signed_in(ann).get(f"/leads/{lead.pk}/disqualify/").content.decode()

    assert "<html" not in dialog
    assert 'hx-target="#rail"' in dialog
    assert "data-open-now" in dialog
    assert "<html" in page
    assert "hx-post" not in page


def test_a_refused_step_says_why_and_shows_the_rail(ann, lead):
    steps.mark_junk([lead.pk], steps.by(ann, now=utc_now()), reason="spam").or_raise()

    response = on_rail(ann).post(f"/leads/{lead.pk}/qualify/")

    assert response.status_code == 409
    assert json.loads(response["HX-Trigger"])["toast"]["tone"] == "red"
    assert 'id="rail"' in response.content.decode()


def test_the_second_to_claim_hears_that_the_first_was_faster(pool, ann, bob, lead):
    Seat.objects.create(pool=pool, person=bob)
    steps.release([lead.pk], steps.by(ann, now=utc_now())).or_raise()
    assert on_rail(bob).post(f"/leads/{lead.pk}/claim/").status_code == 200

    response = on_rail(ann).post(f"/leads/{lead.pk}/claim/")

    assert response.status_code == 409
    assert json.loads(response["HX-Trigger"])["toast"]["text"] == "Another rep claimed this lead first."
    assert f"ticket-{lead.pk}" not in response.content.decode()  # in Bob's hands it is not Ann's to see any more
    assert standing_of(lead).owner == bob


def test_who_has_no_seat_in_the_pool_does_not_hear_of_its_leads(ann, bob, lead):
    assert on_rail(bob).post(f"/leads/{lead.pk}/claim/").status_code == 404


def test_a_logged_call_finishes_its_step_and_plans_the_next(ann, lead):
    now = utc_now()
    task = actions.plan_step(lead.pk, steps.by(ann, now=now), person=ann, text="Call", due_at=now + timedelta(hours=1))
    assert standing_of(lead).due_at == task.due_at

    sent = {"outcome": "voicemail", "finishes": task.pk, "next_at": SOON, "next_text": "Call once more"}
    signed_in(ann).post(f"/leads/{lead.pk}/log/", sent)

    [following] = Task.objects.filter(done_at=None)
    assert (following.text, following.person, standing_of(lead).due_at) == ("Call once more", ann, following.due_at)
    assert Task.objects.get(pk=task.pk).done_at is not None
    assert last_touch(lead).data["outcome"] == "voicemail"


def test_the_earliest_unfinished_step_decides_when_the_lead_waits(ann, lead):
    now = utc_now()
    by_ann = steps.by(ann, now=now)
    first = actions.plan_step(lead.pk, by_ann, person=ann, text="First", due_at=now + timedelta(days=1))
    second = actions.plan_step(lead.pk, by_ann, person=ann, text="Second", due_at=now + timedelta(days=3))
    actions.log_touch(lead.pk, by_ann, kind="called", following=NextStep(now + timedelta(days=2), "Between"))
    assert standing_of(lead).due_at == first.due_at

    browser = signed_in(ann)
    for _ in range(2):
        assert browser.post(f"/leads/{lead.pk}/tasks/{first.pk}/done/").status_code == 303
    assert standing_of(lead).due_at == now + timedelta(days=2)
    assert Touch.objects.filter(lead=lead, kind="task_done").count() == 1

    for task in Task.objects.filter(done_at=None):
        browser.post(f"/leads/{lead.pk}/tasks/{task.pk}/done/")
    assert standing_of(lead).due_at > utc_now() + timedelta(hours=23)
    assert second.lead_id == lead.pk


def test_times_are_read_and_shown_in_the_persons_zone(ann, lead):
    ann.zone = "America/New_York"
    ann.save()
    browser = signed_in(ann)

    browser.post(f"/leads/{lead.pk}/plan/", {"text": "Call", "due_at": SOON})

    assert Task.objects.get().due_at.isoformat() == "2027-03-01T15:30:00+00:00"
    assert "Mon 1 Mar, 10:30" in browser.get(f"/leads/{lead.pk}/").content.decode()


def test_a_task_of_another_lead_is_not_found(ann, lead):
    now = utc_now()
    task = actions.plan_step(lead.pk, steps.by(ann, now=now), person=ann, text="Call", due_at=now + timedelta(hours=1))

    assert signed_in(ann).post(f"/leads/{lead.pk + 1}/tasks/{task.pk}/done/").status_code == 404


def lead_paths(lead: Lead, task: Task) -> dict[str, str]:
    """Each path of the desk that names a lead."""
    found = {}
    for pattern in urls.urlpatterns:
        if "lead_id" in str(pattern.pattern):
            arguments = {"lead_id": lead.pk, **({"task_id": task.pk} if "task_id" in str(pattern.pattern) else {})}
            found[pattern.name] = reverse(f"work:{pattern.name}", kwargs=arguments)
    return found


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "patch", "delete", "options"])
def test_leads_of_others_are_not_there_on_any_path(ann, bob, lead, method):
    now = utc_now()
    task = actions.plan_step(lead.pk, steps.by(ann, now=now), person=ann, text="Call", due_at=now + timedelta(hours=1))
    before = (Touch.objects.count(), Standing.objects.values().get(pk=lead.pk), Task.objects.values().get())
    paths = lead_paths(lead, task)
    assert set(STEPS) | {"lead", "edit", "answers", "touches", "reveal", "why", "finish_task"} == set(paths)

    for client in (signed_in(bob), on_rail(bob)):
        found = {
            name: getattr(client, method)(path, FILLED.get(name, {}) if method == "post" else None).status_code
            for name, path in paths.items()
        }
        assert found == dict.fromkeys(paths, 404)
    assert (Touch.objects.count(), Standing.objects.values().get(pk=lead.pk), Task.objects.values().get()) == before


def test_who_is_not_signed_in_is_asked_to(db, client, lead):
    task = Task(pk=1)
    for path in [*lead_paths(lead, task).values(), "/", "/notifications/", "/notifications/bell/", "/notifications/seen/"]:
        response = client.post(path) if "seen" in path else client.get(path)
        assert (path, response.status_code, response["Location"].split("?")[0]) == (path, 302, "/accounts/login/")


@pytest.mark.parametrize("number", [10**18, 10**19, 10**40])
def test_a_lead_beyond_all_numbers_is_not_there(ann, number):
    assert signed_in(ann).get(f"/leads/{number}/").status_code == 404
    assert signed_in(ann).post(f"/leads/{number}/accept/").status_code == 404


def test_a_get_changes_nothing(ann, lead):
    assert signed_in(ann).get(f"/leads/{lead.pk}/accept/").status_code == 405
    assert standing_of(lead).stage != "working"
