"""A manager and a marketer steer: lists, views, many leads at once, the score and the definition."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewLead, SignIn, toast


def test_a_filter_becomes_a_view_that_is_there_tomorrow(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    lead, other = new_lead(source="Harvest fair"), new_lead()
    page = sign_in("manager")
    page.goto("/leads/")
    page.keyboard.press("f")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Harvest fair").check()
    dialog.get_by_label("Marketing qualified").check()
    dialog.get_by_role("button", name="Show leads").click()
    expect(page.locator("main")).to_contain_text(lead.name)
    expect(page.locator("main").get_by_text(other.name)).to_have_count(0)

    page.get_by_role("button", name="Save view").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Harvest leads")
    page.get_by_role("dialog").get_by_role("button", name="Save view").click()
    page.goto("/leads/")
    page.get_by_role("link", name="Harvest leads").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text(lead.name)


def test_many_leads_are_given_away_at_once(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    for _ in range(2):
        new_lead(company="Twin peaks")
    page = tick_all(sign_in("manager"), words="Twin peaks")
    page.get_by_role("button", name="Assign").click()
    dialog = page.get_by_role("dialog", name="Assign 2 leads")
    dialog.get_by_label("Person").select_option("Bo")
    dialog.get_by_role("button", name="Assign").click()
    expect(toast(page, "2 leads given away.")).to_be_visible()
    expect(page.locator("tbody tr").filter(has_text="Bo")).to_have_count(2)


def test_many_leads_are_disqualified_and_brought_back(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    for _ in range(2):
        new_lead(company="Double dutch")
    page = tick_all(sign_in("manager"), words="Double dutch")
    page.get_by_role("button", name="Disqualify").click()
    dialog = page.get_by_role("dialog", name="Disqualify 2 leads")
    dialog.get_by_role("radio").first.check()
    dialog.get_by_role("button", name="Disqualify").click()
    done = toast(page, "2 leads disqualified.")
    expect(done).to_be_visible()

    done.get_by_role("button", name="Undo").click()
    expect(toast(page, "Undone: 2 leads as they were.")).to_be_visible()


def test_a_published_score_changes_the_reasons_of_a_lead(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    lead = new_lead(message="We grow pineapples.")
    page = open_draft(sign_in("manager"), "/score/")
    page.get_by_role("link", name="New rule").first.click()
    page.get_by_label("Name").fill("Grows pineapples")
    page.get_by_label("Points").fill("7")
    page.get_by_label("Field of condition 1").select_option("message")
    page.get_by_label("Operator of condition 1").select_option("contains")
    page.get_by_label("Value of condition 1").fill("pineapple")
    page.get_by_role("button", name="Save in the draft").click()
    page.get_by_role("link", name="Preview on real leads").click()
    expect(page.locator("main")).to_contain_text("Scores that change")
    page.get_by_label("Judge all open leads again, now").check()
    page.get_by_role("button", name="Publish version").click()
    expect(page.get_by_role("link", name="In force")).to_have_attribute("aria-current", "page")

    page.goto(f"/leads/{lead.pk}/")
    look_until(page, page.locator("main").filter(has_text="Grows pineapples"))
    page.locator(".score-open summary").first.click()
    expect(page.locator(".popover").first).to_contain_text("Grows pineapples")


def test_a_definition_needs_both_signatures(sign_in: SignIn) -> None:
    marketer, manager = sign_in("marketer"), sign_in("manager")
    page = open_draft(marketer, "/agreement/terms/mql/")
    page.get_by_label("In words").fill("A score of 44 or more, and a way to answer.")
    page.get_by_role("button", name="Save in the draft").click()
    page.get_by_role("button", name="Sign for marketing").click()
    expect(page.get_by_text("Signed by Max")).to_be_visible()

    manager.goto("/agreement/terms/mql/preview/")
    expect(manager.get_by_role("button", name="Publish version")).to_be_disabled()
    manager.get_by_role("button", name="Sign for sales").click()
    expect(manager.get_by_text("Signed by Mona")).to_be_visible()
    manager.goto("/agreement/terms/mql/preview/")
    manager.get_by_role("button", name="Publish version").click()
    manager.goto("/agreement/terms/mql/")
    expect(manager.locator("main")).to_contain_text("A score of 44 or more, and a way to answer.")


def tick_all(page: Page, *, words: str) -> Page:
    page.goto(f"/leads/?q={words}")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_label("Tick every lead of this page").check()
    return page


def open_draft(page: Page, address: str) -> Page:
    """The draft that is there, or a new one."""
    page.goto(address)
    page.get_by_role("button", name="Change it").or_(page.get_by_role("link", name="Go on with the draft")).click()
    expect(page.get_by_role("link", name="Preview on real leads")).to_be_visible()
    return page


def look_until(page: Page, there: Locator) -> None:
    """Open the page again until it is there: the worker judges leads in the background."""
    for _ in range(200):
        if there.count():
            return
        page.reload()
    raise AssertionError(f"{page.url} never shows it")
