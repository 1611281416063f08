"""What conversion and closing refuse."""

from leadloop.kernel.errors import Conflict, Refused


class NotConverted(Conflict):
    """There is no live conversion to work on."""

    code, message = "not_converted", "This lead has not been converted."


class DealMovedOn(Conflict):
    """Undoing would take away something that others built on."""

    code, message = "deal_moved_on", "The opportunity is already {state}; reopen it before the conversion is undone."


class BadAmount(Refused):
    """An amount without currency, below zero, or beyond what we can store."""

    code, message = "bad_amount", "An amount needs a currency and lies between 0 and 90 trillion."


class BadReason(Refused):
    """A reason that is not one of the list of this end, or not any more."""

    code, message = "bad_reason", "The reason must be one of: {known}."


class NoteNeeded(Refused):
    """A reason that says nothing without a note."""

    code, message = "note_needed", "“{label}” needs a note that says more."


class ReasonNeeded(Refused):
    """A deal that was won is taken back only for a reason."""

    code, message = "reason_needed", "This deal was won. Say why it is opened again."


class ReasonTaken(Conflict):
    """Two reasons of one list that read alike."""

    code, message = "reason_taken", "There is a reason called “{label}” in this list already. A retired one can be brought back."
