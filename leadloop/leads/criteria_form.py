"""The condition builder: a part of a form that says criteria. Works without JavaScript: every button is a submit of the form.

A page makes a builder from a tree (`build`) or from what was posted (`read`); the page of a rule has either from `for_rule`. It
shows the builder by `leads/_builder.html`, and takes `builder.spec()` when the person saves. Many builders may stand in one form,
each under its own prefix.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as kept
from typing import Any

from django.http import HttpRequest, QueryDict

from leadloop.leads import fields as fields_now
from leadloop.leads.domain.criteria import CATALOGUE, Catalogue, CriteriaInvalid, dump, parse
from leadloop.leads.domain.criteria.rows import Choices, control, field_choices, op_choices, spec_of, texts_of, value_choices
from leadloop.leads.domain.criteria.windows import known_zone
from leadloop.leads.models import Source
from leadloop.leads.sample import pools
from leadloop.teams.models import User

MOST_ROWS = 100
References = Mapping[str, Choices]
"""Choices for owner, source and pool: {"owner": [("7", "Ann")], ...}."""


@dataclass(slots=True)
class Row:
    """One condition as the form holds it."""

    number: int
    field: str = ""
    op: str = ""
    values: list[str] = kept(default_factory=list)
    upper: str = ""
    zone: str = "UTC"
    error: str = ""
    references: References = kept(default_factory=dict)
    catalogue: Catalogue = kept(default_factory=lambda: CATALOGUE)

    @property
    def text_number(self) -> str:
        return str(self.number)

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def ops(self) -> Choices:
        return op_choices(self.field, self.catalogue)

    @property
    def is_unlisted(self) -> bool:
        """A field that the list does not offer, such as a kind of touch that an integration brought."""
        return bool(self.field) and not any(self.field == name for _, fields in field_choices(self.catalogue) for name, _ in fields)

    @property
    def control(self) -> str:
        return control(self.field, self.op, self.catalogue)

    @property
    def choices(self) -> Choices:
        """The values to choose from; one that is gone (a person who left) stays to be seen."""
        known = value_choices(self.field, self.catalogue) or list(self.references.get(self.field, ()))
        gone = [value for value in self.values if value and value not in dict(known)]
        return [*known, *((value, f"#{value} (gone)") for value in gone)] if self.field in self.references else known

    def spec(self) -> dict[str, Any]:
        """What the row says, checked alone.

        Raises:
            CriteriaInvalid: and `error` says so beside the row.
        """
        try:
            return dump(parse(spec_of(self.field, self.op, self.values, self.upper, self.zone, self.catalogue), self.catalogue))
        except CriteriaInvalid as error:
            self.error = error.reason
            raise


@dataclass(slots=True)
class Group:
    """Rows joined by "all" or "any" inside the whole."""

    number: int
    match: str = "any"
    rows: list[Row] = kept(default_factory=list)
    is_group: bool = True


@dataclass(slots=True)
class Builder:
    """Everything that the partial shows. `asked`: a button of the builder was pressed, so show the form again and save nothing."""

    prefix: str
    match: str = "all"
    items: list[Row | Group] = kept(default_factory=list)
    text: str | None = None  # JSON, for trees that rows cannot show and for people who prefer it
    error: str = ""
    asked: bool = False
    zone: str = "UTC"
    references: References = kept(default_factory=dict)
    catalogue: Catalogue = kept(default_factory=lambda: CATALOGUE)

    @property
    def fields(self) -> list[tuple[str, Choices]]:
        return field_choices(self.catalogue)

    @property
    def rows(self) -> list[Row]:
        return [row for item in self.items for row in (item.rows if isinstance(item, Group) else [item])]

    def spec(self) -> dict[str, Any]:
        """The criteria as canonical JSON; rows without a field say nothing.

        Raises:
            CriteriaInvalid: the rows that are wrong carry their `error`, so show the builder again.
        """
        if self.text is not None:
            return self._from_text()
        parts, wrong = [], []
        for item in self.items:
            try:
                parts += [{item.match: specs}] if isinstance(item, Group) and (specs := _specs(item.rows)) else []
                parts += _specs([item]) if isinstance(item, Row) else []
            except CriteriaInvalid as error:
                wrong.append(error)
        if wrong:
            raise wrong[0]
        if self.match == "any" and not parts:
            return {"all": []}
        return dump(parse({self.match: parts}, self.catalogue))

    def spec_or_none(self) -> dict[str, Any] | None:
        """As `spec`; None where that is wrong, and then the builder says so when it is shown again."""
        try:
            return self.spec()
        except CriteriaInvalid:
            return None

    def _from_text(self) -> dict[str, Any]:
        try:
            return dump(parse(json.loads(self.text or ""), self.catalogue))
        except (ValueError, RecursionError) as error:
            self.error = "This is not JSON."
            raise CriteriaInvalid("", "not JSON") from error
        except CriteriaInvalid as error:
            self.error = str(error)
            raise

    def fresh_row(self, number: int) -> Row:
        return Row(number, zone=self.zone, references=self.references, catalogue=self.catalogue)


def for_rule(request: HttpRequest, spec: Mapping[str, Any] | None) -> Builder:
    """The builder on the page of a rule: as it was posted, or as its stored criteria say. Four queries for what they may name."""
    people = User.objects.active().order_by("name").values_list("pk", "name")
    sources = Source.objects.order_by("name").values_list("pk", "name")
    named = {"owner": people, "source": sources, "pool": pools()}
    references = {name: [(str(pk), label) for pk, label in rows] for name, rows in named.items()}
    zone = request.user.zone  # type: ignore[union-attr]  # signed in
    catalogue = fields_now.in_force()
    if request.method == "POST":
        return read(request.POST, zone=zone, references=references, catalogue=catalogue)
    return build(spec, zone=zone, references=references, catalogue=catalogue)


def build(
    spec: Mapping[str, Any] | None,
    *,
    prefix: str = "c",
    zone: str = "UTC",
    references: References | None = None,
    catalogue: Catalogue = CATALOGUE,
) -> Builder:
    """A builder that shows stored criteria; None or "every lead" gives one empty row."""
    builder = Builder(prefix, zone=zone, references=references or {}, catalogue=catalogue)
    if not spec or spec == {"all": []}:
        builder.items = [builder.fresh_row(0)]
    elif not _fill(builder, spec):
        builder.text = json.dumps(spec, indent=2, ensure_ascii=False)
    return builder


def read(
    posted: QueryDict,
    *,
    prefix: str = "c",
    zone: str = "UTC",
    references: References | None = None,
    do: str | None = None,
    catalogue: Catalogue = CATALOGUE,
) -> Builder:
    """A builder as it was posted, with the pressed button (or `do`) carried out."""
    do = do if do is not None else posted.get(f"{prefix}-do", "")
    builder = Builder(prefix, zone=zone, references=references or {}, asked=bool(do), catalogue=catalogue)
    if f"{prefix}-json" in posted:
        builder.text = posted.get(f"{prefix}-json", "")
    builder.match = _match(posted.get(f"{prefix}-match"), "all")
    _read_items(builder, posted)
    _carry_out(builder, do)
    return builder


def is_posted(posted: QueryDict, *, prefix: str = "c") -> bool:
    """Whether a form with this builder was sent."""
    return f"{prefix}-match" in posted or f"{prefix}-json" in posted


def _specs(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Checks every row before it raises, so that each wrong one says so."""
    specs, wrong = [], []
    for row in rows:
        try:
            specs += [row.spec()] if row.field else []
        except CriteriaInvalid as error:
            wrong.append(error)
    if wrong:
        raise wrong[0]
    return specs


