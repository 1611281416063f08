"""A model that fails must stop no lead: what is kept of it, once an epoch of rules, and what the page says."""

import logging

from leadloop.db.clock import utc_now
from leadloop.db.versions import current_epoch
from leadloop.learning.models import Failure

log = logging.getLogger("leadloop.learning")
_told: set[int] = set()
"""Epochs of which this process has logged a failure."""


def keep_failure(error: Exception, *, version: int | None, lead_id: int, epoch: int) -> None:
    """Log it and write it down, the first of an epoch only. One statement."""
    if epoch not in _told:
        _told.clear()
        _told.add(epoch)
        log.error("version %s fails; leads go on without a probability, lead %s first", version, lead_id, exc_info=error)
    # its text may hold what a lead said, which is for the log alone
    row = Failure(epoch=epoch, version=version, lead_id=lead_id, problem=type(error).__name__, happened_at=utc_now())
    Failure.objects.bulk_create([row], ignore_conflicts=True)


def failure_now() -> Failure | None:
    """The failure of the models in force, if there was one. Two queries."""
    return Failure.objects.filter(epoch=current_epoch()).first()
