"""The file door: look at a file, say what it would do, take it in. Rows enter in chunks that each commit, so that a kill costs nothing."""

import gc
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import F

from leadloop import loop
from leadloop.capture import taken_rows, uploads
from leadloop.capture.domain.doubts import Doubt, doubt_about, worth_listing
from leadloop.capture.domain.import_rows import ReadRow, tidy_source
from leadloop.capture.domain.rows import SheetRefused
from leadloop.capture.domain.sheets import open_sheet
from leadloop.capture.errors import ImportMovedOn
from leadloop.capture.foresight import foresee
from leadloop.capture.import_declared import guess_declared, keep_secret, secret_columns
from leadloop.capture.import_files import (
    check_ready,
    checked_mapping,
    guessed_mapping,
    inspect,
    reading_of,
    rows_of,
    sheet_of,
    stored,
    without,
)
from leadloop.capture.import_result import SHOWN_REFUSALS, ImportResult
from leadloop.capture.import_sources import Sources, sort_rows
from leadloop.capture.models import Import, RefusedRow
from leadloop.db import bulk
from leadloop.db.outages import retried
from leadloop.intake.domain.arrival import Arrival
from leadloop.leads import fields
from leadloop.leads.actions import source_ids
from leadloop.leads.models import Source
from leadloop.leads.sensitive import all_sensitive

__all__ = ["ImportResult", "give_up", "go_on", "import_file", "plan", "remap", "result_of", "run", "start", "stop_trying_out", "try_out"]

CHUNK = 1_000
BROKE_OFF = "It broke off each time it was tried. The worker's log says why."
STARTED_AGAIN = "The command broke off, and was started again later: see the newer import of this file."
Clock = Callable[[], datetime]
Fault = Callable[[str], None]


def plan(stream: BinaryIO, *, file_name: str, source: str, author: Any, now: datetime) -> Import:
    """Keep an uploaded file and find out how it is written; nothing of it enters yet.

    Raises:
        SheetRefused, FileTooLarge: nothing is kept.
    """
    sheet = open_sheet(stream, name=file_name)
    kept = uploads.keep(stream)
    try:
        row = Import(
            file_name=file_name[:200],
            path=kept.path,
            digest=kept.digest,
            source_id=source_ids([tidy_source(source)], now=now)[tidy_source(source)][0],
            author=author,
            created_at=now,
            mapping=guess_declared(guessed_mapping(sheet), fields.declared_now()),
            options={"kind": sheet.kind, "encoding": sheet.encoding, "delimiter": sheet.delimiter, "sheet": sheet.sheet_name},
        )
        inspect(row, sheet)
        row.save(force_insert=True)
    except BaseException:
        uploads.drop(kept.path)
        raise
    return row


def remap(row: Import, *, mapping: Mapping[str, str], dates: str = "", hidden: Collection[str] = ()) -> None:
    """Change which column is which field, or how dates are read, before the import starts.

    Args:
        hidden: sensitive fields that the person who does it may not see; a column that becomes one stays masked, or is left out.

    Raises:
        BadMapping: unknown columns or fields, a field given twice, or a sensitive column that would show.
        ImportMovedOn: it has started.
    """
    keep_secret(row, mapping, hidden)
    secret = sorted(secret_columns(row, all_sensitive()))
    with stored(row) as stream:
        sheet = sheet_of(stream, row)
        row.mapping = checked_mapping(sheet.headers, mapping)
        row.options = {**row.options, "secret": secret, "chosen_dates": dates if dates in ("dmy", "mdy", "ymd") else "", "trial": None}
        inspect(row, sheet)
    changed = Import.objects.filter(pk=row.pk, state=Import.State.PLANNED)
    if not changed.update(mapping=row.mapping, options=row.options, total_rows=row.total_rows):
        raise ImportMovedOn(state=Import.objects.get(pk=row.pk).get_state_display().lower())


def start(row: Import) -> None:
    """The import may run from now on.

    Raises:
        DateOrderUnclear, BadMapping: a person has to say something first.
        ImportMovedOn: it has started already.
    """
    check_ready(row.mapping, row.options)
    if not Import.objects.filter(pk=row.pk, state=Import.State.PLANNED).update(state=Import.State.RUNNING):
        raise ImportMovedOn(state=Import.objects.get(pk=row.pk).get_state_display().lower())


def give_up(import_id: int, *, now: datetime) -> None:
    """An import that nobody carries on has failed; its file and its restart point stay, so that it can go on."""
    Import.objects.filter(pk=import_id, state=Import.State.RUNNING).update(state=Import.State.FAILED, problem=BROKE_OFF, finished_at=now)


