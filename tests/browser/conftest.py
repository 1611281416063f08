"""A running product, and Chromium to look at it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from scripts.machine import chromium

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "test-results" / "screens"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
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
    with tempfile.TemporaryDirectory(prefix="leadloop-browser-") as home:
        port = _free_port()
        env = {
            **os.environ,
            "LEADLOOP_HOME": home,
            "LEADLOOP_PORT": str(port),
            "DJANGO_SETTINGS_MODULE": "leadloop.config.settings",
            "LEADLOOP_DATABASE_URL": "",
        }
        seeded = subprocess.run(
            [sys.executable, "-m", "tests.browser.seed"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        assert seeded.returncode == 0, seeded.stderr
        process = subprocess.Popen(
            [sys.executable, "-m", "leadloop", "serve"], cwd=ROOT, env=env, start_new_session=True, stdout=subprocess.DEVNULL
        )
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}/readyz")
            yield Site(f"http://127.0.0.1:{port}", json.loads(seeded.stdout.splitlines()[-1]))
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """Chromium without a screen."""
    path = chromium()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("there is no Chromium on this machine")
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(path), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def cookies(site: Site, chrome: Browser) -> dict[str, list[dict[str, object]]]:
    """Signed-in sessions by role, each made once through the sign-in page."""
    found = {}
    for role in ("rep", "second", "manager", "marketer"):
        context = chrome.new_context(base_url=site.base)
        page = context.new_page()
        page.goto("/accounts/login/")
        page.get_by_label("E-mail").fill(str(site.facts[role]))
        page.get_by_label("Password").first.fill(str(site.facts["password"]))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{site.base}/")
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


def visit(page: Page, address: str) -> None:
    """Go there, and wait until the scripts have taken hold of what they found."""
    page.goto(address)
    page.evaluate("new Promise(done => setTimeout(done))")  # htmx begins in a timer of its own


def toast(page: Page, text: str) -> Locator:
    """The short word that says so."""
    return page.locator("[data-toast]").filter(has_text=text)


def _matters(said: object) -> bool:
    """Errors of ours; a status of 4xx that a test provokes is told by the browser as well."""
    return said.type == "error" and "the server responded with a status" not in said.text


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str, *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, urllib.error.URLError), urllib.request.urlopen(url, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"{url} did not become ready")
