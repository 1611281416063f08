"""A product that runs in a home of its own, and Chromium beside it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


@contextlib.contextmanager
def running(*seed: str) -> Iterator[tuple[str, str]]:
    """`leadloop serve` after `python -m SEED`: its address, and what the seed printed."""
    with tempfile.TemporaryDirectory(prefix="leadloop-browser-") as home:
        port = _free_port()
        base = f"http://127.0.0.1:{port}"
        own = {"LEADLOOP_HOME": home, "LEADLOOP_PORT": str(port), "LEADLOOP_DATABASE_URL": ""}
        env = os.environ | own | {"DJANGO_SETTINGS_MODULE": "leadloop.config.settings"}
        seeded = subprocess.run(_python(seed), cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        if seeded.returncode != 0:
            raise RuntimeError(seeded.stderr)
        process = subprocess.Popen(_python(["leadloop", "serve"]), cwd=ROOT, env=env, start_new_session=True, stdout=subprocess.DEVNULL)
        try:
            _wait_until_ready(f"{base}/readyz", process)
            yield base, seeded.stdout
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def chromium_at(path: str) -> Iterator[Browser]:
    """Chromium without a screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def enter(page: Page, base: str, *, email: str, password: str) -> None:
    """Sign in by the page, as people do."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").first.fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{base}/")


def _python(module: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", *module]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError, urllib.error.URLError), urllib.request.urlopen(url, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise TimeoutError(f"{url} did not become ready")
