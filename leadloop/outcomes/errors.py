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
