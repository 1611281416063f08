"""A draw told as a list of people."""

from leadloop.work.domain.turns import Candidate, candidates

# person, weight, turns, free, present
ROSTER = [[1, 1, 4, 10, True], [2, 2, 4, 10, True], [3, 1, 0, 10, False], [4, 1, 0, 0, True]]


def test_the_lowest_share_takes_the_lead_and_those_who_could_not_come_last():
    assert candidates(ROSTER, 0) == [
        Candidate(2, 2, 4, 10, True, 2.5, True),
        Candidate(1, 1, 4, 10, True, 5.0, False),
        Candidate(3, 1, 0, 10, False, 1.0, False),
        Candidate(4, 1, 0, 0, True, 1.0, False),
    ]


def test_leads_dealt_before_in_the_batch_count():
    chosen = [next(one.person for one in candidates(ROSTER, place) if one.chosen) for place in range(7)]

    assert chosen == [2, 2, 2, 2, 2, 1, 2]
    assert candidates(ROSTER, 5)[0] == Candidate(1, 1, 4, 10, True, 5.0, True)


def test_nobody_is_chosen_when_nobody_could_take_it():
    assert [one.chosen for one in candidates([[3, 1, 0, 10, False]], 0)] == [False]
