"""The format of a pack: what each of its files holds, as frozen values.

A pack is a folder: `pack.toml` says what it is, every other file is one kind of content and is called by it (`fields.toml`,
`score.toml`). A file whose kind this version does not know is reported in `Pack.unknown` and left alone, so that a pack can carry more
kinds one day and still be installed here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from leadloop.leads.domain.custom_checks import problems
from leadloop.packs.domain.people import Sample, read_sample
from leadloop.packs.domain.reading import PackInvalid, Reader

FORMAT: Final = 1
ABOUT: Final = "pack"
CHANNELS: Final = ("form", "ads", "event", "partner", "file", "api", "phone", "other")
_SLUG: Final = re.compile(r"[a-z][a-z0-9-]{0,49}")
_USUAL_NAMES: Final = {"score": "main", "definition": "mql", "route": "main"}


@dataclass(frozen=True, slots=True)
class PackField:
    """A custom field to declare; rules ask for it as `custom.<name>`. `given` is the declaration as `leads.fields` takes it."""

    name: str
    label: str
    type: str
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PackSource:
    """Where leads of the trade come from."""

    name: str
    channel: str
    about: str


@dataclass(frozen=True, slots=True)
class PackPool:
    """A pool that the route needs."""

    name: str
    sla_minutes: int


@dataclass(frozen=True, slots=True)
class Draft:
    """One thing that people publish. Its spec is the product's own but for one thing: sources and pools stand by name."""

    kind: str
    name: str
    title: str
    about: str
    spec: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PackView:
    """A saved view of the list of leads."""

    name: str
    about: str
    stages: tuple[str, ...]
    sort: str
    where: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PackReport:
    """A question that a page under Measure answers: a figure, what it is broken down by, and how far back."""

    name: str
    about: str
    metric: str
    by: str
    period: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A whole pack as its files say it."""

    name: str
    title: str
    version: str
    summary: str
    about: str
    icon: str
    fields: tuple[PackField, ...] = ()
    sources: tuple[PackSource, ...] = ()
    pools: tuple[PackPool, ...] = ()
    drafts: tuple[Draft, ...] = ()
    views: tuple[PackView, ...] = ()
    reports: tuple[PackReport, ...] = ()
    sample: Sample | None = None
    unknown: tuple[str, ...] = ()

    @property
    def sample_source(self) -> str:
        """The source that marks every sample lead."""
        return f"Sample: {self.title}"

    def drafts_of(self, kind: str) -> tuple[Draft, ...]:
        return tuple(draft for draft in self.drafts if draft.kind == kind)


def read_pack(folder: str, files: Mapping[str, object]) -> Pack:
    """Make a pack of its decoded files, by their names ("pack.toml", "fields.toml", ...).

    Raises:
        PackInvalid: with the file and the place of the first thing that is wrong.
    """
    names = {name.partition(".")[0]: name for name in sorted(files)}
    if ABOUT not in names:
        raise PackInvalid(f"{folder}/{ABOUT}.toml", "", "is missing: it says what the pack is called")
    about = Reader(files[names[ABOUT]], file=f"{folder}/{names[ABOUT]}")
    about.whole("format", FORMAT, FORMAT)
    if about.text("name") != folder or not _SLUG.fullmatch(folder):
        about.refuse("name", f"must be the name of the folder, {folder}, in small letters, digits and -")
    parts: dict[str, Any] = {
        "title": about.text("title", most=60),
        "version": about.text("version", most=20),
        "summary": about.text("summary", most=200),
        "about": about.text("about", most=1_000, default=""),
        "icon": about.text("icon", most=40, default="package"),
    }
    about.done()
    for kind, read in KINDS.items():
        if kind in names:
            reader = Reader(files[names[kind]], file=f"{folder}/{names[kind]}")
            for name, found in read(reader, kind).items():
                parts[name] = (*parts.get(name, ()), *found) if isinstance(found, tuple) else found
            reader.done()
    return Pack(folder, **parts, unknown=tuple(sorted(names.keys() - KINDS.keys() - {ABOUT})))


def _fields(file: Reader, _kind: str) -> dict[str, Any]:
    found: list[PackField] = []
    for one in file.tables("fields"):
        name = one.text("name", most=60)
        if name in [other.name for other in found]:
            one.refuse("name", f"{name!r} is there twice")
        given = {"name": name, "label": one.text("label", most=80), "type": one.text("type", most=20), **one.rest()}
        if wrong := problems(given):
            one.refuse("", wrong[0].text[:1].lower() + wrong[0].text[1:].rstrip("."))
        found.append(PackField(name, given["label"], given["type"], given))
    return {"fields": tuple(found)}


def _sources(file: Reader, _kind: str) -> dict[str, Any]:
    found = []
    for one in file.tables("sources"):
        found.append(PackSource(one.text("name", most=120), one.choice("channel", CHANNELS), one.text("about", most=200, default="")))
        one.done()
    return {"sources": tuple(found)}


def _draft(file: Reader, kind: str) -> dict[str, Any]:
    """One thing a file: the score, the definition, the form."""
    return {"drafts": (_read_draft(file, kind),)}


def _drafts(file: Reader, kind: str) -> dict[str, Any]:
    """Several things a file: the segments."""
    return {"drafts": tuple(_read_draft(one, kind) for one in file.tables(kind))}


def _route(file: Reader, kind: str) -> dict[str, Any]:
    pools = []
    for one in file.tables("pools"):
        pools.append(PackPool(one.text("name", most=80), one.whole("sla_minutes", 1, 43_200, default=5)))
        one.done()
    return {"pools": tuple(pools), "drafts": (_read_draft(file, kind),)}


def _reports(file: Reader, _kind: str) -> dict[str, Any]:
    views, reports = [], []
    for one in file.tables("views"):
        name, about = one.text("name", most=80), one.text("about", most=200, default="")
        view = PackView(name, about, one.texts("stages"), one.text("sort", most=20, default="-received"), one.table("where"))
        views.append(view)
        one.done()
    for one in file.tables("reports"):
        name, about = one.text("name", most=80), one.text("about", most=200, default="")
        metric, by = one.choice("metric", ("funnel", "speed", "people")), one.choice("by", ("source", "month"), default="source")
        reports.append(PackReport(name, about, metric, by, one.choice("period", ("all", "365", "90", "30"), default="90")))
        one.done()
    return {"views": tuple(views), "reports": tuple(reports)}


def _sample(file: Reader, _kind: str) -> dict[str, Any]:
    return {"sample": read_sample(file)}


def _read_draft(one: Reader, kind: str) -> Draft:
    name = one.text("name", most=60, default=_USUAL_NAMES.get(kind))
    if not _SLUG.fullmatch(name):
        one.refuse("name", "must be small letters, digits and -, at most 50")
    title, about = one.text("title", most=120), one.text("about", most=300, default="")
    return Draft(kind, name, title, about, one.rest())


KINDS: Final[Mapping[str, Callable[[Reader, str], dict[str, Any]]]] = {
    "fields": _fields,
    "sources": _sources,
    "form": _draft,
    "score": _draft,
    "definition": _draft,
    "route": _route,
    "segments": _drafts,
    "reports": _reports,
    "sample": _sample,
}
"""What each kind of file is read by. A new kind is a new line here and a part that makes it; old packs stay as they are."""
