"""Every page in every look: no violation that axe-core finds, no sideways scroll, no complaint in the console. Leaves screenshots."""

import pytest
from playwright.sync_api import Page

from leadloop.db import bulk
from tests.browser.conftest import AXE, DESKTOP, NARROW, PHONE, SCREENS, SignIn, Site

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = [
    ("rep", "rail", "/"),
    ("manager", "team-rail", "/?scope=team"),
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
    ("manager", "simulations", "/simulations/"),
    ("manager", "score", "/score/"),
    ("marketer", "score-draft", "/score/draft/"),
    ("marketer", "score-rule", "/score/draft/rules/"),
    ("manager", "score-preview", "/score/preview/"),
    ("manager", "definition", "/agreement/terms/mql/"),
    ("marketer", "definition-draft", "/agreement/terms/mql/draft/"),
    ("manager", "segments", "/segments/"),
    ("manager", "segment", "/segments/large-companies/"),
    ("manager", "learning", "/learning/"),
    ("manager", "learning-versions", "/learning/versions/"),
    ("manager", "routes", "/routes/"),
    ("manager", "route-draft", "/routes/draft/"),
    ("manager", "pools", "/pools/"),
    ("marketer", "forms", "/forms/"),
    ("marketer", "form-edit", "/forms/contact/"),
    ("manager", "people", "/people/"),
    ("rep", "profile", "/profile/"),
    ("manager", "working-time", "/settings/working-time/"),
    ("manager", "calendar-new", "/settings/working-time/new/"),
    ("manager", "person-time", "/people/1/time/"),
    ("rep", "own-time", "/time/"),
    ("manager", "keys", "/settings/keys/"),
    ("manager", "sources", "/settings/sources/"),
    ("manager", "reasons", "/reasons/"),
    ("manager", "reason-new", "/reasons/new/recycled/"),
    ("marketer", "junk-rules", "/junk-rules/"),
    ("marketer", "junk-proposals", "/junk-rules/proposals/"),
    ("marketer", "junk-review", "/junk/"),
    ("manager", "scrub", "/scrub/"),
    ("manager", "scrub-new", "/scrub/new/"),
    ("manager", "erase", "/leads/{first}/erasure/"),
    ("manager", "packs", "/settings/packs/"),
    ("manager", "pack", "/settings/packs/mortgage/"),
    (None, "sign-in", "/accounts/login/"),
    (None, "form", "/f/contact/"),
    (None, "api-docs", "/api/docs"),
    (None, "styleguide", "/styleguide/"),
    ("rep", "not-found", "/no-such-page/"),
]


LOOKS = (("desktop", DESKTOP, "light"), ("desktop-dark", DESKTOP, "dark"), ("phone", PHONE, "light"), ("phone-dark", PHONE, "dark"))
PAINTED = "Promise.all([document.fonts.ready, new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))])"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT = "[...document.querySelectorAll('.table--stack')].filter(t => t.scrollWidth > t.parentElement.clientWidth).map(t => t.innerText)"


EVERY_PAGE = pytest.mark.parametrize(("role", "name", "address"), PAGES, ids=[name for _, name, _ in PAGES])


@pytest.mark.skipif(bulk.is_postgres(), reason="looks do not depend on the database: the run on SQLite sees them all")
@EVERY_PAGE
def test_a_page_is_accessible_and_fits_in_every_look(site: Site, sign_in: SignIn, role: str | None, name: str, address: str) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    page = sign_in(role)
    status = _open(page, site, address)
    page.evaluate(AXE.read_text())
    found = {}
    for look, viewport, scheme in LOOKS:
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme)
        page.evaluate(PAINTED)
        page.screenshot(path=SCREENS / f"{name}-{look}.png", full_page=True)
        found[look] = _violations(page, only_colours=scheme == "dark")
    page.set_viewport_size(NARROW)
    page.evaluate(PAINTED)
    overflow, cut = page.evaluate(OVERFLOW), page.evaluate(CUT)

    assert status == (404 if name == "not-found" else 200)
    assert {look: told for look, told in found.items() if told} == {}
    assert overflow <= 0, f"{name} scrolls sideways by {overflow} px at {NARROW['width']} px"
    assert cut == [], "a table that stacks its cells on a phone shows all of them"


@pytest.mark.skipif(not bulk.is_postgres(), reason="the test above opens it, and looks at it closely")
@EVERY_PAGE
def test_a_page_opens_on_the_other_database_as_well(site: Site, sign_in: SignIn, role: str | None, name: str, address: str) -> None:
    page = sign_in(role)
    status = _open(page, site, address)
    page.evaluate(PAINTED)

    assert status == (404 if name == "not-found" else 200)
    assert page.get_by_role("heading", level=1).count() == 1


def _open(page: Page, site: Site, address: str) -> int:
    leads = site.facts["leads"]
    return page.goto(address.format(first=leads[0], converted=leads[11])).status


def _violations(page: Page, *, only_colours: bool) -> list[str]:
    """What axe-core finds: rule, and the first places. The dark looks differ from the light ones in their colours alone."""
    run = {"type": "rule", "values": ["color-contrast"]} if only_colours else {"type": "tag", "values": RULES}
    result = page.evaluate("run => axe.run(document, {runOnly: run, resultTypes: ['violations']})", run)
    return [
        f"{one['id']}: {[node['target'] for node in one['nodes'][:3]]} {one['nodes'][0]['failureSummary'][:200]}"
        for one in result["violations"]
    ]
