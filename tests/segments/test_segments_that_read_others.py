"""Segments that read other segments: decided in their order, and never in a ring."""

import pytest

from leadloop import steps
from leadloop.db.versions import publish, save_draft
from leadloop.leads.domain.criteria import dump
from leadloop.leads.domain.criteria.text import parse_text
from leadloop.leads.rule_graph import unringed
from leadloop.scoring.models import ScoreModel
from leadloop.segments.domain.checks import check_segment_spec
from tests.make import NOON, make_install, make_lead, make_rep
from tests.segments.test_members import members, publish_segment

pytestmark = pytest.mark.django_db


def tree(text):
    return dump(parse_text(text))


def problems(name, text):
    spec = {"criteria": tree(text)}
    save_draft(segments_model(), name=name, title=name, spec=spec, author=None, now=NOON)
    return [one.text for one in unringed(check_segment_spec)(spec)]


def segments_model():
    return type(publish_segment("anyone", tree("phone is not blank")))


def test_a_segment_that_reads_another_follows_in_the_same_step():
    ann = make_rep("Ann", pool=make_install())
    publish_segment("a-reader", tree("in segment germans and touches of called >= 1"))
    publish_segment("germans", tree("country is DE"))
    publish_segment("others", tree("not in segment germans"))
    german, french = make_lead({"email": "a@b.de", "country": "DE"}), make_lead({"email": "a@b.fr", "country": "FR"})

    before = (members("germans"), members("others"), members("a-reader"))
    steps.log([german.pk], steps.by(ann, now=NOON), kind="called").or_raise()

    assert before == ([german.pk], [french.pk], [])
    assert members("a-reader") == [german.pk]


def test_a_draft_that_closes_a_ring_is_refused():
    publish_segment("first", tree("in segment second or country is DE"))
    publish_segment("second", tree("score >= 50"))

    assert problems("second", "in segment first and phone is not blank") == [
        "Rules would read one another in a ring: segment “first” reads segment “second” reads segment “first”."
    ]
    assert problems("second", "in segment second or country is FR") == [
        "Rules would read one another in a ring: segment “second” reads segment “second”."
    ]
    assert problems("three", "in segment first") == []


def test_a_ring_by_way_of_the_score_is_refused():
    rules = [{"id": "in_big", "label": "Big", "when": tree("in segment big"), "points": 5}]
    draft = save_draft(ScoreModel, name="main", title="Score", spec={"base": 0, "rules": rules}, author=None, now=NOON)
    publish_segment("big", tree("employees >= 100"))
    publish(draft, author=None, now=NOON)

    [found] = problems("big", "score >= 50")
    assert found == "Rules would read one another in a ring: the score reads segment “big” reads the score."


def test_a_segment_that_is_gone_cannot_be_read():
    assert problems("first", "in segment nowhere") == ["There is no segment “nowhere” in force."]
