"""What a row of the list of leads says: one query for the rows, and each row written once, since fifty of them make a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from leadloop.db.versions import current_epoch
from leadloop.leads.criteria_values import column_of
from leadloop.leads.custom_shown import shown
from leadloop.leads.custom_sql import sortable
from leadloop.leads.domain.custom_fields import FieldSpec
from leadloop.leads.domain.masks import MASK
from leadloop.leads.domain.stages import OPEN
from leadloop.leads.domain.temperature import Thermometer
from leadloop.leads.models import Standing
from leadloop.leads.temperature import thermometer
from leadloop.templatetags.moments import ago, clock_name, deadline, urgency
from leadloop.templatetags.navigation import address_of
from leadloop.web.fragments import fill, kept

COLUMNS = (
    "pk", "stage", "owner__name", "owner__email", "source__name", "received_at", "score", "grade", "heat", "temper", "waits_since",
    "due_at", "lead__first_name", "lead__last_name", "lead__company", "lead__email", "lead__phone", "lead__phone_raw", "lead__external_id",
    "lead__title",
)  # fmt: skip
NOTHING = "work/_leads_cell_nothing.html"


@dataclass(slots=True)
class LeadRow:
    """One lead in a list, with its line of the table ready."""

    pk: int
    name: str
    note: str
    source: str
    html: SafeString
    sorted_by: Any = None


@dataclass(frozen=True, slots=True)
class Look:
    """What the rows of one list have in common. Sensitive fields are masked for everybody: the lead's page shows them to who may see."""

    now: datetime
    rule: Thermometer
    leads_url: str
    ticks: bool
    likely: bool
    declared: Sequence[FieldSpec]


def load_rows(
    ids: Sequence[int],
    *,
    now: datetime,
    sorted_by: str = "received_at",
    sorted_field: FieldSpec | None = None,
    declared: Sequence[FieldSpec] = (),
    likely: bool = False,
    ticks: bool = False,
) -> list[LeadRow]:
    """Rows in the order of the ids. Two queries, one of them for the rule of temperature in force.

    Args:
        sorted_field: the declared field that the list is in the order of, where it is.
        likely: whether to say how likely each is to be won.
        declared: declared fields to show.
        ticks: whether each has a box to tick.
    """
    standings, more = Standing.objects.filter(pk__in=ids), ["lead__custom"] if declared else []
    if sorted_field:
        standings, sorted_by = standings.annotate(sorted_custom=sortable(sorted_field)), "sorted_custom"
        more.append(sorted_by)
    percent = column_of("probability")
    names = (*COLUMNS, *more, *([percent] if likely or sorted_by == percent else ()))
    found = {row[0]: dict(zip(names, row, strict=True)) for row in standings.values_list(*names)}
    look = Look(now, thermometer(current_epoch()), address_of("work:leads"), ticks, likely, declared)
    return [_row(found[pk], look, sorted_by, percent) for pk in ids if pk in found]


def _row(one: dict[str, Any], look: Look, sorted_by: str, percent: str) -> LeadRow:
    name, note = _called(one)
    received, owner, source = one["received_at"], one["owner__name"] or one["owner__email"] or "", one["source__name"] or ""
    values = {
        "pk": one["pk"],
        "name": name,
        "note": note,
        "leads_url": look.leads_url,
        "stage": kept("ui/_stage.html", stage=one["stage"]),
        "score": kept("work/_leads_cell_score.html", score=one["score"], grade=one["grade"]),
        "chance": kept("work/_leads_cell_chance.html", percent=one[percent], then=one["stage"] not in OPEN) if look.likely else "",
        "warmth": kept("ui/_temperature.html", temperature=look.rule.reads(one, look.now)),
        "owner": kept("work/_leads_cell_owner.html", name=owner),
        "source": source,
        "declared": _declared(one["lead__custom"], look.declared) if look.declared else "",
        "received": received.isoformat(timespec="seconds"),
        "received_words": ago(received, now=look.now),
        "received_title": clock_name(localtime(received)),
        "due": _due(one["due_at"], one["waits_since"], look.now) if one["due_at"] else kept(NOTHING),
    }
    html = fill("work/_leads_row.html", values, ticks=look.ticks, likely=look.likely, noted=bool(note))
    return LeadRow(one["pk"], name, note, source, html, one[sorted_by])


def _called(one: dict[str, Any]) -> tuple[str, str]:
    """The name of a lead, and what else is said of it below."""
    full = f"{one['lead__first_name']} {one['lead__last_name']}".strip()
    company, email = one["lead__company"], one["lead__email"]
    name = full or company or email or one["lead__phone"] or one["lead__phone_raw"] or one["lead__external_id"] or f"Lead {one['pk']}"
    note = ", ".join(part for part in (one["lead__title"] if full else "", company if full else "") if part)
    return name, note or (email if name != email else "")


def _declared(custom: dict[str, Any], specs: Sequence[FieldSpec]) -> SafeString:
    texts = ((spec.label, shown(spec, custom.get(spec.name)), spec.is_sensitive) for spec in specs)
    cells = (kept("work/_leads_cell_declared.html", label=label, text=MASK if text and masked else text) for label, text, masked in texts)
    return format_html_join("", "{}", ((cell,) for cell in cells))


def _due(due_at: datetime, since: datetime | None, now: datetime) -> SafeString:
    values = {
        "iso": due_at.isoformat(timespec="seconds"),
        "since": since.isoformat(timespec="seconds") if since else "",
        "tone": urgency(due_at, since=since, now=now),
        "title": clock_name(localtime(due_at)),
        "words": deadline(due_at, now=now),
    }
    return fill("work/_leads_cell_due.html", values, **{"from": since is not None})
