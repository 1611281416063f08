"""The condition builder: what it shows comes back as the same criteria, and its buttons work without JavaScript."""

from html.parser import HTMLParser

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings

from leadloop import starter
from leadloop.leads import criteria_form
from leadloop.leads.domain.criteria import CriteriaInvalid, dump, parse
from leadloop.leads.domain.criteria.text import parse_text
from tests.leads.criteria_cases import NOW, specs

ZONE = "Europe/Berlin"
REFERENCES = {name: [("1", "One"), ("2", "Two"), ("3", "Three")] for name in ("owner", "source", "pool")}
REFERENCES["segments"] = [("big", "Big companies"), ("north", "The north")]


class Sent(HTMLParser):
    """What a browser sends for the controls of a form, no button pressed."""

    def __init__(self, html):
        super().__init__()
        self.pairs, self._select, self._area = [], None, None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "input" and (attrs.get("type") != "checkbox" or "checked" in attrs):
            self.pairs.append((attrs["name"], attrs.get("value", "")))
        elif tag == "select":
            self._select, self._first, self._chosen = attrs["name"], None, None
        elif tag == "option":
            self._first = attrs["value"] if self._first is None else self._first
            self._chosen = attrs["value"] if "selected" in attrs else self._chosen
        elif tag == "textarea":
            self._area, self._text = attrs["name"], ""

    def handle_data(self, text):
        if self._area:
            self._text += text

    def handle_endtag(self, tag):
        if tag == "select" and self._first is not None:
            self.pairs.append((self._select, self._chosen if self._chosen is not None else self._first))
        elif tag == "textarea":
            self.pairs.append((self._area, self._text))
            self._area = None


def sent(builder, **more):
    posted = QueryDict(mutable=True)
    for name, value in Sent(render_to_string("leads/_builder.html", {"builder": builder, "fragment_url": "/b/"})).pairs:
        posted.appendlist(name, value)
    posted.update(more)
    return posted


def in_order(spec):
    """Values that are ticked in a list come back in the order of the list."""
    if isinstance(spec, list):
        return [in_order(part) for part in spec]
    if isinstance(spec, dict):
        return {
            key: sorted(value) if spec.get("op") in ("one_of", "none_of") and key == "value" else in_order(value)
            for key, value in spec.items()
        }
    return spec


def read(posted, **more):
    return criteria_form.read(posted, zone=ZONE, references=REFERENCES, **more)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(specs(NOW))
def test_criteria_come_back_from_a_browser_as_they_were(spec):
    tree = dump(parse(spec))
    builder = criteria_form.build(tree, zone=ZONE, references=REFERENCES)
    assert in_order(read(sent(builder)).spec()) in (in_order(tree), {"all": [in_order(tree)]})
    assert builder.says


def test_groups_stand_in_groups():
    spec = parse_text("country is US and (score >= 40 or (phone is blank and not (city is Rome or not in segment big))) and not score < 5")
    builder = criteria_form.build(dump(spec), zone=ZONE, references=REFERENCES)

    assert builder.text is None
    assert read(sent(builder)).spec() == dump(spec)
    deepest = builder.root.groups[-2]
    assert [group.match for group in builder.root.groups] == ["any", "all", "none", "none"]
    assert len(read(sent(builder, **{"c-do": f"add:{deepest.number}"})).rows) == len(builder.rows) + 1
    assert read(sent(builder, **{"c-do": f"group:{deepest.number}"})).root.groups[3].match == "any"
    assert len(read(sent(builder, **{"c-do": f"drop:{deepest.number}"})).rows) == len(builder.rows) - 2


def test_the_starter_rules_are_shown_as_rows():
    trees = [rule["when"] for rule in starter.SCORE["rules"]] + [starter.QUALIFIED["criteria"], starter.BIG["criteria"]]
    assert [criteria_form.build(tree).text for tree in trees] == [None] * len(trees)


def test_an_empty_builder_means_every_lead():
    assert read(sent(criteria_form.build(None))).spec() == {"all": []}


def test_buttons_add_group_and_drop():
    builder = criteria_form.build({"all": [{"field": "country", "op": "is", "value": "US"}]})
    assert [item.number for item in read(sent(builder, **{"c-do": "add"})).items] == [0, 1]
    grouped = read(sent(builder, **{"c-do": "group"}))
    assert [row.number for row in grouped.items[1].rows] == [2]
    assert [row.number for row in read(sent(grouped, **{"c-do": "add:1"})).items[1].rows] == [2, 3]
    assert [item.number for item in read(sent(grouped, **{"c-do": "drop:2"})).items] == [0]
    assert [item.field for item in read(sent(builder, **{"c-do": "drop:0"})).items] == [""]


