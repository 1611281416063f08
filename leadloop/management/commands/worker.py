"""`leadloop worker`: do what waits, until told to stop."""

import signal
import threading
from argparse import ArgumentParser

from leadloop import worker
from leadloop.config.collector import relax
from leadloop.management.verb import Verb


class Command(Verb):
    help = "Judge waiting submissions, run due jobs, bring leads back from nurture. Run as many as you like, anywhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")
        parser.add_argument("--batch", type=int, default=200, help="most submissions judged at once (default 200)")

    def handle(self, *, once: bool, batch: int, **options: object) -> None:
        relax()
        stopping = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stopping.set())
        done = worker.run_once(batch=batch) if once else worker.run_until(stopping, batch=batch)
        if once:
            self.stdout.write(f"{done} things done")
