"""`leadloop export leads` and `leadloop export segment NAME`: leads, or the members of a segment, as JSON lines or CSV."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db.models import Exists, OuterRef

from leadloop.leads.domain.stages import Stage
from leadloop.leads.models import Standing
from leadloop.management.verb import Verb
from leadloop.segments.models import Member, Segment
from leadloop.work.export import FORMATS, stream_leads


class Command(Verb):
    help = "Write leads as JSON lines or CSV, streamed, oldest first. Sensitive values are masked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=("leads", "segment"))
        parser.add_argument("name", nargs="?", help="of the segment, as its address has it")
        parser.add_argument("--format", choices=list(FORMATS), default="jsonl", help="default jsonl")
        parser.add_argument(
            "--stage", action="append", choices=[stage.value for stage in Stage], dest="stages", help="only these; say it again for more"
        )
        parser.add_argument("--out", type=Path, metavar="FILE", help="a file instead of standard output; it appears when it is whole")
        self.add_json(parser)

    def handle(self, *, what: str, name: str | None, stages: list[str] | None, out: Path | None, json: bool, **options: Any) -> None:
        standings = Standing.objects.filter(stage__in=stages) if stages else Standing.objects.all()
        if what == "segment":
            standings = standings.filter(Exists(Member.objects.filter(segment=_segment(name), lead_id=OuterRef("pk"))))
        if out is None:
            for block in stream_leads(standings, options["format"]):
                self.stdout.write(block.decode(), ending="")
            return
        part = out.with_name(out.name + ".part")
        try:
            with part.open("wb") as file:
                for block in stream_leads(standings, options["format"]):
                    file.write(block)
            part.replace(out)
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror or error}.") from error
        finally:
            part.unlink(missing_ok=True)
        size = out.stat().st_size
        if json:
            self.write_json({"file": str(out), "format": options["format"], "leads": standings.count(), "bytes": size})
        else:
            self.stdout.write(f"{standings.count():,} leads are in {out} ({size:,} bytes).")


def _segment(name: str | None) -> str:
    """The name, if a segment of it is in force."""
    known = list(Segment.objects.published().order_by("name").values_list("name", flat=True))
    if name not in known:
        raise CommandError(f"There is no segment “{name or ''}” in force. There are: {', '.join(known) or 'none'}.")
    return str(name)