def go_on(row: Import) -> None:
    """An import that broke off may run again, from its restart point.

    Raises:
        ImportMovedOn: it has not begun, has ended well, or is a matter of the command line.
    """
    broken_off = Import.objects.filter(pk=row.pk, state__in=(Import.State.RUNNING, Import.State.FAILED)).exclude(path="")
    if not broken_off.update(state=Import.State.RUNNING, problem="", finished_at=None):
        raise ImportMovedOn(state=Import.objects.get(pk=row.pk).get_state_display().lower())


def run(import_id: int, *, clock: Clock, fault: Fault = lambda _point: None, at: Path | None = None) -> ImportResult:
    """Take in what is left of a started import; may be killed and called again at any point.

    Args:
        clock: read once a chunk.
        fault: called with the name of each point at which a process may die.
        at: where the file lies, if not among the uploads.

    Raises:
        ImportMovedOn: another worker carries it on.
    """
    row = Import.objects.select_related("source").get(pk=import_id)
    if row.state != Import.State.RUNNING:
        return result_of(row)
    try:
        with (at or uploads.place_of(row.path)).open("rb") as stream:
            sheet = sheet_of(stream, row)
            reading = reading_of(row, now=clock())
            sources = Sources(row.source, now=clock())
            done = row.done_rows
            with rows_of(sheet) as rows, _few_collections():
                numbered = taken_rows.numbered(map(reading.read, rows))
                for _ in islice(numbered, done):
                    pass  # dealt with before; read again only to count rows that say the same
                while chunk := list(islice(numbered, CHUNK)):
                    sources.learn(one for one, _ in chunk if isinstance(one, ReadRow))
                    _take_chunk(row, chunk, done=done, sources=sources, now=clock(), fault=fault)
                    done += len(chunk)
                    fault("after-chunk")
    except (SheetRefused, FileNotFoundError) as error:
        problem = str(error) if isinstance(error, SheetRefused) else "The file is not there any more. Upload it again."
        Import.objects.filter(pk=row.pk).update(state=Import.State.FAILED, problem=problem[:300], finished_at=clock())
        uploads.drop(row.path)
        row.refresh_from_db()
        return result_of(row)
    Import.objects.filter(pk=row.pk, state=Import.State.RUNNING).update(state=Import.State.FINISHED, finished_at=clock(), total_rows=done)
    fault("after-finish")
    uploads.drop(row.path)
    row.refresh_from_db()
    return result_of(row)


def try_out(import_id: int, *, now: datetime) -> dict[str, Any]:
    """Count what a planned import would do at this moment, and keep the counts with it."""
    row = Import.objects.select_related("source").get(pk=import_id)
    with stored(row) as stream:
        result = foresee(sheet_of(stream, row), row, now=now).as_json()
    with transaction.atomic():
        latest = Import.objects.select_for_update().get(pk=row.pk)
        if latest.mapping == row.mapping and latest.options.get("dates") == row.options.get("dates"):
            Import.objects.filter(pk=row.pk).update(options={**latest.options, "trial": result})
    return result


def stop_trying_out(import_id: int) -> None:
    """Nobody counts any more what this import would do; the page says so instead of waiting."""
    with transaction.atomic():
        latest = Import.objects.select_for_update().get(pk=import_id)
        if latest.options.get("trial") == {"waits": True}:
            Import.objects.filter(pk=import_id).update(options={**latest.options, "trial": {"broke_off": True}})


def import_file(
    path: Path,
    *,
    source_name: str,
    now: datetime,
    dry_run: bool = False,
    mapping: Mapping[str, str] | None = None,
    dates: str = "",
    author: Any = None,
    clock: Clock | None = None,
    fault: Fault = lambda _point: None,
) -> ImportResult:
    """Import a file from where it lies, in the foreground. Called again after a kill it takes the rest: known rows are skipped.

    Args:
        mapping: header to field, for headers that are not found out by name; "" leaves a column out.
        dates: dmy, mdy or ymd where the file itself does not tell.
        clock: read once a chunk; `now` for all of them if not given.

    Raises:
        SheetRefused, BadMapping, DateOrderUnclear: nothing was written.
    """
    name = tidy_source(source_name)
    with path.open("rb") as stream:
        sheet = open_sheet(stream, name=path.name)
        guessed = guessed_mapping(sheet)
        row = Import(file_name=path.name[:200], digest=uploads.digest_of(stream), author=author, created_at=now)
        row.mapping = checked_mapping(sheet.headers, {**without(guessed, (mapping or {}).values()), **(mapping or {})})
        row.options = {"kind": sheet.kind, "encoding": sheet.encoding, "delimiter": sheet.delimiter, "sheet": sheet.sheet_name}
        row.options["chosen_dates"] = dates
        inspect(row, sheet)
        check_ready(row.mapping, row.options)
        if dry_run:
            row.source = Source.objects.filter(name=name).first() or Source(name=name)
            return foresee(sheet, row, now=now)
    row.source_id = source_ids([name], now=now)[name][0]
    row.state = Import.State.RUNNING
    with transaction.atomic():
        broken_off = Import.objects.filter(state=Import.State.RUNNING, path="", digest=row.digest, source_id=row.source_id)
        broken_off.update(state=Import.State.FAILED, problem=STARTED_AGAIN, finished_at=now)
        row.save(force_insert=True)
    return run(row.pk, clock=clock or (lambda: now), fault=fault, at=path)


