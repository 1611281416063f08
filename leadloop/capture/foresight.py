"""What an import would do at this moment, by the same keys and the same rule as the loop, without writing anything."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings

from leadloop.capture import taken_rows
from leadloop.capture.domain.doubts import doubt_about, worth_listing
from leadloop.capture.domain.import_rows import ReadRow
from leadloop.capture.domain.sheets import Sheet
from leadloop.capture.import_files import reading_of, rows_of
from leadloop.capture.import_result import SHOWN_REFUSALS, ImportResult
from leadloop.capture.import_sources import Sources, sort_rows
from leadloop.capture.models import Import
from leadloop.db import bulk
from leadloop.intake.domain.normalise import normalise
from leadloop.leads.domain.inquiry import Inquiry
from leadloop.leads.models import Lead
from leadloop.matching.domain.same_person import joins
from leadloop.matching.models import MatchKey

CHUNK = 1_000
TRIAL_ROWS = 200_000  # the keys that were seen are remembered; beyond this the result says how far it looked
_READ = ("email", "first_name", "last_name")


class Foresight:
    """Counts how many inquiries would make a lead and how many would join one; remembers those it has counted."""

    def __init__(self) -> None:
        self.created = self.matched = 0
        self._holders: dict[str, list[int]] = {}
        self._known: dict[int, dict[str, Any]] = {}

    def count(self, inquiries: Sequence[Inquiry]) -> None:
        """Two queries a batch."""
        self._load({key for inquiry in inquiries for key in inquiry.keys} - self._holders.keys())
        for inquiry in inquiries:
            lead = self._lead_for(inquiry)
            if lead is None:
                self.created += 1
                lead = -self.created
                self._known[lead] = {name: inquiry.values[name] for name in _READ}
            else:
                self.matched += 1
                known = self._known[lead]
                known.update({name: inquiry.values[name] for name in _READ if not known[name]})
            for key in inquiry.keys:
                holders = self._holders.setdefault(key, [])
                if lead not in holders:
                    holders.append(lead)

    def _load(self, keys: set[str]) -> None:
        if not keys:
            return
        condition, params = bulk.any_of("key", sorted(keys))
        table = MatchKey._meta.db_table
        found = bulk.fetch(f"select key, lead_id from {table} where {condition} order by lead_id", params)  # noqa: S608  model names only
        for key, lead_id in found:
            self._holders.setdefault(key, []).append(lead_id)
        new = {lead_id for _, lead_id in found} - self._known.keys()
        self._known.update({row["id"]: row for row in Lead.objects.filter(pk__in=new).values("id", *_READ)} if new else {})

    def _lead_for(self, inquiry: Inquiry) -> int | None:
        for key in inquiry.keys:
            for lead in self._holders.get(key, ()):
                if joins(key, inquiry.values, self._known[lead]):
                    return lead
        return None


def foresee(sheet: Sheet, row: Import, *, now: datetime) -> ImportResult:
    """A dry run: the same reading and the same match rule, nothing written. Three queries a chunk."""
    reading, sources, ahead = reading_of(row, now=now), Sources(row.source, now=None), Foresight()
    result = ImportResult(
        row.file_name, row.source.name, dry_run=True, rows=row.total_rows or 0, dates=reading.dates, mapping=dict(row.mapping)
    )
    with rows_of(sheet) as rows:
        numbered = islice(taken_rows.numbered(map(reading.read, rows)), TRIAL_ROWS)
        while chunk := list(islice(numbered, CHUNK)):
            sources.learn(one for one, _ in chunk if isinstance(one, ReadRow))
            good, bad = sort_rows(chunk, sources)
            known = taken_rows.known([(sources.of(one)[0], digest) for one, digest in good])
            fresh = [one for one, digest in good if (sources.of(one)[0], digest) not in known]
            inquiries = [_inquiry(one, sources.of(one), now=now) for one in fresh]
            ahead.count(inquiries)
            _doubt(result, zip(fresh, inquiries, strict=True))
            result.skipped += len(good) - len(fresh)
            result.refused += len(bad)
            result.looked_at += len(chunk)
            result.refusals += [{"line": one.line, "reason": one.reason} for one in bad[: SHOWN_REFUSALS - len(result.refusals)]]
    result.created, result.matched = ahead.created, ahead.matched
    return result


def _doubt(result: ImportResult, rows: Iterable[tuple[ReadRow, Inquiry]]) -> None:
    found = (doubt_about(row.line, inquiry.values) for row, inquiry in rows)
    doubts = [one for one in found if one]
    result.unread += sum(one.unread for one in doubts)
    result.unreachable += sum(one.unreachable for one in doubts)
    listed = worth_listing(doubts, result.mapping)[: SHOWN_REFUSALS - len(result.doubts)]
    result.doubts += [{"line": one.line, "reason": one.reason} for one in listed]


def _inquiry(one: ReadRow, source: tuple[int, str], *, now: datetime) -> Inquiry:
    country = source[1] or settings.DEFAULT_COUNTRY
    return normalise(
        one.payload,
        submission_id=0,
        door="file",
        source_id=source[0],
        received_at=one.happened_at or now,
        default_country=country,
        context={},
    )
