"""What routing refuses."""

from leadloop.kernel.errors import Conflict, Refused


class AlreadyClaimed(Conflict):
    """A second rep tried to claim; the first keeps the lead."""

    code, message = "already_claimed", "Another rep claimed this lead first."


class NotYours(Conflict):
    """The step belongs to the person who holds the lead."""

    code, message = "not_yours", "This lead is not in your hands."


class DeskFull(Refused):
    """The person already holds as many open leads as the cap allows."""

    code, message = "desk_full", "{name} already holds {cap} open leads."


class PoolNameTaken(Refused):
    """Two pools of one name would be taken for one another."""

    code, message = "pool_name_taken", "There is a pool called {name} already."
