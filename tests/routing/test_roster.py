"""The verbs of pools and seats, judged by the leads that people get."""

import pytest
from django.db.models import Count, F, Q

from leadloop.routing import roster
from leadloop.routing.domain.rotation import deal
from leadloop.routing.errors import PoolNameTaken
from leadloop.routing.models import Assignment, Desk, Pool, Seat
from leadloop.teams import actions as teams
from tests.make import NOON, make_install, make_leads, make_person, make_rep

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool():
    return make_install()


def taken(person):
    return Assignment.objects.filter(person=person).count()


def books_balance():
    """Each seat's turns are its level at joining and the leads it was dealt."""
    for seat in Seat.objects.all():
        dealt = Assignment.objects.filter(pool=seat.pool, person=seat.person, how="turn").count()
        assert seat.turns == seat.joined_level + dealt, seat
    return True


def test_whoever_joins_starts_level_and_is_not_flooded(pool):
    ann, ben = make_rep("Ann", pool=pool), make_rep("Ben", pool=pool)
    make_leads(10)
    cleo = make_person("Cleo")

    roster.join(pool, cleo, weight=1)
    make_leads(6)

    assert [taken(person) for person in (ann, ben, cleo)] == [7, 7, 2]
    assert books_balance()


def test_joining_twice_is_one_seat(pool):
    ann = make_person("Ann")

    roster.join(pool, ann, weight=1)
    roster.join(pool, ann, weight=3)

    assert list(Seat.objects.values_list("person", "weight")) == [(ann.pk, 3)]


def test_coming_back_makes_nothing_up(pool):
    ann, ben = make_rep("Ann", pool=pool), make_rep("Ben", pool=pool)
    roster.set_present(ann, present=False)
    make_leads(20)

    roster.set_present(ann, present=True)
    roster.set_present(ann, present=True)
    make_leads(6)

    assert [taken(person) for person in (ann, ben)] == [3, 23]
    assert books_balance()


def test_leaving_keeps_the_ledger_and_rejoining_starts_level(pool):
    ann, ben = make_rep("Ann", pool=pool), make_rep("Ben", pool=pool)
    make_leads(4)

    roster.leave(pool, ann)
    make_leads(4)
    assert [taken(person) for person in (ann, ben)] == [2, 6]
    roster.join(pool, ann, weight=1)
    make_leads(4)

    assert [taken(person) for person in (ann, ben)] == [4, 8]
    assert books_balance()


@pytest.mark.parametrize(("weight", "expected"), [(2, [4, 2]), (1, [3, 3])])
def test_a_new_weight_counts_from_now_on(pool, weight, expected):
    ann, ben = make_rep("Ann", pool=pool, weight=3 - weight), make_rep("Ben", pool=pool)
    make_leads(12)
    before = [taken(ann), taken(ben)]

    roster.join(pool, ann, weight=weight)
    make_leads(6)

    assert [taken(ann) - before[0], taken(ben) - before[1]] == expected
    assert books_balance()


def test_somebody_who_left_the_house_comes_back_level(pool):
    max_, ann, ben = make_person("Max", "manager"), make_rep("Ann", pool=pool), make_rep("Ben", pool=pool)
    teams.deactivate(ann, by=max_)
    make_leads(8)

    roster.come_back(ann, by=max_)
    make_leads(4)

    assert [taken(person) for person in (ann, ben)] == [2, 10]
    assert books_balance()


def test_a_full_desk_gets_nothing_and_says_why(pool):
    ann, ben = make_rep("Ann", pool=pool), make_rep("Ben", pool=pool)
    roster.set_cap(ann, cap=1)
    make_leads(5)

    [(_, places)] = roster.pools_with_places(now=NOON)

    assert [taken(person) for person in (ann, ben)] == [1, 4]
    assert [(place.seat.person, place.line, place.why) for place in places] == [
        (ben, 1, "furthest below the share"),
        (ann, None, "the desk is full"),
    ]


def test_places_foretell_who_gets_the_next_leads(pool):
    for name, weight in (("Ann", 2), ("Ben", 1), ("Cleo", 1)):
        make_rep(name, pool=pool, weight=weight)
    make_leads(5)
    foretold = deal(roster.rosters()[pool.pk], 7)
    before = Assignment.objects.count()

    make_leads(7)

    assert list(Assignment.objects.order_by("pk").values_list("person_id", flat=True)[before:]) == foretold


def test_pool_names_are_taken_once(pool):
    other = roster.open_pool("Key accounts", sla_minutes=3, now=NOON)

    with pytest.raises(PoolNameTaken):
        roster.open_pool("Sales", sla_minutes=3, now=NOON)
    with pytest.raises(PoolNameTaken):
        roster.change_pool(other, name="Sales", sla_minutes=3)

    roster.change_pool(Pool.objects.get(pk=other.pk), name="Key accounts", sla_minutes=4)
    assert list(Pool.objects.order_by("name").values_list("name", "sla_minutes")) == [("Key accounts", 4), ("Sales", 5)]


def test_open_counts_stay_true(pool):
    ann = make_rep("Ann", pool=pool)
    make_leads(3)
    roster.set_present(ann, present=False)
    roster.set_cap(ann, cap=9)

    live = Count("person__assignments", filter=Q(person__assignments__ended_at=None))
    assert list(Desk.objects.annotate(live=live).values_list("present", "open_cap", "open_count").filter(live=F("open_count"))) == [
        (False, 9, 3)
    ]
