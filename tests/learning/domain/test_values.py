"""What a cell says, however it is written."""

from datetime import UTC, datetime

import pytest

from leadloop.learning.domain.values import BLANK, UNANSWERED, mail_domain, moment_of, number_of, words_of


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (None, BLANK),
        ("", BLANK),
        ("  ", BLANK),
        ("Select", UNANSWERED),
        ("#VALUE!", UNANSWERED),
        ("N/A", UNANSWERED),
        ("Google", "google"),
        ("google ", "google"),
        ("paid_search", "paid search"),
        ("Paid  Search", "paid search"),
        (7, "7"),
        (True, "yes"),
    ],
)
def test_blank_unanswered_case_and_spaces(value, level):
    assert words_of(value) == level


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1,200", 1200.0),
        ("12.5 %", 12.5),
        (" -3e2 ", -300.0),
        (7, 7.0),
        (True, None),
        ("12 Jan", None),
        ("1e999", None),
        (float("nan"), None),
        (float("inf"), None),
        ("9" * 60, None),
        ("", None),
        ("1,2", None),
    ],
)
def test_numbers_are_finite_or_none(value, number):
    assert number_of(value) == number


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("14-11-2018 10:05", datetime(2018, 11, 14, 10, 5, tzinfo=UTC)),
        ("3/4/2020", datetime(2020, 4, 3, tzinfo=UTC)),
        ("2018-02-01", datetime(2018, 2, 1, tzinfo=UTC)),
        ("2018-02-01T10:00:00+00:00", datetime(2018, 2, 1, 10, tzinfo=UTC)),
        (datetime(2018, 2, 1), datetime(2018, 2, 1, tzinfo=UTC)),  # noqa: DTZ001 - one without a zone is the point
        ("31-02-2020", None),
        ("20180201", None),
        ("12345678", None),
        ("", None),
    ],
)
def test_moments_are_aware(value, moment):
    assert moment_of(value) == moment


def test_month_first_is_read_when_asked_for():
    assert moment_of("3/4/2020", day_first=False) == datetime(2020, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "domain"), [("a@B.com", "b.com"), ("aXX@gmail.com", "gmail.com"), ("@x.com", None), ("x", None), (None, None)]
)
def test_mail_domains(value, domain):
    assert mail_domain(value) == domain
