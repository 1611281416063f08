"""The `leadloop` command. Each verb is a module of `leadloop.management.commands`."""

import os
import sys
from pkgutil import iter_modules

import django
from django.core.management import execute_from_command_line, load_command_class
from pydantic import ValidationError

from leadloop.config.installed import no_install
from leadloop.management import commands


def main() -> int:
    """Run one verb; the exit code is 0 unless it failed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadloop.config.settings")
    asked = sys.argv[1:]
    try:
        if not asked or asked in (["help"], ["--help"], ["-h"]):
            print(overview())
            return 0
        if problem := no_install(asked):
            print(problem, file=sys.stderr)
            return 2
        execute_from_command_line(["leadloop", *asked])
    except ValidationError as error:
        if error.title != "Env":
            raise
        for one in error.errors():
            print(f"LEADLOOP_{str(one['loc'][0]).upper()}: {one['msg']}. docs/settings.md lists what an install may set.", file=sys.stderr)
        return 2
    return 0


def overview() -> str:
    """Our own verbs, a line each; `leadloop help VERB` has the rest, of Django's own as well."""
    django.setup()
    verbs = [module.name for module in iter_modules(commands.__path__)]
    lines = [f"  {verb:<8}  {_first_sentence(load_command_class('leadloop', verb).help)}" for verb in verbs]
    return "\n".join(["Usage: leadloop VERB ..., and `leadloop VERB --help` for one of them:", "", *lines])


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].removesuffix(".")
