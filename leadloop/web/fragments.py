"""Partials that are rendered once: what depends on a few values is kept by them, what fills a list becomes a pattern with places."""

from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.urls import get_resolver, get_script_prefix, get_urlconf
from django.utils.html import format_html
from django.utils.safestring import SafeString

MARK = "\x01"


def kept(template: str, **values: Hashable) -> SafeString:
    """A partial that says the same whenever these values are the same; it must read nothing else, no request and no clock."""
    return _kept((get_resolver(get_urlconf()), get_script_prefix()), template, **values)


def fill(template: str, values: Mapping[str, Any], **flags: bool) -> SafeString:
    """A partial of which a page holds many: rendered once for its flags with a mark in each place, then only filled in and escaped.

    In the partial every name of `values` is a plain `{{ name }}` without filters or conditions; conditions are about `flags`.
    """
    return format_html(_pattern(template, tuple(values), tuple(flags.items())), **values)


@lru_cache(maxsize=1024)
def _kept(_where: Hashable, template: str, **values: Hashable) -> SafeString:
    return render_to_string(template, values)


@lru_cache(maxsize=256)
def _pattern(template: str, names: tuple[str, ...], flags: tuple[tuple[str, bool], ...]) -> str:
    marked = render_to_string(template, {name: f"{MARK}{name}{MARK}" for name in names} | dict(flags))
    doubled = marked.strip().replace("{", "{{").replace("}", "}}")
    for name in names:
        doubled = doubled.replace(f"{MARK}{name}{MARK}", f"{{{name}}}")
    return doubled