def _fill(builder: Builder, spec: Mapping[str, Any]) -> bool:
    """Show a tree as rows and groups; False if it is too deep for them."""
    if not ({"all", "any"} & spec.keys()):
        spec = {"all": [spec]}
    [(match, parts)] = spec.items()
    items: list[Row | Group] = []
    number = 0
    for part in parts:
        if "not" in part:
            return False
        if not ({"all", "any"} & part.keys()):
            items.append(_row_of(builder, number, part))
        else:
            [(inner, leaves)] = part.items()
            if not leaves or any({"all", "any", "not"} & leaf.keys() for leaf in leaves):
                return False
            items.append(Group(number, inner, [_row_of(builder, number + 1 + place, leaf) for place, leaf in enumerate(leaves)]))
            number += len(leaves)
        number += 1
    shown = Builder(builder.prefix, match, items, zone=builder.zone, catalogue=builder.catalogue)
    if not items or not _says(shown, {match: parts}):
        return False
    builder.match, builder.items = match, items
    return True


def _says(builder: Builder, spec: Mapping[str, Any]) -> bool:
    """Whether the rows would come back from a browser as the same tree: not with line breaks, outer blanks, an hour that is there twice."""
    if any(mark in text for row in builder.rows for text in row.values for mark in "\r\n"):
        return False
    try:
        return builder.spec() == spec
    except CriteriaInvalid:
        return False


