"""`leadloop simulate`: ways to hand leads out, compared on assumptions fitted from the base or given."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from leadloop.db.clock import utc_now
from leadloop.management.verb import Verb
from leadloop.simulation import actions, guide, shown
from leadloop.simulation.domain.given import as_document, as_toml
from leadloop.simulation.domain.policies import PRESETS
from leadloop.simulation.domain.toml import as_read

MOST_SEEDS = 1_000


class Command(Verb):
    help = "Compare ways to hand leads out: push, pull and both, with intervals over seeds. Nothing in the base is changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_mutually_exclusive_group()
        kinds.add_argument(
            "--from-base", action="store_true", help="fit arrivals, people and responses from the base (default without --given)"
        )
        kinds.add_argument(
            "--given", type=Path, metavar="FILE.toml", help="assumptions as written there; docs/guide/push-or-pull.md has an example"
        )
        parser.add_argument(
            "--policy",
            action="append",
            default=[],
            choices=list(PRESETS),
            help="a policy, the first is what others are compared with; may be repeated",
        )
        parser.add_argument("--seeds", type=int, default=10, metavar="N", help="runs of each policy (default 10)")
        parser.add_argument("--first-seed", type=int, default=1, metavar="N", help="the first of them (default 1)")
        parser.add_argument("--days", type=float, metavar="N", help="days to measure")
        parser.add_argument("--leads", type=int, metavar="N", help="leads in these days, as the sources share them")
        parser.add_argument("--people", type=int, metavar="N", help="that many people like the first one, instead of those fitted or given")
        parser.add_argument(
            "--assumptions", action="store_true", help="print the assumptions as TOML, to change and give back, and run nothing"
        )
        parser.add_argument("--guide", action="store_true", help="print docs/guide/push-or-pull.md, with its figures simulated anew")
        self.add_json(parser)

    def handle(self, *, seeds: int, json: bool, **options: Any) -> None:
        if not 1 <= seeds <= MOST_SEEDS:
            raise CommandError(f"--seeds takes 1 to {MOST_SEEDS:,}.")
        if options["guide"]:
            self.stdout.write("\n".join(guide.pages(seeds=seeds, tell=self._progress)))
            return
        document = self._document(options)
        world, policies, grounds = actions.assumed(document, now=None if options["given"] else utc_now())
        world, policies = (
            actions.resized(world, days=options["days"], leads=options["leads"], people=options["people"]),
            self._policies(options) or policies,
        )
        if options["assumptions"]:
            self.stdout.write(as_toml(as_document(world, policies)), ending="")
            return
        first = options["first_seed"]
        result = actions.run(world, policies, range(first, first + seeds), tell=self._progress)
        told = shown.grounds_json(grounds)
        if json:
            self.write_json({"assumptions": as_document(world, policies), "grounds": told, "result": result})
            return
        for line in shown.lines(result, told):
            self.stdout.write(line)

    def _document(self, options: dict[str, Any]) -> dict[str, Any] | None:
        if not options["given"]:
            return None
        try:
            return as_read(options["given"].read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise CommandError(f"{options['given']} cannot be read: {error}") from error

    def _policies(self, options: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(PRESETS[name] for name in dict.fromkeys(options["policy"]))

    def _progress(self, says: str, share: float) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{share:4.0%} {says[:70]:<70}", ending="")
