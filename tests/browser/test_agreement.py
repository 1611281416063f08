"""Marketing and sales agree, sales says no to a lead, and the report shows it; and the gate with the questions that open it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewLead, SignIn, toast


def test_two_sides_sign_a_rep_rejects_and_the_report_shows_it(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    marketer, manager, rep = sign_in("marketer"), sign_in("manager"), sign_in("rep")
    marketer.goto("/agreement/")
    marketer.get_by_role("link", name="Open Marketing qualified lead").click()
    marketer.get_by_role("button", name="Change it").or_(marketer.get_by_role("link", name="Go on with the draft")).click()
    marketer.get_by_label("In plain words").fill("Anybody who left a phone number that we can call.")
    marketer.get_by_label("Sales accepts or rejects within").fill("2")
    marketer.get_by_label("Unit").select_option("days")
    marketer.get_by_role("button", name="Save in the draft").click()
    marketer.get_by_role("button", name="Sign for marketing").click()
    expect(marketer.get_by_text("Signed by Max")).to_be_visible()

    manager.goto("/agreement/terms/mql/draft/")
    manager.get_by_role("button", name="Sign for sales").click()
    manager.get_by_role("link", name="Preview on real leads").click()
    manager.get_by_role("button", name="Publish version").click()
    manager.goto("/agreement/")
    expect(manager.locator("#term-mql")).to_contain_text("accept or reject within 2 days")
    expect(manager.locator("#term-mql")).to_contain_text("Sales: Mona")

    lead = new_lead()
    rep.goto(f"/leads/{lead.pk}/")
    expect(rep.locator("#verdict")).to_contain_text("Verdict wanted")
    rep.keyboard.press("x")
    dialog = rep.get_by_role("dialog")
    dialog.get_by_label("No budget").check()
    dialog.get_by_label("Not for us").check()
    dialog.get_by_role("button", name="Reject").click()
    expect(toast(rep, f"{lead.name} is rejected.")).to_be_visible()
    expect(rep.locator("#verdict")).to_contain_text("Rejected by sales")

    manager.goto("/agreement/report/")
    expect(manager.locator("main")).to_contain_text("No budget")


def test_the_gate_names_what_is_missing_and_an_answer_opens_it(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    marketer, manager, rep = sign_in("marketer"), sign_in("manager"), sign_in("rep", script=False)
    marketer.goto("/agreement/new/?term=sql")
    marketer.get_by_label("Field of condition 1").select_option("custom.bant_budget")
    marketer.get_by_label("Operator of condition 1").select_option("is")
    marketer.get_by_label("Value of condition 1").select_option("Yes")
    marketer.get_by_role("button", name="Save in the draft").click()
    marketer.get_by_role("button", name="Sign for marketing").click()
    manager.goto("/agreement/terms/sql/preview/")
    manager.get_by_role("button", name="Sign for sales").click()
    manager.goto("/agreement/terms/sql/preview/")
    manager.get_by_role("button", name="Publish version").click()

    try:
        lead = new_lead()
        rep.goto(f"/leads/{lead.pk}/")
        _qualify(rep)
        expect(rep.locator("main")).to_contain_text("Is there a budget? is Yes")
        rep.goto(f"/leads/{lead.pk}/")
        rep.get_by_role("group", name="Is there a budget?").get_by_label("Yes").check()
        rep.get_by_label("How do you know?").fill("They said so at the fair")
        rep.get_by_role("button", name="Save the answers").click()
        expect(rep.locator("#answers")).to_contain_text("They said so at the fair")
        _qualify(rep)
        expect(rep.locator("main")).to_contain_text("Sales qualified")
    finally:
        _open_the_gate(marketer, manager)


def _qualify(rep: Page) -> None:
    rep.locator(".page-actions summary").click()
    rep.get_by_role("button", name="Qualify").click()


def _open_the_gate(marketer: Page, manager: Page) -> None:
    """Other tests qualify leads that nobody asked for a budget."""
    marketer.goto("/agreement/terms/sql/")
    marketer.get_by_role("button", name="Change it").click()
    marketer.get_by_label("Operator of condition 1").select_option("is_not_blank")
    marketer.get_by_label("Field of condition 1").select_option("email")
    marketer.get_by_role("button", name="Save in the draft").click()
    marketer.get_by_role("button", name="Sign for marketing").click()
    manager.goto("/agreement/terms/sql/preview/")
    manager.get_by_role("button", name="Sign for sales").click()
    manager.goto("/agreement/terms/sql/preview/")
    manager.get_by_role("button", name="Publish version").click()
    expect(manager.get_by_role("link", name="In force")).to_have_attribute("aria-current", "page")
