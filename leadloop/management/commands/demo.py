"""`leadloop demo`: offer an empty install an invented company's year to try everything on."""

import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError

from leadloop.config.prepare import prepare
from leadloop.db.clock import utc_now
from leadloop.demo.empty import LEADS, SEED, NotEmpty, is_empty
from leadloop.management.verb import Verb, own_name

OFFER = """This install is empty. It can begin with a demo: the last year of an invented company, with about
{leads:,} leads, a manager, a marketer and five reps. Everything in it is made up. Nothing else is needed to try Leadloop.
"""
WITHOUT = """No demo, then. Begin with yourself:

  {program} person new --role admin --email you@company.com --name "Your name"
"""


class Command(Verb):
    help = "Put an invented company's year into an empty install, and print who may sign in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="offer it, and do nothing where somebody or something is already")
        parser.add_argument("--leads", type=int, default=LEADS, metavar="N", help=f"inquiries of the year, about (default {LEADS})")
        parser.add_argument("--seed", type=int, default=SEED, metavar="S", help="another seed makes another year")
        self.add_json(parser)

    def handle(self, *, leads: int, seed: int, json: bool, **options: Any) -> None:
        if not 50 <= leads <= 100_000:
            raise CommandError("--leads takes a number from 50 to 100000.")
        if not _nobody_yet():
            if options["if_empty"]:
                return
            raise NotEmpty
        prepare()
        if options["if_empty"] and not self._wanted(leads):
            self.stdout.write(WITHOUT.format(program=own_name()))
            return
        if not json:
            self.stdout.write(f"Living through the year of an invented company: {leads:,} inquiries. This takes some seconds …")
            self.stdout.flush()
        from leadloop.demo.show import make  # noqa: PLC0415 - half a second of imports that no later start needs

        shown = make(leads=leads, seed=seed, now=utc_now())
        if json:
            self.write_json(
                asdict(shown) | {"sign_ins": [dict(zip(("role", "email", "password"), one, strict=True)) for one in shown.sign_ins]}
            )
        else:
            self._tell(shown)

    def _wanted(self, leads: int) -> bool:
        """LEADLOOP_DEMO answers ahead; else a person at a terminal; else yes."""
        answer = settings.ENV.demo
        if answer or not sys.stdin.isatty():
            return answer != "no"
        self.stdout.write(OFFER.format(leads=leads))
        self.stdout.flush()
        return input("Put the demo in? [Y/n] ").strip().lower() in ("", "y", "yes", "j", "ja")

    def _tell(self, shown: Any) -> None:
        self.stdout.write(
            f"Here are {shown.leads:,} leads of {shown.people} people, {shown.won} of them won. Sign in at {settings.PUBLIC_URL}"
        )
        self.stdout.write("")
        for role, email, password in shown.sign_ins:
            self.stdout.write(f"  {role:10} {email:28} {password}")
        self.stdout.write("")
        self.stdout.write(f"The passwords are shown only now. More people: {own_name()} person new --help")


def _nobody_yet() -> bool:
    try:
        return is_empty()
    except DatabaseError:  # no tables yet
        return True
