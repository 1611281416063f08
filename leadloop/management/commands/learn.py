"""`leadloop learn`: how well the outcome of leads in a file could have been foretold."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from leadloop.learning.domain.table import table_as_json
from leadloop.learning.files import read_table
from leadloop.learning.process import ask
from leadloop.management.verb import Verb

ROWS = {
    "auc": "AUC",
    "ece": "calibration error (ECE, 10 bins)",
    "brier": "Brier score",
    "log_loss": "log loss",
    "lift": "lift of the top 10 %",
}


class Command(Verb):
    help = "Learn from decided leads in a CSV file, and measure it on leads that it has not seen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["evaluate"], help="evaluate: guard, training and calibration, repeated for each part")
        parser.add_argument("file", type=Path, help="a CSV file, .gz or not, one lead a row")
        parser.add_argument("--target", required=True, metavar="COLUMN", help="the column that says how it ended")
        parser.add_argument(
            "--positive", action="append", required=True, metavar="VALUE", help="what it says of won leads; may be repeated"
        )
        parser.add_argument(
            "--time", default="", metavar="COLUMN", help="when the lead came in: then the last 30 %% is what is measured on"
        )
        parser.add_argument("--leave-out", action="append", default=[], metavar="COLUMN", help="a column not to look at; may be repeated")
        parser.add_argument("--folds", type=int, default=5, metavar="N", help="parts without --time (default 5)")
        parser.add_argument("--seeds", type=int, default=1, metavar="N", help="ways to cut the parts (default 1)")
        self.add_json(parser)

    def handle(
        self, *, file: Path, target: str, positive: list[str], time: str, folds: int, seeds: int, json: bool, **options: Any
    ) -> None:
        if not (2 <= folds <= 20 and 1 <= seeds <= 50):
            raise CommandError("--folds takes 2 to 20, --seeds 1 to 50.")
        table = read_table(file, target=target, positive=positive, time=time, leave_out=options["leave_out"])
        if not json:
            self.stdout.write(f"{len(table.won):,} decided leads, {sum(table.won):,} won, {len(table.columns)} columns.")
        job = {"what": "evaluate", "table": table_as_json(table), "options": {"folds": folds, "seeds": seeds}}
        found = ask(job, tell=self._progress)
        self.write_json(found) if json else self._tell(found, timed=bool(time))

    def _progress(self, what: str, share: float) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{share:4.0%} {what} …", ending="")

    def _tell(self, found: dict[str, Any], *, timed: bool) -> None:
        for finding in found["guard"]:
            verdict = "left out" if finding["out"] else "kept    "
            self.stdout.write(f"  {verdict}  {finding['column']}: {finding['says']}")
        self.stdout.write("")
        how = "learned from the first 70 %, measured on the last 30 %" if timed else f"over {len(found['parts'])} parts"
        self.stdout.write(f"{how:36} {'mean':>8} {'median':>8} {'least':>8} {'most':>8} {'pooled':>8}")
        for name, label in ROWS.items():
            one, pooled = found["figures"][name], found["pooled"][0][name]
            cells = [one["mean"], one["median"], one["least"], one["most"], pooled]
            self.stdout.write(f"{label:36} " + " ".join(f"{cell:8.4f}" if cell is not None else f"{'-':>8}" for cell in cells))
        chosen = sorted({part["pipeline"] for part in found["parts"]})
        self.stdout.write(f"\nchosen by leads that were not measured on: {', '.join(chosen)}")
