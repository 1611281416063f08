"""A rep's day: the rail by keyboard, two reps and one ticket, a lead corrected, converted, won."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewLead, SignIn, toast

MOST_TICKETS = 60


def ticket_of(page: Page, lead: NewLead) -> Locator:
    return page.locator(f"#ticket-{lead.pk}")


def go_to(page: Page, lead: NewLead) -> None:
    """Press j until the lead's ticket has the focus."""
    handle = ticket_of(page, lead).locator("[data-open]")
    for _ in range(MOST_TICKETS):
        page.keyboard.press("j")
        if handle.evaluate("handle => handle === document.activeElement"):
            return
    raise AssertionError(f"j does not reach {lead.name}")


def test_a_rep_works_the_rail_by_keyboard_alone(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    lead = new_lead(message="Please call me.")
    page = sign_in("rep")
    page.goto("/")
    ticket = ticket_of(page, lead)

    go_to(page, lead)
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(ticket).to_contain_text("Working")
    expect(toast(page, f"You work on {lead.name}.")).to_be_visible()
    expect(ticket.locator("[data-open]")).to_be_focused()

    page.keyboard.press("l")
    expect(page.get_by_role("dialog", name=f"How did it go with {lead.name}?")).to_be_visible()
    page.keyboard.press("r")  # reached: two keys, and the call is logged
    expect(toast(page, f"Logged for {lead.name}.")).to_be_visible()

    assert page.url.endswith("/")


def test_a_next_step_is_planned_with_the_call(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    lead = new_lead()
    page = sign_in("rep")
    page.goto("/")
    go_to(page, lead)
    page.keyboard.press("l")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Next step").fill("2027-03-01T10:30")
    dialog.get_by_label("What next").fill("Send the offer")
    dialog.get_by_role("button", name="Voicemail").click()

    expect(page.locator("#section-later").locator(ticket_of(page, lead))).to_contain_text("Next: Send the offer")


def test_a_rejected_lead_leaves_the_rail_and_undo_brings_it_back(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    lead = new_lead()
    page = sign_in("rep")
    page.goto("/")
    go_to(page, lead)
    page.keyboard.press("x")
    expect(page.get_by_role("dialog", name=f"Why is {lead.name} not what we agreed?")).to_be_visible()
    page.keyboard.press("Space")  # the first reason
    page.keyboard.press("Enter")
    expect(ticket_of(page, lead)).to_have_count(0)
    expect(toast(page, f"{lead.name} is rejected.")).to_be_visible()

    page.keyboard.press("z")
    expect(ticket_of(page, lead)).to_be_visible()
    expect(toast(page, f"Undone: {lead.name} is as it was.")).to_be_visible()


def test_two_reps_claim_one_lead_and_one_gets_it(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    lead = new_lead()
    ann, bo = sign_in("rep"), sign_in("second")
    ann.goto(f"/leads/{lead.pk}/")
    ann.get_by_label("More steps").click()
    ann.get_by_role("button", name="Give back").click()
    expect(toast(ann, f"{lead.name} is back in the pool.")).to_be_visible()
    for page in (ann, bo):
        page.goto("/")
        expect(ticket_of(page, lead)).to_be_visible()

    for page in (ann, bo):
        ticket_of(page, lead).get_by_role("button", name="Claim").click()
    told = re.compile(f"{lead.name} is yours|Another rep claimed this lead first")
    words = [page.locator("[data-toast-text]").filter(has_text=told).text_content() for page in (ann, bo)]

    assert sorted(words, key=len) == [f"{lead.name} is yours.", "Another rep claimed this lead first."]
    loser = ann if "Another" in words[0] else bo
    expect(ticket_of(loser, lead)).to_have_count(0)


def test_who_corrects_a_lead_that_changed_meanwhile_sees_both_and_loses_nothing(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    lead = new_lead()
    rep, manager = sign_in("rep"), sign_in("manager")
    for page in (rep, manager):
        page.goto(f"/leads/{lead.pk}/edit/")
    manager.get_by_label("Title").fill("Chief of everything")
    manager.get_by_role("button", name="Save").click()
    expect(toast(manager, f"{lead.name} is corrected.")).to_be_visible()

    rep.get_by_label("Title").fill("Rear admiral")
    rep.get_by_role("button", name="Save").click()
    differs = rep.get_by_role("region", name="What differs")
    expect(differs).to_contain_text("Rear admiral")
    expect(differs).to_contain_text("Chief of everything")
    expect(rep.get_by_label("Title")).to_have_value("Rear admiral")

    rep.get_by_role("button", name="Save").click()
    expect(toast(rep, f"{lead.name} is corrected.")).to_be_visible()
    expect(rep.locator("main")).to_contain_text("Rear admiral")


def test_a_lead_is_converted_taken_back_and_won_and_the_funnel_counts_it(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    lead = new_lead(source="Trade show")
    page, manager = sign_in("rep"), sign_in("manager")
    page.goto(f"/leads/{lead.pk}/")
    for key, said in (("a", "You work on"), ("q", "is sales qualified")):
        page.keyboard.press(key)
        expect(toast(page, said)).to_be_visible()

    convert(page, lead)
    page.get_by_role("button", name="Undo conversion").click()
    expect(toast(page, f"The conversion of {lead.name} is undone.")).to_be_visible()
    convert(page, lead)
    page.keyboard.press("w")
    page.get_by_role("dialog").get_by_label("Amount").fill("14000")
    page.get_by_role("dialog").get_by_role("button", name="Won").click()
    expect(toast(page, f"{lead.name} is won. Well done.")).to_be_visible()
    expect(page.get_by_text("Amount $14,000")).to_be_visible()

    manager.goto("/measure/funnel/")
    row = manager.locator("#funnel tr").filter(has=manager.get_by_role("rowheader", name="Trade show"))
    expect(row).to_contain_text("100.000 %")
    expect(row).to_contain_text("$14,000")


def convert(page: Page, lead: NewLead) -> None:
    page.keyboard.press("v")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Amount").fill("12500")
    dialog.get_by_label("Currency").fill("USD")
    dialog.get_by_role("button", name="Convert").click()
    expect(toast(page, f"{lead.name} is an opportunity now.")).to_be_visible()