def result_of(row: Import) -> ImportResult:
    """The counts so far, from the row."""
    counted = row.created_rows + row.matched_rows + row.skipped_rows + row.refused_rows
    told = row.refusals.order_by("line").values("line", "reason")
    refusals = told.filter(kept=False)[:SHOWN_REFUSALS] if row.refused_rows else []
    doubts = told.filter(kept=True)[:SHOWN_REFUSALS] if row.unread_rows or row.unreachable_rows else []
    return ImportResult(
        file_name=row.file_name,
        source=row.source.name,
        dry_run=False,
        rows=row.done_rows,
        created=row.created_rows,
        matched=row.matched_rows,
        skipped=row.skipped_rows,
        refused=row.refused_rows,
        set_aside=row.done_rows - counted,
        unread=row.unread_rows,
        unreachable=row.unreachable_rows,
        looked_at=row.done_rows,
        import_id=row.pk,
        dates=str(row.options.get("dates", "")),
        mapping=dict(row.mapping),
        refusals=[dict(one) for one in refusals],
        doubts=[dict(one) for one in doubts],
    )


@contextmanager
def _few_collections() -> Iterator[None]:
    """A chunk makes many objects that die together; looking for cycles among them at the usual pace takes a quarter of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@retried
def _take_chunk(row: Import, chunk: Sequence[taken_rows.Numbered], *, done: int, sources: Sources, now: datetime, fault: Fault) -> None:
    """One transaction: submissions, their digests, refusals and the restart point. Constant queries.

    Takes the loop's lock first and the import's row second, as every door does; the row's `done_rows` is the fence.
    """
    with transaction.atomic():
        bulk.lock_loop()
        mine = Import.objects.select_for_update().filter(pk=row.pk, state=Import.State.RUNNING, done_rows=done)
        if not mine.exists():
            raise ImportMovedOn(state="carried on by somebody else")
        good, bad = sort_rows(chunk, sources)
        known = taken_rows.known([(sources.of(one)[0], digest) for one, digest in good])
        fresh = [(one, digest) for one, digest in good if (sources.of(one)[0], digest) not in known]
        fault("before-capture")
        taken = loop.capture([_arrival(one, row, sources.of(one), now=now) for one, _ in fresh], now=now)
        taken_rows.remember([(sources.of(one)[0], digest) for one, digest in fresh])
        refused = [(row.pk, one.line, one.reason[:300], bulk.to_json(one.cells).decode(), False) for one in bad]
        doubts = _doubts(fresh, taken)
        kept = [(row.pk, one.line, one.reason, "{}", True) for one in worth_listing(doubts, row.mapping)]
        bulk.insert(RefusedRow, ("of_id", "line", "reason", "cells", "kept"), refused + kept)
        outcomes = Counter(one.outcome for one in taken)
        Import.objects.filter(pk=row.pk).update(
            done_rows=done + len(chunk),
            created_rows=F("created_rows") + outcomes["created"],
            matched_rows=F("matched_rows") + outcomes["matched"],
            skipped_rows=F("skipped_rows") + len(good) - len(fresh),
            refused_rows=F("refused_rows") + len(bad),
            unread_rows=F("unread_rows") + sum(one.unread for one in doubts),
            unreachable_rows=F("unreachable_rows") + sum(one.unreachable for one in doubts),
        )
        fault("before-commit")


def _doubts(fresh: Sequence[tuple[ReadRow, bytes]], taken: Sequence[loop.Taken]) -> list[Doubt]:
    """Of rows that became inquiries just now."""
    values = {inquiry.submission_id: inquiry.values for one in taken if one.case for inquiry in one.case.inquiries}
    found = (doubt_about(row.line, values[one.submission_id]) for (row, _), one in zip(fresh, taken, strict=True) if one.case)
    return [one for one in found if one]


def _arrival(one: ReadRow, row: Import, source: tuple[int, str], *, now: datetime) -> Arrival:
    return Arrival(
        door="file",
        source_id=source[0],
        payload=one.payload,
        raw=bulk.to_json(one.payload).decode(),
        received_at=now,
        happened_at=one.happened_at or now,
        country=source[1] or settings.DEFAULT_COUNTRY,
        context={"import": row.pk, "line": one.line},
    )
