"""Rows and groups of the condition builder, as a form holds them and as its partials show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as kept
from typing import Any

from leadloop.leads.domain.criteria import CATALOGUE, Catalogue, CriteriaInvalid, dump, parse
from leadloop.leads.domain.criteria.row_texts import RowTexts, spec_of
from leadloop.leads.domain.criteria.rows import TOUCHES, Choices, control, field_choices, op_choices, value_choices

References = Mapping[str, Choices]
"""Choices for owner, source, pool and segments: {"owner": [("7", "Ann")], ...}."""
MATCHES = ("all", "any", "none")
ACTORS: Choices = [("", "anybody"), ("them", "the lead"), ("us", "one of us")]
WINDOWS: Choices = [("hours", "days of 24 hours"), ("local", "days of the calendar")]


@dataclass(slots=True)
class Row:
    """One condition as the form holds it."""

    number: int
    texts: RowTexts = kept(default_factory=RowTexts)
    error: str = ""
    references: References = kept(default_factory=dict)
    catalogue: Catalogue = kept(default_factory=lambda: CATALOGUE)
    is_group: bool = False

    @property
    def text_number(self) -> str:
        return str(self.number)

    @property
    def field(self) -> str:
        return self.texts.field

    @property
    def op(self) -> str:
        return self.texts.op

    @property
    def values(self) -> list[str]:
        return self.texts.values

    @property
    def value(self) -> str:
        return self.texts.values[0] if self.texts.values else ""

    @property
    def more(self) -> dict[str, str]:
        """What stands beside the values; every name is there, so that a template may ask for any."""
        return {"upper": "", "days": "", "window": "", "campaign": "", "source": "", "by": "", "currency": "", "of": "", **self.texts.more}

    @property
    def zone(self) -> str:
        return self.texts.zone

    @property
    def ops(self) -> Choices:
        return op_choices(self.field, self.catalogue)

    @property
    def is_unlisted(self) -> bool:
        """A field that the list does not offer, such as a kind of touch that an integration brought."""
        return bool(self.field) and not any(self.field == name for _, fields in field_choices(self.catalogue) for name, _ in fields)

    @property
    def is_count(self) -> bool:
        return self.field.startswith(TOUCHES)

    @property
    def is_wide(self) -> bool:
        """Whether its controls need a line of their own."""
        return self.is_count or self.control in ("amount_pair", "circle", "moment_pair", "choices", "references")

    @property
    def is_narrowed(self) -> bool:
        """Whether a count of touches says more than a kind and a window of plain days."""
        return any(self.more[name] for name in ("campaign", "source", "by")) or self.more["window"] == "local"

    @property
    def control(self) -> str:
        return control(self.field, self.op, self.catalogue)

    @property
    def choices(self) -> Choices:
        """The values to choose from; one that is gone (a person who left) stays to be seen."""
        known = self.catalogue.get(self.field)
        register = known.register if known else self.field
        closed = value_choices(self.field, self.catalogue)
        return closed or _with_gone(list(self.references.get(register, ())), self.values)

    @property
    def actors(self) -> Choices:
        """Who a touch may be by."""
        return _with_gone([*ACTORS, *self.references.get("owner", ())], [self.more["by"]])

    @property
    def sources(self) -> Choices:
        return _with_gone([("", "any source"), *self.references.get("source", ())], [self.more["source"]])

    @property
    def windows(self) -> Choices:
        return WINDOWS

    def spec(self) -> dict[str, Any]:
        """What the row says, checked alone.

        Raises:
            CriteriaInvalid: and `error` says so beside the row.
        """
        try:
            return dump(parse(spec_of(self.texts, self.catalogue), self.catalogue))
        except CriteriaInvalid as error:
            self.error = error.reason
            raise


@dataclass(slots=True)
class Group:
    """Rows and groups joined by "all", "any" or "none"."""

    number: int
    match: str = "any"
    items: list["Row | Group"] = kept(default_factory=list)
    is_group: bool = True

    @property
    def text_number(self) -> str:
        return str(self.number)

    @property
    def rows(self) -> list[Row]:
        """Every condition, also of the groups inside."""
        return [row for item in self.items for row in (item.rows if isinstance(item, Group) else [item])]

    @property
    def groups(self) -> list["Group"]:
        """Every group inside, outer ones first."""
        return [group for item in self.items if isinstance(item, Group) for group in (item, *item.groups)]

    @property
    def highest(self) -> int:
        return max([self.number, *(row.number for row in self.rows), *(group.number for group in self.groups)])

    def spec(self) -> dict[str, Any] | None:
        """What the group says; None for nothing. Checks every row before it raises, so that each wrong one says so.

        Raises:
            CriteriaInvalid: the rows that are wrong carry their `error`.
        """
        parts: list[dict[str, Any]] = []
        wrong: list[CriteriaInvalid] = []
        for item in self.items:
            try:
                said = item.spec() if isinstance(item, Group) or item.field else None
            except CriteriaInvalid as error:
                wrong.append(error)
            else:
                parts += [said] if said is not None else []
        if wrong:
            raise wrong[0]
        if not parts:
            return None
        if self.match == "none":
            return {"not": parts[0]} if len(parts) == 1 else {"not": {"any": parts}}
        return {self.match: parts}

    def drop(self, number: str) -> None:
        """Without the row or group of that number; a group that is left empty goes as well."""
        for group in self.groups:
            group.drop_own(number)
        self.drop_own(number)

    def drop_own(self, number: str) -> None:
        self.items = [item for item in self.items if item.text_number != number and not (isinstance(item, Group) and not item.rows)]


def _with_gone(known: Choices, values: list[str]) -> Choices:
    gone = [value for value in values if value and value not in dict(known)]
    return [*known, *((value, f"#{value} (gone)") for value in gone)]
