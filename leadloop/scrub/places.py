"""Every place where something of a person lies, and how it goes from there. Each function answers how many rows it changed."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from leadloop.capture import uploads
from leadloop.capture.models import Import
from leadloop.consent.models import Consent
from leadloop.consent.suppression import digest_of
from leadloop.db import bulk
from leadloop.db.versions import Versioned
from leadloop.intake.models import Outcome, Submission, Verdict, Waiting
from leadloop.leads import search
from leadloop.leads.models import Account, Contact, Notification, Touch
from leadloop.learning.models import Likelihood
from leadloop.matching.models import MatchKey
from leadloop.nurture.models import Recycle
from leadloop.outcomes.models import Conversion, Disposition, Opportunity
from leadloop.qualification.models import Answer, Passage
from leadloop.scoring.models import ModelScore
from leadloop.scrub.domain.remains import SHORTEST, touch_data, without
from leadloop.scrub.registry import Fate, columns
from leadloop.segments.models import Change, Mark, Override
from leadloop.work.models import Task

EVIDENCE = frozenset({"text", "version", "form"})
"""What proves a permission and names nobody: the words that were shown, and which version of them."""
FETCHED = 100
ERASED = "erased at the person's request"
ARCHIVE = b"PK\x03\x04"


@dataclass(slots=True)
class Subjects:
    """The people of one batch: their leads, the contact points by which they are known, and the words to look for elsewhere."""

    leads: list[int]
    deleted: bool
    points: set[str] = field(default_factory=set)  # theirs alone
    shared: set[str] = field(default_factory=set)  # with somebody who stays
    words: tuple[str, ...] = ()
    submissions: list[int] = field(default_factory=list)
    last_names: dict[int, str] = field(default_factory=dict)  # folded, by lead


def find_submissions(subjects: Subjects) -> None:
    """What the leads came from, and what of theirs was set aside or still waits."""
    by_touch = Touch.objects.filter(lead_id__in=subjects.leads, submission_id__isnull=False).values_list("submission_id", flat=True)
    by_verdict = Verdict.objects.filter(lead_id__in=subjects.leads).values_list("pk", flat=True)
    loose = Submission.objects.filter(Q(verdict__outcome=Outcome.QUARANTINED) | Q(waiting__isnull=False))
    theirs = [pk for pk, payload in loose.values_list("pk", "payload").iterator() if _holds(_readable(payload), subjects.words)]
    subjects.submissions = sorted(pk for pk in {*by_touch, *by_verdict, *theirs} if pk is not None)


def submissions(subjects: Subjects) -> int:
    """The raw payloads; what still waited is set aside, so that the books balance."""
    ids = subjects.submissions
    waiting = list(Waiting.objects.filter(pk__in=ids).values_list("pk", flat=True))
    Waiting.objects.filter(pk__in=waiting).delete()
    Verdict.objects.bulk_create(Verdict(submission_id=pk, outcome=Outcome.QUARANTINED, reason=ERASED) for pk in waiting)
    Verdict.objects.filter(pk__in=ids).exclude(reason="").update(reason=ERASED)
    return Submission.objects.filter(pk__in=ids).update(payload="{}", context={})


def touches(subjects: Subjects) -> int:
    """What touches say of the person; what they decided stays, or only what became of the lead."""
    rows = Touch.objects.filter(lead_id__in=subjects.leads).values_list("data", "kind", "pk")
    kept = [(bulk.to_json(touch_data(kind, data, deleted=subjects.deleted)).decode(), pk) for data, kind, pk in rows.iterator()]
    bulk.update(Touch, ("data",), kept)
    return len(kept)


def consents(subjects: Subjects) -> int:
    """The proof stays under a keyed digest; of a point that somebody else shares, what the person's own submissions brought."""
    theirs = Q(contact_point__in=subjects.points) | Q(contact_point__in=subjects.shared, submission_id__in=subjects.submissions)
    rows = [
        (f"h:{digest_of(point)}", bulk.to_json({key: value for key, value in evidence.items() if key in EVIDENCE}).decode(), pk)
        for point, evidence, pk in Consent.objects.filter(theirs).values_list("contact_point", "evidence", "pk")
    ]
    bulk.update(Consent, ("contact_point", "evidence"), rows)
    return len(rows)


