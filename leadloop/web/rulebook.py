"""The pages that every kind of published rule has: draft, publish, versions, roll back, undo. A room adds how its rules are edited."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any, Protocol, runtime_checkable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.db.drafts import (
    NO_DRAFT,
    NotPublishable,
    StaleDraft,
    change_draft,
    discard_draft,
    draft_of,
    publish_draft,
    published_of,
    restore_version,
    stamp,
)
from leadloop.db.versions import NothingToPublish, Versioned
from leadloop.kernel.drafts import Difference, Line, Problem, differences
from leadloop.web.access import roles

Lines = Mapping[str, Line]
Names = Mapping[str, Mapping[int, str]]
"""What references in rules are called: {"source": {3: "Trade fair"}}."""
Spec = dict[str, Any]
SHOWN_VERSIONS = 50


def nothing_more(request: HttpRequest, version: Any, now: datetime) -> str:
    """What most rules do when they are published: nothing but to be in force."""
    del request, version, now
    return ""


def nothing_clashes(name: str, spec: Spec) -> list[Problem]:
    """Most rules stand by what they say, whatever they are called."""
    del name, spec
    return []


def nothing_kept(spec: Spec) -> str:
    """What most rules note when they are rolled back: nothing but that they were."""
    del spec
    return ""


@runtime_checkable
class Knowing(Protocol):
    """Names that also know which fields are sensitive."""

    def sensitive_in(self, *specs: Any) -> list[str]: ...


@dataclass(frozen=True)
class Rulebook:
    """One kind of rule. `key` begins the names of its urls; `name` is there where the kind has only one thing.

    `check` says what keeps a spec from being published, `lines` says it in words (with `names` for references), `published`
    does what publication brings along and returns a sentence about it.
    """

    model: type[Versioned]
    key: str
    noun: str
    roles: tuple[str, ...]
    check: Callable[[Spec], list[Problem]]
    lines: Callable[[Spec, Names], Lines]
    names: Callable[[], Names]
    name: str = ""
    home: str = ""
    readers: tuple[str, ...] = ()  # who may look, where that is more people than may change
    published: Callable[[HttpRequest, Any, datetime], str] = nothing_more
    beside: tuple[tuple[str, str], ...] = ()  # further pages of what is in force: label, and what the url is named after the key
    clashes: Callable[[str, Spec], list[Problem]] = nothing_clashes  # what keeps a spec from being published under this name
    kept: Callable[[Spec], str] = nothing_kept  # what a note on rolling back has to say

    def paths(self, prefix: str, *, name: str = "") -> list[URLPattern]:
        """The urls of the pages below; the room adds `<key>` (in force), `<key>_draft` and `<key>_preview`. `name`: of that one alone."""
        pages: list[tuple[str, str, Callable[..., HttpResponse]]] = [
            ("start", "draft/start/", require_POST(self.start)),
            ("discard", "draft/discard/", require_POST(self.discard)),
            ("undo", "draft/undo/", require_POST(self.undo)),
            ("publish", "publication/", require_POST(self.publish)),
            ("versions", "versions/", require_safe(self.show_versions)),
            ("version", "versions/<int:number>/", require_safe(self.show_version)),
            ("restore", "versions/<int:number>/restore/", require_POST(self.restore)),
        ]
        extra = {"name": name or self.name} if name or self.name else {}
        space, allowed = self.key.split(":")[1], {"versions": self.readers or self.roles, "version": self.readers or self.roles}
        return [
            path(prefix + route, roles(*allowed.get(what, self.roles))(view), extra, name=f"{space}_{what}") for what, route, view in pages
        ]

    def at(self, what: str, name: str, **more: Any) -> str:
        """The address of one of the pages."""
        if what == "home" and self.home:
            return reverse(self.home)
        given = {} if self.name else {"name": name}
        return reverse(self.key if what == "home" else f"{self.key}_{what}", kwargs=given | more)

    def page(self, request: HttpRequest, name: str, tab: str) -> dict[str, Any]:
        """What the frame of each page needs. Two queries and those for names; 404 where there is nothing of that name."""
        draft, published = draft_of(self.model, name), published_of(self.model, name)
        if not draft and not published and not self.name and not self.model.objects.filter(name=name).exists():
            raise Http404
        names, may_edit = self.names(), request.user.role in self.roles  # type: ignore[union-attr]  # signed in
        changes = self.changes(published, draft, names)
        sensitive = names.sensitive_in(*(row.spec for row in (draft, published) if row)) if isinstance(names, Knowing) else []
        unseen = self.unseen(request, names, draft.spec) if draft else []
        places = ("start", "discard", "publish", "versions", "draft", "preview", "home")
        tabs: list[dict[str, Any]] = [
            {"label": "In force", "url": self.at("home", name), "current": tab == "home"},
            *({"label": label, "url": self.at(what, name), "current": tab == what} for label, what in self.beside if published),
            {"label": "Draft", "url": self.at("draft", name), "current": tab == "draft", "count": len(changes) if draft else None},
            {"label": "Preview", "url": self.at("preview", name), "current": tab == "preview"},
            {"label": "Versions", "url": self.at("versions", name), "current": tab == "versions"},
        ]
        return {
            "book": self,
            "draft": draft,
            "published": published,
            "seen": stamp(draft),
            "names": names,
            "changes": changes,
            "problems": [*self.wrong_with(name, draft.spec), *unseen] if draft else [],
            "at": {place: self.at(place, name) for place in places},
            "tabs": [one for one in tabs if (draft and may_edit) or one["label"] not in ("Preview", *(() if may_edit else ("Draft",)))],
            "may_edit": may_edit,
            "sensitive": sensitive,
            "blind": bool(sensitive) and not request.user.may_see_sensitive,  # type: ignore[union-attr]  # signed in
            "subject": draft or published,
        }

    def wrong_with(self, name: str, spec: Spec) -> list[Problem]:
        """What keeps a spec from being published; what stands in the way of it by name is asked of specs that stand."""
        return self.check(spec) or self.clashes(name, spec)

    def unseen(self, request: HttpRequest, names: Names, *specs: Any) -> list[Problem]:
        """What keeps this person from trying or publishing these specs: a rule on data they may not see would tell it, name by name."""
        found = names.sensitive_in(*specs) if isinstance(names, Knowing) else []
        if not found or request.user.may_see_sensitive:  # type: ignore[union-attr]  # signed in
            return []
        return [Problem("Sensitive data", f"It reads {', '.join(found)}. Only who may see that can preview it and put it in force.")]

    def changes(self, before: Any, after: Any, names: Names) -> list[Difference]:
        """What one version changes of another, in words."""
        if not before or not after:
            return []
        found = differences(self.lines(before.spec, names), self.lines(after.spec, names))
        if before.title != after.title:
            found.insert(0, Difference("changed", "Name", before.title, after.title))
        return found

    def basis(self, name: str) -> Any:
        """What an edit starts from: the draft, else the version in force."""
        return draft_of(self.model, name) or published_of(self.model, name)

    def save(self, request: HttpRequest, name: str, spec: Spec, *, says: str, title: str = "") -> Any:
        """Write the draft and offer to undo it.

        Raises:
            StaleDraft: the person saw another draft than the stored one.
        """
        former, seen = draft_of(self.model, name), request.POST.get("seen", NO_DRAFT)
        title = title or getattr(former or self.basis(name), "title", name)
        draft = change_draft(self.model, name=name, title=title, spec=spec, seen=seen, author=request.user, now=utc_now())
        self._remember(request, name, former, draft)
        messages.success(request, says, extra_tags=f"undo:{self.at('undo', name)}")
        return draft

    def start(self, request: HttpRequest, name: str) -> HttpResponse:
        """Begin a draft that says what is in force."""
        published = published_of(self.model, name)
        if published and not draft_of(self.model, name):
            try:
                spec, title = published.spec, published.title
                change_draft(self.model, name=name, title=title, spec=spec, seen=NO_DRAFT, author=request.user, now=utc_now())
            except StaleDraft:
                messages.info(request, "Somebody has just begun a draft; this is it.")
        return see(self.at("draft", name))

    def discard(self, request: HttpRequest, name: str) -> HttpResponse:
        """Throw the draft away, with an undo."""
        former = draft_of(self.model, name)
        try:
            discard_draft(self.model, name=name, seen=request.POST.get("seen", NO_DRAFT))
        except StaleDraft as error:
            return self.stale(request, name, error)
        if former:
            self._remember(request, name, former, None)
            messages.success(request, "The draft is gone.", extra_tags=f"undo:{self.at('undo', name)}")
        return see(self.at("home" if published_of(self.model, name) else "draft", name))

    def undo(self, request: HttpRequest, name: str) -> HttpResponse:
        """Put back what the draft said before this person's last change, unless it has changed since."""
        kept = request.session.pop(self._slot(name), None)
        try:
            if kept and kept["spec"] is None:
                discard_draft(self.model, name=name, seen=kept["after"])
            elif kept:
                spec, title = kept["spec"], kept["title"]
                change_draft(self.model, name=name, title=title, spec=spec, seen=kept["after"], author=request.user, now=utc_now())
        except StaleDraft as error:
            return self.stale(request, name, error)
        messages.info(request, "Undone." if kept else "There is nothing to undo.")
        return see(self.at("draft", name))

    def publish(self, request: HttpRequest, name: str) -> HttpResponse:
        """Put the draft in force, if it stands and is the one that the person saw."""
        draft, published, now = draft_of(self.model, name), published_of(self.model, name), utc_now()
        if draft and published and (draft.spec, draft.title) == (published.spec, published.title):
            messages.info(request, f"Not published: the draft says what version {published.version} says.")
            return see(self.at("preview", name))
        seen, note, names = request.POST.get("seen", NO_DRAFT), request.POST.get("note", "").strip()[:300], self.names()

        def check(spec: Spec) -> list[Problem]:
            return [*self.wrong_with(name, spec), *self.unseen(request, names, spec)]

        try:
            version = publish_draft(self.model, name=name, seen=seen, check=check, note=note, author=request.user, now=now)
        except NothingToPublish:
            messages.info(request, "There was no draft left to publish: what you see is in force.")
            return see(self.at("home", name))
        except StaleDraft as error:
            return self.stale(request, name, error)
        except NotPublishable as error:
            messages.error(request, str(error))
            return see(self.at("preview", name))
        more = self.published(request, version, now)
        messages.success(request, f"Version {version.version} is in force. {more}".strip())
        return see(self.at("home", name))

    def show_versions(self, request: HttpRequest, name: str) -> HttpResponse:
        """Every version with who, when, and what it changed."""
        rows, context = self._history(name), self.page(request, name, "versions")
        told = [(row, self.changes(former, row, context["names"])) for row, former in zip_longest(rows, rows[1:])]
        versions = [{"row": row, "changes": found, "url": self.at("version", name, number=row.version)} for row, found in told]
        return render(request, "rules/versions.html", context | {"versions": versions[:SHOWN_VERSIONS]})

    def show_version(self, request: HttpRequest, name: str, number: int) -> HttpResponse:
        """One version in words, what it changed, and how it differs from what is in force."""
        rows = self._history(name)
        version = next((row for row in rows if row.version == number), None)
        if version is None:
            raise Http404
        former = next((row for row in rows if row.version < number), None)
        context = self.page(request, name, "versions")
        names = context["names"]
        context |= {
            "version": version,
            "former": former,
            "lines": self.lines(version.spec, names),
            "made": self.changes(former, version, names),
            "back": self.changes(context["published"], version, names),
            "restore_url": self.at("restore", name, number=number),
        }
        return render(request, "rules/version.html", context)

    def restore(self, request: HttpRequest, name: str, number: int) -> HttpResponse:
        """Put an earlier version in force again, as a new one."""
        version, now = self.model.objects.filter(name=name, version=number).first(), utc_now()
        if version is None:
            raise Http404
        problems = [*self.wrong_with(name, version.spec), *self.unseen(request, self.names(), version.spec)]
        if problems:
            messages.error(request, f"Version {number} cannot be put in force. {problems[0]}")
            return see(self.at("version", name, number=number))
        try:
            note = "; ".join(filter(None, (self.kept(version.spec), request.POST.get("note", "").strip())))
            restored = restore_version(version, author=request.user, now=now, note=note)
        except NothingToPublish:
            messages.info(request, f"Version {number} is in force already, or was never published.")
            return see(self.at("home", name))
        more = self.published(request, restored, now)
        messages.success(request, f"Version {restored.version} is in force; it says what version {number} said. {more}".strip())
        return see(self.at("home", name))

    def stale(self, request: HttpRequest, name: str, error: StaleDraft) -> HttpResponse:
        """The answer to a click on a draft that somebody has changed: nothing was typed, so show it as it is now."""
        messages.warning(request, str(error))
        return see(self.at("draft", name))

    def _history(self, name: str) -> list[Any]:
        """Versions, newest first; drafts are not history yet."""
        return list(
            self.model.objects.filter(name=name).exclude(status="draft").select_related("author").order_by("-version")[: SHOWN_VERSIONS + 1]
        )

    def _remember(self, request: HttpRequest, name: str, former: Any, draft: Any) -> None:
        """Keep what undo needs in the session: one step, this person's last one."""
        kept = {"spec": former.spec, "title": former.title} if former else {"spec": None, "title": ""}
        request.session[self._slot(name)] = kept | {"after": stamp(draft)}

    def _slot(self, name: str) -> str:
        return f"before:{self.key}:{name}"


def see(url: str) -> HttpResponse:
    """After a change: look there (303, so that nothing is sent twice)."""
    answer = HttpResponseRedirect(url)
    answer.status_code = 303
    return answer
