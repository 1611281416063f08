"""Does an inquiry belong to a lead that we have? Exact keys, and what speaks against them."""

from typing import Any

from leadloop.kernel.contact_points import is_role_mailbox


def joins(key: str, inquiry: dict[str, Any], lead: dict[str, Any]) -> bool:
    """Whether sharing `key` makes them one person.

    An external id of the same source always does. An e-mail does, but for a shared mailbox (info@) with two different names.
    A phone does unless e-mails or names differ: a family or a switchboard shares a number.
    """
    kind = key[0]
    if kind == "x":
        return True
    if kind == "e":
        return not (is_role_mailbox(inquiry["email"]) and _names_differ(inquiry, lead))
    different_mail = inquiry["email"] and lead["email"] and inquiry["email"] != lead["email"]
    return not different_mail and not _names_differ(inquiry, lead)


def _names_differ(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Both say who they are and do not say the same."""
    pairs = ((one[part], other[part]) for part in ("last_name", "first_name"))
    return any(mine and theirs and mine.casefold() != theirs.casefold() for mine, theirs in pairs)
