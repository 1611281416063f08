"""The rail by keys in a real browser, and without JavaScript."""

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import SignIn, Site

NAME_IN_FOCUS = "document.activeElement.closest('[data-item]')?.querySelector('.ticket-name')?.textContent.trim() ?? ''"


def focus_first(page: Page) -> str:
    page.goto("/")
    page.keyboard.press("j")
    return str(page.evaluate(NAME_IN_FOCUS))


def focus_one_offering(page: Page, key: str) -> str:
    """The first ticket that this key does something with: which step is offered depends on what the lead owes."""
    name = focus_first(page)
    for _ in range(page.locator(".ticket").count()):
        if page.evaluate(f"document.activeElement.closest('[data-item]')?.querySelector('[data-key={key}]') !== null"):
            return name
        page.keyboard.press("j")
        name = str(page.evaluate(NAME_IN_FOCUS))
    raise AssertionError(f"no ticket offers {key}")


def test_a_call_is_logged_by_two_keys_and_the_next_ticket_has_the_focus(sign_in: SignIn) -> None:
    page = sign_in("rep")
    first = focus_first(page)

    page.keyboard.press("l")
    expect(page.get_by_role("dialog")).to_contain_text(first)
    page.keyboard.press("v")

    expect(page.locator("#toasts")).to_contain_text(f"Logged for {first}.")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#section-later, #section-today").filter(has_text=first).first).to_be_visible()
    page.wait_for_function(f"{NAME_IN_FOCUS} !== ''")
    assert page.evaluate("document.activeElement.closest('section')?.id") == "section-now"


def test_two_keys_pressed_at_once_wait_for_the_dialog_that_the_first_one_asked_for(sign_in: SignIn) -> None:
    page = sign_in("rep")
    first = focus_first(page)
    waiting: list[Route] = []
    page.route("**/log/", lambda route: waiting.append(route))  # noqa: PLW0108 - playwright marks what it is given

    with page.expect_request("**/log/"):
        page.keyboard.press("l")
    page.keyboard.press("v")  # on the page this would convert
    expect(page.get_by_role("dialog")).to_have_count(0)
    for route in waiting:
        route.continue_()
    page.unroute("**/log/")

    expect(page.locator("#toasts")).to_contain_text(f"Logged for {first}.")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_page_stays_where_it_is_when_a_ticket_goes_to_rest_below(sign_in: SignIn) -> None:
    page = sign_in("rep", viewport={"width": 1360, "height": 420})
    first = focus_first(page)
    seen = page.evaluate("scrollY")

    page.keyboard.press("l")
    expect(page.get_by_role("dialog")).to_contain_text(first)
    page.keyboard.press("v")

    expect(page.locator("#section-later, #section-today").filter(has_text=first).first).to_be_attached()
    expect(page.locator("#section-now [data-item]:focus-within")).to_have_count(1)
    assert abs(page.evaluate("scrollY") - seen) < 60


def test_a_note_is_sent_by_ctrl_enter(sign_in: SignIn) -> None:
    page = sign_in("rep")
    first = focus_first(page)

    page.keyboard.press("n")
    page.get_by_role("textbox", name="Note").fill("They like the colour.")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#toasts")).to_contain_text(f"Noted for {first}.")


def test_the_palette_offers_the_steps_of_a_lead_with_their_keys(sign_in: SignIn, site: Site) -> None:
    page = sign_in("rep")
    page.goto(f"/leads/{site.facts['leads'][0]}/")

    page.keyboard.press("Control+k")

    expect(page.get_by_role("option", name="Log a call L")).to_be_visible()


def test_a_ticket_is_disqualified_and_brought_back_without_the_mouse(sign_in: SignIn) -> None:
    page = sign_in("rep")
    first = focus_one_offering(page, "d")

    page.keyboard.press("d")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("needs your attention")
    page.get_by_label("No budget").check()
    page.keyboard.press("Enter")

    expect(page.locator("#toasts")).to_contain_text(f"{first} is disqualified.")
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text(f"Undone: {first} is as it was.")
    expect(page).to_have_url(re.compile(r"/$"))


def test_every_step_works_without_javascript(sign_in: SignIn) -> None:
    page = sign_in("rep", script=False)
    page.goto("/")
    ticket = page.locator(".ticket", has=page.get_by_role("link", name="Log a call")).first
    name = ticket.locator(".ticket-name").inner_text()

    ticket.get_by_role("link", name="Log a call").click()
    page.get_by_label("What was said").fill("They call back.")
    page.get_by_role("button", name="Reached").click()

    expect(page).to_have_url(re.compile(r"/$"))
    expect(page.locator("#toasts")).to_contain_text(f"Logged for {name}.")
