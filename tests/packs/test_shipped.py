"""The packs that come with the product: each stands by itself, beside every other, and does what it says."""

from collections import Counter

import pytest

from leadloop.intake.domain.texts import BLANKS
from leadloop.intake.models import Verdict
from leadloop.leads.models import Lead, Standing, Touch
from leadloop.packs.actions import install
from leadloop.packs.domain.names import spoken_of
from leadloop.packs.planning import preview
from leadloop.packs.shelf import SHIPPED, load, shelf
from leadloop.routing.models import Pool
from leadloop.scoring.models import ScoreModel
from leadloop.segments.models import Member
from tests.make import NOON, make_install, make_person

NAMES = ("call-centre", "education", "healthcare", "insurance", "mortgage", "real-estate", "small-business")
EMPTY_POOLS = {"Business insurance"}
"""Pools for which no sample lead asks."""


def test_seven_packs_are_on_the_shelf_and_none_is_broken(db):
    packs, broken = shelf()
    assert (tuple(sorted(pack.name for pack in packs)), broken) == (NAMES, [])


@pytest.mark.parametrize("name", NAMES)
def test_a_pack_brings_what_a_trade_needs(name):
    pack = load(SHIPPED / name)
    rules = {draft.kind: len(draft.spec.get("rules", ())) for draft in pack.drafts}
    [form] = pack.drafts_of("form")

    assert 8 <= len(pack.fields) <= 20
    assert 4 <= len(pack.sources) <= 8
    assert 8 <= rules["score"] <= 15
    assert 2 <= rules["route"] <= 4
    assert 2 <= len(pack.drafts_of("segments")) <= 4
    assert 3 <= len(pack.views) + len(pack.reports) <= 5
    assert pack.sample is not None
    assert 40 <= pack.sample.leads <= 80
    assert form.spec["consents"], "a form of strangers asks before it writes to them"
    assert not any(box.get("required") for box in form.spec["consents"]), "nobody has to agree to marketing"
    assert form.spec["source"] in [source.name for source in pack.sources]
    assert pack.unknown == ()


def test_packs_do_not_get_in_one_anothers_way():
    packs = [load(SHIPPED / name) for name in NAMES]
    fields: dict[str, object] = {}
    for pack in packs:
        for field in pack.fields:
            assert fields.setdefault(field.name, field.given) == field.given, f"{field.name} means two things"
    taken = Counter(
        [("pool", pool.name) for pack in packs for pool in pack.pools]
        + [("source", source.name) for pack in packs for source in pack.sources]
        + [(draft.kind, draft.name) for pack in packs for draft in pack.drafts if draft.kind in ("form", "segments")]
        + [("view", view.name) for pack in packs for view in pack.views]
    )
    assert [thing for thing, times in taken.items() if times > 1] == []


@pytest.mark.parametrize("name", NAMES)
def test_everything_of_a_pack_stands_in_an_install(db, name):
    """Criteria parse against our fields and the pack's own; drafts pass the checks of their kinds; the form is one."""
    make_install()
    groups = preview(load(SHIPPED / name), author=make_person("mona", "manager"), now=NOON)
    assert {(item.kind, item.key, item.note) for group in groups for item in group.items if item.state == "blocked"} == set()


@pytest.mark.parametrize("name", NAMES)
def test_the_questions_of_a_form_fill_declared_fields_with_their_choices(name):
    pack = load(SHIPPED / name)
    fields = {field.name: field for field in pack.fields}
    [form] = pack.drafts_of("form")
    for question in form.spec["fields"]:
        if question["name"] in fields and question.get("type") == "select":
            assert question["options"] == fields[question["name"]].given["choices"]


@pytest.mark.parametrize("name", NAMES)
def test_no_choice_is_a_word_that_the_doors_read_as_blank(name):
    choices = {choice for field in load(SHIPPED / name).fields for choice in field.given.get("choices", ())}
    assert choices & BLANKS == set()


@pytest.mark.parametrize("name", NAMES)
def test_sample_leads_go_through_the_loop_and_spread_over_the_scores(db, name):
    make_install()
    pack = load(SHIPPED / name)
    install(pack, author=make_person("mona", "manager"), now=NOON)

    scores = list(Standing.objects.values_list("score", flat=True))
    grades = Counter(Standing.objects.values_list("grade", flat=True))
    pools = set(Pool.objects.filter(pk__in=Standing.objects.values("pool_id")).values_list("name", flat=True))
    rules = ScoreModel.objects.published().get().spec["rules"]
    asked = {rule["id"] for rule in rules if not spoken_of(rule).sources}  # sample leads all come from one source
    given = {name for data in Touch.objects.values_list("data", flat=True) for name, _ in data["score"]["reasons"]}

    assert pack.sample is not None
    assert len(scores) == pack.sample.leads
    assert set(Verdict.objects.values_list("outcome", flat=True)) == {"created"}
    assert [flaw for flaws in Lead.objects.values_list("flaws", flat=True) for flaw in flaws] == []
    assert min(scores) <= 15
    assert max(scores) >= 75
    assert min(grades[letter] for letter in "ABCD") >= 4, grades
    assert pools == {pool.name for pool in pack.pools} - EMPTY_POOLS
    assert asked - given == set(), "a rule that holds for nobody shows nothing"
    assert 0.1 < Standing.objects.filter(stage="mql").count() / len(scores) < 0.75
    assert set(Member.objects.values_list("segment", flat=True)) == {draft.name for draft in pack.drafts_of("segments")}
