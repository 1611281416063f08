"""What a lead has in a field: straight from its facts, or made of others when it is asked for."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from leadloop.leads.domain.criteria.catalogue import Facts, Field, FieldType
from leadloop.leads.domain.criteria.fields import is_made

Finder = Callable[[Facts, datetime], Any]


def finder(field: Field) -> Finder:
    """A function of (facts, now) that finds the field's value."""
    name = field.name
    if not is_made(field):
        return lambda facts, _now: facts[name]
    if field.inside:
        column, key = field.inside
        return lambda facts, _now: facts[column].get(key) or ""
    if field.since:
        return lambda facts, now: None if (since := facts[field.since]) is None else (now - since) // field.unit
    return {FieldType.MONEY: _money, FieldType.PLACE: _place}.get(field.type, _domain_kind)


def _money(facts: Facts, _now: datetime) -> tuple[int, str] | None:
    return None if facts["budget_cents"] is None else (facts["budget_cents"], facts["currency"])


def _place(facts: Facts, _now: datetime) -> tuple[float, float, float] | None:
    return None if facts["place_x"] is None else (facts["place_x"], facts["place_y"], facts["place_z"])


def _domain_kind(facts: Facts, _now: datetime) -> str:
    """A mailbox of a company, or one that anybody can have. A domain that only the website tells counts as well."""
    if facts["company_domain"]:
        return "company"
    return "free" if facts["email"] else ""
