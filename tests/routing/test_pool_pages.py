"""Pools, seats, presence and caps by their pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadloop.routing.models import Desk, Pool, Seat
from tests.make import make_install, make_leads, make_person, make_rep
from tests.rules import client_of, said, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool():
    return make_install()


@pytest.fixture
def max_():
    return signed_in("max", "manager")


def seats():
    return list(Seat.objects.order_by("pk").values_list("pool__name", "person__name", "weight"))


def test_a_pool_is_opened_and_given_seats(max_, pool):
    ann = make_person("Ann")
    answer = max_.post("/pools/new/", {"name": "Key accounts", "sla_minutes": 3})
    url = answer.url
    max_.post(f"{url}seats/", {"person": ann.pk, "weight": 2})
    assert seats() == [("Key accounts", "Ann", 2)]

    max_.post(f"{url}seats/{ann.pk}/weight/", {"weight": 5})
    assert seats() == [("Key accounts", "Ann", 5)]

    max_.post(f"{url}seats/{ann.pk}/removal/")
    assert seats() == []
    assert max_.post(f"{url}seats/99999999999999999999/removal/").status_code == 303  # nobody: no column holds such a number
    max_.post(f"{url}seats/{ann.pk}/return/5/")
    assert seats() == [("Key accounts", "Ann", 5)]


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "Sales"}, {"sla_minutes": 0}])
def test_a_pool_that_does_not_stand_is_refused(max_, pool, wrong):
    answer = max_.post("/pools/new/", {"name": "Key accounts", "sla_minutes": 3} | wrong)

    assert (answer.status_code, Pool.objects.count()) == (422, 1)


def test_a_pool_keeps_its_name_when_the_new_one_is_taken(max_, pool):
    max_.post("/pools/new/", {"name": "Key accounts", "sla_minutes": 3})

    answer = max_.post(f"/pools/{pool.pk}/", {"name": "Key accounts", "sla_minutes": 3})

    assert (answer.status_code, Pool.objects.get(pk=pool.pk).name) == (422, "Sales")


@pytest.mark.parametrize("weight", ["0", "101", "x", ""])
def test_a_weight_outside_its_bounds_is_refused(max_, pool, weight):
    ann = make_rep("Ann", pool=pool)

    answer = max_.post(f"/pools/{pool.pk}/seats/{ann.pk}/weight/", {"weight": weight})

    assert ("whole number" in said(answer)[-1], seats()) == (True, [("Sales", "Ann", 1)])


def test_the_pool_page_asks_as_much_for_three_seats_as_for_one(max_, pool):
    found = []
    max_.get(f"/pools/{pool.pk}/")  # what is set up about people's time is read once an epoch
    for names in (["Ann"], ["Ben", "Cleo"]):
        for name in names:
            make_rep(name, pool=pool)
        with CaptureQueriesContext(connection) as asked:
            max_.get(f"/pools/{pool.pk}/")
        found.append(len(asked))
    assert found[0] == found[1] <= 8


def test_reps_switch_themselves_and_nobody_else(pool):
    ann, ben = make_rep("Ann", pool=pool), make_rep("Ben", pool=pool)
    client = client_of(ann)

    answer = client.post(f"/people/{ann.pk}/absence/", {"from": "people"})
    assert (answer.status_code, answer.url) == (303, "/profile/")
    assert client.post(f"/people/{ben.pk}/absence/").status_code == 404
    assert client.post(f"/people/{ann.pk}/cap/", {"cap": 500}).status_code == 404
    assert client.get(f"/pools/{pool.pk}/").status_code == 404
    assert dict(Desk.objects.values_list("person__name", "present")) == {"Ann": False, "Ben": True}


def test_managers_switch_everybody_and_come_back_to_the_page(max_, pool):
    ann = make_rep("Ann", pool=pool)

    answer = max_.post(f"/people/{ann.pk}/absence/", {"from": "pools"})
    assert (answer.url, Desk.objects.get().present) == ("/pools/", False)
    assert max_.post(f"/people/{ann.pk}/presence/", {"from": "https://evil.example/"}).url == "/profile/"
    assert Desk.objects.get().present


def test_a_cap_is_set_within_bounds(max_, pool):
    ann = make_rep("Ann", pool=pool)
    for cap in ("7", "-1", "10001", "x"):
        max_.post(f"/people/{ann.pk}/cap/", {"cap": cap, "from": "people"})

    assert Desk.objects.get().open_cap == 7


def test_the_page_says_who_is_next_and_why_others_are_not(max_, pool):
    make_rep("Ann", pool=pool)
    make_rep("Ben", pool=pool, present=False)
    make_leads(1)

    text = max_.get("/pools/").content.decode()

    assert "furthest below the share" in text
    assert "nothing to make up on coming back" in text
