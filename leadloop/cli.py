"""The `leadloop` command. Each verb is a module of `leadloop.management.commands`."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> int:
    """Run one verb; the exit code is 0 unless it failed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadloop.config.settings")
    execute_from_command_line(["leadloop", *(sys.argv[1:] or ["help"])])
    return 0
