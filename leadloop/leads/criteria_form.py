"""The condition builder: a part of a form that says criteria. Works without JavaScript: every button is a submit of the form.

A page makes a builder from a tree (`build`) or from what was posted (`read`); the page of a rule has either from `for_rule`. It
shows the builder by `leads/_builder.html`, and takes `builder.spec()` when the person saves. Many builders may stand in one form,
each under its own prefix.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as kept
from typing import Any

from django.http import HttpRequest, QueryDict

from leadloop.db.clock import utc_now
from leadloop.leads import fields as fields_now
from leadloop.leads.criteria_rows import MATCHES, Group, References, Row
from leadloop.leads.criteria_sql import condition
from leadloop.leads.domain.criteria import CATALOGUE, Catalogue, CriteriaInvalid, Node, dump, parse, sentence
from leadloop.leads.domain.criteria.checks import findings
from leadloop.leads.domain.criteria.row_texts import MORE, RowTexts, texts_of
from leadloop.leads.domain.criteria.rows import Choices, field_choices
from leadloop.leads.domain.criteria.text import LONGEST, TextInvalid, parse_text, print_text
from leadloop.leads.domain.criteria.windows import known_zone
from leadloop.leads.models import Source, Standing
from leadloop.leads.sample import pools, segments
from leadloop.teams.models import User
from leadloop.web.paging import capped_count

MOST_ROWS = 100
MOST_COUNTED = 10_000


@dataclass(slots=True)
class Builder:
    """Everything that the partial shows. `asked`: a button of the builder was pressed, so show the form again and save nothing."""

    prefix: str
    root: Group = kept(default_factory=lambda: Group(-1, "all"))
    text: str | None = None  # for people who prefer it: a line of text, or JSON
    error: str = ""
    asked: bool = False
    zone: str = "UTC"
    references: References = kept(default_factory=dict)
    catalogue: Catalogue = kept(default_factory=lambda: CATALOGUE)
    found: str = ""  # how many leads, once somebody asked

    @property
    def match(self) -> str:
        return self.root.match

    @property
    def items(self) -> list[Row | Group]:
        return self.root.items

    @property
    def fields(self) -> list[tuple[str, Choices]]:
        return field_choices(self.catalogue)

    @property
    def rows(self) -> list[Row]:
        return self.root.rows

    @property
    def says(self) -> str:
        """The criteria as a sentence; "" while they cannot be read."""
        spec = self.spec_or_none()
        return "" if spec is None else sentence(parse(spec, self.catalogue), self.names)

    @property
    def findings(self) -> list[str]:
        """What a person should know before saving: that no lead or every lead is meant, or that a part makes no difference."""
        spec = self.spec_or_none()
        return [] if spec is None else [one.text for one in findings(parse(spec, self.catalogue), self.names)]

    @property
    def names(self) -> dict[str, dict[int, str]]:
        return {register: {int(key): name for key, name in rows if key.isdecimal()} for register, rows in self.references.items()}

    def spec(self) -> dict[str, Any]:
        """The criteria as canonical JSON; rows without a field say nothing.

        Raises:
            CriteriaInvalid: the rows that are wrong carry their `error`, so show the builder again.
        """
        if self.text is not None:
            return dump(self._from_text(self.text))
        said = self.root.spec()
        return dump(parse(said, self.catalogue)) if said else {"all": []}

    def spec_or_none(self) -> dict[str, Any] | None:
        """As `spec`; None where that is wrong, and then the builder says so when it is shown again."""
        try:
            return self.spec()
        except CriteriaInvalid:
            return None

    def count(self, person: User) -> None:
        """Note how many leads that the person may see are meant. One query, which stops at 10,000.

        Nothing where a field is asked about that the person may not see: the number would tell its values.
        """
        spec = self.spec_or_none()
        try:
            tree = parse(spec, fields_now.catalogue_for(person))
        except CriteriaInvalid:
            return
        rows = Standing.objects.visible_to(person).filter(condition(tree, utc_now()))
        number = capped_count(rows, most=MOST_COUNTED)
        shown = f"over {MOST_COUNTED:,}" if number > MOST_COUNTED else f"{number:,}"
        self.found = "1 lead" if number == 1 else f"{shown} leads"

    def _from_text(self, text: str) -> Node:
        """JSON, or the line of text that a command line takes."""
        try:
            if text.lstrip()[:1] in ("{", "["):
                return parse(json.loads(text), self.catalogue)
            return parse_text(text, self.catalogue, self.names)
        except (ValueError, RecursionError) as error:
            self.error = "This is not JSON."
            raise CriteriaInvalid("", "not JSON") from error
        except TextInvalid as error:
            self.error = str(error)
            raise CriteriaInvalid("", error.reason) from error
        except CriteriaInvalid as error:
            self.error = str(error)
            raise

    def fresh_row(self, number: int, texts: RowTexts | None = None) -> Row:
        return Row(number, texts or RowTexts(zone=self.zone), references=self.references, catalogue=self.catalogue)


def references_of(people: Mapping[int, str] | None = None) -> dict[str, Choices]:
    """What criteria may name: people, sources, pools, segments. Four queries; three where people are known."""
    known = people.items() if people is not None else User.objects.active().order_by("name").values_list("pk", "name")
    named = {"owner": known, "source": Source.objects.order_by("name").values_list("pk", "name"), "pool": pools(), "segments": segments()}
    return {name: [(str(key), label) for key, label in rows] for name, rows in named.items()}


def for_rule(request: HttpRequest, spec: Mapping[str, Any] | None, *, at_once: bool = False) -> Builder:
    """The builder on the page of a rule: as it was posted, or as its stored criteria say. Five queries for what they may name.

    `at_once`: the page shows whom they mean as soon as they are posted, so they name only what the person may see.
    """
    person: Any = request.user
    zone, references = person.zone, references_of()
    catalogue = fields_now.catalogue_for(person) if at_once else fields_now.in_force()
    if request.method != "POST":
        return build(spec, zone=zone, references=references, catalogue=catalogue)
    builder = read(request.POST, zone=zone, references=references, catalogue=catalogue)
    if request.POST.get(f"{builder.prefix}-do") == "count":
        builder.count(request.user)  # type: ignore[arg-type]  # signed in
    return builder


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
        builder.root.items = [builder.fresh_row(0)]
    elif not _fill(builder, spec):
        builder.text = _text_of(builder, spec)
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
    builder.root.match = _match(posted.get(f"{prefix}-match"), "all")
    _read_items(builder, posted)
    _carry_out(builder, do)
    return builder


def is_posted(posted: QueryDict, *, prefix: str = "c") -> bool:
    """Whether a form with this builder was sent."""
    return f"{prefix}-match" in posted or f"{prefix}-json" in posted


def _text_of(builder: Builder, spec: Mapping[str, Any]) -> str:
    """As a line of text; as JSON where a field is gone and text cannot name it any more, and where it is too long to be read back."""
    try:
        text = print_text(parse(spec, builder.catalogue))
    except CriteriaInvalid:
        text = ""
    if 0 < len(text) <= LONGEST:
        return text
    return json.dumps(spec, indent=2, ensure_ascii=False)


def _fill(builder: Builder, spec: Mapping[str, Any]) -> bool:
    """Show a tree as rows and groups; False if a browser would not give back the same tree."""
    whole = spec if {"all", "any", "not"} & spec.keys() else {"all": [spec]}
    numbers = iter(range(-1, 10_000))
    shown = Builder(builder.prefix, zone=builder.zone, references=builder.references, catalogue=builder.catalogue)
    try:
        root = _item_of(shown, whole, numbers)
    except CriteriaInvalid:
        return False
    assert isinstance(root, Group)
    shown.root = root
    if not root.items or root.highest >= MOST_ROWS or any(not group.items for group in root.groups) or not _says(shown, whole):
        return False
    builder.root = root
    return True


def _item_of(builder: Builder, spec: Mapping[str, Any], numbers: Any) -> Row | Group:
    number = next(numbers)
    if "not" in spec:
        inner = spec["not"]
        parts = inner["any"] if len(inner.get("any", ())) > 1 else [inner]
        return Group(number, "none", [_item_of(builder, part, numbers) for part in parts])
    for match in ("all", "any"):
        if match in spec:
            return Group(number, match, [_item_of(builder, part, numbers) for part in spec[match]])
    return builder.fresh_row(number, texts_of(spec, builder.zone, builder.catalogue))


def _says(builder: Builder, spec: Mapping[str, Any]) -> bool:
    """Whether the rows would come back from a browser as the same tree: not with line breaks, outer blanks, an hour that is there twice."""
    texts = [text for row in builder.rows for text in (*row.texts.values, *row.texts.more.values())]
    return not any(mark in text for text in texts for mark in "\r\n") and builder.spec_or_none() == spec


def _read_items(builder: Builder, posted: QueryDict) -> None:
    pattern = re.compile(rf"{re.escape(builder.prefix)}-([0-9]{{1,4}})-(?:field|group)", re.ASCII)
    numbers = sorted({int(found[1]) for name in posted if (found := pattern.fullmatch(name))})[:MOST_ROWS]
    groups = {"": builder.root}
    for number in numbers:
        name = f"{builder.prefix}-{number}"
        home = groups.get(posted.get(f"{name}-in", ""), builder.root)
        if f"{name}-group" in posted:
            groups[str(number)] = Group(number, _match(posted.get(f"{name}-group"), "any"))
            home.items.append(groups[str(number)])
        else:
            home.items.append(_read_row(builder, posted, number))


def _read_row(builder: Builder, posted: QueryDict, number: int) -> Row:
    name = f"{builder.prefix}-{number}"
    zone = posted.get(f"{name}-zone", "")
    texts = RowTexts(
        posted.get(f"{name}-field", ""),
        posted.get(f"{name}-op", ""),
        posted.getlist(f"{name}-value"),
        {more: text for more in MORE if (text := posted.get(f"{name}-{more}", ""))},
        zone if known_zone(zone) else builder.zone,
    )
    row = builder.fresh_row(number, texts)
    if row.op not in dict(row.ops):
        texts.op, texts.values, texts.more = (row.ops or [("", "")])[0][0], [], {}
    return row


def _carry_out(builder: Builder, do: str) -> None:
    """Add, drop, or change between rows and text. Unknown words do nothing."""
    verb, _, target = do.partition(":")
    number = 1 + builder.root.highest
    home = next((group for group in builder.root.groups if group.text_number == target), None if target else builder.root)
    if verb == "add" and home:
        home.items.append(builder.fresh_row(number))
    elif verb == "group" and home:
        home.items.append(Group(number, "all" if home.match == "any" else "any", [builder.fresh_row(number + 1)]))
    elif verb == "drop":
        builder.root.drop(target)
    elif verb in ("json", "text", "rows"):
        _turn(builder, verb)
    if builder.text is None and not builder.items:
        builder.root.items = [builder.fresh_row(number)]


def _turn(builder: Builder, verb: str) -> None:
    """From rows to text or JSON or back, if what is there can be read."""
    spec = builder.spec_or_none()
    if spec is None:
        return
    if (verb == "rows" and spec == {"all": []}) or (verb == "rows" and _fill(builder, spec)):
        builder.text = None
    elif verb == "rows":
        builder.error = "These criteria cannot be shown as rows."
    else:
        builder.text = _text_of(builder, spec) if verb == "text" else json.dumps(spec, indent=2, ensure_ascii=False)


def _match(word: str | None, usual: str) -> str:
    return word if word in MATCHES else usual
