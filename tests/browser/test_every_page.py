"""Every page in every look: no violation that axe-core finds, no sideways scroll, no complaint in the console. Leaves screenshots."""

import json

import pytest

from tests.browser.conftest import AXE, DESKTOP, NARROW, PHONE, SCREENS, SignIn, Site

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = [
    ("rep", "rail", "/"),
    ("manager", "team-rail", "/?of=team"),
    ("rep", "lead", "/leads/{first}/"),
    ("rep", "lead-edit", "/leads/{first}/edit/"),
    ("manager", "lead-converted", "/leads/{converted}/"),
    ("rep", "notifications", "/notifications/"),
    ("manager", "leads", "/leads/"),
    ("manager", "leads-filter", "/leads/filter/"),
    ("manager", "search", "/search/?q=works"),
    ("manager", "opportunities", "/opportunities/"),
    ("manager", "accounts", "/accounts/"),
    ("manager", "contacts", "/contacts/"),
    ("marketer", "imports", "/imports/"),
    ("manager", "funnel", "/measure/funnel/"),
    ("manager", "funnel-month", "/measure/funnel/?by=month"),
    ("manager", "speed", "/measure/speed/"),
    ("manager", "measure-people", "/measure/people/"),
    ("manager", "score", "/score/"),
    ("marketer", "score-draft", "/score/draft/"),
    ("marketer", "score-rule", "/score/draft/rules/"),
    ("manager", "score-preview", "/score/preview/"),
    ("manager", "definition", "/definition/"),
    ("marketer", "definition-draft", "/definition/draft/"),
    ("manager", "segments", "/segments/"),
    ("manager", "segment", "/segments/large-companies/"),
    ("manager", "routes", "/routes/"),
    ("manager", "route-draft", "/routes/draft/"),
    ("manager", "pools", "/pools/"),
    ("marketer", "forms", "/forms/"),
    ("marketer", "form-edit", "/forms/contact/"),
    ("manager", "people", "/people/"),
    ("rep", "profile", "/profile/"),
    ("manager", "keys", "/settings/keys/"),
    ("manager", "sources", "/settings/sources/"),
    (None, "sign-in", "/accounts/login/"),
    (None, "form", "/f/contact/"),
    (None, "api-docs", "/api/docs"),
    (None, "styleguide", "/styleguide/"),
    ("rep", "not-found", "/no-such-page/"),
]


@pytest.mark.parametrize(("role", "name", "address"), PAGES, ids=[name for _, name, _ in PAGES])
def test_a_page_is_accessible_and_fits_in_every_look(site: Site, sign_in: SignIn, role: str | None, name: str, address: str) -> None:
    leads = site.facts["leads"]
    address = address.format(first=leads[0], converted=leads[11])
    SCREENS.mkdir(parents=True, exist_ok=True)
    found = {}
    for look, viewport, dark in (("desktop", DESKTOP, False), ("desktop-dark", DESKTOP, True), ("phone", PHONE, False), ("phone-dark", PHONE, True)):
        page = sign_in(role, viewport=viewport, dark=dark)
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=SCREENS / f"{name}-{look}.png", full_page=True)
        if look in ("desktop", "desktop-dark", "phone"):
            page.evaluate(AXE.read_text())
            found[look] = _violations(page)
    page.set_viewport_size(NARROW)
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert {look: told for look, told in found.items() if told} == {}
    assert overflow <= 0, f"{name} scrolls sideways by {overflow} px at {NARROW['width']} px"


def _violations(page: object) -> list[str]:
    """What axe-core finds: rule, and the first places."""
    result = page.evaluate(f"axe.run(document, {{runOnly: {json.dumps(RULES)}}})")
    return [f"{one['id']}: {[node['target'] for node in one['nodes'][:3]]} {one['nodes'][0]['failureSummary'][:200]}" for one in result["violations"]]
