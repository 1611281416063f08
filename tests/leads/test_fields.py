"""Fields that people declare are there for every process at its next batch, and go only when no rule needs them."""

from contextlib import suppress

import pytest
from django.db import transaction

from leadloop import loop
from leadloop.db.versions import current_epoch, publish, save_draft
from leadloop.leads import fields
from leadloop.leads.domain.criteria import CriteriaInvalid, parse
from leadloop.leads.errors import FieldClash, FieldInUse, FieldInvalid
from leadloop.leads.models import CustomField
from leadloop.outcomes.models import JunkRules
from leadloop.qualification.models import Framework
from leadloop.routing.models import Route
from leadloop.scoring.models import Definition, ScoreModel
from leadloop.segments.models import Segment
from tests.make import NOON, arrival, make_install

pytestmark = pytest.mark.django_db

COVER = {"name": "cover", "label": "Cover", "type": "choice", "choices": ["Life", "Car"], "group": "Policy"}
SMOKER = {"name": "smoker", "label": "Smoker", "type": "yes_no", "sensitivity": "sensitive"}


def publish_score(*rules, title="Score"):
    spec = {"base": 0, "rules": list(rules), "heat": {"points": 0, "full_at": 10}, "grades": {"A": 60, "B": 40, "C": 20}}
    publish(save_draft(ScoreModel, name="main", title=title, spec=spec, author=None, now=NOON), author=None, now=NOON)


def rule(field, op, points=50, **value):
    return {"id": "r", "label": "Rule", "when": {"field": field, "op": op, **value}, "points": points}


def test_a_declared_field_is_in_the_catalogue_of_the_next_epoch():
    before = current_epoch()
    assert "custom.cover" not in fields.catalogue(before)
    fields.declare([COVER, SMOKER], now=NOON)

    assert current_epoch() > before
    assert "custom.cover" not in fields.catalogue(before)
    assert parse({"field": "custom.cover", "op": "is", "value": "Life"}, fields.in_force()).field.label == "Cover"
    assert [(spec.name, spec.sensitivity) for spec in fields.declared_now().values()] == [("smoker", "sensitive"), ("cover", "plain")]


def test_what_was_declared_in_a_transaction_that_failed_is_forgotten():
    with suppress(ZeroDivisionError), transaction.atomic():
        fields.declare([COVER], now=NOON)
        assert "cover" in fields.declared_now()
        raise ZeroDivisionError
    fields.declare([SMOKER], now=NOON)

    assert set(fields.declared_now()) == {"smoker"}


def test_declaring_the_same_again_changes_nothing_but_what_it_says():
    fields.declare([COVER | {"pack": "insurance"}], now=NOON)
    fields.declare([COVER | {"label": "Kind of cover"}], now=NOON)

    assert list(CustomField.objects.values_list("name", "label", "pack")) == [("cover", "Kind of cover", "insurance")]


def test_a_rule_on_a_new_field_counts_for_the_next_lead():
    make_install()
    fields.declare([COVER], now=NOON)
    publish_score(rule("custom.cover", "is", value="Life"))

    taken = loop.capture([arrival({"email": f"{n}@x.io", "custom": {"cover": cover}}) for n, cover in enumerate(["Life", "Car"])], now=NOON)

    assert [one.case.standing["score"] for one in taken] == [50, 0]


def test_a_name_keeps_its_type():
    fields.declare([COVER], now=NOON)
    fields.retire(["cover"], now=NOON)

    with pytest.raises(FieldClash):
        fields.declare([{"name": "cover", "label": "Cover", "type": "text"}], now=NOON)


def test_nothing_is_declared_where_one_declaration_does_not_stand():
    with pytest.raises(FieldInvalid, match="There is no part called size"):
        fields.declare([COVER, SMOKER | {"size": 3}], now=NOON)

    assert CustomField.objects.count() == 0


