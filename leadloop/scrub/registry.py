"""Every column that could hold something of a person, and what erasing does with it. A test fails when one is not listed.

Columns of numbers, moments, flags and references need no word here unless they speak of a person; those that can hold text do.
"""

from enum import StrEnum

from django.apps import apps
from django.db import models


class Fate(StrEnum):
    """What becomes of a column when a person is erased."""

    PLAIN = "plain"  # holds nothing of people whom we sell to: codes, settings, digests, names of sources
    STAFF = "staff"  # about people of ours, or written by them as a rule or a reason
    BLANKED = "blanked"  # emptied in the rows of the person
    REDUCED = "reduced"  # only codes, numbers and decisions stay
    REMOVED = "removed"  # the rows of the person go
    DIGESTED = "digested"  # only a keyed digest stays
    SWEPT = "swept"  # rows that hold the person's address, number or full name lose that text


PLAIN, STAFF, BLANKED, REDUCED, REMOVED, DIGESTED, SWEPT = Fate

_VERSIONED = {"name": PLAIN, "title": STAFF, "spec": STAFF, "note": STAFF}
_LEAD = dict.fromkeys(
    (
        *("external_id", "first_name", "last_name", "email", "phone", "phone_raw", "company", "company_domain", "title", "website"),
        *("street", "city", "region", "postal_code", "country", "industry", "employees", "budget_cents", "currency", "product"),
        *("message", "campaign", "marks", "custom", "flaws"),
    ),
    BLANKED,
)
REGISTRY: dict[str, dict[str, Fate]] = {
    "sessions.Session": {"session_key": PLAIN, "session_data": SWEPT},
    "account.EmailAddress": {"email": STAFF},
    "account.EmailConfirmation": {"key": STAFF},
    "auth.Permission": {"name": PLAIN, "codename": PLAIN},
    "auth.Group": {"name": PLAIN},
    "contenttypes.ContentType": {"app_label": PLAIN, "model": PLAIN},
    "db.CacheEntry": {"cache_key": STAFF, "value": STAFF},  # counts of attempts to sign in
    "db.Job": {
        **dict.fromkeys(("name", "queue", "dedupe_key", "lease_owner"), PLAIN),
        **dict.fromkeys(("args", "kwargs", "result", "problem"), SWEPT),
    },
    "teams.User": {"password": STAFF, "email": STAFF, "name": STAFF, "zone": STAFF},
    "worktime.WorkCalendar": dict.fromkeys(("name", "zone", "weekly", "country", "region", "problem"), STAFF),
    "worktime.Holiday": {"name": PLAIN},
    "worktime.PersonTime": dict.fromkeys(("zone", "weekly", "feed_url", "feed_problem"), STAFF),
    "worktime.Absence": {"why": STAFF, "feed_key": STAFF},
    "consent.Consent": {"contact_point": DIGESTED, "purpose": PLAIN, "channel": PLAIN, "evidence": REDUCED},
    "consent.Suppression": {"digest": DIGESTED, "lifted_how": PLAIN},
    "leads.Source": {"name": PLAIN, "channel": PLAIN, "default_country": PLAIN},
    "leads.Lead": _LEAD,
    "leads.Standing": {"grade": PLAIN, "temper": PLAIN},
    "leads.TemperatureRule": _VERSIONED,
    "leads.Touch": {"kind": PLAIN, "data": REDUCED},
    "leads.SearchText": {"text": REMOVED},
    "leads.Notification": {"kind": PLAIN, "text": BLANKED},
    "leads.Account": {"name": SWEPT, "domain": SWEPT, "industry": PLAIN, "country": PLAIN},
    "leads.Contact": dict.fromkeys(("first_name", "last_name", "email", "phone", "title"), BLANKED),
    "intake.Submission": {"door": PLAIN, "payload": BLANKED, "context": BLANKED},
    "intake.Verdict": {"reason": BLANKED},
    "intake.Refusal": {"door": PLAIN, "reason": PLAIN},
    "intake.Tally": {"door": PLAIN},
    "matching.MatchKey": {"key": REMOVED},
    "scoring.ScoreModel": _VERSIONED,
    "scoring.Definition": _VERSIONED,
    "scoring.ModelScore": {"model": PLAIN, "grade": PLAIN, "reasons": REDUCED},  # ids of rules with their points
    "scoring.Crossing": {"model": PLAIN, "threshold": PLAIN},
    "scoring.Rescoring": {"model": PLAIN, "scope": PLAIN},
    "scoring.Rescored": {"packed": PLAIN},  # numbers of leads, scores and grades, packed
    "scoring.ExactPreview": {"model": PLAIN, "draft": PLAIN, "result": PLAIN},  # counts over all open leads
    "segments.Segment": _VERSIONED,
    "segments.Member": {"segment": PLAIN},
    "routing.Pool": {"name": STAFF},
    "routing.Route": _VERSIONED,
    "routing.Draw": {"roster": STAFF, "terms": STAFF},  # terms: ids, numbers and products of leads
    "routing.Skill": {"kind": PLAIN, "name": STAFF},
    "routing.Journey": {"rule": PLAIN, "ahead": PLAIN},
    "routing.Assignment": {"how": PLAIN, "ended_how": PLAIN},
    "nurture.Recycle": {"reason": PLAIN, "note": BLANKED, "ended_how": PLAIN},
    "outcomes.Reason": {"code": PLAIN, "label": STAFF},
    "outcomes.Disposition": {"stage": PLAIN, "reason": PLAIN, "note": BLANKED, "rule": PLAIN},
    "outcomes.Opportunity": {"name": BLANKED, "currency": PLAIN, "reason": PLAIN},
    "outcomes.Conversion": {"made": REDUCED},
    "outcomes.JunkRules": _VERSIONED,
    "capture.Form": _VERSIONED,
    "capture.FormToken": {"digest": PLAIN},
    "capture.ApiKey": {"name": STAFF, "prefix": STAFF, "digest": STAFF, "scopes": PLAIN},
    "capture.IdempotencyRecord": {"credential": PLAIN, "route": PLAIN, "key": SWEPT, "digest": PLAIN, "body": SWEPT},
    "capture.Import": {
        **dict.fromkeys(("file_name", "path", "digest"), STAFF),
        **dict.fromkeys(("mapping", "options"), PLAIN),
        "problem": SWEPT,
    },
    "capture.RefusedRow": {"reason": SWEPT, "cells": SWEPT},
    "capture.TakenRow": {"digest": PLAIN},  # of a whole row of a file; nothing can be read from it
    "work.Task": {"text": BLANKED},
    "work.SavedView": {"name": SWEPT, "query": SWEPT},
    "leads.CustomField": dict.fromkeys(("name", "label", "help", "group", "choices", "limits", "pack"), STAFF),
    "leads.SensitiveRead": dict.fromkeys(("names", "program", "where"), PLAIN),  # which fields were looked at, never what they said
    "segments.Freshness": {"segment": PLAIN},
    "segments.Size": {"segment": PLAIN},
    "segments.Mark": {"segment": PLAIN, "note": BLANKED},
    "segments.Override": {"segment": PLAIN, "note": BLANKED},
    "segments.Change": {"segment": PLAIN, "note": BLANKED},
    "segments.TargetList": dict.fromkeys(("name", "title", "purpose", "channel", "takes", "leaves"), STAFF),
    "qualification.Handed": {"reason": PLAIN, "truths": PLAIN},
    "qualification.Verdict": {"kind": PLAIN, "reason": PLAIN, "truths": PLAIN},
    "qualification.Passage": {"truths": PLAIN, "failing": PLAIN, "override_reason": BLANKED},
    "qualification.Framework": _VERSIONED,
    "qualification.Answer": {"framework": PLAIN, "question": PLAIN, "value": BLANKED, "evidence": BLANKED},
    "simulation.Simulation": dict.fromkeys(("says", "document", "seeds", "grounds", "result", "problem"), STAFF),  # our people by name
    "learning.Model": _VERSIONED,
    "learning.Likelihood": {"why": BLANKED},
    "learning.Training": {"reason": STAFF, "says": STAFF, "problem": SWEPT},  # an error may quote a value
    "learning.Watch": dict.fromkeys(("kept", "shifts", "warnings"), PLAIN),  # counts over many leads
    "learning.Failure": {"problem": PLAIN},  # the kind of an error, not what it says
    "packs.Installed": dict.fromkeys(("name", "title", "version", "made"), STAFF),
    "scrub.Scrub": {"action": PLAIN, "asked": SWEPT, "options": PLAIN, "why": SWEPT},
    "scrub.Scrubbed": {"problem": PLAIN},
    "scrub.Erasure": {"why": SWEPT, "places": PLAIN, "left": STAFF},
}
FILES = {
    "uploads/imports": "Files on their way in: gone once they were taken in, or after seven days; those that hold the person go at once.",
    "backups": "Copies that an operator made: `leadloop erase --again` erases everybody anew who was erased since.",
    "logs": "Numbers of leads and requests, never people.",
}
"""Places outside the database."""


def can_hold_text(field: models.Field) -> bool:
    """Whether a column may hold what somebody wrote."""
    texts = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.GenericIPAddressField, models.FileField)
    return isinstance(field, texts) and not field.choices


def unclassified() -> list[str]:
    """Columns that can hold text and of which nobody has said what becomes of them: "leads.Lead.nickname"."""
    return sorted(
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if can_hold_text(field) and field.name not in REGISTRY.get(model._meta.label, {})
    )


def columns(fate: Fate) -> list[tuple[type[models.Model], str]]:
    """Every column with this fate."""
    return [(apps.get_model(label), name) for label, fields in REGISTRY.items() for name, one in fields.items() if one == fate]
