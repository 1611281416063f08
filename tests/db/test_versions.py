"""Versions: one draft, one in force, history that is never edited, and an epoch that moves when anything is published."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from leadloop.db.versions import NothingToPublish, current_epoch, publish, roll_back, save_draft
from leadloop.segments.models import Segment
from tests.make import NOON

pytestmark = pytest.mark.django_db


def draft(value: int) -> Segment:
    return save_draft(Segment, name="big", title="Big", spec={"value": value}, author=None, now=NOON)


def history() -> list[tuple[int, str, int]]:
    return list(Segment.objects.order_by("version").values_list("version", "status", "spec__value"))


def test_a_draft_is_one_row_however_often_it_is_saved():
    assert draft(1).pk == draft(2).pk
    assert (history(), current_epoch()) == ([(1, "draft", 2)], 0)


def test_publishing_retires_what_was_in_force_and_moves_the_epoch():
    publish(draft(1), author=None, now=NOON)
    before = current_epoch()
    publish(draft(2), author=None, now=NOON)
    assert (history(), current_epoch() > before > 0) == ([(1, "retired", 1), (2, "published", 2)], True)


def test_an_epoch_that_was_rolled_back_never_returns():
    with suppress(ZeroDivisionError), transaction.atomic():
        publish(draft(1), author=None, now=NOON)
        gone = current_epoch()
        raise ZeroDivisionError
    publish(draft(1), author=None, now=NOON)
    assert current_epoch() > gone


def test_two_clicks_publish_once():
    one = draft(1)
    publish(one, author=None, now=NOON)
    before = current_epoch()
    with pytest.raises(NothingToPublish):
        publish(one, author=None, now=NOON)
    assert (history(), current_epoch()) == ([(1, "published", 1)], before)


def test_rolling_back_is_a_new_version_that_says_what_the_old_one_said():
    first = draft(1)
    publish(first, author=None, now=NOON)
    publish(draft(2), author=None, now=NOON)
    roll_back(first, author=None, now=NOON + timedelta(days=1))
    assert history() == [(1, "retired", 1), (2, "retired", 2), (3, "published", 1)]
    assert Segment.objects.get(version=3).note == "rolled back to version 1"


@pytest.mark.parametrize("status", ["draft", "published"])
def test_the_database_itself_allows_one_of_each(status):
    common = {"name": "big", "title": "Big", "status": status, "created_at": NOON}
    Segment.objects.create(version=1, **common)
    with pytest.raises(IntegrityError), transaction.atomic():
        Segment.objects.create(version=2, **common)
