"""Rules proposed from marks: what is caught, what is left alone, and what is never looked at."""

from datetime import UTC, datetime

import pytest

from leadloop.leads.domain.criteria import blank_facts
from leadloop.outcomes.domain.junk_learning import PROTECTED, Mark, Sign, is_made_up, propose, shrunk, signs_of

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SOURCES = {1: "Website", 2: "List of 2019"}


def mark(*, junk: bool, won: bool = False, times: int = 1, **facts) -> list[Mark]:
    return [Mark(blank_facts() | {"source": 1} | facts, junk, won) for _ in range(times)]


def labels(marks: list[Mark]) -> list[str]:
    return [one.label for one in propose(marks, sources=SOURCES, now=NOW)]


GOOD = mark(junk=False, times=60, email="ann@company.com", message="we need a crane for the harbour", country="DE")


def test_the_domains_of_spammers_make_one_rule():
    spam = mark(junk=True, times=6, email="a@spam.example") + mark(junk=True, times=4, email="b@junk.example")

    [one] = propose(GOOD + spam, sources=SOURCES, now=NOW)

    parts = [{"field": "email", "op": "contains", "value": f"@{domain}"} for domain in ("spam.example", "junk.example")]
    assert (one.label, one.when) == ("E-mail from spam.example, junk.example", {"any": parts})
    assert (one.junk, one.others, one.won, one.recall) == (10, 0, 0, 1.0)
    assert one.precision == pytest.approx((10 + 10 / 70) / 11)


@pytest.mark.parametrize(
    ("facts", "label"),
    [
        ({"message": "Cheap seo for the harbour"}, "Message says “seo”"),
        ({"message": "look at HTTPS://x.example/"}, "Message holds a link"),
        ({"source": 2}, "Comes from List of 2019"),
        ({"country": "ZZ"}, "Country is ZZ"),
        ({"flaws": ["email_invalid"]}, "Email invalid"),
        ({"first_name": "Asdf"}, "First name is made up: asdf"),
        ({"campaign": "winter"}, "Campaign is winter"),
    ],
)
def test_what_junk_shares_and_others_do_not_is_proposed(facts, label):
    assert label in labels(GOOD + mark(junk=True, times=20, **facts))


def test_the_sign_that_catches_most_comes_first_and_the_rest_explains_what_is_left():
    spam = mark(junk=True, times=9, message="casino winnings", email="a@spam.example") + mark(junk=True, times=5, message="backlinks")

    assert labels(GOOD + spam)[0] == "E-mail from spam.example"  # as sure as the words, and the less of anybody else
    assert "Message says “backlinks”" in labels(GOOD + spam)
    assert len(labels(GOOD + spam)) == 2


def test_few_marks_prove_nothing():
    assert labels(GOOD + mark(junk=True, times=2, message="casino")) == []
    assert labels(GOOD + mark(junk=True, times=3, message="casino")) == []  # three of three, shrunk, are below 0.8
    assert labels([]) == []


def test_what_honest_people_share_is_not_proposed():
    spam = mark(junk=True, times=10, message="crane casino") + mark(junk=False, times=10, message="casino")

    assert labels(GOOD + spam) == []


def test_nothing_that_a_customer_shares_is_proposed():
    spam = mark(junk=True, times=30, message="casino")

    assert labels(GOOD + spam) == ["Message says “casino”"]
    assert labels(GOOD + spam + mark(junk=False, won=True, message="a casino needs cranes")) == []


@pytest.mark.parametrize("beginning", PROTECTED)
def test_words_of_what_nobody_may_be_sorted_by_are_never_looked_at(beginning):
    assert labels(GOOD + mark(junk=True, times=40, message=f"{beginning}ness")) == []


def test_names_that_may_be_somebodys_are_never_looked_at():
    spam = mark(
        junk=True, times=40, first_name="Mohammed", last_name="Test", title="Imam", city="Lagos", company="Mosque", email="a@gmail.com"
    )

    assert labels(GOOD + spam) == []


def test_custom_fields_are_never_looked_at():
    assert labels(GOOD + mark(junk=True, times=40, custom={"diagnosis": "flu"}, **{"custom.diagnosis": "flu"})) == []


@pytest.mark.parametrize(
    ("name", "made_up"),
    [
        *((name, True) for name in ("test", "xxx", "aaaa", "john123", "www.x.example", "sdfgh")),
        *((name, False) for name in ("ann", "ng", "krzysztof", "lynn")),
    ],
)
def test_a_name_is_made_up_only_if_it_can_be_nobodys(name, made_up):
    assert is_made_up(name) is made_up


def test_free_mail_is_no_domain_of_a_spammer():
    assert Sign("domain", "gmail.com") not in set(signs_of({"email": "a@gmail.com"}))


@pytest.mark.parametrize(("junk", "others", "usual", "expected"), [(0, 0, 0.1, 0.1), (49, 0, 0.5, 0.99), (3, 0, 0.05, 3.05 / 4)])
def test_precision_is_shrunk_to_the_usual_mix(junk, others, usual, expected):
    assert shrunk(junk, others, usual) == pytest.approx(expected)
