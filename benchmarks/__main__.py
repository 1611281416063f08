"""`make bench`: run the hot paths and their limits on this machine, print a table, keep it in benchmarks/RESULTS.md.

python -m benchmarks [--quick] [--only sqlite|postgres] [--base LEADS] [--sustained SECONDS] [--write]
"""

import argparse
import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks import limits, load
from benchmarks.bare import serving_nothing
from benchmarks.limits import lead_row
from benchmarks.server import Served, install, memory_mb, serving
from scripts.pg import binaries, cluster

RESULTS = Path(__file__).parent / "RESULTS.md"
READING = """## How to read this

* Captures stand beside bare durable commits, which a disk makes at very different rates from hour to hour (170 to 36,000 a second were seen
  on one machine). Group commit gains most where commits are slow. Where the disk commits faster than the bare web server answers a POST, no
  product can reach a ratio of 1; the lines "beside the bare web server" then tell more, since they move with the processor alone.
* "Together" begins with an empty inbox and sends as fast as it is acknowledged; the end-to-end rate counts the time until the last of it
  is a lead with score, owner and timeline. Four fifths of that are then held, and what waits at the end shows whether the worker kept up.
* A page is measured without the network, with the queries it made run again bare beside it. Where those take less than a millisecond, the
  ratio is the cost of rendering fifty rows, and the time itself is what to look at.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the product, the limit beside it, and what it should reach."""

    store: str
    what: str
    value: str
    limit: str = ""
    ratio: float | None = None
    wanted: str = ""
    met: bool | None = None


def main() -> int:
    """Run what was asked for; 0 whatever the figures are."""
    options = _options()
    lines: list[Line] = []
    if options.only in (None, "sqlite"):
        with tempfile.TemporaryDirectory(prefix="leadloop-bench-") as folder:
            lines += _store("SQLite", Path(folder), "", options)
    if options.only in (None, "postgres"):
        if binaries() is None:
            print("PostgreSQL is left out: its server is not on this machine.")
        else:
            with cluster(durable=True) as url, tempfile.TemporaryDirectory(prefix="leadloop-bench-") as folder:
                lines += _store("PostgreSQL", Path(folder), url, options)
    lines += _told(_simulated(2_000 if options.quick else 10_000))
    table = _table(lines)
    print(table)
    if options.write:
        RESULTS.write_text(_document(table, options))
        print(f"kept in {RESULTS}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short runs, small base: to see that it works")
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    parser.add_argument("--base", type=int, default=1_000_000, help="leads in the large base")
    parser.add_argument("--sustained", type=float, default=600, help="seconds of capture and drain together")
    parser.add_argument("--write", action="store_true", help="keep the table in benchmarks/RESULTS.md")
    options = parser.parse_args()
    if options.quick:
        options.base, options.sustained = 20_000, 5
    return options


def _store(store: str, folder: Path, url: str, options: argparse.Namespace) -> list[Line]:
    runs, seconds = (1, 2) if options.quick else (3, 5)
    rows = [lead_row(number) for number in range(20_000 if options.quick else 100_000)]
    if url:
        limit, name, wanted = partial(limits.postgres_commits, url), "durable commits, 8 connections", (0.4, 0.8)
        loads = _median(lambda: limits.postgres_bulk(url, rows), runs)
    else:
        limit, name, wanted = partial(limits.sqlite_commits, folder), "durable commits, 1 connection", (1.0, 2.0)
        loads = _median(lambda: limits.sqlite_bulk(folder, rows), runs)
    with serving_nothing() as address:
        bare = _median(lambda: load.post(address, "none", connections=32, seconds=seconds).rate, runs)
    lines = _told(
        [
            Line(store, "limit: bulk load of the same leads", f"{loads:,.0f}/s"),
            Line(store, "limit: the same POST to a web server with no product behind it", f"{bare:,.0f}/s"),
        ]
    )
    with install(folder / "capture", url) as env:
        with serving(env) as served:
            time.sleep(5)
            idle = memory_mb(served.pid)
            lines.append(Line(store, "memory of web and worker, idle", f"{idle:,.0f} MB", "400 MB", idle / 400, "at most 1.0", idle <= 400))
            load.post(f"{served.base}/api/v1/leads", served.key, connections=32, seconds=2)
            lines += _told(_whole_loop(store, served, limit, wanted[0], (runs, seconds, name), bare))
        with serving(env, worker=False) as served:
            lines += _told(_inbox(store, served, limit, wanted[1], (runs, seconds, name), bare))
        with serving(env) as served:
            lines += _told(_sustained(store, served, options.sustained))
        lines += _told(_loop(store, env, loads, options))
    return lines


