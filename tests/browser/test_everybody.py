"""What works on every page: the palette, the colours, and pages that are not there for everyone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewLead, SignIn

STEERING = [
    "/measure/funnel/",
    "/score/",
    "/agreement/terms/mql/draft/",
    "/segments/",
    "/routes/",
    "/pools/",
    "/people/",
    "/imports/",
    "/forms/",
    "/settings/keys/",
    "/settings/working-time/",
]


def test_the_palette_finds_a_lead_and_opens_it(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    lead = new_lead(company="Zanzibar Clocks")
    page = sign_in("rep")
    page.goto("/opportunities/")
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Command palette")
    palette.get_by_role("combobox").press_sequentially("zanzibar")
    expect(palette.get_by_role("option", name="Zanzibar Clocks")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/leads/{lead.pk}/")


def test_the_palette_goes_to_pages(sign_in: SignIn) -> None:
    page = sign_in("manager")
    page.goto("/")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("funnel")
    expect(page.get_by_role("option", name="Funnel")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/measure/funnel/")


def test_dark_colours_stay_on_the_next_page(sign_in: SignIn) -> None:
    page = sign_in("rep")
    page.goto("/")
    page.get_by_role("button", name="Dark colours").click()
    page.goto("/leads/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Dark colours")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("address", STEERING)
def test_a_rep_finds_nothing_where_others_steer(sign_in: SignIn, address: str) -> None:
    answer = sign_in("rep").request.get(address)
    assert answer.status == 404
