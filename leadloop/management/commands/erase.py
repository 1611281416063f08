"""`leadloop erase`: one person, everywhere, for good."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from leadloop import steps
from leadloop.db.clock import utc_now
from leadloop.kernel.contact_points import email_address, phone_number
from leadloop.leads.models import Standing
from leadloop.management.verb import Verb
from leadloop.scrub.erasing import erase, find
from leadloop.scrub.models import Erasure


class Command(Verb):
    help = "Erase a person everywhere, for good, by lead, e-mail or phone. Without --yes it only says whom it would erase."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("leads", nargs="*", type=int, metavar="LEAD", help="numbers of leads")
        parser.add_argument("--email", default="", help="everything of this address; known here or not, it is kept out from now on")
        parser.add_argument("--phone", default="", help="everything of this number, as +1 415 555 0100")
        parser.add_argument("--why", default="", help="stays with the erasing, such as the number of the request; name nobody")
        parser.add_argument("--delete", action="store_true", help="leave nothing but a line in the counts (default: anonymise)")
        parser.add_argument("--yes", action="store_true", help="do it; this cannot be undone")
        self.add_json(parser)

    def handle(self, *, leads: list[int], email: str, phone: str, json: bool, **options: Any) -> None:
        address = email_address(email) if email else ""
        number = phone_number(phone, settings.DEFAULT_COUNTRY) if phone else ""
        if address is None or number is None or not (leads or address or number):
            raise CommandError("Say whom: numbers of leads, --email or --phone.")
        ids = sorted({*Standing.objects.filter(pk__in=leads).values_list("pk", flat=True), *find(email=address, phone=number)})
        if gone := sorted(set(leads) - set(ids)):
            raise CommandError(f"There is no lead {gone[0]}.")
        if not options["yes"]:
            self.stdout.write(
                f"This would erase {len(ids)} lead{'' if len(ids) == 1 else 's'}: {ids}. Say --yes to do it; it cannot be undone."
            )
            return
        if not options["why"]:
            raise CommandError("Say --why: it stays with the erasing.")
        points = [f"e:{address}"] * bool(address) + [f"p:{number}"] * bool(number)
        how = Erasure.How.DELETED if options["delete"] else Erasure.How.ANONYMISED
        erased = erase(ids, steps.by(None, now=utc_now()), how=how, why=options["why"], points=points)
        if json:
            self.write_json(erased._asdict())
            return
        rows = sum(erased.places.values())
        self.stdout.write(f"Erased {len(erased.leads)} lead{'' if len(erased.leads) == 1 else 's'}; {rows} rows changed.")
        for one in erased.left:
            self.stdout.write(f"Look at this: {one}")