def _told(lines: list[Line]) -> list[Line]:
    """The same, shown as soon as it is known: a whole run takes more than half an hour."""
    print("\n".join(_rows(lines)), file=sys.stderr, flush=True)
    return lines


def _whole_loop(
    store: str, served: Served, limit: Callable[[], float], wanted: float, how: tuple[int, float, str], bare: float
) -> list[Line]:
    """Capture with the loop run before the answer, with the worker beside it; then the same held to four fifths of that rate."""
    runs, seconds, name = how
    pairs = _pairs(limit, lambda: load.post(f"{served.base}/api/v1/leads", served.key, connections=32, seconds=seconds), runs)
    rate = statistics.median(run.rate for _, run in pairs)
    held = load.post(f"{served.base}/api/v1/leads", served.key, connections=32, seconds=max(seconds, 2), rate=0.8 * rate)
    errors = sum(run.errors for _, run in pairs) + held.errors
    p99 = held.p99_ms
    return [
        _rate_line(store, "capture, whole loop before the answer, 32 connections", pairs, name, wanted),
        _bare_line(store, rate, bare),
        Line(store, f"the same held to {held.rate:,.0f}/s: p99", f"{p99:.1f} ms", "50 ms", p99 / 50, "at most 1.0", p99 <= 50),
        Line(store, "answers that were no success", f"{errors}", "0", None, "0", errors == 0),
    ]


def _inbox(store: str, served: Served, limit: Callable[[], float], wanted: float, how: tuple[int, float, str], bare: float) -> list[Line]:
    """Capture that is only kept before the answer; the worker comes later."""
    runs, seconds, name = how
    pairs = _pairs(limit, lambda: load.post(f"{served.base}/api/v1/leads", served.key, connections=32, seconds=seconds, later=True), runs)
    rate = statistics.median(run.rate for _, run in pairs)
    return [_rate_line(store, "capture, acknowledged into the inbox, 32 connections", pairs, name, wanted), _bare_line(store, rate, bare)]


def _pairs(limit: Callable[[], float], run: Callable[[], load.Load], runs: int) -> list[tuple[float, load.Load]]:
    """Each run right after a measurement of the limit: a disk's durable rate wanders within minutes."""
    return [(limit(), run()) for _ in range(runs)]


def _rate_line(store: str, what: str, pairs: list[tuple[float, load.Load]], name: str, wanted: float) -> Line:
    ratio = statistics.median(run.rate / best for best, run in pairs)
    rate, best = statistics.median(run.rate for _, run in pairs), statistics.median(best for best, _ in pairs)
    return Line(store, what, f"{rate:,.0f}/s", f"{best:,.0f}/s {name}", ratio, f"at least {wanted}", ratio >= wanted)


def _bare_line(store: str, rate: float, bare: float) -> Line:
    """A yardstick that moves with the processor and not with the disk."""
    return Line(store, "the same beside the bare web server", f"{rate:,.0f}/s", f"{bare:,.0f}/s bare POST", rate / bare)


