"""Who may see sensitive data brings a trade into an install that is at work: from the gallery to an inquiry that is scored by the pack."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PATIENCE, toast
from tests.browser.running import enter, running


@pytest.fixture
def admin(chrome: Browser) -> Iterator[Page]:
    """An administrator at an install of this test alone, since it puts other rules in force."""
    with running("tests.browser.seed") as (base, told):
        facts = json.loads(told)
        context = chrome.new_context(base_url=base, viewport=DESKTOP, reduced_motion="reduce")
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        enter(page, base, email=facts["admin"], password=facts["password"])
        yield page
        context.close()


def test_a_pack_comes_works_and_takes_its_sample_leads_away(admin: Page) -> None:
    page = admin
    page.goto("/score/draft/")
    page.get_by_role("button", name="Discard the draft").click()  # whoever works on a draft keeps it, and this one is nobody's
    page.goto("/settings/packs/")
    page.get_by_role("link", name="Mortgage and debt").click()
    expect(page.locator("main")).to_contain_text("39 things would be made.")
    page.get_by_label("Add 60 sample leads").check()
    page.get_by_role("button", name="Install").click()
    expect(toast(page, "Mortgage and debt is installed: 40 things made. 1 thing left as they are")).to_be_visible()

    page.get_by_role("link", name="Preview the score and publish it").click()
    page.get_by_label("Only leads that come in or change from now on").check()
    page.get_by_role("button", name="Publish version").click()
    expect(toast(page, "is in force")).to_be_visible()
    page.goto("/settings/packs/mortgage/")
    page.get_by_role("link", name="Look at the form and publish it").click()
    page.get_by_role("button", name="Publish").click()
    expect(toast(page, "Published.")).to_be_visible()
    _ask_for_a_loan(page)

    page.goto("/leads/?q=Borrower")
    page.get_by_role("link", name="Bea Borrower").click()
    expect(page.locator("main")).to_contain_text("Has a signed contract or needs the loan within 30 days")
    expect(page.locator("main")).to_contain_text("Loan of 250,000 or more")

    page.goto("/settings/packs/mortgage/")
    page.get_by_role("button", name="Remove the sample leads").click()
    expect(toast(page, "60 sample leads are gone, with everything they made.")).to_be_visible()
    page.goto("/leads/?q=Borrower")
    expect(page.locator("tbody tr")).to_have_count(1)


def _ask_for_a_loan(page: Page) -> None:
    page.goto("/f/rate-quote/")
    page.get_by_label("What is the loan for?").select_option("Purchase")
    page.get_by_label("How much would you like to borrow?").fill("310,000")
    page.get_by_label("What would you say your credit score is?").select_option("740 and up")
    page.get_by_label("When do you need it?").select_option("Contract signed")
    for label, text in (("First name", "Bea"), ("Last name", "Borrower"), ("E-mail", "bea@borrower.com"), ("Phone", "+1 212 555 0188")):
        page.get_by_label(label, exact=False).first.fill(text)
    boxes = page.get_by_role("checkbox")
    expect(boxes).to_have_count(2)
    for place in range(2):
        expect(boxes.nth(place)).not_to_be_checked()
    boxes.first.check()
    page.get_by_role("button", name="Show me my options").click()
    expect(page.locator("main")).to_contain_text("A loan officer looks at your answers now")
