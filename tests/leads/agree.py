"""Both compilers of criteria on as many pairs of a tree and a lead as asked, on whatever database is set.

    python -m tests.leads.agree --pairs 2000000
    LEADLOOP_DATABASE_URL=postgresql://... python -m tests.leads.agree --pairs 2000000

Without a database it takes a SQLite file of its own. Whatever it writes is rolled back. It prints pairs a second, and stops at the first
disagreement with the seed of its round, which `--seed N --pairs 1` shows again.
"""

import argparse
import importlib
import os
import sys
import tempfile
import time

import django
from django.core.management import call_command
from django.db import connection


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.leads.agree", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pairs", type=int, default=200_000, help="pairs of a tree and a lead to compare (default 200,000)")
    parser.add_argument("--seed", type=int, default=0, help="of the first round")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="leadloop-agree-") as home:
        os.environ["LEADLOOP_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadloop.config.settings")
        django.setup()
        call_command("migrate", verbosity=0)
        return _compare(asked.pairs, asked.seed)


def _compare(wanted: int, seed: int) -> int:
    rounds = importlib.import_module("tests.leads.agree_rounds")  # its tables exist once Django is set up
    done, began = 0, time.monotonic()
    while done < wanted:
        found = rounds.one_round(seed, lasting=False)
        if found:
            _tell(f"DISAGREEMENT in round {seed}: {found}")
            return 1
        done, seed = done + rounds.PAIRS, seed + 1
        if seed % 50 == 0:
            _tell(f"{done:,} pairs agree, {done / (time.monotonic() - began):,.0f} a second")
    _tell(f"{done:,} pairs agree on {connection.vendor}, {done / (time.monotonic() - began):,.0f} a second")
    return 0


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