@pytest.mark.parametrize("amount", ["1e9999999", "1e900000", "-inf", "nan", "5.001"])
def test_an_amount_that_is_none_is_refused_in_its_control(amount):
    built = criteria_form.build({"all": [{"field": "budget", "op": "at_least", "value": 500, "currency": "EUR"}]})
    posted = sent(built).copy()
    (control,) = [name for name, value in posted.items() if value == "5"]
    posted[control] = amount

    with pytest.raises(CriteriaInvalid):
        parse(read(posted).spec())


@pytest.mark.parametrize("do", ["", "drop", "drop:x", "add:99", "nonsense", "json:1", "\0"])
def test_odd_buttons_are_harmless(do):
    assert read(sent(criteria_form.build(None), **{"c-do": do})).spec() == {"all": []}


def test_a_field_that_changed_takes_its_first_operator():
    posted = sent(criteria_form.build({"field": "country", "op": "starts_with", "value": "U"}))
    posted["c-0-field"] = "score"
    builder = read(posted, do="show")
    assert (builder.asked, builder.items[0].op, builder.items[0].values) == (True, "at_least", [])


def test_a_place_is_found_by_its_postal_code_or_its_point():
    by_code = {"c-match": "all", "c-0-field": "place", "c-0-op": "within_km", "c-0-value": "25", "c-0-of": "94105"}
    [found] = read(_posted(by_code)).spec()["all"]
    assert found == {"field": "place", "op": "within_km", "value": 25, "of": [37.7864, -122.3892], "near": "US 94105"}
    [found] = read(_posted(by_code | {"c-0-of": "52.53, 13.38 10115 Berlin"})).spec()["all"]
    assert (found["of"], found["near"]) == ([52.53, 13.38], "10115 Berlin")
    nowhere = read(_posted(by_code | {"c-0-of": "Berlin"}))
    assert nowhere.spec_or_none() is None
    assert "postal code" in nowhere.rows[0].error


def test_the_builder_says_which_leads_a_radius_can_find():
    spec = {"field": "place", "op": "within_km", "value": 25, "of": [52.53, 13.38]}
    builder = criteria_form.build(spec, zone=ZONE, references=REFERENCES)
    assert "United States count by their postal code" in render_to_string(
        "leads/_builder.html", {"builder": builder, "fragment_url": "/b/"}
    )


@pytest.mark.parametrize("text", ["country is US or not (score < 3)", '{"any": [{"field": "phone", "op": "is_blank"}]}'])
def test_criteria_may_be_typed(text):
    typed = read(_posted({"c-match": "all", "c-json": text}))
    rows = read(_posted({"c-match": "all", "c-json": text}), do="rows")
    assert typed.spec() == rows.spec()
    assert (typed.text, rows.text) == (text, None)


def test_what_was_typed_wrong_says_where():
    builder = read(_posted({"c-match": "all", "c-json": "country is US and colour is red"}))
    assert builder.spec_or_none() is None
    assert builder.error.startswith("Line 1, column 19: there is no field 'colour'")


def test_each_wrong_row_says_so():
    posted = sent(
        criteria_form.build({"all": [{"field": "score", "op": "at_least", "value": 1}, {"field": "country", "op": "is", "value": "US"}]})
    )
    posted["c-0-value"], posted["c-1-value"] = "many", "Germany"
    builder = read(posted)
    with pytest.raises(CriteriaInvalid):
        builder.spec()
    assert [bool(row.error) for row in builder.rows] == [True, True]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"field": "nothing", "op": "is"}', "[" * 100_000])
def test_json_that_says_nothing_is_refused_with_a_reason(text):
    builder = read(_posted({"c-match": "all", "c-json": text}))
    with pytest.raises(CriteriaInvalid):
        builder.spec()
    assert builder.error


def test_a_person_may_turn_to_json_and_back():
    builder = criteria_form.build(starter.QUALIFIED["criteria"])
    as_json = read(sent(builder, **{"c-do": "json"}))
    assert as_json.text is not None
    back = read(sent(as_json, **{"c-do": "rows"}))
    assert back.text is None
    assert back.spec() == starter.QUALIFIED["criteria"]


def test_who_is_gone_can_still_be_seen():
    builder = criteria_form.build({"field": "owner", "op": "is", "value": 9}, references=REFERENCES)
    assert builder.rows[0].choices[-1] == ("9", "#9 (gone)")


def _posted(values):
    posted = QueryDict(mutable=True)
    posted.update(values)
    return posted
