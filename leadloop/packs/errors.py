"""What this room refuses."""

from leadloop.kernel.errors import NotFound, Refused


class NoSuchPack(NotFound):
    """Nobody has a pack of that name."""

    code, message = "no_such_pack", "There is no pack called “{name}”. `leadloop pack list` names them."


class NotInstalled(Refused):
    """Only what is installed can be removed."""

    code, message, status = "pack_not_installed", "The pack “{name}” is not installed.", 409
