"""`leadloop replay`: put submissions that were set aside through the loop again."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandError

from leadloop import loop
from leadloop.db.clock import utc_now
from leadloop.intake.models import Outcome, Verdict
from leadloop.management.verb import Verb

BATCH = 500


class Command(Verb):
    help = "Judge again what was set aside because a rule failed. Exit code 1 when something was set aside anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("submissions", nargs="*", type=int, metavar="SUBMISSION", help="numbers of submissions")
        parser.add_argument("--all", action="store_true", help="everything that is set aside")
        self.add_json(parser)

    def handle(self, *, submissions: list[int], json: bool, **options: Any) -> None:
        if bool(submissions) == options["all"]:
            raise CommandError("Say which submissions, or --all.")
        held = Verdict.objects.filter(outcome=Outcome.QUARANTINED).order_by("pk")
        if submissions:
            held = held.filter(pk__in=submissions)
        ids = list(held.values_list("pk", flat=True))
        strangers = sorted(set(submissions) - set(ids))
        results: list[dict[str, Any]] = []
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            loop.replay(batch, now=utc_now())
            results += results_of(batch)
        again = [one for one in results if one["outcome"] == Outcome.QUARANTINED]
        if json:
            self.write_json({"replayed": len(results), "set_aside_again": len(again), "not_set_aside": strangers, "results": results})
        else:
            self._tell(results, again, strangers)
        if again:
            self.stdout.flush()
            sys.exit(1)

    def _tell(self, results: list[dict[str, Any]], again: list[dict[str, Any]], strangers: Sequence[int]) -> None:
        for number in strangers:
            self.stdout.write(f"submission {number} is not set aside; nothing to do")
        for one in again:
            self.stdout.write(f"submission {one['submission']} is set aside again: {one['reason']}")
        self.stdout.write(f"{len(results) - len(again)} of {len(results)} replayed submissions became or joined leads.")


def results_of(ids: Sequence[int]) -> list[dict[str, Any]]:
    """What became of submissions. One query."""
    rows = Verdict.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "outcome", "lead_id", "reason")
    return [dict(zip(("submission", "outcome", "lead", "reason"), row, strict=True)) for row in rows]
