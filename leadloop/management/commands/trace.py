"""`leadloop trace LEAD`: the whole story of a lead, with each decision and what it was decided from."""

from argparse import ArgumentParser
from typing import Any

from leadloop.audit.story import tell
from leadloop.audit.telling import text_of
from leadloop.audit.who import find_lead
from leadloop.management.verb import Verb


class Command(Verb):
    help = "Print the whole story of a lead: what came in, each decision with its inputs, who had it, how it ended."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("lead", help="its number, e-mail, telephone number, or the id it has elsewhere")
        self.add_json(parser)

    def handle(self, *, lead: str, json: bool, **options: Any) -> None:
        story = tell(find_lead(lead))
        if json:
            self.write_json(story)
            return
        for line in text_of(story, heading=self.style.MIGRATE_HEADING):
            self.stdout.write(line)
