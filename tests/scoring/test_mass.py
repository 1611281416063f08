"""Scores of many leads at once: the store computes what Python computes, leaves one trace, and forgets nobody."""

from datetime import timedelta
from random import Random

import pytest
from django.db import transaction

from leadloop import loop, steps
from leadloop.audit.verify import verify
from leadloop.db import bulk, queue
from leadloop.db.versions import publish, save_draft
from leadloop.leads.actions import load_cases
from leadloop.leads.domain.criteria import CATALOGUE
from leadloop.leads.models import Lead, Notification, Standing, Touch
from leadloop.leads.recalling import recall
from leadloop.learning.models import Likelihood
from leadloop.scoring.actions import listen
from leadloop.scoring.domain.packing import pack, unpack
from leadloop.scoring.domain.scorecard import compile_scorecard, score
from leadloop.scoring.mass import _differing, _run, _write, models_in_force, write_scores
from leadloop.scoring.models import Crossing, ModelScore, Rescored, Rescoring, ScoreModel
from leadloop.scoring.rescoring import ask_rescoring, keep_plan
from leadloop.scoring.score_sql import Model, scored
from leadloop.segments.models import Member, Segment
from tests.make import NOON, arrival, make_install, make_lead, make_leads, make_rep

pytestmark = pytest.mark.django_db
GRADES = {"A": 60, "B": 40, "C": 25}
RULES = [
    {"id": "mail", "label": "Mail", "when": {"field": "email", "op": "is_not_blank"}, "points": 20},
    {"id": "us", "label": "US", "when": {"field": "country", "op": "is", "value": "US"}, "points": 15},
    {"id": "head", "label": "Head", "when": {"field": "title", "op": "contains", "value": "head"}, "points": 30},
    {"id": "small", "label": "Small", "when": {"not": {"field": "employees", "op": "at_least", "value": 50}}, "points": -45},
    {"id": "opens", "label": "Opens", "when": {"touches": "opened", "within_days": 30, "op": "at_least", "value": 2}, "points": 9},
]
OLD = {"base": 10, "rules": RULES, "heat": {"points": 15, "full_at": 12}, "grades": GRADES}
PLAIN = {"base": 5, "rules": RULES[:2], "grades": GRADES}
KINDS = {"opened": {"weight": 1, "cap": 3}, "clicked": {"weight": 2, "cap": 7.5}, "captured": {"weight": 5}}
ACTIVE = {
    "v": 2,
    "base": 5,
    "rules": RULES,
    "engagement": {"points": 40, "full_at": 12, "kinds": KINDS, "campaigns": {"it's spring": 2, "autumn": 0.5}},
    "grades": GRADES,
}
LIKELY = {"probability": {"points": 33}}
CALL = {"id": "call", "label": "Call now", "at": 50, "falls": 10, "tell": "owner"}


@pytest.fixture(autouse=True)
def pool():
    return make_install()


def publish_model(spec, name="main", now=NOON):
    draft = save_draft(ScoreModel, name=name, title=name, spec=spec, author=None, now=now)
    publish(draft, author=None, now=now)
    return draft


def work_off():
    while jobs := queue.claim("worker", now=queue.utc_now(), limit=1):
        assert all(queue.run(job) for job in jobs)


def rescore_all(*, fires=False, name="main", batch=None):
    version = ScoreModel.objects.published().get(name=name).version
    plan = keep_plan(name, version, scope="all", fires=fires, person=None, now=NOON)
    ask_rescoring(reason=f"{name}-{version}", now=queue.utc_now(), plan=plan)
    work_off()
    return Rescoring.objects.get(pk=plan.pk)


def broken():
    return [one.proof.name for one in verify(most=5, now=NOON) if one.findings]


