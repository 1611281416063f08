"""A manager has a model trained, reads its card, puts it in force, and finds its word on a lead."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import NewLead, SignIn, toast


def test_a_model_is_trained_read_put_in_force_and_heard(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    page = sign_in("manager")
    page.goto("/learning/")
    expect(page.get_by_text("needed").first).to_be_visible()

    page.get_by_role("button", name="Train now").click()
    expect(page.get_by_role("heading", name="In the shadow: version 1")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Model card").click()
    expect(page.locator("main")).to_contain_text("naive Bayes")
    expect(page.get_by_role("heading", name="Limits and fairness")).to_be_visible()

    page.get_by_role("link", name="See what changes").click()
    page.get_by_role("button", name="Put it in force").click()
    expect(toast(page, "Version 1 is in force.")).to_be_visible()
    expect(page.get_by_role("heading", name="In force: version 1")).to_be_visible()

    lead = new_lead()
    page.goto(f"/leads/{lead.pk}/")
    expect(page.get_by_role("heading", name="Chance of a win")).to_be_visible()
