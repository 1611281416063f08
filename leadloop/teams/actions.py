"""The verbs of teams: add people, change what they may do, let them go. Nobody is ever deleted."""

import secrets

from django.db import IntegrityError, transaction

from leadloop.teams.domain.steering import leaves_nobody, may_grant, may_steer
from leadloop.teams.errors import EmailTaken, NobodyLeft, NotYoursToChange
from leadloop.teams.models import User

PASSWORD_BYTES = 15  # 20 characters


def add_person(*, email: str, name: str, role: str, zone: str, by: User | None, sensitive: bool | None = None) -> tuple[User, str]:
    """Somebody new, with a password that is told once; `by` None is the command line.

    Raises:
        EmailTaken: the address signs in here already.
        NotYoursToChange: the role is above what `by` may give.
    """
    if by is not None and (not may_steer(by.role, role) or not may_grant(sees=by.may_see_sensitive, before=None, after=sensitive)):
        raise NotYoursToChange
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    try:
        with transaction.atomic():
            return User.objects.create_user(email, password, name=name, role=role, zone=zone, sees_sensitive=sensitive), password
    except IntegrityError as error:
        raise EmailTaken(email=email.lower()) from error


def change_person(person: User, *, name: str, role: str, zone: str, by: User, sensitive: bool | None = None) -> None:
    """Another name, role or zone; and whether they see sensitive data (None: as the role says).

    Raises:
        NotYoursToChange: the person's role, now or then, is above what `by` may give.
        NobodyLeft: nobody could steer any more.
    """
    with transaction.atomic():
        stored = _hold(person, by=by, role_after=role)
        if not may_steer(by.role, role) or not may_grant(sees=by.may_see_sensitive, before=stored.sees_sensitive, after=sensitive):
            raise NotYoursToChange
        stored.name, stored.role, stored.zone, stored.sees_sensitive = name, role, zone, sensitive
        stored.save(update_fields=["name", "role", "zone", "sees_sensitive"])


def change_profile(person: User, *, name: str, zone: str) -> None:
    """What a person may change of themselves."""
    person.name, person.zone = name, zone
    person.save(update_fields=["name", "zone"])


def deactivate(person: User, *, by: User) -> None:
    """Let somebody go: no sign-in from the next click on, no turns; their leads and their history stay.

    Raises:
        NotYoursToChange: the person is above `by`.
        NobodyLeft: nobody could steer any more.
    """
    with transaction.atomic():
        stored = _hold(person, by=by, role_after="")
        stored.is_active = False
        stored.save(update_fields=["is_active"])


def reactivate(person: User, *, by: User) -> None:
    """Let somebody back in. Their seats are for the caller: see `routing.roster.level_seats`.

    Raises:
        NotYoursToChange: the person is above `by`.
    """
    with transaction.atomic():
        stored = _hold(person, by=by, role_after=person.role)
        stored.is_active = True
        stored.save(update_fields=["is_active"])


def renew_password(person: User, *, by: User | None) -> str:
    """A new password, told once; every session of the person ends.

    Raises:
        NotYoursToChange: the person is above `by`.
    """
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    with transaction.atomic():
        stored = _hold(person, by=by, role_after=person.role) if by else person
        stored.set_password(password)
        stored.save(update_fields=["password"])
    return password


def _hold(person: User, *, by: User, role_after: str) -> User:
    """The stored person, locked together with all who steer, so that the last two cannot leave at once."""
    steering = list(User.objects.select_for_update().filter(is_active=True).order_by("pk").only("pk", "role"))
    stored: User = User.objects.select_for_update().get(pk=person.pk)
    if not may_steer(by.role, stored.role):
        raise NotYoursToChange
    others = [one.role for one in steering if one.pk != stored.pk]
    if stored.is_active and leaves_nobody(stored.role, role_after, others):
        raise NobodyLeft(name=stored.name)
    return stored
