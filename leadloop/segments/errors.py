"""What segments refuse."""

from leadloop.kernel.errors import Refused


class ByCriteriaAlone(Refused):
    """Somebody was to be put in or taken out by hand where only criteria count."""

    code, message, status = "by_criteria_alone", "“{title}” goes by its criteria alone. Make it mixed to add or remove leads by hand.", 409


class NotInForce(Refused):
    """The segment is a draft, or was retired."""

    code, message, status = "not_in_force", "This segment is not in force.", 409


class SaidBefore(Refused):
    """A person's word that counts already."""

    code, message, status = "said_before", "It was so before.", 409
