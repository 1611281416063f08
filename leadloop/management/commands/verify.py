"""`leadloop verify`: prove that the books balance and that every standing follows from its timeline."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from leadloop.audit.finding import Finding
from leadloop.audit.verify import Books, Proved, as_json, read_books, verify
from leadloop.db.clock import utc_now
from leadloop.management.verb import Verb


class Command(Verb):
    help = "Prove derived state against the timeline, the books of the inbox and all references. Exit code 1 when anything is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        self.add_json(parser)
        parser.add_argument("--limit-lists", type=int, default=20, metavar="N", help="ids listed a finding, at most (default 20)")

    def handle(self, *, limit_lists: int, json: bool, **options: Any) -> None:
        proved = []
        for one in verify(now=utc_now(), most=max(1, limit_lists)):
            proved.append(one)
            if not json:
                self._tell(one)
        balance = read_books()
        if json:
            self.write_json(as_json(proved, balance))
        else:
            self._tell_books(balance)
        broken = sum(len(one.findings) for one in proved)
        if not json:
            done = f"All {len(proved)} proofs hold." if not broken else f"{broken} finding{'s' if broken > 1 else ''}: see above."
            self.stdout.write((self.style.SUCCESS if not broken else self.style.ERROR)(done))
        if broken:
            self.stdout.flush()
            sys.exit(1)

    def _tell(self, one: Proved) -> None:
        mark = self.style.SUCCESS("holds ") if not one.findings else self.style.ERROR("BROKEN")
        self.stdout.write(f"{mark} {one.seconds:7.2f} s  {one.proof.name:12} {one.proof.says}")
        for finding in one.findings:
            self._tell_finding(finding)

    def _tell_finding(self, finding: Finding) -> None:
        self.stdout.write(f"       {finding.count:,} x {finding.says}")
        for example in finding.examples:
            self.stdout.write("         " + ", ".join(f"{name.replace('_', ' ')} {_plain(value)}" for name, value in example.items()))
        if finding.count > len(finding.examples):
            self.stdout.write(f"         … and {finding.count - len(finding.examples):,} more (--limit-lists)")

    def _tell_books(self, balance: Books) -> None:
        self.stdout.write("")
        for name, number in asdict(balance).items():
            self.stdout.write(f"  {name.replace('_', ' '):10} {number:>12,}")
        self.stdout.write("")


def _plain(value: Any) -> str:
    return "nothing" if value is None else value if isinstance(value, str) and value else json.dumps(value, default=str)
