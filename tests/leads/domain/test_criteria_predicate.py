"""What criteria mean, case by case, and why they hold."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadloop.leads.domain.criteria import blank_facts, explain, parse, predicate
from leadloop.leads.domain.criteria.windows import start_of_days
from tests.leads.criteria_cases import NOW, facts_for, specs

TICK = timedelta(microseconds=1)
MIDNIGHT = datetime(2026, 7, 1, 22, tzinfo=UTC)  # in Berlin; NOW is half an hour later
LEAD = blank_facts() | {
    "country": "US",
    "title": "Sales Director",
    "score": 40,
    "source": 3,
    "campaign": "Spring",
    "flaws": ["email_invalid"],
    "is_open": True,
    "received_at": MIDNIGHT,
    "entered_at": MIDNIGHT - TICK,
    "touches": [("opened", NOW - timedelta(days=30)), ("opened", NOW - timedelta(days=30) - TICK), ("clicked", NOW + TICK)],
}


def field(name, op, value=None, **more):
    return {"field": name, "op": op} | ({} if value is None else {"value": value}) | more


def touches(kind, op, value=None, within_days=None):
    return {"touches": kind, "op": op, "within_days": within_days} | ({} if value is None else {"value": value})


BETWEEN = ["2026-07-01T22:00:00Z", "2026-07-01T22:00:00Z"]
HOLDS = [
    field("country", "is", "US"),
    field("country", "one_of", ["CA", "US"]),
    field("country", "starts_with", "U"),
    field("country", "contains", "S"),
    field("title", "is", "SALES director"),
    field("title", "one_of", ["x", "sales DIRECTOR"]),
    field("title", "starts_with", "sALES"),
    field("title", "contains", "S D"),
    field("campaign", "is", "Spring"),
    field("source", "is", 3),
    field("source", "one_of", [1, 3]),
    field("score", "is", 40),
    field("score", "at_least", 40),
    field("score", "at_most", 40),
    field("score", "above", 39),
    field("score", "below", 41),
    field("score", "between", [40, 40]),
    field("flaws", "contains", "email_invalid"),
    field("flaws", "one_of", ["x", "email_invalid"]),
    field("is_open", "is_true"),
    field("received_at", "between", BETWEEN),
    field("received_at", "after", "2026-07-01T21:59:59.999999Z"),
    field("received_at", "before", "2026-07-01T22:00:00.000001Z"),
    field("received_at", "in_last_days", 1, zone="Europe/Berlin"),
    field("entered_at", "in_last_days", 1, zone="UTC"),
    field("received_at", "is_not_blank"),
    field("phone", "is_blank"),
    field("employees", "is_blank"),
    field("owner", "is_blank"),
    field("due_at", "is_blank"),
    touches("opened", "at_least", 1, 30),
    touches("opened", "at_most", 1, 30),
    touches("opened", "at_least", 2),
    touches("any", "at_most", 2),
    touches("clicked", "none"),
    {"all": []},
    {"any": [field("phone", "is", "1"), field("country", "is", "US")]},
]
FAILS = [
    field("country", "is", "CA"),
    field("country", "one_of", ["CA", "DE"]),
    field("country", "starts_with", "S"),
    field("title", "is", "director"),
    field("title", "contains", "é"),
    field("campaign", "is", "spring"),
    field("source", "is", 4),
    field("score", "is", 41),
    field("score", "at_least", 41),
    field("score", "at_most", 39),
    field("score", "above", 40),
    field("score", "below", 40),
    field("score", "between", [41, 50]),
    field("flaws", "contains", "email"),
    field("flaws", "is_blank"),
    field("is_open", "is_false"),
    field("received_at", "after", BETWEEN[0]),
    field("received_at", "before", BETWEEN[0]),
    field("entered_at", "in_last_days", 1, zone="Europe/Berlin"),
    touches("opened", "at_least", 2, 30),
    touches("opened", "none"),
    touches("any", "at_least", 3),
    {"any": []},
    {"all": [field("phone", "is", "1"), field("country", "is", "US")]},
]


@pytest.mark.parametrize("spec", HOLDS, ids=str)
def test_a_condition_holds_and_its_negation_does_not(spec):
    assert (predicate(parse(spec))(LEAD, NOW), predicate(parse({"not": spec}))(LEAD, NOW)) == (True, False)


@pytest.mark.parametrize("spec", FAILS, ids=str)
def test_a_condition_does_not_hold_and_its_negation_does(spec):
    assert (predicate(parse(spec))(LEAD, NOW), predicate(parse({"not": spec}))(LEAD, NOW)) == (False, True)


@pytest.mark.parametrize(
    "spec",
    [
        field("country", "is_not", "US"),
        field("country", "none_of", ["US", "CA"]),
        field("title", "is_not", "x"),
        field("title", "none_of", ["x"]),
        field("title", "not_contains", "x"),
        field("score", "is_not", 5),
        field("owner", "none_of", [1]),
        field("campaign", "is_not", "x"),
        field("flaws", "not_contains", "x"),
        field("flaws", "none_of", ["x"]),
        field("is_open", "is_false"),
        field("due_at", "not_in_last_days", 7, zone="UTC"),
        touches("any", "none"),
    ],
    ids=str,
)
@pytest.mark.parametrize("blank", [{}, {"country": None, "title": None, "campaign": None, "flaws": None}], ids=["empty", "null"])
def test_negations_include_blanks(spec, blank):
    assert predicate(parse(spec))(blank_facts() | blank, NOW) is True


@pytest.mark.parametrize("op", ["at_least", "at_most", "above", "below"])
def test_a_blank_number_is_neither_above_nor_below_anything_and_zero_is_no_blank(op):
    test = predicate(parse(field("employees", op, 0)))

    assert (test(blank_facts(), NOW), test(blank_facts() | {"employees": 0}, NOW)) == (False, op.startswith("at_"))


@pytest.mark.parametrize(
    ("now", "days", "zone", "start"),
    [
        (NOW, 1, "UTC", datetime(2026, 7, 1, tzinfo=UTC)),
        (NOW, 1, "Europe/Berlin", datetime(2026, 7, 1, 22, tzinfo=UTC)),
        (NOW, 7, "Europe/Berlin", datetime(2026, 6, 25, 22, tzinfo=UTC)),
        (datetime(2026, 3, 29, 12, tzinfo=UTC), 2, "Europe/Berlin", datetime(2026, 3, 27, 23, tzinfo=UTC)),
        (datetime(2026, 10, 25, 12, tzinfo=UTC), 1, "Europe/Berlin", datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (datetime(2018, 11, 4, 12, tzinfo=UTC), 1, "America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),
        (datetime(2026, 11, 1, 12, tzinfo=UTC), 1, "America/Havana", datetime(2026, 11, 1, 4, tzinfo=UTC)),
        (datetime(2011, 12, 31, 1, tzinfo=UTC), 2, "Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
    ids=[
        "today",
        "already tomorrow there",
        "a week",
        "over the skipped hour",
        "over the repeated hour",
        "no midnight",
        "two midnights",
        "no day",
    ],
)
def test_local_days_begin_at_the_first_moment_of_the_day(now, days, zone, start):
    assert start_of_days(now, days=days, zone=zone) == start


def test_one_compiled_test_serves_many_moments():
    test = predicate(parse(field("received_at", "in_last_days", 2, zone="UTC")))

    assert [test(LEAD, NOW + timedelta(days=days)) for days in (0, 1, 2, 1, -1)] == [True, True, False, True, False]


def test_explain_judges_every_node_and_shows_what_it_found():
    spec = {
        "any": [
            field("country", "is", "US"),
            {"not": field("received_at", "is_blank")},
            {"all": [field("score", "above", 90), touches("opened", "at_least", 3, 60)]},
        ]
    }

    assert explain(parse(spec), LEAD, NOW).as_json() == {
        "says": "country is US or not (never received) or (score is above 90 and at least 3 touches of kind opened in the last 60 days)",
        "holds": True,
        "parts": [
            {"says": "country is US", "holds": True, "found": "US"},
            {
                "says": "not (never received)",
                "holds": True,
                "parts": [{"says": "never received", "holds": False, "found": "2026-07-01T22:00:00Z"}],
            },
            {
                "says": "score is above 90 and at least 3 touches of kind opened in the last 60 days",
                "holds": False,
                "parts": [
                    {"says": "score is above 90", "holds": False, "found": 40},
                    {"says": "at least 3 touches of kind opened in the last 60 days", "holds": False, "found": 2},
                ],
            },
        ],
    }


@given(st.data(), specs(NOW))
def test_explain_comes_to_the_same_answer(data, spec):
    tree = parse(spec)
    lead = data.draw(facts_for([tree], NOW))

    assert explain(tree, lead, NOW).holds is predicate(tree)(lead, NOW)
