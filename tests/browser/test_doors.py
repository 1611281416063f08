"""The doors that people use: a form without JavaScript, and a file from upload to its refused rows."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import SignIn, Site, call_api

ROWS = """Name,E-mail,Company,Employees
Mary Jackson,mary@jackson.org,Jackson Tunnels,120
Dorothy Vaughan,dorothy@vaughan.org,Vaughan Machines,300
Katherine Johnson,katherine@johnson.org,Johnson Orbits,40,one cell too many
"""


def fill_in(page: Page, *, email: str) -> None:
    page.get_by_label("Your name").fill("Joan Clarke")
    page.get_by_label("E-mail", exact=True).fill(email)
    page.get_by_label("Company").fill("Hut Eight")


def test_a_form_without_javascript_keeps_what_was_typed_and_makes_one_lead(site: Site, sign_in: SignIn) -> None:
    page = sign_in(None, script=False)
    page.goto("/f/contact/")
    fill_in(page, email="joan@hut8")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("E-mail")
    expect(page.get_by_label("Your name")).to_have_value("Joan Clarke")
    expect(page.get_by_label("Company")).to_have_value("Hut Eight")

    page.get_by_label("E-mail", exact=True).fill("joan@hut8.org")
    page.get_by_role("button", name="Send").dblclick()  # an impatient hand sends the page twice
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()

    [lead] = call_api(site, "/api/v1/leads?source=Website%20form")["leads"]
    touches = call_api(site, f"/api/v1/leads/{lead['id']}/touches")["touches"]
    assert [touch["kind"] for touch in touches if touch["kind"] == "captured"] == ["captured"]
    rail = sign_in("rep")
    rail.goto("/")
    expect(rail.locator(".ticket").filter(has_text="Joan Clarke")).to_have_count(1)


def test_a_file_is_mapped_counted_imported_and_its_refused_rows_come_back(sign_in: SignIn, tmp_path: Path) -> None:
    file = tmp_path / "fair.csv"
    file.write_text(ROWS)
    page = sign_in("marketer")
    page.goto("/imports/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("Source").fill("Fair of tunnels")
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("heading", name="fair.csv")).to_be_visible()
    expect(page.get_by_label("E-mail", exact=True)).to_have_value("email")
    page.get_by_label("Employees", exact=True).select_option("Leave out")
    page.get_by_role("button", name="Count first").click()
    expect(page.locator("#trial")).to_contain_text("New leads")
    expect(figure(page, "New leads")).to_have_text("2")
    expect(figure(page, "Cannot be read")).to_have_text("1")
    expect(page.get_by_label("Employees", exact=True)).to_have_value("")

    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Importing the file again would add nothing.")).to_be_visible()
    expect(figure(page, "New leads")).to_have_text("2")
    expect(figure(page, "Refused")).to_have_text("1")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a file to mend").click()
    assert "Katherine Johnson" in download.value.path().read_text()
    page.goto("/leads/?q=Jackson Tunnels")
    expect(page.locator("tbody tr")).to_contain_text("Fair of tunnels")


def figure(page: Page, label: str) -> Locator:
    """The number of a tile."""
    return page.locator(".tile").filter(has_text=label).locator(".tile-value")