def _sustained(store: str, served: Served, seconds: float) -> list[Line]:
    """Inbox and drain together: how fast both go at full speed, and whether the worker keeps up with four fifths of that for long."""
    url, probed = f"{served.base}/api/v1/leads", min(seconds, 20)
    _drained(served)  # what an earlier run left
    begun = time.perf_counter()
    probe = load.post(url, served.key, connections=32, seconds=probed, later=True)
    _drained(served)
    rate = probe.rate * probed / (time.perf_counter() - begun)
    held = load.post(url, served.key, connections=32, seconds=seconds, later=True, rate=0.8 * rate)
    left, took = _waiting(served), _drained(served)
    whole, kept = f"{rate:,.0f}/s end to end", f"{left:,.0f} waited at the end, for {took:.1f} s"
    return [
        Line(store, f"capture and drain together, {probed:.0f} s at full speed", whole, f"{probe.rate:,.0f}/s acknowledged"),
        Line(store, f"the same held for {seconds:.0f} s", f"{held.rate:,.0f}/s", kept),
    ]


def _drained(served: Served) -> float:
    """Seconds until nothing waits."""
    begun = time.perf_counter()
    while _waiting(served):
        time.sleep(0.2)
    return time.perf_counter() - begun


def _waiting(served: Served) -> float:
    with urllib.request.urlopen(f"{served.base}/metrics", timeout=30) as answer:
        for line in answer.read().decode().splitlines():
            if line.startswith("leadloop_waiting "):
                return float(line.split()[1])
    return 0.0


def _loop(store: str, env: dict[str, str], loads: float, options: argparse.Namespace) -> list[Line]:
    count = 5_000 if options.quick else 50_000
    with _fresh(env, "empty") as empty:
        first = _inside(empty, "drain", count, 100_000_000)["rate"]
        _inside(empty, "grow", options.base, 200_000_000)
        large = _inside(empty, "drain", count, 300_000_000)
        pages = _inside(empty, "page", 5 if options.quick else 21)
        segments = _segments(store, _measured(empty, "segments", 3 if options.quick else 20))
        runs = 1 if options.quick else 3
        scores = _scoring(store, _inside(empty, "rescore", runs), _inside(empty, "score_one", 5), _inside(empty, "preview", runs))
    growth = first / large["rate"]
    slower = pages["page_ms"] / pages["sql_ms"]
    return [
        Line(
            store,
            "loop.advance from a full inbox, batches of 1,000",
            f"{first:,.0f}/s",
            f"{loads:,.0f}/s",
            first / loads,
            "at least 0.2",
            first / loads >= 0.2,
        ),
        Line(
            store,
            f"the same in a base of {large['base']:,.0f}",
            f"{large['rate']:,.0f}/s",
            f"{first:,.0f}/s empty",
            growth,
            "at most 1.3 times the cost",
            growth <= 1.3,
        ),
        Line(
            store,
            f"page of 50 leads of {large['base']:,.0f}, {pages['queries']} queries",
            f"{pages['page_ms']:.1f} ms",
            f"{pages['sql_ms']:.1f} ms bare SQL",
            slower,
            "at most 3.0",
            slower <= 3,
        ),
        *segments,
        *scores,
    ]


def _scoring(store: str, again: dict[str, float], one: dict[str, float], shown: dict[str, float]) -> list[Line]:
    """A rule changes in the large base; one lead is scored; a draft is previewed."""
    ratio, ms, seconds = again["seconds"] / again["bare_seconds"], one["ms"], shown["first_ms"] / 1000
    later = shown["ms"] / 1000
    return [
        Line(
            store,
            f"rescoring {again['leads']:,.0f} after a rule changed, {again['changed']:,.0f} change",
            f"{again['seconds']:.1f} s",
            f"{again['bare_seconds']:.1f} s bare select sum(expression)",
            ratio,
            "at most 5.0",
            ratio <= 5,
        ),
        Line(store, "score one lead, 30 rules", f"{ms:.3f} ms", "0.2 ms", ms / 0.2, "at most 1.0", ms <= 0.2),
        Line(
            store,
            f"first preview at {shown['leads']:,.0f}; then {later:.2f} s",
            f"{seconds:.2f} s",
            "2 s",
            seconds / 2,
            "at most 1.0",
            seconds <= 2,
        ),
    ]


