"""The lists of reasons as people keep them: offered, checked, changed, retired. One query each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from leadloop.kernel.naming import fresh_name
from leadloop.outcomes.domain.reasons import OURS, REVISIT_DAYS, STARTER, Labels, Listed
from leadloop.outcomes.errors import BadReason, NoteNeeded, ReasonTaken
from leadloop.outcomes.models import Reason


def offered(end: str) -> list[Listed]:
    """The reasons that people may choose for this end, in order."""
    rows = Reason.objects.filter(end=end, retired_at=None).order_by("place", "pk")
    return [Listed(row.code, row.label, row.needs_note, row.revisit_days) for row in rows]


def offered_by_end() -> dict[str, dict[str, Listed]]:
    """Every reason that people may choose: end → code → reason."""
    found: dict[str, dict[str, Listed]] = {}
    for row in Reason.objects.filter(retired_at=None).order_by("place", "pk"):
        found.setdefault(row.end, {})[row.code] = Listed(row.code, row.label, row.needs_note, row.revisit_days)
    return found


def rejecting() -> dict[str, str]:
    """Why sales does not accept a lead that marketing handed over: reasons of recycling and disqualifying, "other" last."""
    found = offered_by_end()
    known = {code: one.label for end in ("recycled", "disqualified") for code, one in found.get(end, {}).items()}
    return {code: label for code, label in known.items() if code != "other"} | {code: known[code] for code in known if code == "other"}


def labels() -> Labels:
    """What every code is called, whether it is still chosen or not."""
    found: dict[str, dict[str, str]] = {end: dict(known) for end, known in OURS.items()}
    for end, code, label in Reason.objects.values_list("end", "code", "label"):
        found.setdefault(end, {})[code] = label
    return found


def check(end: str, code: str, note: str, *, known: dict[str, Listed] | None = None) -> Listed:
    """The reason, if people may choose it for this end and said what it asks for.

    Raises:
        BadReason, NoteNeeded.
    """
    found = known if known is not None else {one.code: one for one in offered(end)}
    if code not in found:
        raise BadReason(known=", ".join(found))
    if found[code].needs_note and not note.strip():
        raise NoteNeeded(label=found[code].label)
    return found[code]


def save(row: Reason | None, *, end: str, given: dict[str, Any]) -> Reason:
    """A new reason, last in its list, or another label, note or date for one that there is. Its code never changes.

    Raises:
        ReasonTaken: another reason of the list, retired or not, is called the same.
    """
    with transaction.atomic():
        others = Reason.objects.filter(end=end, label__iexact=given["label"]).exclude(pk=row.pk if row and row.pk else 0)
        if others.exists():
            raise ReasonTaken(label=given["label"])
        if row is None:
            row = Reason(end=end, code=_fresh_code(end, given["label"]), place=_last_place(end) + 1)
        row.label, row.needs_note, row.revisit_days = given["label"], given["needs_note"], given.get("revisit_days")
        row.save()
    return row


def fill() -> None:
    """The starter reasons, where there is none at all: the migration made them, unless somebody emptied the table."""
    if not Reason.objects.exists():
        Reason.objects.bulk_create(
            Reason(end=end, code=code, label=label, place=place, revisit_days=REVISIT_DAYS.get(code) if end == "recycled" else None)
            for end, known in STARTER.items()
            for place, (code, label) in enumerate(known.items(), start=1)
        )


def retire(row: Reason, *, now: datetime) -> None:
    """Nobody chooses it any more; leads that have it keep it. Safe to repeat."""
    Reason.objects.filter(pk=row.pk, retired_at=None).update(retired_at=now)


def bring_back(row: Reason) -> None:
    """People may choose it again. Safe to repeat."""
    Reason.objects.filter(pk=row.pk).update(retired_at=None)


def move(row: Reason, *, up: bool) -> None:
    """One place up or down among those that are chosen; at either end nothing happens."""
    with transaction.atomic():
        rows: Sequence[Reason] = list(Reason.objects.select_for_update().filter(end=row.end, retired_at=None).order_by("place", "pk"))
        order = [one.pk for one in rows]
        if row.pk not in order:
            return
        at = order.index(row.pk)
        to = at - 1 if up else at + 1
        if not 0 <= to < len(order):
            return
        order[at], order[to] = order[to], order[at]
        for place, pk in enumerate(order, start=1):
            Reason.objects.filter(pk=pk).update(place=place)


def _fresh_code(end: str, label: str) -> str:
    """Reads like the label; no reason of the list has or had it, and Leadloop says nothing else by it."""
    stem = slugify(label).replace("-", "_")[:32].strip("_") or "reason"
    taken = {*Reason.objects.filter(end=end).values_list("code", flat=True), *OURS.get(end, {}), *STARTER.get(end, {})}
    return fresh_name(stem, taken, mark="_")


def _last_place(end: str) -> int:
    return Reason.objects.filter(end=end).aggregate(top=Max("place"))["top"] or 0
