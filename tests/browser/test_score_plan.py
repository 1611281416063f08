"""A marketer changes the score without fear: a threshold, what if, a plan, and what it did."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import NewLead, SignIn, toast
from tests.browser.test_manager import look_until, open_draft


def test_what_if_and_a_plan_from_draft_to_done(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    lead = new_lead(message="We grow lemons.")
    page = open_draft(sign_in("manager"), "/score/")
    page.get_by_role("link", name="New threshold").click()
    page.get_by_label("Name").fill("Lemon line")
    page.get_by_label("From").fill("1")
    page.get_by_label("Armed again below by").fill("0")
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.locator("main")).to_contain_text("Lemon line")

    page.get_by_role("link", name="Preview on real leads").click()
    expect(page.get_by_role("heading", name="Lemon line")).to_be_visible()
    expect(page.locator("main")).to_contain_text("new, from 1 points")
    expect(page.locator("main")).to_contain_text("Makes a difference for")

    page.get_by_label("Judge all open leads again, now").check()
    page.get_by_label("Thresholds that are crossed by it tell people").check()
    page.get_by_label("Why").fill("Lemons sell")
    page.get_by_role("button", name="Publish version").click()
    expect(toast(page, "is in force.")).to_be_visible()

    page.goto("/score/plans/")
    expect(page.locator("main")).to_contain_text("All open leads judged again, thresholds tell people")
    look_until(page, page.locator("main").filter(has_text="fired"))
    page.goto(f"/leads/{lead.pk}/")
    look_until(page, page.locator("main").filter(has_text="Crossed a threshold"))
    card = page.locator(".card").filter(has_text="Why this score")
    expect(card).to_contain_text("Lemon line")
    expect(card).to_contain_text("since")
