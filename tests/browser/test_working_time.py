"""Working time: the week grid with the mouse and without scripts, and an absence that takes somebody out of turn."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from leadloop.db.clock import utc_now
from tests.browser.conftest import NewLead, SignIn, toast


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
def test_a_manager_draws_a_week_and_copies_a_day_to_all(sign_in: SignIn, *, script: bool) -> None:
    page = sign_in("manager", script=script)
    page.goto("/settings/working-time/")
    page.get_by_role("link", name="Say when you work").click()
    page.get_by_label("Name").fill("Round the clock")
    page.get_by_label("Time zone").select_option("UTC")
    page.get_by_label("Monday from").fill("00:00")
    page.get_by_label("Monday to", exact=True).fill("00:00")
    page.get_by_role("button", name="copy Monday to all days").click()
    expect(page.get_by_label("Sunday from")).to_have_value("00:00")
    expect(page.get_by_label("Name")).to_have_value("Round the clock")
    expect(page.locator(".week-bar rect")).to_have_count(7)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Day", exact=True).fill("2031-05-01")
    page.locator("#holidays").get_by_label("Name").fill("Labour Day")
    page.get_by_role("button", name="Add a day off").click()
    expect(page.locator("#holidays")).to_contain_text("Thursday, 1 May 2031")

    page.get_by_role("button", name="Remove").click()
    expect(page.locator("main")).to_contain_text("Everybody works always")


def test_an_absence_takes_a_rep_out_of_turn_until_it_is_ended(sign_in: SignIn, new_lead: Callable[..., NewLead]) -> None:
    rep, manager = sign_in("rep"), sign_in("manager")
    rep.goto("/profile/")
    rep.get_by_role("link", name="Your time and absences").click()
    rep.get_by_label("Until and with").fill((utc_now() + timedelta(days=3)).date().isoformat())
    rep.get_by_label("Why").fill("Sailing")
    rep.get_by_role("button", name="Note the absence").click()
    expect(toast(rep, "You are noted as away")).to_be_visible()
    expect(rep.locator("#absences")).to_contain_text("Sailing")

    missed = new_lead()
    manager.goto(f"/leads/{missed.pk}/")
    expect(manager.locator("main")).to_contain_text("away")
    expect(manager.locator("main")).not_to_contain_text("Sailing")
    manager.goto("/settings/working-time/")
    expect(manager.locator("main")).to_contain_text("Sailing")

    rep.get_by_role("button", name="End it").click()
    expect(toast(rep, "The absence is over.")).to_be_visible()
    came = new_lead()
    rep.goto("/?")
    expect(rep.locator("main")).to_contain_text(came.name)
