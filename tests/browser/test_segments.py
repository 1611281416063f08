"""A marketer makes a mixed segment, puts leads in and takes them out by hand, sees why, and sees the overlap."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import NewLead, SignIn, toast


def test_a_mixed_segment_from_its_criteria_to_its_overlap(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    swiss, french = new_lead(country="CH"), new_lead(country="FR")
    page = sign_in("marketer")
    page.goto("/segments/")
    page.get_by_role("link", name="New segment").first.click()
    page.get_by_label("Name").fill("Alpine leads")
    page.get_by_role("radio", name="Mixed").check()
    page.get_by_label("Field of condition 1").select_option("country")
    page.get_by_label("Value of condition 1").fill("CH")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("main")).to_contain_text("Would be in it")
    page.get_by_role("button", name="Publish version").click()
    expect(page.locator("main")).to_contain_text("In it now")

    page.get_by_role("link", name="Members").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_text("Put a lead in").click()
    page.get_by_label("Lead", exact=True).fill(french.email)
    page.get_by_label("Why").fill("Lives on the border")
    page.get_by_role("button", name="Put in", exact=True).click()
    expect(toast(page, "1 lead put in by hand.")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(2)

    page.get_by_role("button", name=f"Take out {swiss.name}").click()
    out = toast(page, "1 lead taken out by hand.")
    expect(out).to_be_visible()
    expect(page.get_by_role("region", name="Kept out by hand")).to_contain_text(swiss.name)
    page.get_by_role("region", name="Kept out by hand").get_by_role("link", name=swiss.name).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("is not in “Alpine leads”")
    expect(page.locator(".why")).to_contain_text("Country is CH")
    expect(page.locator(".why")).to_contain_text("found: CH")
    page.get_by_role("button", name="Leave to the criteria").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("is in “Alpine leads”")

    page.goto(f"/leads/{french.pk}/")
    page.get_by_role("link", name="Alpine leads").click()
    expect(page.locator("main")).to_contain_text("Lives on the border")
    page.goto("/segments/overlap/")
    expect(page.get_by_role("region", name="Combinations of segments")).to_contain_text("Alpine leads")


def test_ticked_leads_go_into_a_new_list_and_out_again(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    for _ in range(2):
        new_lead(company="Snowy owls")
    page = sign_in("marketer")
    page.goto("/leads/?q=Snowy owls")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_label("Tick every lead of this page").check()
    page.get_by_role("button", name="Add to segment").click()
    dialog = page.get_by_role("dialog", name="Add to segment 2 leads")
    dialog.get_by_label("Segment").select_option("A new fixed list")
    dialog.get_by_label("Name of the new list").fill("Owls")
    dialog.get_by_role("button", name="Add to segment").click()
    done = toast(page, "2 leads in the segment.")
    expect(done).to_be_visible()
    done.get_by_role("button", name="Undo").click()
    expect(toast(page, "Undone: 2 leads as before.")).to_be_visible()
