"""`leadloop person new|list|off|on`: people who sign in, and the seats of those who sell."""

import sys
from argparse import ArgumentParser
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.validators import validate_email
from django.db import transaction

from leadloop.management.verb import Verb, own_name
from leadloop.routing import roster
from leadloop.routing.models import Pool
from leadloop.teams import actions as teams
from leadloop.teams.models import Role, User

OPERATOR = User(name="Command line", role=Role.ADMIN)
"""Whoever has a shell on this machine may do what an administrator may."""


class Command(Verb):
    help = "Add people, list them, switch them off and on. A password is shown once, when a person is added."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="new|list|off|on")
        new = verbs.add_parser("new", help="add somebody and print a password, once")
        new.add_argument("--email", required=True, help="what they sign in with")
        new.add_argument("--name", default="", help="how colleagues call them")
        new.add_argument("--role", choices=Role.values, default=Role.REP.value, help="what they may do (default rep)")
        new.add_argument(
            "--pool", action="append", dest="pools", metavar="NAME", help="a rep's pool (default Sales); say it again for more"
        )
        new.add_argument("--weight", type=int, default=1, help="turns for each turn of a colleague with 1")
        new.add_argument("--zone", default=settings.REPORT_ZONE, help="their time zone, an IANA name")
        new.add_argument("--password-stdin", action="store_true", help="take the password from the first line of standard input")
        every = verbs.add_parser("list", help="everybody")
        off = verbs.add_parser("off", help="no sign-in and no turns; leads and history stay")
        on = verbs.add_parser("on", help="let somebody back in, level with the others")
        for sub in (off, on):
            sub.add_argument("email")
        for sub in (new, every, off, on):
            self.add_json(sub)

    def handle(self, *, verb: str, json: bool, **options: Any) -> None:
        if verb == "new":
            self._new(options, json=json)
        elif verb == "list":
            self._list(json=json)
        else:
            self._switch(options["email"], on=verb == "on", json=json)

    def _new(self, options: dict[str, Any], *, json: bool) -> None:
        email, role = options["email"].strip(), options["role"]
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"“{email}” is no e-mail address.") from error
        if options["zone"] not in available_timezones():
            raise CommandError(f"“{options['zone']}” is no time zone. Write it as in Europe/Berlin.")
        if not 1 <= options["weight"] <= roster.HEAVIEST:
            raise CommandError(f"--weight takes a whole number from 1 to {roster.HEAVIEST}.")
        pools = _pools(options["pools"] or (["Sales"] if role == Role.REP else []))
        with transaction.atomic():
            person, password = teams.add_person(
                email=email, name=options["name"] or email.split("@")[0], role=role, zone=options["zone"], by=None
            )
            if options["password_stdin"]:
                password = ""
                _set_password(person, sys.stdin.readline().rstrip("\n"))
            for pool in pools:
                roster.join(pool, person, weight=options["weight"])
            if role == Role.REP and not pools:
                roster.set_present(person, present=True)
        if json:
            self.write_json(facts(person) | ({"password": password} if password else {}))
            return
        seats = f" with a seat in {', '.join(pool.name for pool in pools)}" if pools else ""
        self.stdout.write(f"{person.name} signs in as {person.email} ({person.get_role_display().lower()}){seats}.")
        if password:
            self.stdout.write(f"Password, shown only now: {password}")

    def _list(self, *, json: bool) -> None:
        people = User.objects.select_related("desk").prefetch_related("seats__pool").order_by("name", "pk")
        told = [facts(person) for person in people]
        if json:
            self.write_json(told)
            return
        for one in told:
            state = "" if one["active"] else "switched off"
            load = f"{one['open_leads']} open" if one["role"] == Role.REP else ""
            self.stdout.write(f"{one['email']:32} {one['role']:9} {one['name']:22} {', '.join(one['pools']):24} {load:9} {state}".rstrip())
        if not told:
            self.stdout.write(f"Nobody yet. Begin with: {own_name()} person new --role admin --email you@company.com")

    def _switch(self, email: str, *, on: bool, json: bool) -> None:
        person = User.objects.filter(email=email.strip().lower()).first()
        if person is None:
            raise CommandError(f"Nobody signs in as {email}. `leadloop person list` shows everybody.")
        if on and not person.is_active:
            roster.come_back(person, by=OPERATOR)
        elif not on:
            teams.deactivate(person, by=OPERATOR)
        person.refresh_from_db()
        if json:
            self.write_json(facts(person))
        else:
            self.stdout.write(f"{person.name} {'may sign in again' if on else 'can no longer sign in and gets no turns'}.")


def _pools(names: list[str]) -> list[Pool]:
    known = {pool.name: pool for pool in Pool.objects.all()}
    for name in names:
        if name not in known:
            raise CommandError(f"There is no pool “{name}”. Pools here: {', '.join(sorted(known)) or 'none'}.")
    return [known[name] for name in dict.fromkeys(names)]


def _set_password(person: User, password: str) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    person.set_password(password)
    person.save(update_fields=["password"])


def facts(person: User) -> dict[str, Any]:
    """What a list says of a person."""
    desk = getattr(person, "desk", None)
    return {
        "id": person.pk,
        "email": person.email,
        "name": person.name,
        "role": person.role,
        "zone": person.zone,
        "active": person.is_active,
        "present": desk.present if desk else None,
        "open_leads": desk.open_count if desk else 0,
        "pools": sorted(seat.pool.name for seat in person.seats.all()),
    }