def keys(subjects: Subjects) -> int:
    """What leads to the lead."""
    return MatchKey.objects.filter(lead_id__in=subjects.leads).delete()[0]


def search_texts(subjects: Subjects) -> int:
    """The index of words."""
    search.forget(subjects.leads)
    return len(subjects.leads)


def notes(subjects: Subjects) -> int:
    """What people of ours wrote about the lead."""
    changed = Disposition.objects.filter(lead_id__in=subjects.leads).exclude(note="").update(note="")
    changed += Recycle.objects.filter(lead_id__in=subjects.leads).exclude(note="").update(note="")
    changed += sum(model.objects.filter(lead_id__in=subjects.leads).exclude(note="").update(note="") for model in (Mark, Override, Change))
    changed += Answer.objects.filter(lead_id__in=subjects.leads).update(value=None, evidence="")
    changed += Passage.objects.filter(lead_id__in=subjects.leads).exclude(override_reason="").update(override_reason="Erased")
    changed += Likelihood.objects.filter(lead_id__in=subjects.leads).update(why=[])
    if subjects.deleted:
        changed += ModelScore.objects.filter(lead_id__in=subjects.leads).exclude(reasons="").update(reasons="")
    changed += Task.objects.filter(lead_id__in=subjects.leads).update(text="Erased")
    return changed + Notification.objects.filter(lead_id__in=subjects.leads).update(text="About somebody who was erased")


def deals(subjects: Subjects) -> int:
    """Names of deals, and contacts that nobody else's deal needs; amounts stay."""
    live = Conversion.objects.filter(lead_id__in=subjects.leads).select_related("account", "lead")
    deal_ids = list(live.exclude(opportunity=None).values_list("opportunity_id", flat=True))
    bulk.update(Opportunity, ("name",), [(f"Opportunity {deal_id}", deal_id) for deal_id in deal_ids])
    elsewhere = Conversion.objects.exclude(lead_id__in=subjects.leads).exclude(contact=None).values("contact_id")
    mails = [point[2:] for point in subjects.points if point.startswith("e:")]
    contacts = Contact.objects.filter(Q(pk__in=live.values("contact_id")) | Q(email__in=mails) & ~Q(email="")).exclude(pk__in=elsewhere)
    changed = contacts.update(first_name="", last_name="", email="", phone="", title="")
    changed += _own_companies(live, subjects)
    made = [(bulk.to_json({"new": one.made.get("new", []), "filled": {}}).decode(), one.pk) for one in live]
    bulk.update(Conversion, ("made",), made)
    return changed + len(deal_ids)


def _own_companies(conversions: Iterable[Conversion], subjects: Subjects) -> int:
    """Companies that bear the person's name and that nobody else's deal needs. Two queries."""
    theirs = set()
    for one in conversions:
        name = subjects.last_names.get(one.lead_id, "")
        if one.account is not None and len(name) >= SHORTEST and name in one.account.name.casefold():
            theirs.add(one.account.pk)
    elsewhere = Conversion.objects.filter(account__in=theirs).exclude(lead_id__in=subjects.leads)
    alone = sorted(theirs - set(elsewhere.values_list("account_id", flat=True)))
    _unname(alone)
    return len(alone)


def _unname(accounts: Sequence[int]) -> None:
    bulk.update(Account, ("name", "domain"), [(f"Account {pk}", "", pk) for pk in accounts])


