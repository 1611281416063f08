"""The doors that people use: a form without JavaScript, and a file from upload to its refused rows."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, Site, call_api

ROWS = """Name,E-mail,Company,Employees
Mary Jackson,mary@jackson.org,Jackson Tunnels,120
Dorothy Vaughan,dorothy@vaughan.org,Vaughan Machines,300
,,,
Katherine Johnson,not an address,Johnson Orbits,many
"Annie,Easley
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
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()

    assert len(call_api(site, "/api/v1/leads?email=joan@hut8.org")["leads"]) == 1
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
    print(page.locator("main").inner_text())
    page.get_by_role("button", name="Count first").click()
    expect(page.get_by_text("What this import would do")).to_be_visible()
    print(page.locator("main").inner_text())
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Done")).to_be_visible()
    print(page.locator("main").inner_text())
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a file to mend").click()
    print(download.value.path().read_text())
    raise AssertionError
