"""What scrubbing and erasing refuse."""

from leadloop.kernel.errors import Conflict, Refused


class NothingChosen(Refused):
    """A scrub of no lead."""

    code, message = "nothing_chosen", "No lead is meant. Change what you ask for, and look again."


class MovedOn(Conflict):
    """The preview showed other leads than there are now."""

    code, message = "moved_on", "Since you looked, other leads are meant: {seen:,} then, {now:,} now. Look again."


class NotConfirmed(Refused):
    """What cannot be undone is typed out."""

    code, message = "not_confirmed", "Type “{words}” to confirm. This cannot be undone."


class NotUndone(Conflict):
    """Erased is erased."""

    code, message = "scrub_not_undone", "This scrub cannot be undone: {why}."