def test_a_field_that_a_published_rule_reads_is_not_retired():
    fields.declare([COVER, SMOKER], now=NOON)
    publish_score(rule("custom.cover", "is", value="Life"), title="Our score")
    segment = {"criteria": {"any": [{"not": {"field": "custom.cover", "op": "is_blank"}}]}}
    publish(save_draft(Segment, name="covered", title="Covered", spec=segment, author=None, now=NOON), author=None, now=NOON)

    with pytest.raises(FieldInUse, match=r"Our score \(score model\), Covered \(segment\)|Covered \(segment\), Our score \(score model\)"):
        fields.retire(["smoker", "cover"], now=NOON)

    assert set(fields.declared_now()) == {"cover", "smoker"}


ASKS = {"field": "custom.cover", "op": "is", "value": "Life"}
CARD = {"v": 2, "base": 0, "rules": [], "grades": {"A": 60, "B": 40, "C": 20}}


@pytest.mark.parametrize(
    ("model", "kind", "spec"),
    [
        (ScoreModel, "score model", CARD | {"rules": [{"id": "r", "label": "R", "points": 5, "when": {"not": ASKS}}]}),
        (ScoreModel, "score model", CARD | {"for": ASKS}),
        (Definition, "definition", {"text": "Agreed.", "criteria": {"all": [ASKS]}, "sla_minutes": 60}),
        (JunkRules, "junk rules", {"rules": [{"id": "r", "label": "R", "when": ASKS}], "passes": None}),
        (JunkRules, "junk rules", {"rules": [], "passes": {"any": [ASKS]}}),
        (Framework, "framework", {"questions": [], "criteria": ASKS}),
        (Segment, "segment", {"kind": "mixed", "criteria": ASKS}),
        (Route, "route", {"rules": [{"id": "r", "label": "R", "when": ASKS, "to": {"pool": 1, "how": "turn"}}]}),
    ],
)
def test_each_kind_of_rule_in_force_keeps_the_fields_that_it_reads(model, kind, spec):
    fields.declare([COVER], now=NOON)
    publish(save_draft(model, name="ours", title="Ours", spec=spec, author=None, now=NOON), author=None, now=NOON)

    assert fields.rules_that_read(["cover"]) == [("cover", kind, "Ours")]
    with pytest.raises(FieldInUse):
        fields.retire(["cover"], now=NOON)


def test_a_framework_in_force_keeps_the_fields_of_its_answers_until_it_asks_no_more():
    make_install()
    bant = Framework.objects.published().get(name="bant")

    assert {name for name, _, _ in fields.rules_that_read(fields.declared_now())} == set(fields.declared_now())
    with pytest.raises(FieldInUse):
        fields.retire(["bant_budget"], now=NOON)

    shorter = [one for one in bant.spec["questions"] if one["id"] != "budget"]
    publish(save_draft(Framework, name="bant", title="BANT", spec={"questions": shorter}, author=None, now=NOON), author=None, now=NOON)
    fields.retire(["bant_budget"], now=NOON)
    assert "bant_budget" not in fields.declared_now()


def test_a_retired_field_is_an_error_for_new_rules_and_still_known_to_old_ones():
    fields.declare([SMOKER], now=NOON)
    fields.retire(["smoker"], now=NOON)
    spec = {"field": "custom.smoker", "op": "is_true"}

    with pytest.raises(CriteriaInvalid, match=r"there is no field 'custom\.smoker'"):
        parse(spec, fields.in_force())
    assert parse(spec, fields.known_now())

    fields.declare([SMOKER], now=NOON)
    assert parse(spec, fields.in_force())


def test_a_choice_that_goes_stops_no_rule_in_force():
    make_install()
    fields.declare([COVER], now=NOON)
    publish_score(rule("custom.cover", "is", value="Life"))
    fields.declare([COVER | {"choices": ["Car"]}], now=NOON)

    [taken] = loop.capture([arrival({"email": "a@x.io", "custom": {"cover": "Life"}})], now=NOON)

    assert taken.case.standing["score"] == 50
    with pytest.raises(CriteriaInvalid):
        parse({"field": "custom.cover", "op": "is", "value": "Life"}, fields.in_force())
