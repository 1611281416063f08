"""What the verbs of the command line share: plain words for what a person did wrong, JSON for programs."""

import json
import os
import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

from leadloop.kernel.errors import LeadLoopError

NOT_READY = ("no such table", "no such column", "does not exist")


def own_name() -> str:
    """What to write in a shell to call this program: its path as it was given, where the shell does not know it by name."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "leadloop" and not shutil.which("leadloop") else "leadloop"


class Verb(BaseCommand):
    """A command whose refusals are one line on stderr and exit code 1, never a traceback."""

    requires_system_checks = ()
    stealth_options = ("json",)

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return self._execute(*args, **options)
        except CommandError as error:
            if not getattr(self, "_called_from_command_line", False) or options.get("traceback"):
                raise
            self.stderr.write(str(error))
            sys.exit(error.returncode)

    def _execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except LeadLoopError as error:
            raise CommandError(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            if any(words in str(error) for words in NOT_READY):
                raise CommandError(
                    "The database is not set up for this version yet. Run `leadloop migrate`, or `leadloop serve`, first."
                ) from error
            raise CommandError(f"The database does not answer as it should: {str(error).strip()}") from error
        except BrokenPipeError:  # `leadloop trace 7 | head`: the reader has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains once more at its end
            return None

    def add_json(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON for programs")

    def write_json(self, facts: Any) -> None:
        self.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2, default=str))
