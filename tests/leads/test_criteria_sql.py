"""Both compilers of criteria give the same leads, on whatever database the tests run on."""

from itertools import product

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadloop.leads.criteria_sql import condition
from leadloop.leads.criteria_values import STANDING_COLUMNS
from leadloop.leads.domain.criteria import CATALOGUE, OPERATORS, FieldType, Happening, parse
from leadloop.leads.models import Standing
from tests.leads.agree_rounds import one_round
from tests.leads.criteria_cases import (
    DAYS,
    NOW,
    NOWS,
    ZONES,
    asked_values,
    condition_spec,
    facts_for,
    found_values,
    moments_around,
    specs,
    whole,
)
from tests.leads.stored_leads import by_database, by_python, store, store_people_and_sources

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people_and_sources(db):
    store_people_and_sources()


@st.composite
def rules_and_leads(draw):
    now = draw(st.sampled_from(NOWS))
    trees = [parse(spec) for spec in draw(st.lists(specs(now), min_size=2, max_size=8))]
    return now, trees, draw(st.lists(facts_for(trees, now), min_size=4, max_size=10))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(case=rules_and_leads())
def test_both_compilers_choose_the_same_leads(case):
    now, trees, leads = case
    with transaction.atomic():
        stored = dict(zip(store(leads), leads, strict=True))
        found = [(by_database(tree, now), by_python(tree, stored, now)) for tree in trees]
        transaction.set_rollback(True)

    for tree, (database, python) in zip(trees, found, strict=True):
        assert database == python, tree


@pytest.mark.parametrize("seed", range(5))
def test_both_compilers_choose_the_same_of_many_leads(seed):
    assert one_round(seed) is None


@pytest.fixture
def edge_leads(db):
    """Leads that between them hold every edge value of every field, blanks first."""
    columns = {name: found_values(field, NOW) for name, field in CATALOGUE.items() if name not in ("is_open", "domain_kind")}
    leads = [
        whole({name: values[place % len(values)] for name, values in columns.items()}, NOW)
        for place in range(max(len(values) for values in columns.values()))
    ]
    with transaction.atomic():
        yield dict(zip(store(leads), leads, strict=True))
        transaction.set_rollback(True)


@pytest.mark.parametrize("kind", list(FieldType))
def test_every_operator_of_every_field_agrees_on_the_edges(edge_leads, kind):
    wrong = []
    for nth, field in enumerate(field for field in CATALOGUE.values() if field.type is kind):
        asked = asked_values(field, NOW)
        places = range(len(asked)) if nth == 0 else (1, len(asked) - 1)  # one field of a type in depth, the others for their column
        for op, place in product(OPERATORS[kind], places):
            spec = condition_spec(field, op, asked[place:][:3], days=DAYS[place % len(DAYS)], zone=ZONES[place % len(ZONES)])
            if by_database(parse(spec), NOW) != by_python(parse(spec), edge_leads, NOW):
                wrong.append(spec)

    assert wrong == []


@pytest.mark.parametrize("op", ["at_least", "at_most", "none", "exactly", "between"])
def test_counts_of_touches_agree_on_the_edges(op):
    moments = moments_around(NOW)
    opened = [Happening("opened", moment) for moment in moments]
    leads = [whole({"touches": opened[place:][:2]}, NOW) for place in range(len(moments) + 1)]
    windows = [{"within_days": days} for days in (None, *DAYS)]
    windows += [{"local_days": days, "zone": zone} for days in DAYS for zone in ZONES[1:3]]
    values = [{}] if op == "none" else [{"value": [count, count + 1] if op == "between" else count} for count in (1, 2, 3)]
    kinds = ["opened", "clicked", "any", "interaction"]
    trees = [parse({"touches": kind, "op": op, **window, **value}) for kind, window, value in product(kinds, windows, values)]
    with transaction.atomic():
        stored = dict(zip(store(leads), leads, strict=True))
        found = [(by_database(tree, NOW), by_python(tree, stored, NOW)) for tree in trees]
        transaction.set_rollback(True)

    assert [tree for tree, (database, python) in zip(trees, found, strict=True) if database != python] == []


def test_the_largest_tree_allowed_is_one_query(edge_leads, django_assert_num_queries):
    texts = [f"nobody {n}" for n in range(1000)]
    one = {"field": "company", "op": "none_of", "value": texts}
    deep = {"field": "phone", "op": "is_not_blank"}
    for _ in range(14):
        deep = {"not": deep}
    tree = parse({"all": [deep, *[one] * 10, *[{"field": "employees", "op": "is_not", "value": 5}] * 170, {"any": []} | {"any": [one]}]})

    with django_assert_num_queries(1):
        found = by_database(tree, NOW)

    assert found == by_python(tree, edge_leads, NOW) != []


def test_conditions_on_the_standing_need_no_other_table():
    names = [*STANDING_COLUMNS, "days_in_stage", "hours_waiting"]
    tree = parse({"all": [*({"field": name, "op": "is_not_blank"} for name in names), {"field": "is_open", "op": "is_true"}]})

    assert "leads_lead" not in str(Standing.objects.filter(condition(tree, NOW)).values("pk").query)


def test_a_thousand_beginnings_are_asked_for_at_once(edge_leads):
    spec = {"field": "company", "op": "starts_with_one_of", "value": [f"firm {number}" for number in range(1_000)]}

    assert not Standing.objects.filter(condition(parse(spec), NOW)).exists()
