"""What the timeline refuses."""

from leadloop.kernel.errors import Conflict


class StaleLead(Conflict):
    """The version that the caller saw is not the stored one any more."""

    code, message = "stale_lead", "Somebody changed this lead in the meantime. Look again and repeat."