def busy_leads(number, seed=7):
    """Leads that differ in everything that the models above read, with touches at all ages, some by machines."""
    dice = Random(seed)
    arrivals = [
        arrival(
            {
                "email": f"p{place}@firm{place}.com" if dice.random() < 0.8 else "",
                "phone": f"+1415555{place:04}",
                "country": dice.choice(["US", "DE", ""]),
                "title": dice.choice(["Head of Sales", "HEAD", "clerk", ""]),
                "employees": dice.choice(["10", "50", "400", ""]),
                "campaign": dice.choice(["it's spring", "autumn", "", "other"]),
            },
            now=NOON - timedelta(days=dice.randint(0, 60)),
        )
        for place in range(number)
    ]
    loop.capture(arrivals, now=NOON)
    ids = list(Lead.objects.values_list("pk", flat=True))
    touches = [
        Touch(
            lead_id=dice.choice(ids),
            kind=dice.choice(["opened", "opened", "opened", "clicked", "noted"]),
            happened_at=NOON - timedelta(minutes=dice.randint(0, 60 * 24 * 40)),
            data=dice.choice(
                [{}, {"campaign": "autumn"}, {"campaign": "it's spring"}, {"machine": 0.9}, {"machine": 0.1}, {"machine": "no"}]
            ),
        )
        for _ in range(number * 8)
    ]
    Touch.objects.bulk_create(touches)
    said = [(pk, dice.choice([None, 0, 1, 50, 62, 100])) for pk in ids if dice.random() < 0.7]
    Likelihood.objects.bulk_create(Likelihood(lead_id=pk, version=1, percent=percent, given_at=NOON) for pk, percent in said)
    return ids


@pytest.mark.parametrize(
    "spec",
    [
        OLD,
        OLD | {"v": 2},
        OLD | {"v": 2} | LIKELY,
        ACTIVE | LIKELY,
        ACTIVE,
        ACTIVE | {"for": {"field": "country", "op": "is", "value": "US"}},
    ],
    ids=["before", "exact", "probability", "both", "activity", "for some"],
)
def test_the_store_scores_every_lead_as_python_does(spec):
    ids = busy_leads(120)
    card = compile_scorecard(spec, version=1)
    cases = list(load_cases(ids).values())
    recall(cases)
    listen(cases)
    later, model = NOON + timedelta(days=5), Model(card, spec, CATALOGUE)

    stored = {row[0]: (row[1], row[2]) for row in _run(scored(model, Standing.objects.filter(lead_id__in=ids), later))}

    given = {
        case.lead_id: score(case.facts(), card, now=later) for case in cases if card.applies is None or card.applies(case.facts(), later)
    }
    assert stored == {lead_id: (one.points, one.grade) for lead_id, one in given.items()}
    assert len(set(stored.values())) > 8


def test_a_mass_rescoring_leaves_one_trace_that_verify_folds():
    publish_model(PLAIN | {"base": 0})
    ids = [lead.pk for lead in make_leads(7)]
    publish_model(PLAIN)

    plan = rescore_all()

    assert (plan.done, plan.changed, plan.finished_at is not None) == (7, 7, True)
    [batch] = Rescored.objects.all()
    assert (batch.count, [row[0] for row in unpack(batch.packed)], Touch.objects.filter(kind="rescored").count()) == (7, ids, 0)
    assert broken() == []
    Standing.objects.filter(pk=ids[0]).update(score=99)
    assert broken() == ["standings"]


def test_touches_and_batches_are_one_history():
    publish_model(PLAIN)
    lead = make_lead()
    for base in (20, 30):
        publish_model(PLAIN | {"base": base})
        rescore_all()
        steps.log([lead.pk], steps.by(None, now=NOON), kind="noted", text="Between")
    steps.edit([lead.pk], steps.by(None, now=NOON), values={"title": "Head"})

    assert Rescored.objects.count() == 2
    assert broken() == []


def test_a_second_rescoring_changes_nothing():
    publish_model(PLAIN)
    make_leads(3)
    publish_model(PLAIN | {"base": 20})
    rescore_all()
    ask_rescoring(reason="again", now=queue.utc_now())
    work_off()

    assert Rescored.objects.count() == 1


def test_a_lead_that_comes_to_meet_the_definition_takes_the_loops_way(pool):
    publish_model(PLAIN)
    ann = make_rep("Ann", pool=pool)
    lead = make_lead()
    publish_model(PLAIN | {"base": 80})
    rescore_all()

    standing = Standing.objects.get(pk=lead.pk)
    assert (standing.stage, standing.owner, standing.mql_at is not None) == ("mql", ann, True)
    assert [touch.data["became"]["stage"] for touch in Touch.objects.filter(kind="rescored")] == ["mql"]
    assert broken() == []


def test_segments_that_read_the_score_follow():
    publish_model(PLAIN)
    draft = save_draft(
        Segment, name="good", title="Good", spec={"criteria": {"field": "score", "op": "at_least", "value": 42}}, author=None, now=NOON
    )
    publish(draft, author=None, now=NOON)
    make_leads(2)
    publish_model(PLAIN | {"base": 60})
    assert Member.objects.count() == 0

    rescore_all()

    assert Member.objects.filter(segment="good").count() == 2


