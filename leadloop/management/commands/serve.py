"""`leadloop serve`: bring the install up to date, then serve it."""

import os
import socket
import sys
from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from leadloop.config.prepare import prepare


class Command(BaseCommand):
    help = "Serve the product on one port, with a worker beside it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.ENV.host, help="address to listen on (LEADLOOP_HOST)")
        parser.add_argument("--port", type=int, default=settings.ENV.port, help="port to listen on (LEADLOOP_PORT)")
        parser.add_argument("--offer-demo", action="store_true", help="offer the demo first where the install is empty")
        parser.add_argument("--no-worker", action="store_true", help="serve only; run `leadloop worker` elsewhere")

    def handle(self, *, host: str, port: int, no_worker: bool, offer_demo: bool = False, **options: object) -> None:
        _check_free(host, port)
        if offer_demo:
            call_command("demo", if_empty=True, stdout=self.stdout)
        if prepare():
            self.stdout.write("The database is up to date.")
        self.stdout.write(f"Leadloop is on http://{host}:{port} (stop with Ctrl+C)")
        self.stdout.flush()
        connections.close_all()
        worker = "without-worker" if no_worker else "with-worker"
        os.execv(sys.executable, [sys.executable, "-m", "leadloop.config.supervise", host, str(port), worker])  # noqa: S606 - our own module; frees this process's memory


def _check_free(host: str, port: int) -> None:
    """Raises CommandError in words where the server would only fail with a traceback."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Cannot listen on {host}:{port} ({error.strerror}). Choose another with LEADLOOP_PORT or --port."
            ) from error
