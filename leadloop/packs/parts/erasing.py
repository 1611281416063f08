"""Takes sample leads away with everything that hangs on them, and sets the counters back that they had moved.

The one place that deletes leads whole. Whatever refers to a lead is found in the models themselves, so that a table which comes later is
not forgotten; counters that a table keeps of its rows are set back here by name.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

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

LAST = (Touch, Standing, Verdict)
"""What goes after everything else."""


def erase(found: Samples, *, news: models.QuerySet[Notification]) -> None:
    """Take these sample leads, their submissions and the news of them away. Needs a transaction with `bulk.lock_loop`."""
    ids = list(found.leads)
    if ids:
        _give_back_hands(ids)
        _give_back_deals(ids)
        search.forget(ids)
        for model, column in references_to_leads():
            if model not in LAST:
                model._default_manager.filter(**{f"{column}__in": ids}).delete()
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
