"""How fast one sender may ask. Kept in memory: what a restart forgets, and what each process counts for itself, does no harm."""

from collections.abc import Hashable
from math import ceil

MINUTE = 60.0
MOST_SENDERS = 10_000
"""Remembered at once; beyond it all begin anew, so that strangers fill no memory."""


class Pace:
    """So many times a minute for each sender, all of them at once after a quiet minute. 0 is no limit."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._pause = MINUTE / per_minute if per_minute else 0.0
        self._latest = MINUTE - self._pause + 1e-6
        self._quiet_at: dict[Hashable, float] = {}

    def wait(self, sender: Hashable, *, now: float) -> int:
        """0 if the sender may ask now, which then counts; else the seconds to wait first.

        Of each sender one moment is known: when it will have been quiet long enough for all turns of a minute. Each turn moves it on.
        """
        if not self._pause:
            return 0
        quiet_at = max(self._quiet_at.get(sender, now), now)
        if quiet_at - now > self._latest:
            return ceil(quiet_at - now - self._latest)
        if sender not in self._quiet_at and len(self._quiet_at) >= MOST_SENDERS:
            self._quiet_at.clear()
        self._quiet_at[sender] = quiet_at + self._pause
        return 0
