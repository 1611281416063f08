"""What teams refuse."""

from leadloop.kernel.errors import Conflict, Refused


class EmailTaken(Conflict):
    """Two people cannot sign in by one address."""

    code, message = "email_taken", "{email} signs in here already."


class NotYoursToChange(Refused):
    """A manager does not change an administrator, nor make one."""

    code, message, status = "not_yours_to_change", "Only an administrator can do that.", 403


class NobodyLeft(Refused):
    """Somebody has to be able to steer."""

    code, message = "nobody_left", "{name} is the last one who can steer here. Give somebody else that role first."