def test_a_capture_before_the_publication_is_rescored_and_one_after_it_has_the_new_score():
    publish_model(PLAIN)
    before = make_lead()
    publish_model(PLAIN | {"base": 30})
    between = make_lead()
    rescore_all()
    after = make_lead()

    scores = dict(Standing.objects.values_list("lead_id", "score"))
    assert len({scores[lead.pk] for lead in (before, between, after)}) == 1


def test_several_models_are_kept_side_by_side_and_the_first_that_applies_is_the_main_one():
    publish_model(PLAIN)
    publish_model(
        {"v": 2, "base": 90, "rules": [], "grades": GRADES, "for": {"field": "country", "op": "is", "value": "DE"}, "order": 1}, "germany"
    )
    german = make_lead({"email": "g@firm.de", "country": "DE"})
    other = make_lead({"email": "o@firm.com", "country": "US"})

    def kept():
        return {(row.lead_id, row.model): row.score for row in ModelScore.objects.all()}

    captured = kept()
    mains = dict(Standing.objects.values_list("lead_id", "score"))
    assert mains == {german.pk: 90, other.pk: captured[other.pk, "main"]}
    assert captured.keys() == {(german.pk, "germany"), (german.pk, "main"), (other.pk, "main")}
    Standing.objects.update(score=1)
    ask_rescoring(reason="all", now=queue.utc_now())
    work_off()
    assert dict(Standing.objects.values_list("lead_id", "score")).keys() == mains.keys()
    assert kept()[german.pk, "germany"] == Standing.objects.get(pk=german.pk).score == 90


def test_a_plan_says_whether_thresholds_that_are_crossed_by_it_fire(pool):
    ann = make_rep("Ann", pool=pool)
    publish_model(PLAIN | {"v": 2, "base": -20, "thresholds": [CALL]})
    leads = make_leads(3)
    for base, fires in ((60, False), (-20, False), (60, True), (61, True)):
        Notification.objects.all().delete()
        publish_model(PLAIN | {"v": 2, "base": base, "thresholds": [CALL]})
        plan = rescore_all(fires=fires)
        told = list(Notification.objects.filter(kind="crossed").values_list("person", "count", "text"))
        assert (told, plan.fired, Crossing.objects.count()) == {
            (60, False): ([], 0, 3),
            (-20, False): ([], 0, 0),
            (60, True): ([(ann.pk, 3, "3 of your leads are over “Call now”")], 3, 3),
            (61, True): ([], 0, 3),
        }[base, fires]
    assert Touch.objects.filter(kind="crossed").count() == len(leads)
    assert broken() == []


def test_the_store_says_how_long_a_score_stays_as_python_does():
    publish_model(ACTIVE | {"thresholds": [CALL | {"at": 40}]})
    ids = busy_leads(80)
    loop.rescore(ids, now=NOON + timedelta(days=5))
    by_python = {row.lead_id: row.lapses_day for row in Crossing.objects.all()}
    Crossing.objects.all().delete()
    with transaction.atomic():
        bulk.lock_loop()
        write_scores(models_in_force(), Standing.objects.all(), (min(ids), max(ids)), now=NOON + timedelta(days=5), plan=None)
    by_store = {row.lead_id: row.lapses_day for row in Crossing.objects.all()}
    assert by_store.keys() == by_python.keys()
    assert len(by_store) > 10
    assert by_store == {lead_id: day and pytest.approx(day) for lead_id, day in by_python.items()}


@pytest.mark.skipif(not bulk.is_postgres(), reason="in SQLite nobody writes meanwhile")
def test_a_lead_that_a_step_took_since_it_was_read_is_not_written_over():
    publish_model(PLAIN)
    first, second = (lead.pk for lead in make_leads(2))
    publish_model(PLAIN | {"base": 9})
    [model] = models_in_force()
    read = _differing(model, Standing.objects.all(), (first, second), now=NOON)
    steps.log([first], steps.by(None, now=NOON), kind="noted")
    before = Standing.objects.get(pk=first).score

    assert [row[0] for row in read] == [first, second]
    assert [row[0] for row in _write(read)] == [second]
    assert Standing.objects.get(pk=first).score == before


def test_a_batch_packs_into_few_bytes():
    rows = [(number * 3, number % 101, "ABCD"[number % 4]) for number in range(1, 20_001)]
    assert list(unpack(pack(rows))) == rows
    assert list(unpack(pack([(5, None, "")]))) == [(5, None, "")]
    assert len(pack(rows)) < 45_000
