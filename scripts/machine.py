"""What this machine has, and what its package manager can add."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN_PACKAGES = {"chromium": "browser tests", "postgresql": "tests on PostgreSQL", "wrk": "benchmarks"}


def chromium() -> str | None:
    """The path of a Chromium that browser tests can drive, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def missing_debian_packages(has: Mapping[str, bool]) -> list[str]:
    """Those of DEBIAN_PACKAGES that nothing on this machine stands in for."""
    return [package for package in DEBIAN_PACKAGES if not has[package]]


def can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: Sequence[str]) -> bool:
    """Install Debian packages without a question; False when that failed (the tool has said why)."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages]
    if Path("/var/lib/apt/lists").is_dir() and subprocess.run(install, env=environment, check=False).returncode == 0:
        return True
    refreshed = subprocess.run(["apt-get", "update", "--quiet"], env=environment, check=False).returncode == 0
    return refreshed and subprocess.run(install, env=environment, check=False).returncode == 0
