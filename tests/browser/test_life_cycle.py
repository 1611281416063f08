"""Junk from the first mark to a rule and back out of the review; and a scrub that makes people nameless."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import NewLead, SignIn, Site, call_api, toast


def test_what_is_marked_becomes_a_rule_and_what_it_catches_is_one_click_from_the_rail(
    sign_in: SignIn, new_lead: Callable[..., NewLead]
) -> None:
    for number in range(6):
        new_lead(company="Botfarm", email=f"bot{number}@botfarm.net", message="Cheap backlinks")
    page = sign_in("manager")
    page.goto("/leads/?q=Botfarm")
    expect(page.locator("tbody tr")).to_have_count(6)
    page.get_by_label("Tick every lead of this page").check()
    page.get_by_role("button", name="Junk", exact=True).click()
    dialog = page.get_by_role("dialog", name="Junk 6 leads")
    dialog.get_by_label("Spam").check()
    dialog.get_by_role("button", name="Junk").click()
    expect(toast(page, "6 leads marked as junk.")).to_be_visible()

    page.goto("/junk-rules/")
    page.get_by_role("link", name="See proposals").click()
    offer = page.locator("li").filter(has_text="E-mail from botfarm.net")
    expect(offer).to_contain_text("Catches 6 junk")
    offer.get_by_role("button", name="Take into the draft").click()
    expect(page.get_by_text("Nobody is caught wrongly")).to_be_visible()
    page.get_by_role("button", name="Publish version 1").click()
    expect(toast(page, "Version 1 is in force.")).to_be_visible()

    caught = new_lead(first_name="Honest", last_name="Abe", email="abe@botfarm.net")
    page.goto("/junk/")
    row = page.locator("li").filter(has_text=caught.name)
    expect(row).to_contain_text("“E-mail from botfarm.net”, version 1")
    row.get_by_role("button", name="Not junk").click()
    expect(toast(page, "1 lead went through the route: no junk.")).to_be_visible()
    page.goto(f"/leads/{caught.pk}/")
    expect(page.get_by_role("region", name="Life cycle")).to_contain_text("reopened")
    expect(page.locator("main")).to_contain_text("Ann")


def test_an_end_is_undone_and_a_reason_rewritten(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    lead = new_lead()
    page = sign_in("manager")
    for time in ("first", "second"):
        page.goto(f"/leads/{lead.pk}/disqualify/")
        page.get_by_label("No need").check()
        page.get_by_role("button", name="Disqualify").click()
        done = toast(page, f"{lead.name} is disqualified.")
        expect(done).to_be_visible()
        if time == "first":
            done.get_by_role("button", name="Undo").click()
            expect(toast(page, f"Undone: {lead.name} is as it was.")).to_be_visible()

    page.goto(f"/leads/{lead.pk}/rewrite/")
    page.get_by_label("No budget").check()
    page.get_by_role("button", name="Change the reason").click()

    strip = page.get_by_role("region", name="Life cycle")
    expect(strip).to_contain_text("undone")
    expect(strip).to_contain_text("No budget")


def test_a_scrub_shows_whom_it_means_and_makes_them_nameless(site: Site, sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    lead = new_lead(company="Vanishing Ltd")
    page = sign_in("manager")
    page.goto("/scrub/new/?preset=custom")
    page.locator("[name='c-0-field']").select_option("company")
    page.locator("[name='c-0-op']").select_option("is")
    page.locator("[name='c-0-value']").fill("Vanishing Ltd")
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_role("heading", name="1 lead")).to_be_visible()
    expect(page.locator("main")).to_contain_text(lead.name)

    page.get_by_label("Anonymise: the person goes").check()
    page.get_by_label("Why").fill("asked for it")
    page.get_by_label("To confirm").fill("ANONYMISE 1")
    page.get_by_role("button", name="Scrub 1 lead").click()
    expect(page.get_by_text("Nobody can read from here who they were.")).to_be_visible(timeout=20_000)

    stored = call_api(site, f"/api/v1/leads/{lead.pk}")
    assert (stored["email"], stored["last_name"], stored["company"]) == ("", "", "")
