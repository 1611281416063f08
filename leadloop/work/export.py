"""Leads as a file: JSON lines or CSV, streamed, so that a million costs the memory of one batch."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from leadloop.db.versions import current_epoch
from leadloop.leads.custom_shown import cell
from leadloop.leads.domain.custom_fields import PREFIX, FieldSpec
from leadloop.leads.domain.masks import masked_custom
from leadloop.leads.fields import declared as declared_at
from leadloop.leads.models import Standing
from leadloop.leads.sensitive import all_sensitive, held, note_reads
from leadloop.teams.models import User
from leadloop.web.csv_cells import safe_cell

FORMATS = {"jsonl": "application/jsonl; charset=utf-8", "csv": "text/csv; charset=utf-8"}
BATCH = 2_000

COLUMNS = {
    "id": "pk",
    "external_id": "lead__external_id",
    "first_name": "lead__first_name",
    "last_name": "lead__last_name",
    "email": "lead__email",
    "phone": "lead__phone",
    "title": "lead__title",
    "company": "lead__company",
    "company_domain": "lead__company_domain",
    "website": "lead__website",
    "street": "lead__street",
    "city": "lead__city",
    "region": "lead__region",
    "postal_code": "lead__postal_code",
    "country": "lead__country",
    "industry": "lead__industry",
    "employees": "lead__employees",
    "budget_cents": "lead__budget_cents",
    "currency": "lead__currency",
    "product": "lead__product",
    "message": "lead__message",
    "campaign": "lead__campaign",
    "source": "source__name",
    "stage": "stage",
    "owner": "owner__email",
    "score": "score",
    "grade": "grade",
    "received_at": "received_at",
    "due_at": "due_at",
    "mql_at": "mql_at",
    "first_touch_at": "first_touch_at",
    "accepted_at": "accepted_at",
    "sql_at": "sql_at",
    "converted_at": "converted_at",
    "closed_at": "closed_at",
    "touches": "touches",
    "marks": "lead__marks",
    "custom": "lead__custom",
}
"""What an export holds, under the names that an import reads."""

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Declared:
    """Declared fields in an export: a column each in CSV, and under "custom" in JSON lines.

    Values of `hidden` fields are masked. Of the sensitive ones that are not, `note` is told who was read: (lead, names of fields).
    """

    specs: Mapping[str, FieldSpec] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    sensitive: frozenset[str] = frozenset()
    note: Callable[[list[tuple[int, list[str]]]], None] = lambda _reads: None


def stream_leads(standings: QuerySet[Standing], format_: str, declared: Declared | None = None) -> Iterator[bytes]:
    """The leads of a queryset, oldest first, in "jsonl" or "csv". Reads them `BATCH` by `BATCH`; what changes meanwhile may show.

    Without `declared`, the fields in force are exported and all sensitive values masked.

    Raises:
        ValueError: there is no such format.
    """
    if format_ not in FORMATS:
        raise ValueError(f"an export is one of {', '.join(FORMATS)}")
    declared = declared or masked_fields()
    batches = (_seen(rows, declared) for rows in _batches(standings))
    return _csv(batches, declared) if format_ == "csv" else _jsonl(batches)


def masked_fields() -> Declared:
    """For an export by nobody in particular: every sensitive value masked. One query."""
    epoch = current_epoch()
    return Declared(declared_at(epoch), all_sensitive(epoch), all_sensitive(epoch))


def fields_for(person: User, *, now: datetime) -> Declared:
    """For an export by a person: what they may see, and each look at what is sensitive written down. One query."""
    epoch = current_epoch()
    sensitive = all_sensitive(epoch)
    if not person.may_see_sensitive:
        return Declared(declared_at(epoch), sensitive, sensitive)

    def note(reads: list[tuple[int, list[str]]]) -> None:
        with transaction.atomic():
            note_reads(reads, where="export", person=person, now=now)

    return Declared(declared_at(epoch), frozenset(), sensitive, note)


def _batches(standings: QuerySet[Standing]) -> Iterator[Sequence[tuple[Any, ...]]]:
    """By key, each batch a query of its own: no cursor is held open while somebody downloads slowly."""
    last = 0
    while True:
        rows = list(standings.filter(pk__gt=last).order_by("pk").values_list(*COLUMNS.values())[:BATCH])
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _seen(rows: Sequence[tuple[Any, ...]], declared: Declared) -> list[tuple[Any, ...]]:
    """The rows as they may be read; `custom` is their last column."""
    shown = declared.sensitive - declared.hidden
    if shown:
        declared.note([(row[0], names) for row in rows if (names := held(row[-1], shown))])
    return [(*row[:-1], masked_custom(row[-1], declared.hidden)) for row in rows] if declared.hidden else list(rows)


def _jsonl(batches: Iterator[Sequence[tuple[Any, ...]]]) -> Iterator[bytes]:
    for rows in batches:
        yield b"".join(_encode(dict(zip(COLUMNS, map(_plain, row), strict=True))) + b"\n" for row in rows)


def _csv(batches: Iterator[Sequence[tuple[Any, ...]]], declared: Declared) -> Iterator[bytes]:
    """A column for each declared field, whatever has it; other names stay together in the last one."""
    names = list(declared.specs)
    yield _lines([[*COLUMNS, *(f"{PREFIX}{name}" for name in names)]])
    for rows in batches:
        yield _lines([[safe_cell(_flat(value)) for value in (*row[:-1], *_apart(row[-1], names))] for row in rows])


def _apart(custom: dict[str, Any], names: Sequence[str]) -> list[Any]:
    """What nobody declared, as one cell; then a cell for each declared field."""
    others = {name: value for name, value in custom.items() if name not in names}
    return [others, *(cell(custom.get(name)) for name in names)]


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def _flat(value: Any) -> Any:
    if isinstance(value, dict | list):
        return _encode(value).decode() if value else ""
    return _plain(value)
