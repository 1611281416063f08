"""Saved views: a filter with a name, one's own or shared. Read here for the tabs, and changed by the verbs below."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from leadloop.kernel.errors import NotFound, Refused
from leadloop.teams.models import User
from leadloop.work.domain.lead_filter import LeadFilter
from leadloop.work.models import SavedView

MOST = 50


class TooManyViews(Refused):
    """A person keeps a bounded number of views."""

    code, message = "too_many_views", "You have 50 views. Delete one to save another."


class NameTaken(Refused):
    """Two views of one person cannot have one name."""

    code, message, status = "name_taken", "You already have a view called “{name}”.", 409


def views_of(person: User) -> QuerySet[SavedView]:
    """The person's own views and those that others share, one's own first."""
    return SavedView.objects.filter(Q(person=person) | Q(shared=True)).order_by("shared", "name")


def save_view(person: User, asked: LeadFilter, *, name: str, shared: bool, now: datetime) -> SavedView:
    """Keep a filter under a name; a view of the person with this name says this from now on.

    Raises:
        TooManyViews.
    """
    with transaction.atomic():
        if not SavedView.objects.filter(person=person, name=name).exists() and SavedView.objects.filter(person=person).count() >= MOST:
            raise TooManyViews
        view, _ = SavedView.objects.update_or_create(
            person=person,
            name=name,
            defaults={"query": asked.saved(), "shared": shared and may_share(person)},
            create_defaults={"query": asked.saved(), "shared": shared and may_share(person), "created_at": now},
        )
    return view


def rename_view(person: User, view_id: int, *, name: str) -> SavedView:
    """Raises NotFound, NameTaken."""
    with transaction.atomic():
        view = _own(person, view_id)
        if SavedView.objects.filter(person=view.person_id, name=name).exclude(pk=view.pk).exists():
            raise NameTaken(name=name)
        view.name = name
        view.save(update_fields=["name"])
    return view


def delete_view(person: User, view_id: int) -> dict[str, Any]:
    """Take a view away; returns what `restore_view` needs. Raises NotFound."""
    view = _own(person, view_id)
    kept = {"person": view.person_id, "name": view.name, "shared": view.shared, "query": view.query}
    view.delete()
    return kept


def restore_view(kept: Mapping[str, Any], *, now: datetime) -> None:
    """Undo a deletion."""
    SavedView.objects.get_or_create(
        person_id=kept["person"], name=kept["name"], defaults={"shared": kept["shared"], "query": kept["query"], "created_at": now}
    )


def may_share(person: User) -> bool:
    return bool(person.sees_all_leads)


def may_change(person: User, view: SavedView) -> bool:
    """One's own; a manager tidies up what is shared."""
    return view.person_id == person.pk or (view.shared and person.is_manager)


def _own(person: User, view_id: int) -> SavedView:
    view = SavedView.objects.filter(pk=view_id).first()
    if view is None or not may_change(person, view):
        raise NotFound
    return view
