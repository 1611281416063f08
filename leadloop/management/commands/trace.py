"""`leadloop trace LEAD`: the whole story of a lead, with each decision and what it was decided from."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from leadloop.audit.story import tell
from leadloop.audit.telling import text_of, why_text
from leadloop.audit.who import find_lead
from leadloop.db.clock import utc_now
from leadloop.leads.sample import reference_names
from leadloop.management.verb import Verb
from leadloop.segments.models import Segment
from leadloop.segments.why import reasons


class Command(Verb):
    help = "Print the whole story of a lead: what came in, each decision with its inputs, who had it, how it ended."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("lead", help="its number, e-mail, telephone number, or the id it has elsewhere")
        parser.add_argument("--segment", metavar="NAME", help="only why the lead is in this segment, or is not")
        self.add_json(parser)

    def handle(self, *, lead: str, segment: str | None, json: bool, **options: Any) -> None:
        if segment is not None:
            self._tell_why(find_lead(lead).pk, segment, json=json)
            return
        story = tell(find_lead(lead))
        if json:
            self.write_json(story)
            return
        for line in text_of(story, heading=self.style.MIGRATE_HEADING):
            self.stdout.write(line)

    def _tell_why(self, lead_id: int, name: str, *, json: bool) -> None:
        version = Segment.objects.published().filter(name=name).first()
        found = reasons(lead_id, version, now=utc_now(), names=reference_names()) if version else None
        if found is None:
            raise CommandError(f"There is no segment “{name}” in force.")
        if json:
            self.write_json(found.as_json())
            return
        for line in why_text(found, heading=self.style.MIGRATE_HEADING):
            self.stdout.write(line)
