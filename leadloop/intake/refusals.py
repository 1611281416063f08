"""What the doors turned away, counted by reason. Counted in memory and written every few seconds: a flood of bad requests must not
become a flood of writes; what a crash loses is a count of things that were never acknowledged."""

import logging
import threading
from collections import Counter

from django.db import DatabaseError, connection

from leadloop.db.clock import utc_now
from leadloop.intake.actions import count_refusal

log = logging.getLogger("leadloop.refusals")
PAUSE_SECONDS = 2.0


class Refusals:
    """Counts by (door, reason); a thread of its own writes them while there are any."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def note(self, door: str, reason: str) -> None:
        """Count one; never blocks on the store."""
        with self._lock:
            self._counts[door, reason] += 1
            if self._timer is None:
                self._timer = threading.Timer(PAUSE_SECONDS, self._flush_and_close)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Write what was counted; what cannot be written is counted again."""
        with self._lock:
            counts, self._counts, self._timer = self._counts, Counter(), None
        try:
            for (door, reason), count in sorted(counts.items()):
                count_refusal(door, reason, now=utc_now(), count=count)
        except DatabaseError:
            log.exception("refusals could not be written")
            with self._lock:
                self._counts.update(counts)

    def _flush_and_close(self) -> None:
        self.flush()
        connection.close()


REFUSALS = Refusals()
"""Of this process."""
