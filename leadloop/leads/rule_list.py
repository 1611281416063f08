"""The pages on which people edit the ordered rules of a draft: one rule in a form, one place up or down, out.

A rule is an id, a condition (`when`), and the fields of the room's form, a `label` among them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST

from leadloop.db.drafts import StaleDraft
from leadloop.kernel.drafts import Problem, title_of
from leadloop.kernel.naming import fresh_name
from leadloop.leads import criteria_form
from leadloop.web.access import roles
from leadloop.web.rulebook import Rulebook, Spec, see

Rule = dict[str, Any]


@dataclass(frozen=True)
class RuleList:
    """The rules of a `Rulebook`, under "rules" of its spec. Views take the `name` of the thing, where the book has more than one."""

    book: Rulebook
    form: type[forms.Form]
    check: Callable[[Rule], list[Problem]]  # what is wrong with one rule
    template: str  # extends leads/rule.html
    reserved: str | frozenset[str]  # ids that no rule may have
    moved: Mapping[str, str]  # what is said of a rule that went "up" or "down"

    def paths(self, prefix: str, *, name: str = "") -> list[URLPattern]:
        """The urls of the pages below, named after the book's: `<key>_rule` and so on."""
        pages: list[tuple[str, str, Callable[..., HttpResponse]]] = [
            ("new_rule", "", require_http_methods(["GET", "HEAD", "POST"])(self.edit)),
            ("rule", "<slug:rule_id>/", require_http_methods(["GET", "HEAD", "POST"])(self.edit)),
            ("rule_removal", "<slug:rule_id>/removal/", require_POST(self.remove)),
            ("rule_place", "<slug:rule_id>/place/", require_POST(self.move)),
        ]
        space, allowed = self.book.key.split(":")[1], roles(*self.book.roles)
        extra = {"name": name} if name else {}
        return [path(f"{prefix}draft/rules/{route}", allowed(view), extra, name=f"{space}_{what}") for what, route, view in pages]

    def edit(self, request: HttpRequest, rule_id: str = "", name: str = "") -> HttpResponse:
        """A rule of the draft, or a new one, which comes last."""
        name = name or self.book.name
        spec, posted = self.draft(name).spec, request.method == "POST"
        rule = next((one for one in spec["rules"] if one["id"] == rule_id), None)
        if rule_id and rule is None and not posted:
            raise Http404
        form = self.form(request.POST if posted else None, initial=rule)
        builder = criteria_form.for_rule(request, rule and rule["when"])
        if not posted or builder.asked or getattr(form, "asked", False):
            return self._page(request, name, form, builder, rule)
        when = builder.spec_or_none()
        if when is None or not form.is_valid():
            return self._page(request, name, form, builder, rule, status=422)
        key = rule_id or self._fresh_id(form.cleaned_data["label"], spec["rules"])
        made = {"id": key, "when": when, **form.cleaned_data}
        problems = self.check(made)
        if problems:
            form.add_error(None, problems[0].text)
            return self._page(request, name, form, builder, rule, status=422)
        rules = [made if one["id"] == key else one for one in spec["rules"]] if rule else [*spec["rules"], made]
        try:
            self.book.save(request, name, spec | {"rules": rules}, says=f"“{made['label']}” is saved in the draft.")
        except StaleDraft as error:
            return self._page(request, name, form, builder, rule, stale=error, status=409)
        return self._back(name)

    def remove(self, request: HttpRequest, rule_id: str, name: str = "") -> HttpResponse:
        """Take a rule out of the draft; undo brings it back."""
        name = name or self.book.name
        spec = self.draft(name).spec
        gone = [rule for rule in spec["rules"] if rule["id"] == rule_id]
        kept = [rule for rule in spec["rules"] if rule["id"] != rule_id]
        if not gone:
            return self._back(name)
        return self._save(request, name, spec | {"rules": kept}, says=f"“{title_of(gone[0])}” is out of the draft.")

    def move(self, request: HttpRequest, rule_id: str, name: str = "") -> HttpResponse:
        """One place up or down; at either end nothing happens."""
        name = name or self.book.name
        spec, way = self.draft(name).spec, "down" if request.POST.get("to") == "down" else "up"
        rules = list(spec["rules"])
        place = next((number for number, rule in enumerate(rules) if rule["id"] == rule_id), None)
        to = None if place is None else place + (1 if way == "down" else -1)
        if place is None or to is None or not 0 <= to < len(rules):
            return self._back(name)
        rules.insert(to, rules.pop(place))
        return self._save(request, name, spec | {"rules": rules}, says=f"“{title_of(rules[to])}” {self.moved[way]}.")

    def draft(self, name: str = "") -> Any:
        """The draft, or what is in force as long as there is none: the stamp of a form tells the two apart. 404 without either."""
        basis = self.book.basis(name or self.book.name)
        if basis is None:
            raise Http404
        return basis

    def _save(self, request: HttpRequest, name: str, spec: Spec, *, says: str) -> HttpResponse:
        """After a click: nothing was typed, so there is nothing to keep when somebody else was faster."""
        try:
            self.book.save(request, name, spec, says=says)
        except StaleDraft as error:
            return self.book.stale(request, name, error)
        return self._back(name)

    def _back(self, name: str) -> HttpResponse:
        return see(self.book.at("draft", name))

    def _fresh_id(self, label: str, rules: list[Rule]) -> str:
        """An id for a new rule that reads like its name and that no other rule has."""
        stem = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40] or "rule"
        known = {*({self.reserved} if isinstance(self.reserved, str) else self.reserved), *(rule["id"] for rule in rules)}
        return fresh_name(stem, known, mark="_")

    def _page(
        self,
        request: HttpRequest,
        name: str,
        form: forms.Form,
        builder: Any,
        rule: Any,
        *,
        stale: StaleDraft | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = self.book.page(request, name, "draft")
        url = self.book.at("rule", name, rule_id=rule["id"]) if rule else self.book.at("new_rule", name)
        context |= {"form": form, "builder": builder, "rule": rule, "url": url, "stale": stale}
        return render(request, self.template, context, status=status)
