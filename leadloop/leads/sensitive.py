"""Sensitive values of leads: whom they are hidden from, and who has read them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from leadloop.db import bulk
from leadloop.db.versions import current_epoch
from leadloop.leads import fields
from leadloop.leads.actions import moment
from leadloop.leads.domain.masks import sensitive_names
from leadloop.leads.models import SensitiveRead
from leadloop.teams.models import User


def hidden_names(person: User | None = None, *, epoch: int | None = None) -> frozenset[str]:
    """Names of the fields whose values this person may not see; all of them for nobody in particular. One query."""
    if person is not None and person.may_see_sensitive:
        return frozenset()
    return all_sensitive(epoch)


def all_sensitive(epoch: int | None = None) -> frozenset[str]:
    """Names of all sensitive fields, retired ones among them. One query, or none given `epoch`."""
    return sensitive_names(fields.ever_declared(current_epoch() if epoch is None else epoch))


def held(custom: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Which of these names a lead has a value of."""
    return sorted(name for name in names if custom.get(name) not in (None, "", []))


def note_reads(reads: Iterable[tuple[int, list[str]]], *, where: str, now: datetime, person: User | None = None, program: str = "") -> None:
    """Write down who, or which key, read sensitive values: (lead, names of fields). One statement; none without any."""
    rows = [
        (lead_id, person.pk if person else None, program[:80], where, bulk.to_json(names).decode(), moment(now))
        for lead_id, names in reads
        if names
    ]
    bulk.insert(SensitiveRead, ("lead_id", "person_id", "program", "where", "names", "happened_at"), rows)
