"""Sample leads that people worked on, that were scored, qualified and put into segments by hand, go and leave no row anywhere."""

from datetime import timedelta

import pytest
from django.db import transaction

from leadloop import steps
from leadloop.db import bulk
from leadloop.db.versions import current_epoch
from leadloop.leads.models import Lead, Standing
from leadloop.leads.sensitive import note_reads
from leadloop.learning.models import Likelihood
from leadloop.packs import actions
from leadloop.packs.planning import SAMPLE
from leadloop.packs.shelf import pack_called
from leadloop.qualification.answering import published_frameworks
from leadloop.qualification.models import Answer, Handed, Passage, Verdict
from leadloop.scoring.domain.packing import unpack
from leadloop.scoring.mass import models_in_force, write_scores
from leadloop.scoring.models import Crossing, Definition, ModelScore, Rescored, ScoreModel
from leadloop.segments import hand
from leadloop.segments.models import Change, Mark, Member, Override, Size
from leadloop.segments.tasks import count_members
from leadloop.teams.models import User
from tests.make import NOON, make_install, make_leads, make_person, make_rep
from tests.packs.test_install import everything, proofs_hold
from tests.proofs import publish_rules
from tests.scrub.rooms import CARD, SIGNED, make_rules

LATER = NOON + timedelta(hours=2)
WRITTEN = (Handed, Verdict, Passage, Answer, ModelScore, Crossing, Member, Change, Mark, Override, Likelihood)

OF = {Verdict: "handed__lead"}
GATE = {**SIGNED, "kind": "gate", "criteria": {"field": "budget_cents", "op": "at_least", "value": 10**12}}


@pytest.fixture
def mona(db) -> User:
    """An install where every room writes something of a lead, with a pack that has sent no sample yet."""
    pool = make_install()
    make_rep("Ann", pool=pool)
    make_rules()
    mona = make_person("Mona", "manager")
    actions.install(pack_called("mortgage"), author=mona, now=NOON, without=(SAMPLE,))
    make_leads(5)
    count_members(now=NOON)
    return mona


def sample_leads() -> list[int]:
    actions.send_sample(pack_called("mortgage"), now=NOON)
    return list(Standing.objects.open().filter(source__name="Sample: Mortgage and debt").order_by("pk").values_list("pk", flat=True))


def sizes() -> list[tuple[str, int]]:
    return list(Size.objects.order_by("segment").values_list("segment", "leads"))


def work_on(ids: list[int], mona: User) -> None:
    """Answers, verdicts, the gate, words on segments, reads, likelihoods: what people and rules say of leads."""
    by_mona = steps.by(mona, now=LATER)
    [champ] = [one for one in published_frameworks(current_epoch()) if one.name == "champ"]
    steps.answer(ids[:2], by_mona, framework=champ, given={"challenges": "Rates"}, evidence="On the phone").or_raise()
    steps.qualify(ids[:2], by_mona, override_reason="They signed.").or_raise()
    steps.reject(ids[2:4], by_mona, reason="no_budget", becomes="disqualify").or_raise()
    steps.reopen(ids[2:3], by_mona).or_raise()
    hand.put_in("chosen", ids[4:6], hand.Hand(mona, note="Wanted"), now=LATER)
    hand.keep_out("chosen", ids[5:7], hand.Hand(mona), now=LATER)
    note_reads([(ids[0], ["ssn"])], where="page", now=LATER, person=mona)
    Likelihood.objects.bulk_create(Likelihood(lead_id=one, percent=40, given_at=NOON) for one in ids[:3])


def test_removing_the_sample_leaves_no_row_in_any_room(mona):
    publish_rules(Definition, "sql", GATE)
    before, counted, real = everything(), sizes(), set(Lead.objects.values_list("pk", flat=True))
    ids = sample_leads()
    work_on(ids, mona)
    count_members(now=LATER + timedelta(hours=5))
    assert sizes() != counted
    theirs = {model: model._default_manager.exclude(**{f"{OF.get(model, 'lead')}__in": real}).count() for model in WRITTEN}
    assert [model.__name__ for model, number in theirs.items() if not number] == []
    proofs_hold()

    actions.remove_sample("mortgage")

    assert everything() == before
    assert sizes() == counted
    proofs_hold()


def test_a_trace_of_a_mass_rescoring_forgets_the_sample_and_keeps_the_others(mona):
    real = set(Lead.objects.values_list("pk", flat=True))
    ids = sample_leads()
    publish_rules(ScoreModel, "second", CARD | {"base": 30, "thresholds": []})
    with transaction.atomic():
        bulk.lock_loop()
        write_scores(models_in_force(), Standing.objects.filter(pk__lte=max(ids)), (1, max(ids)), now=LATER, plan=None)
    with transaction.atomic():
        bulk.lock_loop()
        publish_rules(ScoreModel, "second", CARD | {"base": 50, "thresholds": []})
        write_scores(models_in_force(), Standing.objects.filter(pk__in=ids), (min(ids), max(ids)), now=LATER, plan=None)
    assert [{row[0] for row in unpack(one.packed)} >= set(ids) for one in Rescored.objects.order_by("pk")] == [True, True]
    proofs_hold()

    actions.remove_sample("mortgage")

    [left] = Rescored.objects.all()
    kept = [row[0] for row in unpack(left.packed)]
    assert set(kept) <= real
    assert (left.count, left.first_lead, left.last_lead) == (len(kept), min(kept), max(kept))
    proofs_hold()
