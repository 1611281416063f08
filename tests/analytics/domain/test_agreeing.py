"""Intervals, conditions that tell something, and thresholds, on numbers where the right answer is known."""

import pytest

from leadloop.analytics.domain.agreeing import Rate, Telling, conditions_of, gap_of, is_rubber_stamp, suggest_threshold


def ends(rate):
    return round(rate.low, 4), round(rate.high, 4)


@pytest.mark.parametrize(
    ("hits", "total", "expected"),
    [
        (0, 0, (0.0, 1.0)),
        (0, 10, (0.0, 0.2775)),
        (10, 10, (0.7225, 1.0)),
        (81, 263, (0.2553, 0.3662)),  # Newcombe (1998), example 1 of intervals for a single proportion
        (15, 148, (0.0624, 0.1605)),  # ... example 2
    ],
)
def test_intervals_of_one_rate_are_wilsons(hits, total, expected):
    assert ends(Rate(hits, total)) == expected


def test_the_interval_of_a_difference_is_newcombes():
    gap = gap_of(Rate(56, 70), Rate(48, 80))  # Newcombe (1998), example (a), method 10

    assert gap is not None
    assert (round(gap.value, 4), round(gap.low, 4), round(gap.high, 4)) == (0.2, 0.0524, 0.3339)
    assert gap_of(Rate(1, 2), Rate(0, 0)) is None


@pytest.mark.parametrize(
    ("counted", "telling"),
    [
        ({"1": (90, 10), "0": (10, 90)}, Telling.FOR),
        ({"1": (10, 90), "0": (90, 10)}, Telling.AGAINST),
        ({"1": (300, 300), "0": (301, 299)}, Telling.NOTHING),
        ({"1": (15, 15), "0": (15, 15)}, Telling.OPEN),  # as often, but too few to be sure
        ({"1": (19, 0), "0": (0, 500)}, Telling.OPEN),
        ({"1": (90, 10)}, Telling.ALWAYS),
        ({"0": (90, 10)}, Telling.NEVER),
    ],
)
def test_what_a_condition_tells(counted, telling):
    [condition] = conditions_of(counted, 1)
    assert condition.telling is telling


def test_each_condition_is_counted_over_all_others():
    first, second = conditions_of({"11": (4, 1), "10": (2, 2), "01": (1, 3), "": (50, 50)}, 2)

    assert (first.held, first.failed) == (Rate(6, 9), Rate(1, 4))
    assert (second.held, second.failed) == (Rate(5, 9), Rate(2, 4))


@pytest.mark.parametrize(
    ("accepted", "qualified", "expected"),
    [
        (Rate(100, 100), Rate(10, 100), True),
        (Rate(100, 100), Rate(60, 100), False),
        (Rate(60, 100), Rate(5, 60), False),
        (Rate(10, 10), Rate(0, 10), False),
    ],
    ids=["stamp", "much comes of it", "half is rejected", "too few"],
)
def test_a_rubber_stamp_accepts_all_and_little_comes_of_it(accepted, qualified, expected):
    assert is_rubber_stamp(accepted, qualified) is expected


def test_a_clean_cut_is_found_with_its_volume_and_acceptance():
    verdicts = dict.fromkeys(range(40, 60), (0, 2)) | dict.fromkeys(range(60, 100), (2, 0))

    found = suggest_threshold(verdicts, {80: 20, 45: 7}, weeks=10)

    assert found.best is not None
    assert (found.best.score, found.best.per_week, found.best.accepted) == (60, 10.0, Rate(80, 80))
    assert [one.score for one in found.options] == list(range(40, 100, 5))
    assert found.options[0].per_week == 14.7


def test_a_noisy_cut_is_found_where_acceptance_jumps():
    verdicts = dict.fromkeys(range(45, 70), (2, 8)) | dict.fromkeys(range(70, 95), (8, 2))

    found = suggest_threshold(verdicts, {}, weeks=1)

    assert found.best is not None
    assert (found.best.score, found.best.accepted) == (70, Rate(200, 250))


@pytest.mark.parametrize(
    ("verdicts", "why"),
    [
        (dict.fromkeys(range(45, 95), (5, 5)), "The score does not tell"),
        ({score: (8, 2) if score < 70 else (2, 8) for score in range(45, 95)}, "The score does not tell"),
        ({50: (3, 3), 80: (3, 3)}, "Too few verdicts: 12 of the 40"),
        (dict.fromkeys(range(45, 95), (3, 0)), "Sales said the same of every lead"),
        ({}, "Too few verdicts: 0"),
    ],
    ids=["no difference", "the wrong way round", "too few", "all accepted", "none"],
)
def test_no_threshold_is_suggested_without_reason(verdicts, why):
    found = suggest_threshold(verdicts, {}, weeks=1)

    assert found.best is None
    assert found.why.startswith(why)
