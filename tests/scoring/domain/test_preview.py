"""What a draft would do to scores and to the definition."""

from datetime import UTC, datetime

from leadloop.leads.domain.criteria import blank_facts, parse, predicate
from leadloop.scoring.domain.preview import bands, judged, preview_definition, preview_score
from leadloop.scoring.domain.scorecard import compile_scorecard

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def lead(**facts):
    return {**blank_facts(), "heat": None, **facts}


def card(points, field="phone", base=0):
    rule = {"id": "rule", "label": "Rule", "when": {"field": field, "op": "is_not_blank"}, "points": points}
    return compile_scorecard({"base": base, "rules": [rule], "grades": {"A": 60, "B": 40, "C": 20}}, version=1)


def at_least(points):
    return predicate(parse({"field": "score", "op": "at_least", "value": points}))


def test_preview_score_counts_who_crosses_each_way_and_equality_counts_as_crossed():
    facts = {1: lead(phone="+1"), 2: lead(email="a@b.c"), 3: lead(phone="+1", email="a@b.c"), 4: lead()}

    found = preview_score(facts, before=card(40), after=card(40, field="email"), holds=at_least(40), now=NOW)

    assert (found.leads, found.enters, found.leaves, found.higher, found.lower) == (4, 1, 1, 1, 1)
    assert [(one.lead_id, one.gap, one.meets) for one in found.biggest] == [(2, 40, (False, True)), (1, -40, (True, False))]
    assert found.hits == {"rule": (2, 2)}
    assert found.grades == {"A": (0, 0), "B": (2, 2), "C": (0, 0), "D": (2, 2)}
    assert found.before == found.after == bands([40, 40, 0, 0])


def test_preview_score_lists_the_twenty_biggest_changes_newest_first_among_equals():
    facts = {number: lead(phone="+1", email="a@b.c" if number == 7 else "") for number in range(1, 31)}
    after = compile_scorecard(
        {
            "base": 0,
            "rules": [
                {"id": "rule", "label": "R", "when": {"field": "phone", "op": "is_not_blank"}, "points": 11},
                {"id": "mail", "label": "M", "when": {"field": "email", "op": "is_not_blank"}, "points": 5},
            ],
            "grades": {"A": 60, "B": 40, "C": 20},
        },
        version=2,
    )

    found = preview_score(facts, before=card(10), after=after, holds=None, now=NOW)

    assert [one.lead_id for one in found.biggest] == [7, *range(30, 11, -1)]


def test_bands_put_a_hundred_into_the_last_one():
    assert bands([0, 9, 10, 99, 100]) == (2, 1, 0, 0, 0, 0, 0, 0, 0, 2)


def test_preview_definition_asks_with_the_score_of_this_moment():
    facts = judged({1: lead(phone="+1", score=0), 2: lead(score=100), 3: lead(phone="+1", email="a@b.c", score=None)}, card(50), now=NOW)

    found = preview_definition(facts, before=at_least(50), after=predicate(parse({"field": "email", "op": "is_not_blank"})), now=NOW)

    assert (found.leads, found.now, found.then, found.enters, found.leaves) == (3, 2, 1, (), (1,))
