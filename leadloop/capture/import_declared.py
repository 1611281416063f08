"""Declared fields and files: which column is which, new fields from columns, and what of them a person may not see."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from leadloop.capture.domain.new_fields import guessed_kind
from leadloop.capture.errors import BadMapping
from leadloop.capture.forms import custom_name
from leadloop.capture.models import Import
from leadloop.leads import fields
from leadloop.leads.domain.custom_fields import PREFIX, FieldSpec
from leadloop.leads.domain.masks import MASK, plain_name

NEW = "new."
"""Begins what a column becomes where a field is to be made of it."""


def guess_declared(mapping: Mapping[str, str], declared: Mapping[str, FieldSpec]) -> dict[str, str]:
    """The mapping with columns that nothing took given to the declared fields that are called like them."""
    names = {plain_name(spec.label): spec.key for spec in declared.values()} | {name: spec.key for name, spec in declared.items()}
    taken, found = set(mapping.values()), dict(mapping)
    for header, name in mapping.items():
        wanted = names.get(custom_name(header)) or names.get(plain_name(header))
        if not name and wanted and wanted not in taken:
            found[header] = wanted
            taken.add(wanted)
    return found


def make_new(mapping: Mapping[str, str], rows: Sequence[Mapping[str, str]], *, now: datetime) -> dict[str, str]:
    """Declare a field for each column that asks for one, of the kind that its first rows look like; the mapping names them then.

    A name that is taken by a declared field means that field.
    """
    declared = fields.declared_now()
    wanted = {header: name.removeprefix(NEW) for header, name in mapping.items() if name.startswith(NEW)}
    fresh = [
        {
            "name": name,
            "label": header.strip()[:80] or name,
            "type": guessed_kind([row[header] for row in rows if row.get(header)]).value,
            "group": "From files",
        }
        for header, name in wanted.items()
        if name not in declared
    ]
    if fresh:
        fields.declare(fresh, now=now)
    return {header: f"{PREFIX}{wanted[header]}" if header in wanted else name for header, name in mapping.items()}


def secret_columns(row: Import, hidden: Collection[str]) -> frozenset[str]:
    """Columns that become one of the `hidden` fields, or were left out after they did; none where nothing is hidden."""
    keys = {f"{PREFIX}{one}" for one in hidden}
    left_out = row.options.get("secret", ()) if hidden else ()
    return frozenset(header for header, name in row.mapping.items() if name in keys or (header in left_out and not name))


def keep_secret(row: Import, mapping: Mapping[str, str], hidden: Collection[str]) -> None:
    """Another mapping by somebody who may not see the `hidden` fields must not show what becomes of one.

    Raises:
        BadMapping: it would show a sensitive column, here or as a plain field of leads.
    """
    secret, keys = secret_columns(row, hidden), {f"{PREFIX}{one}" for one in hidden}
    if shown := sorted(header for header in secret if mapping.get(header) and mapping[header] not in keys):
        raise BadMapping(reason=f"“{shown[0]}” holds sensitive data: leave it as it is, or leave it out.")


def masked_cells(cells: Mapping[str, str], secret: Collection[str]) -> dict[str, str]:
    """A row as somebody may see it who may not see these columns; "" is the text of one that fits no columns."""
    return {header: MASK if cell and (header in secret or (not header and secret)) else cell for header, cell in cells.items()}
