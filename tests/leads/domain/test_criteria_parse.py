"""What may be written as criteria, and what the refusal of the rest says."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadloop.leads.domain.criteria import (
    CATALOGUE,
    OPERATORS,
    All,
    AnyOf,
    Condition,
    CriteriaInvalid,
    Field,
    FieldType,
    Not,
    Op,
    TouchCount,
    dump,
    fields_used,
    parse,
)
from tests.leads.criteria_cases import NOW, specs

US = {"field": "country", "op": "is", "value": "US"}


def field(name, op, value=None, **more):
    return {"field": name, "op": op} | ({} if value is None else {"value": value}) | more


def nested(depth):
    spec = US
    for _ in range(depth - 1):
        spec = {"not": spec}
    return spec


def test_parse_makes_a_tree_of_every_kind_of_node():
    tree = parse(
        {
            "all": [
                field("country", "one_of", ["US", "CA", "US"]),
                {"any": [field("received_at", "after", "2026-03-01T01:00:00+01:00"), field("phone", "is_blank")]},
                {"not": field("received_at", "in_last_days", 7, zone="Europe/Berlin")},
                {"touches": "opened", "within_days": 30, "op": "at_least", "value": 3},
                {"touches": "any", "op": "none"},
            ]
        }
    )

    received = CATALOGUE["received_at"]
    assert tree == All(
        (
            Condition(CATALOGUE["country"], Op.ONE_OF, ("US", "CA")),
            AnyOf((Condition(received, Op.AFTER, (datetime(2026, 3, 1, tzinfo=UTC),)), Condition(CATALOGUE["phone"], Op.IS_BLANK))),
            Not(Condition(received, Op.IN_LAST_DAYS, (7,), "Europe/Berlin")),
            TouchCount("opened", 30, at_least=3),
            TouchCount("", None, at_most=0),
        )
    )
    assert fields_used(tree) == {"country", "received_at", "phone", "touches"}


@given(specs(NOW))
def test_dump_is_the_one_form_that_parses_to_the_same_tree(spec):
    tree = parse(spec)

    assert (parse(dump(tree)), dump(parse(dump(tree)))) == (tree, dump(tree))


def test_text_is_brought_into_the_form_that_text_is_stored_in():
    assert parse(field("city", "is", "e\u0301")) == Condition(CATALOGUE["city"], Op.IS, ("\u00e9",))


REFUSALS = [
    ("not an object", [], "criteria", "must be an object"),
    ("no shape", {}, "criteria", 'must have exactly one of "all", "any", "not", "field" and "touches"'),
    ("two shapes", {"all": [], "any": []}, "criteria", 'must have exactly one of "all", "any", "not", "field" and "touches"'),
    ("parts not a list", {"all": {}}, "all", "must be a list"),
    ("a part not an object", {"all": [US, {"any": [1]}]}, "all[1].any[0]", "must be an object"),
    ("unknown key", US | {"zoen": "UTC"}, "zoen", "is not known here, only field, op, value"),
    ("unknown key of a group", {"all": [{"not": US, "x\0y": 1}]}, r"all[0].x\x00y", "is not known here, only not"),
    ("unknown field", {"all": [US, field("colour", "is", "red")]}, "all[1].field", "there is no field 'colour'"),
    ("field of a wrong type", {"field": ["x"], "op": "is"}, "field", "there is no field a list"),
    (
        "operator of another type",
        field("score", "contains", 5),
        "op",
        f"score (number) takes one of {', '.join(OPERATORS[FieldType.NUMBER])}, not 'contains'",
    ),
    ("no operator", {"field": "is_open"}, "op", "open (flag) takes one of is_true, is_false, not None"),
    ("a value where none goes", field("phone", "is_blank", "x"), "value", "is not known here, only field, op"),
    ("no value", {"field": "city", "op": "is"}, "value", "must be text"),
    ("a number for text", field("city", "is", 5), "value", "must be text"),
    ("empty text", field("city", "is", ""), "value", 'must have 1 to 500 characters (for nothing at all, use "is_blank")'),
    ("long text", field("city", "is", "x" * 501), "value", 'must have 1 to 500 characters (for nothing at all, use "is_blank")'),
    ("text that grows", field("city", "is", "\u0958" * 300), "value", 'must have 1 to 500 characters (for nothing at all, use "is_blank")'),
    ("NUL", {"not": field("city", "contains", "a\0b")}, "not.value", "has a character that no text can have"),
    ("lone surrogate", field("city", "one_of", ["ok", "\ud83d"]), "value[1]", "has a character that no text can have"),
    ("unknown stage", field("stage", "one_of", ["new", "fresh"]), "value[1]", None),
    ("small letters", field("country", "is", "us"), "value", "must be two capital letters, such as US"),
    ("a line more", field("country", "is", "US\n"), "value", "must be two capital letters, such as US"),
    ("a fraction", field("score", "above", 5.0), "value", "must be a whole number from -1,000,000,000,000,000 to 1,000,000,000,000,000"),
    ("true is no number", field("owner", "is", True), "value", "must be a whole number from 1 to 1,000,000,000,000,000"),
    ("a huge number", field("score", "above", 10**15 + 1), "value", None),
    ("an empty list", field("country", "one_of", []), "value", "must be a list of 1 to 1,000"),
    ("a long list", field("score", "one_of", list(range(1001))), "value", "must be a list of 1 to 1,000"),
    ("a pair of three", field("score", "between", [1, 2, 3]), "value", "must be a list of 2"),
    ("a pair upside down", field("score", "between", [2, 1]), "value", "the first must not be above the second"),
    ("a moment without offset", field("due_at", "before", "2026-03-01T00:00:00"), "value", None),
    ("a date", field("due_at", "before", "2026-03-01"), "value", None),
    ("no such moment", field("due_at", "before", "2026-02-30T00:00:00Z"), "value", None),
    ("too early to be true", field("due_at", "before", "0001-01-01T00:00:00+14:00"), "value", None),
    ("days without a zone", field("due_at", "in_last_days", 7), "zone", 'must name a time zone, such as "Europe/Berlin" or "UTC"'),
    ("a zone of this machine", field("due_at", "in_last_days", 7, zone="localtime"), "zone", None),
    ("a path for a zone", field("due_at", "in_last_days", 7, zone="../../etc/passwd"), "zone", None),
    ("no days", field("due_at", "in_last_days", 0, zone="UTC"), "value", "must be a whole number from 1 to 36,500"),
    ("touches of nothing", {"touches": "", "op": "none"}, "touches", 'must be a kind of touch such as "opened", or "any"'),
    ("touches by a bad operator", {"touches": "any", "op": "is"}, "op", None),
    (
        "none takes no value",
        {"touches": "any", "op": "none", "value": 0},
        "value",
        "is not known here, only touches, within_days, op, local_days, zone, campaign, source, by",
    ),
    ("at least none", {"touches": "any", "op": "at_least", "value": 0}, "value", "must be a whole number from 1 to 10,000"),
    ("a window of no days", {"touches": "any", "op": "none", "within_days": 0}, "within_days", "must be a whole number from 1 to 36,500"),
    ("too deep", nested(17), ".".join(["not"] * 16), "conditions are nested more than 16 deep"),
    ("too many", {"all": [US] * 200}, "all[199]", "there are more than 200 conditions and groups"),
]


@pytest.mark.parametrize(("spec", "path", "reason"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS])
def test_refusals_name_the_place_and_the_reason(spec, path, reason):
    with pytest.raises(CriteriaInvalid) as refusal:
        parse(spec)

    assert (refusal.value.path, refusal.value.reason) == (path, reason or refusal.value.reason)
    assert str(refusal.value) == f"These criteria cannot be used. At {path}: {refusal.value.reason}."
    str(refusal.value).encode()


def test_the_limits_themselves_are_allowed():
    largest = {"all": [nested(15), *[US] * 184]}

    assert len(parse(largest).parts) == 185


def test_another_catalogue_knows_other_fields():
    budget_year = Field("budget_year", "budget year", FieldType.NUMBER)

    tree = parse(field("budget_year", "is", 2027), {"budget_year": budget_year})

    assert tree == Condition(budget_year, Op.IS, (2027,))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from([*CATALOGUE, *Op, "any", "UTC"]),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(
            st.sampled_from(["all", "any", "not", "field", "op", "value", "zone", "touches", "within_days", "x"]), part, max_size=4
        )
    ),
    max_leaves=12,
)


@given(anything)
def test_anything_else_is_a_tree_or_a_refusal(spec):
    try:
        tree = parse(spec)
    except CriteriaInvalid:
        return
    assert parse(dump(tree)) == tree


def test_the_lists_of_a_tree_have_so_many_values_in_all():
    lists = [field("company", "one_of", [f"firm {place} {n}" for n in range(1_000)]) for place in range(21)]

    assert isinstance(parse({"all": lists[:20]}), All)
    with pytest.raises(CriteriaInvalid, match="more than 20,000 values in all"):
        parse({"all": lists})
