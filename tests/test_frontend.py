"""The front end is built beside a running product: what it serves is there at every moment, and whole."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A copy of what the build reads, with something built before."""
    if not (shutil.which("node") and (ROOT / "node_modules").is_dir()):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("node or its packages are missing; `make setup` brings them")
    shutil.copy(ROOT / "frontend.mjs", tmp_path)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    shutil.copytree(ROOT / "leadloop", tmp_path / "leadloop", ignore=shutil.ignore_patterns("dist", ".dist-*", "__pycache__"))
    dist = tmp_path / "leadloop/static/dist"
    (dist / "fonts").mkdir(parents=True)
    for name in ("app.css", "app.js", "fonts/old.woff2"):
        (dist / name).write_text("from before")
    return tmp_path


def build(checkout: Path) -> int:
    return subprocess.run(["node", "frontend.mjs"], cwd=checkout, capture_output=True, check=False).returncode


def built(checkout: Path) -> dict[str, bool]:
    """Files below `static` that were built, and whether they are still from before."""
    dist = checkout / "leadloop/static/dist"
    assert list(dist.parent.glob(".dist-*")) == []
    return {str(path.relative_to(dist)): path.read_bytes() == b"from before" for path in sorted(dist.rglob("*")) if path.is_file()}


def test_a_build_takes_the_place_of_the_one_before(checkout):
    assert build(checkout) == 0
    made = built(checkout)
    assert {"app.css", "app.js", "charts.js", "early.js", "icons.svg"} <= made.keys()
    assert "fonts/old.woff2" not in made
    assert not any(made.values())


@pytest.mark.parametrize("broken", ["css/app.css", "js/app.js"])
def test_a_build_that_fails_leaves_the_one_before(checkout, broken):
    (checkout / "leadloop/static" / broken).write_text('@import "./gone.css"; import "./gone.js";')
    assert build(checkout) != 0
    assert built(checkout) == dict.fromkeys(["app.css", "app.js", "fonts/old.woff2"], True)
