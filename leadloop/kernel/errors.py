"""What can go wrong in words of the trade: the caller's move, or come back later. Everything else is a bug and crashes."""

from collections.abc import Mapping
from types import MappingProxyType


class LeadLoopError(Exception):
    """Base of every error that a person or a program gets to read.

    `code` is stable and for programs, `message` is for people and may name facts as `{fact}`; `status` is the HTTP status.
    """

    code = "error"
    message = "Something went wrong."
    status = 500
    errors: Mapping[str, str] = MappingProxyType({})
    """More words by field, for programs; a refusal that has them says so itself."""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.message.format_map(_Lenient(facts)))


class Refused(LeadLoopError):
    """The caller's move: the request cannot be done as it stands."""

    code, message, status = "refused", "That is not possible.", 422


class NotFound(Refused):
    """No such thing, or not yours: the two look the same."""

    code, message, status = "not_found", "There is nothing here.", 404


class Conflict(Refused):
    """Somebody else changed it first."""

    code, message, status = "conflict", "Somebody changed this in the meantime. Look again and repeat.", 409


class Unavailable(LeadLoopError):
    """Ours to mend: try again after `retry_after` seconds."""

    code, message, status = "unavailable", "Busy right now. Try again shortly.", 503
    retry_after = 2


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
