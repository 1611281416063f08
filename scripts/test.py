"""Runs every test on SQLite and on PostgreSQL.

    python scripts/test.py [--lanes quick,browser] [--databases sqlite] [pytest arguments]

A lane is a folder of tests that needs something of its own (a browser, processes to kill, a schema fuzzer) and a pytest
run of its own; with pytest arguments there is one run per database instead. The quick lane shares its tests among all
cores; of the others as many run side by side as there are cores, each told when it has ended. What this machine cannot
run is left out and said so; with CI=true that is an error. Ctrl-C or a SIGTERM ends the runs and prints what they said.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import machine, pg  # noqa: E402  the line above makes them importable from any folder

CORES = os.cpu_count() or 1
LANES = {
    "quick": [
        "tests",
        *(f"--ignore=tests/{lane}" for lane in ("fuzz", "browser", "faults")),
        "-p",
        "no:schemathesis",
        "-n",
        str(CORES),
    ],
    "browser": ["tests/browser", "-p", "no:schemathesis"],
    "faults": ["tests/faults", "-p", "no:schemathesis"],
    "fuzz": ["tests/fuzz"],
}
"""The longest first: what starts last then ends soon."""
DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Run:
    """One pytest run that is to be made."""

    name: str
    database: str
    arguments: Sequence[str]
    durable: bool = False
    """Commits wait for the disk, as in production."""
    takes_all_cores: bool = False


@dataclass(frozen=True)
class Outcome:
    """One pytest run, or the reason why there was none."""

    name: str
    verdict: str  # passed | failed | left out
    remark: str


@dataclass
class Children:
    """The runs that are going on. All that they start carries a mark in its environment, by which what outlives them is found."""

    mark: str = field(default_factory=lambda: uuid4().hex)
    running: set[subprocess.Popen[Any]] = field(default_factory=set)
    ended_by: int = 0
    """The signal that ended it all, if one did."""

    def environment(self) -> dict[str, str]:
        """Modules are compiled once and not in each of some hundred processes, whatever this machine prefers."""
        leave = {"LEADLOOP_DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
        return {key: value for key, value in os.environ.items() if key not in leave} | {"LEADLOOP_TEST_RUN": self.mark}

    def end(self, number: int, _frame: object) -> None:
        """As Ctrl-C would, so that they clear up and say what they found; then less and less politely."""
        self.ended_by = number
        self._tell(signal.SIGINT)
        for patience, how in ((30, signal.SIGTERM), (60, signal.SIGKILL)):
            later = threading.Timer(patience, self._tell, [how])
            later.daemon = True
            later.start()

    def take(self, child: subprocess.Popen[Any]) -> None:
        """It goes on from now, unless all was ended in this very moment."""
        self.running.add(child)
        if self.ended_by:
            self._tell(signal.SIGINT)

    def _tell(self, how: signal.Signals) -> None:
        for child in list(self.running):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, how)

    def sweep(self) -> None:
        """End what they left behind: servers of tests have sessions of their own."""
        mark = f"LEADLOOP_TEST_RUN={self.mark}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    os.kill(int(folder.name), signal.SIGKILL)


CHILDREN = Children()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    parser.add_argument("--lanes", default=",".join(LANES), help=f"of {', '.join(LANES)} (default all)")
    parser.add_argument("--databases", default=",".join(DATABASES), help=f"of {', '.join(DATABASES)} (default both)")
    options, arguments = parser.parse_known_args()
    databases, lanes = chosen(options.databases, DATABASES), chosen(options.lanes, tuple(LANES))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, CHILDREN.end)
    began = time.monotonic()
    planned = list(plan(databases, lanes, arguments))
    outcomes = [*(one for one in planned if isinstance(one, Outcome)), *run_all([one for one in planned if isinstance(one, Run)])]
    CHILDREN.sweep()
    code = report(outcomes, seconds=time.monotonic() - began, strict=os.environ.get("CI") == "true")
    return 128 + CHILDREN.ended_by if CHILDREN.ended_by else code


def chosen(wanted: str, known: Sequence[str]) -> list[str]:
    names = wanted.replace(",", " ").split()
    if unknown := set(names) - set(known):
        raise SystemExit(f"test: unknown {', '.join(sorted(unknown))}; choose from {', '.join(known)}")
    return names


def plan(databases: Sequence[str], lanes: Sequence[str], arguments: Sequence[str]) -> Iterator[Run | Outcome]:
    """What to run, lane by lane, and what this machine cannot run."""
    here = [database for database in databases if database != "postgresql" or pg.binaries() is not None]
    if len(here) < len(databases):
        yield Outcome("postgresql", "left out", "no PostgreSQL binaries on this machine (Debian: apt-get install postgresql)")
    if arguments:
        for database in here:
            yield Run(f"{database} {' '.join(arguments)}", database, arguments, durable=True, takes_all_cores=True)
        return
    for lane in sorted(lanes, key=list(LANES).index):
        for database in here:
            if lane == "browser" and machine.chromium() is None:
                yield Outcome(f"{database} {lane}", "left out", "no Chromium on this machine (Debian: apt-get install chromium)")
                continue
            yield Run(f"{database} {lane}", database, LANES[lane], durable=lane == "faults", takes_all_cores=lane == "quick")


def run_all(runs: Sequence[Run]) -> Iterator[Outcome]:
    """Those that take all cores one after another; then the others side by side, their words kept apart."""
    alone = [run for run in runs if run.takes_all_cores]
    others = [run for run in runs if not run.takes_all_cores]
    if min(CORES, len(others)) == 1:
        alone, others = list(runs), []
    for run in alone:
        print(f"\n=== {run.name}: pytest {' '.join(run.arguments)}", flush=True)
        yield run_pytest(run, aloud=True)[0]
    if others:
        print(f"\n=== {CORES} at a time: {', '.join(run.name for run in others)}", flush=True)
    with ThreadPoolExecutor(CORES) as pool:
        for ended in as_completed([pool.submit(run_pytest, run, aloud=False) for run in others]):
            outcome, said = ended.result()
            print(f"\n=== {outcome.name}\n{said.rstrip()}", flush=True)
            yield outcome


def run_pytest(run: Run, *, aloud: bool) -> tuple[Outcome, str]:
    """How it ended, and what it said unless that went to the terminal."""
    if CHILDREN.ended_by:
        return Outcome(run.name, "left out", "it was not begun"), ""
    command = [sys.executable, "-m", "pytest", *run.arguments]
    if run.database == "postgresql":  # a cluster of its own, as long as the command lasts
        command = [sys.executable, str(ROOT / "scripts" / "pg.py"), *(["--durable"] if run.durable else []), "--", *command]
    began = time.monotonic()
    with tempfile.TemporaryFile("w+", errors="replace") as said:  # and no pipe, which any process that stays behind would hold open
        to = None if aloud else said
        child = subprocess.Popen(command, cwd=ROOT, env=CHILDREN.environment(), stdout=to, stderr=to, process_group=0)
        CHILDREN.take(child)
        code = child.wait()
        CHILDREN.running.discard(child)
        said.seek(0)
        remark = f"{time.monotonic() - began:4.0f} s" + (f", pytest ended with {code}" if code else "")
        return Outcome(run.name, "failed" if code else "passed", remark), said.read()


def report(outcomes: Sequence[Outcome], *, seconds: float, strict: bool) -> int:
    """Print what ran and what did not; 0 when nothing failed and, if `strict`, nothing was left out."""
    print("\n=== tests")
    for outcome in outcomes:
        print(f"{outcome.verdict:<9} {outcome.name:<22} {outcome.remark}")
    print(f"{'all':<32} {seconds:4.0f} s")
    left_out = any(outcome.verdict == "left out" for outcome in outcomes)
    if left_out:
        print("Not everything ran: see `left out` above." + (" CI=true makes that an error." if strict else ""))
    failed = any(outcome.verdict == "failed" for outcome in outcomes)
    return int(failed or (strict and left_out) or not outcomes)


if __name__ == "__main__":
    sys.exit(main())
