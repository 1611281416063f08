"""Erasures beside the database, as keyed digests in `erasures.jsonl`: a restored backup does not know whom we erased after it."""

import json
import os
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from leadloop.consent.suppression import digest_of


class Line(NamedTuple):
    """One erasing: digests of its contact points, and leads with the moment they came, since a restored base gives numbers again."""

    at: datetime
    how: str
    digests: list[str]
    leads: list[tuple[int, datetime]]


def path() -> Path:
    return Path(settings.HOME) / "erasures.jsonl"


def append(at: datetime, how: str, points: Collection[str], leads: Sequence[tuple[int, datetime]]) -> None:
    """Note an erasing, on the disk before this returns."""
    said = {
        "at": at.isoformat(),
        "how": how,
        "digests": sorted(map(digest_of, points)),
        "leads": [[lead_id, came.isoformat()] for lead_id, came in leads],
    }
    with path().open("ab+") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 1))
        torn = file.read(1) not in (b"", b"\n")  # a crash cut the last line off: it must not take this one with it
        file.write(b"\n" * torn + json.dumps(said).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def lines() -> Iterator[Line]:
    """All that is noted, oldest first; a line that a crash cut off is left out."""
    if not path().exists():
        return
    with path().open(encoding="utf-8") as file:
        for text in file:
            try:
                said = json.loads(text)
                leads = [(int(lead_id), datetime.fromisoformat(came)) for lead_id, came in said["leads"]]
                yield Line(datetime.fromisoformat(said["at"]), said["how"], said["digests"], leads)
            except (ValueError, KeyError, TypeError):
                continue
