"""The `leadloop` command. Each verb is a module of `leadloop.management.commands`."""

import os
import sys

from django.core.management import execute_from_command_line
from pydantic import ValidationError


def main() -> int:
    """Run one verb; the exit code is 0 unless it failed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadloop.config.settings")
    try:
        execute_from_command_line(["leadloop", *(sys.argv[1:] or ["help"])])
    except ValidationError as error:
        if error.title != "Env":
            raise
        for one in error.errors():
            print(f"LEADLOOP_{str(one['loc'][0]).upper()}: {one['msg']}. docs/settings.md lists what an install may set.", file=sys.stderr)
        return 2
    return 0