def _row_of(builder: Builder, number: int, spec: dict[str, Any]) -> Row:
    row = builder.fresh_row(number)
    row.zone = str(spec.get("zone") or builder.zone)
    row.field, row.op, row.values, row.upper = texts_of(spec, row.zone, builder.catalogue)
    return row


def _read_items(builder: Builder, posted: QueryDict) -> None:
    pattern = re.compile(rf"{re.escape(builder.prefix)}-([0-9]{{1,4}})-(?:field|group)", re.ASCII)
    numbers = sorted({int(found[1]) for name in posted if (found := pattern.fullmatch(name))})[:MOST_ROWS]
    groups: dict[int, Group] = {}
    for number in numbers:
        name = f"{builder.prefix}-{number}"
        if f"{name}-group" in posted:
            groups[number] = Group(number, _match(posted.get(f"{name}-group"), "any"))
            builder.items.append(groups[number])
            continue
        row = builder.fresh_row(number)
        row.field, row.op = posted.get(f"{name}-field", ""), posted.get(f"{name}-op", "")
        row.values, row.upper = posted.getlist(f"{name}-value"), posted.get(f"{name}-upper", "")
        zone = posted.get(f"{name}-zone", "")
        row.zone = zone if known_zone(zone) else builder.zone
        if row.op not in dict(row.ops):
            row.op, row.values, row.upper = (row.ops or [("", "")])[0][0], [], ""
        inside = posted.get(f"{name}-in", "")
        home = groups.get(int(inside)) if inside.isdecimal() and inside.isascii() and len(inside) < 5 else None
        (home.rows if home else builder.items).append(row)


def _carry_out(builder: Builder, do: str) -> None:
    """Add, drop, or change between rows and JSON. Unknown words do nothing."""
    verb, _, target = do.partition(":")
    number = 1 + max([item.number for item in builder.items] + [row.number for row in builder.rows], default=-1)
    if verb == "add" and not target:
        builder.items.append(builder.fresh_row(number))
    elif verb == "add":
        for item in builder.items:
            if isinstance(item, Group) and str(item.number) == target:
                item.rows.append(builder.fresh_row(number))
    elif verb == "group":
        builder.items.append(Group(number, "all" if builder.match == "any" else "any", [builder.fresh_row(number + 1)]))
    elif verb == "drop":
        _drop(builder, target)
    elif verb in ("json", "rows"):
        _turn(builder, verb)
    if builder.text is None and not builder.items:
        builder.items = [builder.fresh_row(number)]


def _drop(builder: Builder, target: str) -> None:
    for item in builder.items:
        if isinstance(item, Group):
            item.rows = [row for row in item.rows if str(row.number) != target]
    builder.items = [item for item in builder.items if str(item.number) != target and not (isinstance(item, Group) and not item.rows)]


def _turn(builder: Builder, verb: str) -> None:
    """From rows to JSON or back, if what is there can be read."""
    try:
        spec = builder.spec()
    except CriteriaInvalid:
        return
    if verb == "json":
        builder.text = json.dumps(spec, indent=2, ensure_ascii=False)
    elif _fill(builder, spec):
        builder.text = None
    else:
        builder.error = "These criteria are too deep to be shown as rows."


def _match(word: str | None, usual: str) -> str:
    return word if word in ("all", "any") else usual
