"""Takes sample leads away with everything that hangs on them, and sets the counters back that they had moved.

The one place that deletes leads whole. Whatever refers to a lead is found in the models themselves, so that a table which comes later is
not forgotten; counters that a table keeps of its rows are set back here by name.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F

from leadloop.audit.references import PLAIN
from leadloop.consent.models import Consent
from leadloop.db import bulk
from leadloop.intake.models import Submission, Tally, Verdict, Waiting
from leadloop.leads import search
from leadloop.leads.models import Account, Contact, Lead, Notification, Source, Standing, Touch
from leadloop.outcomes.models import Conversion, Opportunity
from leadloop.packs.parts.samples import Samples
from leadloop.routing.models import Assignment, Desk, Draw, Seat
from leadloop.scoring.domain.packing import pack, unpack
from leadloop.scoring.models import Rescored
from leadloop.segments.models import Change, Size

LAST = (Touch, Standing, Verdict)
"""What goes after everything else."""


def erase(found: Samples, *, news: models.QuerySet[Notification]) -> None:
    """Take these sample leads, their submissions and the news of them away. Needs a transaction with `bulk.lock_loop`."""
    ids = list(found.leads)
    if ids:
        _give_back_hands(ids)
        _give_back_deals(ids)
        _give_back_sizes(ids)
        _give_back_traces(ids)
        search.forget(ids)
        for model, column in references_to_leads():
            if model not in LAST:
                _delete(model._default_manager.filter(**{f"{column}__in": ids}))
        Touch.objects.filter(lead_id__in=ids).delete()
        Standing.objects.filter(pk__in=ids).delete()
    _forget_submissions(found.submissions)
    Lead.objects.filter(pk__in=ids).delete()
    Draw.objects.filter(pk__in=found.draws).delete()
    news.delete()
    if found.source_id is not None and not Submission.objects.filter(source_id=found.source_id).exists():
        Source.objects.filter(pk=found.source_id).delete()


def references_to_leads() -> Iterator[tuple[type[models.Model], str]]:
    """Every table with a column that names a lead."""
    for model in apps.get_models():
        if model.__module__.startswith("leadloop."):
            for field in model._meta.concrete_fields:
                if isinstance(field, models.ForeignKey) and field.related_model is Lead:
                    yield model, field.attname
    for one in PLAIN:
        if one.target is Lead:
            yield one.model, one.column


def _delete(rows: models.QuerySet[Any]) -> None:
    """Delete these rows, and before them those that hang on them, such as the verdicts on a handover."""
    for relation in rows.model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and relation.on_delete is models.PROTECT:
            _delete(relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": rows}))
    rows.delete()


def _give_back_sizes(ids: Sequence[int]) -> None:
    """The counts of each day without those leads that were in the segment when they were counted."""
    moves: dict[str, dict[int, list[tuple[datetime, bool]]]] = {}
    for segment, lead_id, at, entered in (
        Change.objects.filter(lead_id__in=ids).order_by("pk").values_list("segment", "lead_id", "happened_at", "entered")
    ):
        moves.setdefault(segment, {}).setdefault(lead_id, []).append((at, entered))
    for size in Size.objects.filter(segment__in=moves):
        inside = sum([entered for at, entered in one if at <= size.counted_at][-1:] == [True] for one in moves[size.segment].values())
        if inside:
            Size.objects.filter(segment=size.segment, day=size.day).update(leads=max(0, size.leads - inside))


def _give_back_traces(ids: Sequence[int]) -> None:
    """What a mass rescoring made of these leads, out of its batches; a batch of nobody else goes."""
    gone = set(ids)
    for batch in Rescored.objects.filter(first_lead__lte=max(ids), last_lead__gte=min(ids)).iterator():
        rows = list(unpack(bytes(batch.packed)))
        kept = [row for row in rows if row[0] not in gone]
        if not kept:
            batch.delete()
        elif len(kept) < len(rows):
            batch.packed, batch.count = pack(kept), len(kept)
            batch.first_lead, batch.last_lead = kept[0][0], kept[-1][0]
            batch.save(update_fields=["packed", "count", "first_lead", "last_lead"])


def _forget_submissions(ids: Sequence[int]) -> None:
    counted = Counter(Submission.objects.filter(pk__in=ids).values_list("door", flat=True))
    for model in (Consent, Waiting, Verdict):
        model._default_manager.filter(submission_id__in=ids).delete()
    Submission.objects.filter(pk__in=ids).delete()
    bulk.add(Tally, "received", "door", [(-count, door) for door, count in sorted(counted.items())])


def _give_back_hands(ids: Sequence[int]) -> None:
    """Desks have room again, and turns that went to invented leads are not counted: nobody is behind for them."""
    live = Counter(Assignment.objects.filter(lead_id__in=ids, ended_at=None).values_list("person_id", flat=True))
    dealt = Counter(Assignment.objects.filter(lead_id__in=ids, how="turn").values_list("pool_id", "person_id"))
    bulk.add(Desk, "open_count", "person_id", [(-count, person) for person, count in sorted(live.items())])
    for (pool, person), count in sorted(dealt.items()):
        seat = Seat.objects.select_for_update().filter(pool=pool, person=person).first()
        if seat is not None:
            back = min(count, seat.turns)
            Seat.objects.filter(pk=seat.pk).update(turns=F("turns") - back, joined_level=F("joined_level") + count - back)


def _give_back_deals(ids: Sequence[int]) -> None:
    """What converting them made, unless something else uses it."""
    rows = list(Conversion.objects.filter(lead_id__in=ids))
    Conversion.objects.filter(lead_id__in=ids).delete()
    made = {
        name: {getattr(row, f"{name}_id") for row in rows if name in row.made.get("new", ())} - {None}
        for name in ("opportunity", "contact", "account")
    }
    Opportunity.objects.filter(pk__in=made["opportunity"]).delete()
    contacts = Contact.objects.filter(pk__in=made["contact"], opportunities=None)
    Contact.objects.filter(pk__in=[row.pk for row in contacts if not Conversion.objects.filter(contact=row).exists()]).delete()
    accounts = Account.objects.filter(pk__in=made["account"], opportunities=None, contacts=None)
    Account.objects.filter(pk__in=[row.pk for row in accounts if not Conversion.objects.filter(account=row).exists()]).delete()