def sweep(subjects: Subjects) -> int:
    """Texts elsewhere that hold an address, a number or a full name: jobs, refused rows, kept answers, saved views, reasons of scrubs."""
    if not subjects.words:
        return 0
    changed = 0
    for model, name in columns(Fate.SWEPT):
        if model not in (Session, Account):
            changed += _sweep_column(model, name, subjects.words)
    named = [account.pk for account in _rows_with(Account, "name", subjects.words)]
    _unname(named)
    return changed + len(named)


def sessions(subjects: Subjects) -> int:
    """What people of ours had on their screens: words, and what an undo would bring back."""
    changed = 0
    for row in Session.objects.iterator():
        told = row.get_decoded()
        if _holds(json.dumps(told, ensure_ascii=False), subjects.words):
            row.session_data = SessionStore().encode(without(told, subjects.words))
            row.save(update_fields=["session_data"])
            changed += 1
    return changed


def files(subjects: Subjects) -> tuple[int, list[str]]:
    """Uploaded files that hold the person go, and their imports end; archives that cannot be looked into here are named."""
    gone, left = 0, []
    for row in Import.objects.exclude(path=""):
        if not uploads.is_kept(row.path):
            continue
        content = uploads.place_of(row.path).read_bytes()
        if content.startswith(ARCHIVE):
            left.append(f"import {row.pk}, a spreadsheet uploaded {row.created_at:%Y-%m-%d}: gone by itself after seven days")
        elif _holds(_decoded(content), subjects.words):
            uploads.drop(row.path)
            unfinished = row.state in (Import.State.PLANNED, Import.State.RUNNING)
            state = Import.State.FAILED if unfinished else row.state
            Import.objects.filter(pk=row.pk).update(path="", state=state, problem="The file held somebody who was erased.")
            gone += 1
    return gone, left


def rules(subjects: Subjects) -> list[str]:
    """Rules that ask about the person by name or address. They mean something, so that people change them, and not we."""
    found = []
    for model in apps.get_models():
        if issubclass(model, Versioned):
            for pk, version, *told in model.objects.order_by("pk").values_list("pk", "version", "name", "title", "note", "spec"):
                if _holds(json.dumps(told, ensure_ascii=False), subjects.words):
                    known_by = f"row {pk}" if _holds(told[0], subjects.words) else f"“{told[0]}”"
                    found.append(f"{model._meta.verbose_name} {known_by}, version {version}: it speaks of the person")
    return found


PLACES: dict[str, Callable[[Subjects], int]] = {
    "submissions": submissions,
    "touches": touches,
    "consents": consents,
    "keys": keys,
    "search": search_texts,
    "notes": notes,
    "deals": deals,
    "elsewhere": sweep,
    "sessions": sessions,
}
"""In this order; the lead's own columns go before them."""


def _sweep_column(model: Any, name: str, words: Sequence[str]) -> int:
    changed = 0
    for row in _rows_with(model, name, words):
        value = getattr(row, name)
        cleaned = without(value, tuple(words))
        if cleaned != value:
            model.objects.filter(pk=row.pk).update(**{name: cleaned})
            changed += 1
    return changed


def _rows_with(model: Any, name: str, words: Sequence[str]) -> Iterator[Any]:
    """Rows that hold one of the words in this column. Reads the column whole: words beyond ASCII are folded alike only here."""
    texts = model.objects.annotate(its_text=Cast(name, TextField())).values_list("pk", "its_text").iterator()
    found = [pk for pk, text in texts if text and (_holds(text, words) or _holds(_readable(text), words))]
    for part in bulk.chunks(found, FETCHED):
        yield from model.objects.filter(pk__in=part)


def _holds(text: str, words: Sequence[str]) -> bool:
    folded = text.casefold()
    return any(word in folded for word in words)


def _readable(payload: str) -> str:
    """JSON as sent may spell letters as escapes."""
    try:
        return json.dumps(json.loads(payload), ensure_ascii=False)
    except ValueError:
        return payload


def _decoded(content: bytes) -> str:
    coding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return content.decode(coding, "replace")
