"""A running product, and Chromium to look at it."""

import json
import os
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from scripts.machine import chromium
from tests.browser.running import chromium_at, enter, running
from tests.serving import ROOT

SCREENS = ROOT / "test-results" / "screens"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP, PHONE, NARROW = {"width": 1360, "height": 850}, {"width": 390, "height": 844}, {"width": 320, "height": 700}
PATIENCE = 20_000  # milliseconds; a condition that holds is never waited for this long, but the machine may be busy
expect.set_options(timeout=PATIENCE)
SignIn = Callable[..., Page]
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Site:
    """Where the product answers, and what was seeded."""

    base: str
    facts: dict[str, object]


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """`leadloop serve` in a home of its own, with leads in every stage."""
    with running("tests.browser.seed") as (base, facts):
        yield Site(base, json.loads(facts))


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """Chromium without a screen."""
    path = chromium()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("there is no Chromium on this machine")
        pytest.skip("there is no Chromium on this machine")
    with chromium_at(path) as browser:
        yield browser


@pytest.fixture(scope="session")
def cookies(site: Site, chrome: Browser) -> dict[str, list[dict[str, object]]]:
    """Signed-in sessions by role, each made once through the sign-in page."""
    found = {}
    for role in ("rep", "second", "manager", "marketer"):
        context = chrome.new_context(base_url=site.base)
        page = context.new_page()
        enter(page, site.base, email=str(site.facts[role]), password=str(site.facts["password"]))
        found[role] = context.cookies()
        context.close()
    return found


@pytest.fixture
def sign_in(site: Site, chrome: Browser, cookies: dict[str, list[dict[str, object]]]) -> Iterator[SignIn]:
    """Open a page as somebody: `sign_in("rep", viewport=PHONE, dark=True, script=False)`; None stays a stranger. Console errors fail."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(role: str | None, *, viewport: dict[str, int] = DESKTOP, dark: bool = False, script: bool = True) -> Page:
        context = chrome.new_context(
            base_url=site.base,
            viewport=viewport,
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        if role:
            context.add_cookies(cookies[role])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: complaints.append(f"{page.url}: {said.text}") if _matters(said) else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@dataclass(frozen=True, slots=True)
class NewLead:
    """A lead of one test alone."""

    pk: int
    name: str
    email: str
    company: str


@pytest.fixture
def new_lead(site: Site) -> Callable[..., NewLead]:
    """Send a lead by the API: `new_lead(message="…", source="Fair")`; it goes to Ann."""

    def send(**more: object) -> NewLead:
        number = next(_numbers)
        lead = {
            "first_name": "Grace",
            "last_name": f"Hopper{number}",
            "email": f"grace@hopper{number}.com",
            "phone": f"+1212555{number:04}",
            "company": f"Hopper {number}",
            "title": "Director",
            "source": "Website",
            **more,
        }
        answer = call_api(site, "/api/v1/leads", lead)
        assert answer["outcome"] == "created", answer
        return NewLead(answer["lead"], f"{lead['first_name']} {lead['last_name']}", str(lead["email"]), str(lead["company"]))

    return send


def call_api(site: Site, path: str, body: object = None) -> Any:
    """The answer of the API; with a body it is posted."""
    request = urllib.request.Request(
        site.base + path, headers={"Authorization": f"Bearer {site.facts['key']}", "Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, json.dumps(body).encode() if body is not None else None, timeout=20) as answer:
        return json.loads(answer.read())


def toast(page: Page, text: str) -> Locator:
    """The short word that says so."""
    return page.locator("[data-toast]").filter(has_text=text)


def _matters(said: object) -> bool:
    """Errors of ours; a status of 4xx that a test provokes is told by the browser as well."""
    return said.type == "error" and "the server responded with a status" not in said.text
