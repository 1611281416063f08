"""Declared fields: which there are at an epoch, how rules see them, and the verbs that declare, change and retire them.

Every change turns the epoch, so that every process sees it at its next batch or page, without a restart.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.db import transaction

from leadloop.db.queue import leave_once
from leadloop.db.versions import current_epoch, published_rows, turn_epoch
from leadloop.leads.domain.criteria import CATALOGUE, Catalogue
from leadloop.leads.domain.criteria.sentence import fields_in
from leadloop.leads.domain.custom_checks import problems
from leadloop.leads.domain.custom_facts import as_rules_see
from leadloop.leads.domain.custom_fields import FieldSpec, Kind, Sensitivity, spec_from
from leadloop.leads.errors import FieldClash, FieldInUse, FieldInvalid
from leadloop.leads.models import CustomField
from leadloop.teams.models import User

INDEXING = "leadloop.leads.field_indexes.keep_field_indexes"
_COLUMNS = ("label", "kind", "choices", "limits", "required", "group", "help", "sensitivity", "filterable", "pack", "retired_at")


@lru_cache(maxsize=4)
def ever_declared(epoch: int) -> Mapping[str, FieldSpec]:  # noqa: ARG001 - the key of the cache
    """Every field by name, retired ones among them, in the order of their groups and labels. One query an epoch."""
    rows = CustomField.objects.order_by("group", "label", "name")
    return MappingProxyType({row.name: spec_of(row) for row in rows})


@lru_cache(maxsize=4)
def declared(epoch: int) -> Mapping[str, FieldSpec]:
    """The fields in force by name, without "custom."."""
    return MappingProxyType({name: spec for name, spec in ever_declared(epoch).items() if not spec.retired})


@lru_cache(maxsize=4)
def catalogue(epoch: int) -> Catalogue:
    """What people may write rules about: our own fields, and `custom.<name>` for each declared one in force."""
    return MappingProxyType({**CATALOGUE, **{spec.key: as_rules_see(spec) for spec in declared(epoch).values()}})


@lru_cache(maxsize=4)
def known(epoch: int) -> Catalogue:
    """What stored rules may name: as `catalogue`, with retired fields and without asking whether a choice is still there.

    Rules in force and old versions compile by it, so that a field that was retired, or a choice that went, stops no lead.
    """
    return MappingProxyType({**CATALOGUE, **{spec.key: as_rules_see(spec, bound=False) for spec in ever_declared(epoch).values()}})


def in_force() -> Catalogue:
    """`catalogue` of now. One query."""
    return catalogue(current_epoch())


def known_now() -> Catalogue:
    """`known` of now. One query."""
    return known(current_epoch())


def declared_now() -> Mapping[str, FieldSpec]:
    """`declared` of now. One query."""
    return declared(current_epoch())


def catalogue_for(person: User) -> Catalogue:
    """What a person may ask the leads for: sensitive fields only who may see them, because an answer tells the value. One query."""
    everything = in_force()
    if person.may_see_sensitive:
        return everything
    return MappingProxyType({name: field for name, field in everything.items() if not field.sensitive})


def spec_of(row: CustomField) -> FieldSpec:
    return FieldSpec(
        name=row.name,
        label=row.label,
        kind=Kind(row.kind),
        choices=tuple(row.choices),
        limits=MappingProxyType(dict(row.limits)),
        required=row.required,
        group=row.group,
        help=row.help,
        sensitivity=Sensitivity(row.sensitivity),
        filterable=row.filterable,
        pack=row.pack,
        retired=row.retired_at is not None,
    )


def declare(specs: Iterable[Mapping[str, Any]], *, now: datetime, may_expose: bool = False) -> list[CustomField]:
    """Make fields, change those that are there, bring retired ones back; all or none. Saying the same twice changes nothing.

    A field that was ever sensitive stays so, whoever declares it again (a pack, a column of a file), unless `may_expose`.

    Args:
        specs: as JSON: name, label and type, and where wanted choices, limits, required, group, help, sensitivity, filterable, pack.
        may_expose: whether what was sensitive may become plain: for who may see it.

    Raises:
        FieldInvalid: a declaration does not stand.
        FieldClash: a field of that name, in force or retired, has another type: leads may have values of it.
    """
    given = list(specs)
    wrong = [problem for one in given for problem in problems(one)]
    if wrong:
        raise FieldInvalid(problems="; ".join(str(one) for one in wrong[:10]))
    wanted = {spec.name: spec for spec in map(spec_from, given)}
    with transaction.atomic():
        rows = {row.name: row for row in CustomField.objects.select_for_update().filter(name__in=wanted)}
        made = [_declare_one(spec, rows.get(name), now=now, may_expose=may_expose) for name, spec in wanted.items()]
        if made:
            _turn(now=now)
    return made


def _declare_one(spec: FieldSpec, row: CustomField | None, *, now: datetime, may_expose: bool) -> CustomField:
    if row is not None and row.kind != spec.kind:
        raise FieldClash(name=spec.name, kind=row.get_kind_display())
    stays = row is not None and row.sensitivity == Sensitivity.SENSITIVE and not may_expose
    row = row or CustomField(name=spec.name, created_at=now)
    values = {
        "label": spec.label,
        "kind": spec.kind.value,
        "choices": list(spec.choices),
        "limits": dict(spec.limits),
        "required": spec.required,
        "group": spec.group,
        "help": spec.help,
        "sensitivity": Sensitivity.SENSITIVE.value if stays else spec.sensitivity.value,
        "filterable": spec.filterable,
        "pack": spec.pack or row.pack,
        "retired_at": None,
    }
    for column, value in values.items():
        setattr(row, column, value)
    row.save(force_insert=row.pk is None, update_fields=None if row.pk is None else _COLUMNS)
    return row


def retire(names: Iterable[str], *, now: datetime) -> None:
    """Take fields out of use; what leads have of them stays stored. Names that are not there, or retired, do nothing.

    Raises:
        FieldInUse: a published rule reads one of them; nothing is retired, and `rules` says which.
    """
    wanted = sorted(set(names))
    with transaction.atomic():
        rules = [f"{title} ({kind})" for _, kind, title in rules_that_read(wanted)]
        if rules:
            raise FieldInUse(names=", ".join(wanted), rules=", ".join(dict.fromkeys(rules)))
        if CustomField.objects.filter(name__in=wanted, retired_at=None).update(retired_at=now):
            _turn(now=now)


def restore(names: Iterable[str], *, now: datetime) -> None:
    """Bring retired fields back as they were."""
    with transaction.atomic():
        if CustomField.objects.filter(name__in=list(names)).exclude(retired_at=None).update(retired_at=None):
            _turn(now=now)


def _turn(*, now: datetime) -> None:
    """Every process knows the change at its next batch; a worker brings the indexes in line."""
    turn_epoch()
    leave_once(INDEXING, {}, key=f"field-indexes:{current_epoch()}", now=now)


def rules_that_read(names: Iterable[str]) -> list[tuple[str, str, str]]:
    """(field, what it is, its title) of each published thing that needs one of these fields. One query a kind of rule."""
    keys = {f"custom.{name}": name for name in names}
    found = []
    for row in published_rows():
        read = (fields_in(row.spec) | row.fields_beside_criteria()) & keys.keys()
        found += [(keys[key], str(row._meta.verbose_name), row.title) for key in sorted(read)]
    return found
