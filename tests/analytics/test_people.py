"""People: each with what they have and did, and pools with their shares."""

from datetime import timedelta

import pytest

from leadloop import steps
from leadloop.analytics import people
from leadloop.analytics.domain.periods import ALL, Period
from leadloop.routing.models import Desk
from tests.analytics.work import answer, arrive, by, convert, give, win
from tests.make import NOON, make_install, make_person, make_rep

EVER = Period(None, None, "UTC", ALL)
LATER = NOON + timedelta(days=3)


def lines(period=EVER):
    return {line.person.name: line for line in people.report(period, now=LATER).lines}


def test_a_person_is_judged_by_what_they_did(db):
    make_install()
    ann = make_rep("Ann", cap=10)
    make_person("Mia", role="manager")
    accepted, sold, lost = (give(arrive(), ann) for _ in range(3))
    steps.accept([accepted], by()).or_raise()
    answer(accepted, seconds=120)
    win(sold, cents=7_000)
    convert(lost)
    steps.lose([lost], by(), reason="price").or_raise()
    found = lines()
    assert list(found) == ["Ann"]  # managers take no leads
    line = found["Ann"]
    assert (line.present, line.open_leads, line.cap, line.assigned, line.accepted) == (True, 1, 10, 3, 1)
    assert (line.sql, line.won, line.lost, line.win_rate, line.amounts) == (2, 1, 1, 0.5, {"EUR": 7_000})
    assert (line.speed.median, line.speed.leads, line.overdue) == (120, 3, 1)


def test_work_outside_the_period_does_not_count_but_load_does(db):
    make_install()
    ann = make_rep("Ann")
    win(give(arrive(), ann), cents=1)
    give(arrive(), ann)
    tomorrow = NOON.date() + timedelta(days=1)
    line = lines(Period(tomorrow, tomorrow, "UTC"))["Ann"]
    assert (line.assigned, line.sql, line.won, line.amounts, line.speed.leads) == (0, 0, 0, {}, 0)
    assert (line.open_leads, line.overdue) == (1, 1)


def test_somebody_who_left_stays_in_the_figures_of_their_time(db):
    make_install()
    ann = make_rep("Ann")
    win(give(arrive(), ann), cents=1)
    ann.is_active = False
    ann.save(update_fields=["is_active"])
    line = lines()["Ann"]
    assert (line.won, line.present) == (1, False)


def test_shares_of_a_pool_follow_weights_and_presence(db):
    pool = make_install()
    ann, ben = make_rep("Ann", pool=pool, weight=2), make_rep("Ben", pool=pool)
    make_rep("Cy", pool=pool, present=False)
    for _ in range(4):
        arrive()
    [found] = people.report(EVER, now=LATER).pools
    shares = {one.person.name: (one.share.place.dealt, round(one.share.ahead, 2), one.share.place.present) for one in found.seats}
    assert shares == {"Ann": (3, 0.33, True), "Ben": (1, -0.33, True), "Cy": (0, 0.0, False)}
    assert {Desk.objects.get(person=one).open_count for one in (ann, ben)} == {3, 1}


@pytest.mark.parametrize("number", [1, 3])
def test_people_take_the_same_queries_however_many(db, django_assert_num_queries, number):
    pool = make_install()
    for place in range(number):
        win(give(arrive(), make_rep(f"Rep{place}", pool=pool)), cents=1)
    with django_assert_num_queries(7):
        assert len(people.report(EVER, now=LATER).lines) == number


def test_a_loss_that_is_reopened_stays_a_loss_of_its_day_and_an_undone_one_was_none(db):
    make_install()
    ann = make_rep("Ann")
    lost, rewritten = (convert(give(arrive(), ann)) for _ in range(2))
    steps.lose([lost, rewritten], by(), reason="price")
    steps.reopen([lost], by(LATER)).or_raise()
    steps.rewrite([rewritten], by(LATER), reason="timing").or_raise()

    day = Period(NOON.date(), NOON.date(), "UTC")
    assert (lines(day)["Ann"].lost, lines(day)["Ann"].won) == (2, 0)
