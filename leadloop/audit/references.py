"""References that the database does not check, because hot writes cannot afford it (docs/decisions/0004): each points to a row."""

from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.db import models

from leadloop.audit.finding import Finding, Proof, Scope, Sql, broken
from leadloop.capture.models import TakenRow
from leadloop.consent.models import Consent, Suppression
from leadloop.intake.models import Submission, Verdict
from leadloop.leads.models import Lead, Notification, SearchDue, SensitiveRead, Source, Standing, Touch
from leadloop.learning.models import Failure
from leadloop.routing.models import Pool


class Reference(NamedTuple):
    """Column of a table to the primary key of another."""

    model: type[models.Model]
    column: str
    target: type[models.Model]

    @property
    def name(self) -> str:
        return f"{self.model._meta.label}.{self.column}"


PLAIN = (
    Reference(Lead, "submission_id", Submission),
    Reference(Standing, "pool_id", Pool),
    Reference(Touch, "submission_id", Submission),
    Reference(Notification, "lead_id", Lead),
    Reference(Failure, "lead_id", Lead),
    Reference(SensitiveRead, "lead_id", Lead),
    Reference(SearchDue, "lead_id", Lead),
    Reference(Submission, "source_id", Source),
    Reference(Verdict, "lead_id", Lead),
    Reference(Consent, "submission_id", Submission),
    Reference(Suppression, "lead_id", Lead),
    Reference(TakenRow, "source_id", Source),
)
"""Numbers that are references without being foreign keys. A test fails when one is not listed."""


def unguarded() -> list[Reference]:
    """Every reference that has no constraint in the database: foreign keys declared so, and plain numbers."""
    keys = [
        Reference(model, field.column, field.related_model)
        for model in apps.get_models()
        if model.__module__.startswith("leadloop.")
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and not field.db_constraint  # type: ignore[attr-defined]  # the stubs leave it out
    ]
    return [*keys, *PLAIN]


def references(scope: Scope) -> Iterator[Finding]:
    """No row points to one that is not there."""
    for one in unguarded():
        key = one.model._meta.pk_fields[0].column
        table, target = one.model._meta.db_table, one.target._meta
        query = (
            f"select r.{key} as row_id, r.{one.column} as missing from {table} r where r.{one.column} is not null "  # noqa: S608 - model names
            f"and not exists (select 1 from {target.db_table} t where t.{target.pk.column} = r.{one.column})"
        )
        yield from broken(scope, "references", f"{one.name} points to a row that is not there.", ["row", "missing"], Sql(query))


def pairs(scope: Scope) -> Iterator[Finding]:
    """A lead without a standing is on no list; the other way round is a reference."""
    bare = "select l.id from leads_lead l where not exists (select 1 from leads_standing s where s.lead_id = l.id)"
    yield from broken(scope, "pairs", "A lead has no standing.", ["lead"], Sql(bare))


PROOFS = (
    Proof("references", "References that the database does not check point to rows that are there.", references),
    Proof("pairs", "Every lead has a standing.", pairs),
)
