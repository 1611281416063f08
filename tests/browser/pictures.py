"""Takes the pictures of the README again, from the demo: `python -m tests.browser.pictures`."""

import json
import sys

from scripts.machine import chromium
from tests.browser.conftest import DESKTOP
from tests.browser.running import chromium_at, enter, running
from tests.serving import ROOT

PICTURES = ROOT / "docs" / "img"


def main() -> int:
    path = chromium()
    if path is None:
        sys.stderr.write("There is no Chromium on this machine.\n")
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with running("leadloop", "demo", "--json") as (base, told), chromium_at(path) as browser:
        rep = next(one for one in json.loads(told)["sign_ins"] if one["role"] == "rep")
        page = browser.new_page(base_url=base, viewport=DESKTOP, color_scheme="light", reduced_motion="reduce")
        enter(page, base, email=rep["email"], password=rep["password"])
        page.reload()  # without the word of welcome
        page.evaluate("document.fonts.ready")
        page.screenshot(path=PICTURES / "rail.png")
        page.locator(".ticket [data-open]").first.click()
        page.wait_for_url("**/leads/*/")
        page.screenshot(path=PICTURES / "lead.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
