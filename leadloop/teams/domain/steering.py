"""Who may change whom. Pure."""

from collections.abc import Collection

ROLES = ("rep", "marketer", "manager", "admin")
STEERING = frozenset({"manager", "admin"})


def may_steer(actor: str, target: str) -> bool:
    """A manager adds and changes everybody but administrators; an administrator everybody."""
    return actor == "admin" or (actor == "manager" and target != "admin")


def roles_to_give(actor: str) -> tuple[str, ...]:
    """The roles that a person of role `actor` may give."""
    return tuple(role for role in ROLES if may_steer(actor, role))


def leaves_nobody(role_before: str, role_after: str, others: Collection[str]) -> bool:
    """Whether a change would leave nobody to steer, or take the last administrator away.

    Args:
        role_before: of the person who changes.
        role_after: afterwards; "" for somebody who leaves.
        others: roles of all other people who can sign in.
    """
    last_admin = role_before == "admin" and role_after != "admin" and "admin" not in others
    return last_admin or (role_before in STEERING and role_after not in STEERING and not STEERING & set(others))


def may_grant(*, sees: bool, before: bool | None, after: bool | None) -> bool:
    """Sight of sensitive data is given only by somebody who has it; whoever steers may take it away."""
    return sees or after == before or after is False