def _simulated(leads: int) -> list[Line]:
    """A month under each policy; needs no store."""
    found = _measured(dict(os.environ), "simulation", leads)
    what = f"a simulated month of 20 people and {leads:,} leads, the slowest of {found['policies']} policies"
    return [Line("", what, f"{found['slowest']:.2f} s", "5 s", found["slowest"] / 5, "at most 1.0", found["slowest"] <= 5)]


def _segments(store: str, found: dict[str, float]) -> list[Line]:
    """A segment of half the base beside the bare SQL of its difference, and what a look at the passing of time costs."""
    base = f"{found['base']:,.0f} leads"
    pairs = (
        (f"first build of a segment of {found['members']:,.0f} of {base}, with its history", "first", "bare_first"),
        ("the same where one member in a hundred differs", "again", "bare_again"),
        (f"{found['segments']:.0f} more segments, where one member in a hundred differs, all compared with everybody", "many", "bare_many"),
    )
    lines = []
    for what, ours, bare in pairs:
        ratio = found[ours] / found[bare]
        lines.append(
            Line(store, what, f"{found[ours]:.2f} s", f"{found[bare]:.2f} s bare SQL", ratio, "at most 3.0", ratio <= 3),
        )
    look = found["minute"]
    lines.append(
        Line(
            store,
            "a look at what a minute turned in a segment of untouched leads",
            f"{look * 1000:,.0f} ms",
            "60 s",
            look / 60,
            "",
            look < 60,
        )
    )
    return lines


@contextlib.contextmanager
def _fresh(env: dict[str, str], name: str) -> Iterator[dict[str, str]]:
    """A second, empty install beside the first: another file, or another database of the same server."""
    url = env["LEADLOOP_DATABASE_URL"]
    if url:
        import psycopg  # noqa: PLC0415 - only where there is PostgreSQL

        with psycopg.connect(url, autocommit=True) as store:
            store.execute(f"create database bench_{name}")
        head, _, tail = url.partition("?")
        url = f"{head.rpartition('/')[0]}/bench_{name}" + (f"?{tail}" if tail else "")
    with install(Path(env["LEADLOOP_HOME"]).parent / name, url) as fresh:
        yield fresh


def _inside(env: dict[str, str], verb: str, *numbers: int) -> dict[str, float]:
    return _measured(env, "inside", verb, *numbers)


def _measured(env: dict[str, str], module: str, *arguments: object) -> dict[str, float]:
    command = [sys.executable, "-m", f"benchmarks.{module}", *(str(argument) for argument in arguments)]
    run = subprocess.run(command, env=env, capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent)
    if run.returncode:
        raise RuntimeError(run.stderr[-3000:])
    found: dict[str, float] = json.loads(run.stdout.strip().splitlines()[-1])
    return found


def _median(measure: Callable[[], float], runs: int) -> float:
    return statistics.median(measure() for _ in range(runs))


def _table(lines: list[Line]) -> str:
    head = ["| store | what | reached | limit of the same run | ratio | wanted | |", "| --- | --- | --- | --- | --- | --- | --- |"]
    return "\n".join(head + _rows(lines))


def _rows(lines: list[Line]) -> list[str]:
    body = []
    for line in lines:
        ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
        mark = "" if line.met is None else ("yes" if line.met else "**no**")
        body.append(f"| {line.store} | {line.what} | {line.value} | {line.limit} | {ratio} | {line.wanted} | {mark} |")
    return body


def _document(table: str, options: argparse.Namespace) -> str:
    model = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")),
        "unknown",
    )
    kind = "a quick run" if options.quick else "a full run"
    return (
        "# Results of the last `make bench --write`\n\n"
        f"{datetime.now(UTC):%Y-%m-%d}, {kind}: {os.cpu_count()} cores ({model}), Python {platform.python_version()}, "
        f"{platform.system()} {platform.release()}.\n"
        "The load tool runs on the same cores. Compare ratios, not figures: every limit was measured in the same run.\n\n"
        f"{table}\n\n{READING}"
    )


if __name__ == "__main__":
    sys.exit(main())
