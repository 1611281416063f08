"""What the timeline refuses."""

from leadloop.kernel.errors import Conflict


class StaleLead(Conflict):
    """The version that the caller saw is not the stored one any more."""

    code, message = "stale_lead", "Somebody changed this lead in the meantime. Look again and repeat."


class NotUndoable(Conflict):
    """The last thing that happened to the lead cannot be taken back: another thing, too long ago, or nothing that can be undone."""

    code, message = "not_undoable", "This cannot be undone: {why}."
