"""What the doors refuse."""

from leadloop.kernel.errors import Conflict, Refused


class KeyUnknown(Refused):
    """No key, a wrong one, an expired or a revoked one: the four look the same."""

    code, message, status = "key_unknown", "The API key is missing, wrong, expired or revoked.", 401


class ScopeMissing(Refused):
    """The key is good, but not for this."""

    code, message, status = "scope_missing", "This API key lacks the scope {scope}.", 403


class BadKey(Refused):
    """A key cannot be made as asked."""

    code, message = "bad_key", "A key needs a name and scopes out of: {scopes}."


class FileTooLarge(Refused):
    """The upload is larger than any import may be."""

    code, message, status = "file_too_large", "A file may have {megabytes} MB. Split it, or import it with `leadloop import`.", 413


class BadMapping(Refused):
    """Columns and fields do not go together."""

    code, message = "bad_mapping", "{reason}"


class DateOrderUnclear(Refused):
    """Dates such as 01/02/2024: a person has to say what comes first."""

    code = "date_order_unclear"
    message = "The dates in “{column}” {why}. Say whether the day (dmy) or the month (mdy) comes first."


class ImportMovedOn(Conflict):
    """Another worker carries this import, or it is not to be started."""

    code, message = "import_moved_on", "This import is {state} already."
