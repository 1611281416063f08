"""Runs every test on SQLite, then every test on PostgreSQL.

    python scripts/test.py [--lanes quick,browser] [--databases sqlite] [pytest arguments]

A lane is a folder of tests that needs something of its own (a browser, processes to kill, a schema fuzzer) and a pytest
run of its own; with pytest arguments there is one run per database instead. What this machine cannot run is left out
and said so; with CI=true that is an error.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import machine, pg  # noqa: E402  the line above makes them importable from any folder

LANES = {
    "quick": [
        "tests",
        *(f"--ignore=tests/{lane}" for lane in ("fuzz", "browser", "faults")),
        "-p",
        "no:schemathesis",
        "-n",
        str(os.cpu_count()),
    ],
    "fuzz": ["tests/fuzz"],
    "browser": ["tests/browser", "-p", "no:schemathesis"],
    "faults": ["tests/faults", "-p", "no:schemathesis"],
}
DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Outcome:
    """One pytest run, or the reason why there was none."""

    name: str
    verdict: str  # passed | failed | left out
    remark: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    parser.add_argument("--lanes", default=",".join(LANES), help=f"of {', '.join(LANES)} (default all)")
    parser.add_argument("--databases", default=",".join(DATABASES), help=f"of {', '.join(DATABASES)} (default both)")
    options, arguments = parser.parse_known_args()
    outcomes = [
        outcome
        for database in chosen(options.databases, DATABASES)
        for outcome in run_database(database, chosen(options.lanes, tuple(LANES)), arguments)
    ]
    return report(outcomes, strict=os.environ.get("CI") == "true")


def chosen(wanted: str, known: Sequence[str]) -> list[str]:
    names = wanted.replace(",", " ").split()
    if unknown := set(names) - set(known):
        raise SystemExit(f"test: unknown {', '.join(sorted(unknown))}; choose from {', '.join(known)}")
    return names


def run_database(database: str, lanes: Sequence[str], arguments: Sequence[str]) -> Iterator[Outcome]:
    if database == "postgresql" and pg.binaries() is None:
        yield Outcome("postgresql", "left out", "no PostgreSQL binaries on this machine (Debian: apt-get install postgresql)")
        return
    if arguments:
        with database_of(database, durable=True) as url:
            yield run_pytest(f"{database} {' '.join(arguments)}", arguments, url)
        return
    for lane in lanes:
        name = f"{database} {lane}"
        if not (ROOT / LANES[lane][0]).is_dir():
            continue
        if lane == "browser" and machine.chromium() is None:
            yield Outcome(name, "left out", "no Chromium on this machine (Debian: apt-get install chromium)")
            continue
        with database_of(database, durable=lane == "faults") as url:
            yield run_pytest(name, LANES[lane], url)


@contextlib.contextmanager
def database_of(database: str, *, durable: bool) -> Iterator[str | None]:
    """The LEADLOOP_DATABASE_URL of a run; None lets the settings choose SQLite."""
    if database == "sqlite":
        yield None
        return
    with pg.cluster(durable=durable) as url:
        yield url


def run_pytest(name: str, arguments: Sequence[str], url: str | None) -> Outcome:
    print(f"\n=== {name}: pytest {' '.join(arguments)}", flush=True)
    environment = {key: value for key, value in os.environ.items() if key != "LEADLOOP_DATABASE_URL"}
    if url:
        environment["LEADLOOP_DATABASE_URL"] = url
    began = time.monotonic()
    code = subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=environment, check=False).returncode
    return Outcome(
        name, "failed" if code else "passed", f"{time.monotonic() - began:.0f} s" + (f", pytest ended with {code}" if code else "")
    )


def report(outcomes: Sequence[Outcome], *, strict: bool) -> int:
    """Print what ran and what did not; 0 when nothing failed and, if `strict`, nothing was left out."""
    print("\n=== tests")
    for outcome in outcomes:
        print(f"{outcome.verdict:<9} {outcome.name:<22} {outcome.remark}")
    left_out = any(outcome.verdict == "left out" for outcome in outcomes)
    if left_out:
        print("Not everything ran: see `left out` above." + (" CI=true makes that an error." if strict else ""))
    failed = any(outcome.verdict == "failed" for outcome in outcomes)
    return int(failed or (strict and left_out) or not outcomes)


if __name__ == "__main__":
    sys.exit(main())
