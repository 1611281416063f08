"""A field of one's own: declared, asked for by a form, filtered by, and read by a rule; nothing is restarted."""

from playwright.sync_api import expect

from tests.browser.conftest import SignIn, toast
from tests.browser.test_manager import open_draft


def test_a_new_field_is_on_a_form_in_the_list_and_in_a_rule_at_once(sign_in: SignIn) -> None:
    page = sign_in("manager")
    page.goto("/settings/fields/")
    page.get_by_label("Type").select_option("choice")
    page.get_by_role("button", name="Add a field").click()
    page.get_by_label("Label").fill("Roof")
    page.get_by_label("Choices").fill("Slate\nThatch")
    page.get_by_role("button", name="Add the field").click()
    expect(toast(page, "“Roof” is there.")).to_be_visible()

    page.goto("/forms/contact/")
    page.get_by_text("Ask for one of your fields").click()
    page.get_by_role("button", name="Roof", exact=True).click()
    page.get_by_role("button", name="Publish").click()
    expect(toast(page, "Published.")).to_be_visible()

    visitor = sign_in(None, script=False)
    visitor.goto("/f/contact/")
    visitor.get_by_label("E-mail", exact=True).fill("thea@thatched.io")
    visitor.get_by_label("Your name").fill("Thea Thatcher")
    visitor.get_by_label("Roof").select_option("Thatch")
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.get_by_role("heading", name="Thank you")).to_be_visible()

    page.goto("/leads/filter/")
    page.get_by_label("Field of condition 1").select_option("custom.roof")
    page.get_by_label("Value of condition 1").select_option("Thatch")
    page.get_by_role("checkbox", name="Roof").check()
    page.get_by_role("button", name="Show leads").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("Thea Thatcher")
    expect(page.locator("tbody")).to_contain_text("Thatch")

    page = open_draft(page, "/score/")
    page.get_by_role("link", name="New rule").first.click()
    page.get_by_label("Name").fill("Lives under thatch")
    page.get_by_label("Points").fill("9")
    page.get_by_label("Field of condition 1").select_option("custom.roof")
    page.get_by_label("Value of condition 1").select_option("Thatch")
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.locator("main")).to_contain_text("Roof is Thatch")
