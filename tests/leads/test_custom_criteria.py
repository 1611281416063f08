"""Conditions on declared fields choose the same leads in Python and in the database, whatever is stored under their names."""

from datetime import UTC, datetime
from itertools import product

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadloop.leads.criteria_sql import condition
from leadloop.leads.domain.criteria import CATALOGUE, OPERATORS, parse, predicate
from leadloop.leads.domain.criteria.catalogue import OPERANDS, Operand
from leadloop.leads.domain.custom_facts import LeadFacts, as_rules_see
from leadloop.leads.domain.custom_fields import FieldSpec, Kind
from leadloop.leads.models import Lead, Standing

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
SPECS = {kind: FieldSpec(f"f_{kind.value}", kind.value, kind, choices=("Gold", "Silver, plated", "é")) for kind in Kind}
FIELDS = {kind: as_rules_see(spec, bound=False) for kind, spec in SPECS.items()}
DECLARED = {**CATALOGUE, **{field.name: field for field in FIELDS.values()}}

TEXTS = [
    "",
    "Gold",
    "gold",
    "Silver, plated",
    "é",
    "É",
    "100%",
    "%s",
    "it's",
    '"',
    "\\",
    "İstanbul",
    "😀",
    "a\nb",
    "5",
    "true",
    "null",
    "[]",
]
DAYS = ["2026-07-01", "2026-07-02", "2026-06-30", "2026-02-29", "2024-02-29", "2026-13-45", "0000-01-01", "2026-7-1", " 2026-07-01"]
CLOCKS = ["T00:00:00Z", "T22:30:00Z", "T22:29:59Z", "T24:00:00Z", "T23:59:60Z", "T22:30:00", "T22:30:00+02:00", "T22:30:00.500Z"]
MOMENTS = [day + clock for day in DAYS for clock in CLOCKS]
NUMBERS = [0, 1, -1, 5, 10**15, 10**15 + 1, -(10**15), 2**63, -(2**63), 10**30, 4.25, 0.1, 0.3, 1e12, 1e13, 1e-30, 1e-300, 5.0, -0.0]
LISTS = [[], ["Gold"], ["Gold", "é"], ["gold"], [1], ["Gold", 1, None], [["Gold"]], [True]]
AMOUNTS = [
    {"cents": cents, "currency": currency} for cents, currency in product([0, 100, 123456, -1, 1.5, "1", None], ["EUR", "USD", 5, None])
]
STORED = [None, True, False, *TEXTS, *DAYS, *MOMENTS, *NUMBERS, *LISTS, *AMOUNTS, {}, {"Gold": 1}, {"cents": 5}]
ASKED = {
    Kind.WHOLE: [0, 1, 5, -1, 10**15, -(10**15)],
    Kind.MONEY: [0, 100, 123456, -1],
    Kind.DECIMAL: [0, 1, 4.25, 0.1, 0.3, 5, 1e12, -1],
    Kind.DATE: ["2026-07-01", "2026-06-30", "2024-02-29"],
    Kind.MOMENT: ["2026-07-01T22:30:00Z", "2026-07-01T22:29:59.500000Z", "2026-07-01T22:30:00.000001Z", "2026-06-30T00:00:00Z"],
}


def store(customs):
    rows = Lead.objects.bulk_create(Lead(submission_id=1, source_id=1, created_at=NOW, custom=custom) for custom in customs)
    Standing.objects.bulk_create(Standing(lead=row, source_id=1, received_at=NOW, entered_at=NOW) for row in rows)
    return {row.pk: LeadFacts({"custom": custom}) for row, custom in zip(rows, customs, strict=True)}


def asked(kind):
    return ASKED.get(kind, [text for text in TEXTS if text])


def spec_for(kind, op, values):
    spec = {"field": FIELDS[kind].name, "op": op.value}
    match OPERANDS[op]:
        case Operand.NOTHING:
            return spec
        case Operand.DAYS:
            return spec | {"value": 2, "zone": "Europe/Berlin"}
        case Operand.MANY | Operand.PARTS:
            return spec | {"value": values}
        case Operand.PAIR:
            return spec | {"value": sorted(values[:2] if len(values) > 1 else values * 2)}
        case _:
            return spec | {"value": values[0]}


def choose(tree, leads):
    """The leads by the database and by Python, which have to be the same."""
    database = sorted(Standing.objects.filter(condition(tree, NOW)).values_list("pk", flat=True))
    test = predicate(tree)
    return database, sorted(pk for pk, facts in leads.items() if test(facts, NOW))


@pytest.mark.parametrize("kind", list(Kind))
def test_every_operator_agrees_on_values_of_every_type(kind):
    field, wrong = FIELDS[kind], []
    with transaction.atomic():
        leads = store([{}, *({field.name.slug: value} for value in STORED)])
        for op in OPERATORS[field.type]:
            values = asked(kind)
            for place in range(len(values)):
                tree = parse(spec_for(kind, op, values[place:][:3]), DECLARED)
                database, python = choose(tree, leads)
                if database != python:
                    wrong.append((op, values[place], [leads[pk]["custom"] for pk in set(database) ^ set(python)]))
        transaction.set_rollback(True)

    assert wrong == []


@pytest.mark.parametrize(
    ("kind", "op", "value", "stored"),
    [
        (Kind.TEXT, "is", "GOLD", "gold"),
        (Kind.CHOICE, "is", "Gold", "Gold"),
        (Kind.CHOICES, "contains", "é", ["Gold", "é"]),
        (Kind.WHOLE, "at_least", 5, 5),
        (Kind.DECIMAL, "is", 4.25, 4.25),
        (Kind.MONEY, "above", 123455, {"cents": 123456, "currency": "EUR"}),
        (Kind.DATE, "before", "2026-07-01", "2026-06-30"),
        (Kind.MOMENT, "after", "2026-07-01T22:29:59Z", "2026-07-01T22:30:00Z"),
        (Kind.EMAIL, "contains", "@x.io", "ann@x.io"),
    ],
)
def test_a_value_of_the_right_type_is_found(kind, op, value, stored):
    tree = parse({"field": FIELDS[kind].name, "op": op, "value": value}, DECLARED)
    leads = store([{FIELDS[kind].name.slug: stored}, {}])

    assert choose(tree, leads) == ([min(leads)], [min(leads)])


characters = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4)
anything = st.sampled_from(STORED) | characters | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
anything |= st.lists(anything, max_size=3) | st.dictionaries(st.sampled_from(["cents", "currency", "x"]), anything, max_size=2)


@st.composite
def conditions(draw):
    kind = draw(st.sampled_from(list(Kind)))
    op = draw(st.sampled_from(OPERATORS[FIELDS[kind].type]))
    leaf = spec_for(kind, op, draw(st.lists(st.sampled_from(asked(kind)), min_size=2, max_size=3)))
    return draw(st.sampled_from([leaf, {"not": leaf}]))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    specs=st.lists(conditions(), min_size=1, max_size=5),
    customs=st.lists(
        st.dictionaries(st.sampled_from([field.name.slug for field in FIELDS.values()]), anything, max_size=4), min_size=3, max_size=8
    ),
)
def test_both_compilers_choose_the_same_leads(specs, customs):
    trees = [parse({way: specs}, DECLARED) for way in ("all", "any")]
    with transaction.atomic():
        leads = store(customs)
        found = [choose(tree, leads) for tree in trees]
        transaction.set_rollback(True)

    for tree, (database, python) in zip(trees, found, strict=True):
        assert database == python, (tree, customs)
