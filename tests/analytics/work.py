"""Leads that have been worked on, as people would have."""

from datetime import datetime, timedelta

from leadloop import steps
from leadloop.outcomes.actions import Deal
from leadloop.teams.models import User
from tests.make import NOON, make_lead


def by(at: datetime = NOON) -> steps.By:
    return steps.by(None, now=at, happened_at=at)


def arrive(*, at: datetime = NOON, source: str = "Website") -> int:
    return make_lead(now=at, source=source).pk


def answer(lead: int, *, seconds: float, at: datetime = NOON) -> int:
    """Somebody calls so many seconds after the lead arrived."""
    steps.log([lead], by(at + timedelta(seconds=seconds)), kind="called").or_raise()
    return lead


def convert(lead: int, *, at: datetime = NOON) -> int:
    steps.convert(lead, by(at), deal=Deal())
    return lead


def win(lead: int, *, cents: int | None = None, currency: str = "EUR", at: datetime = NOON) -> int:
    convert(lead, at=at)
    steps.win([lead], by(at), amount_cents=cents, currency=currency if cents is not None else "").or_raise()
    return lead


def give(lead: int, person: User, *, at: datetime = NOON) -> int:
    steps.assign([lead], by(at), person=person).or_raise()
    return lead
