"""A product that runs in a home of its own, and Chromium beside it."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, sync_playwright

from tests.serving import HOST, ROOT, install

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


@contextlib.contextmanager
def running(*seed: str) -> Iterator[tuple[str, str]]:
    """`leadloop serve` after `python -m SEED`, on this run's kind of database: its address, and what the seed printed."""
    with install(DJANGO_SETTINGS_MODULE="leadloop.config.settings") as one:
        seeded = subprocess.run([sys.executable, "-m", *seed], cwd=ROOT, env=one.environment, capture_output=True, text=True, check=False)
        if seeded.returncode != 0:
            raise RuntimeError(seeded.stderr)
        one.start()
        yield f"http://{HOST}:{one.port}", seeded.stdout
        one.stop()


@contextlib.contextmanager
def chromium_at(path: str) -> Iterator[Browser]:
    """Chromium without a screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def enter(page: Page, base: str, *, email: str, password: str) -> None:
    """Sign in by the page, as people do."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").first.fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{base}/")
