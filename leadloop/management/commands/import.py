"""`leadloop import FILE`: take in the leads of a CSV or XLSX file."""  # noqa: N999 - the verb is called import

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from leadloop.capture.import_result import ImportResult
from leadloop.capture.importing import import_file
from leadloop.capture.models import RefusedRow
from leadloop.db.clock import utc_now
from leadloop.management.verb import Verb
from leadloop.web.csv_cells import safe_cell


class Command(Verb):
    help = "Take in the leads of a CSV or XLSX file. Safe to repeat: rows that came in before are left out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="where these leads come from; a column named source wins")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
        parser.add_argument(
            "--map", action="append", default=[], metavar="HEADER=FIELD", help="which field a column fills; HEADER= leaves the column out"
        )
        parser.add_argument("--dates", choices=("dmy", "mdy", "ymd"), default="", help="which comes first in dates such as 01/02/2026")
        parser.add_argument("--errors", type=Path, metavar="FILE", help="write rows that were refused or are doubtful here, as CSV")
        self.add_json(parser)

    def handle(self, *, file: Path, source: str, dry_run: bool, json: bool, **options: Any) -> None:
        mapping = dict(_pair(text) for text in options["map"])
        if not source.strip():
            raise CommandError("--source needs a name.")
        try:
            result = import_file(
                file, source_name=source, now=utc_now(), dry_run=dry_run, mapping=mapping, dates=options["dates"], clock=utc_now
            )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from error
        if options["errors"] and result.import_id:
            write_errors(options["errors"], result.import_id)
        if json:
            self.write_json(result.as_json())
        else:
            self._tell(result)

    def _tell(self, result: ImportResult) -> None:
        kept = "would be kept" if result.dry_run else "were kept"
        would = "would become" if result.dry_run else "became"
        self.stdout.write(f"{result.rows:,} rows of {result.file_name}, source {result.source}{' (dry run)' if result.dry_run else ''}")
        for number, words in (
            (result.created, f"{would} leads"),
            (result.matched, f"{would} part of leads that we have"),
            (result.skipped, "came in before and are left out"),
            (result.refused, "cannot be taken"),
            (result.unread, f"{kept} with an e-mail or phone that cannot be read, and flagged"),
            (result.unreachable, f"{kept} without any e-mail or phone"),
            (result.set_aside, "are kept, but a rule failed on them: see `leadloop replay`"),
        ):
            if number:
                self.stdout.write(f"  {number:>9,}  {words}")
        for one in result.refusals:
            self.stdout.write(f"  line {one['line']}: {one['reason']}")
        if result.refused > len(result.refusals):
            self.stdout.write(f"  … and {result.refused - len(result.refusals):,} more (--errors FILE holds all of them)")
        for one in result.doubts:
            self.stdout.write(f"  line {one['line']}: {one['reason']} (kept)")
        used = [f"{header} → {field}" for header, field in result.mapping.items() if field]
        left = [header for header, field in result.mapping.items() if not field]
        self.stdout.write("columns: " + ", ".join(used) + (f"; left out: {', '.join(left)}" if left else ""))


def _pair(text: str) -> tuple[str, str]:
    header, equals, field = text.rpartition("=")
    if not equals or not header:
        raise CommandError(f"--map takes HEADER=FIELD, not “{text}”.")
    return header, field.strip()


def write_errors(path: Path, import_id: int) -> None:
    """Refused rows as CSV, to be mended and imported again; of rows that were kept with a doubt line and reason."""
    rows = RefusedRow.objects.filter(of=import_id).order_by("line")
    headers = list(dict.fromkeys(header for row in rows.iterator() for header in row.cells))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "reason", "kept", *map(safe_cell, headers)])
        for row in rows.iterator():
            writer.writerow(
                [row.line, safe_cell(row.reason), "yes" if row.kept else "", *(safe_cell(row.cells.get(header, "")) for header in headers)]
            )
