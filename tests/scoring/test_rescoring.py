"""Judging known leads again after a publication."""

import pytest

from leadloop import loop
from leadloop.db import queue
from leadloop.db.models import Job
from leadloop.db.versions import publish, save_draft
from leadloop.leads.models import Standing, Touch
from leadloop.scoring.models import ScoreModel
from leadloop.scoring.rescoring import Progress, ask_rescoring, progress
from leadloop.tasks import rescore_open
from tests.make import NOON, make_install, make_lead, make_leads, make_rep

pytestmark = pytest.mark.django_db
GRADES = {"A": 60, "B": 40, "C": 25}


@pytest.fixture(autouse=True)
def pool():
    return make_install()


def publish_score(points):
    rules = (
        [{"id": "mail", "label": "Has an address", "when": {"field": "email", "op": "is_not_blank"}, "points": points}] if points else []
    )
    draft = save_draft(
        ScoreModel, name="main", title="Lead score", spec={"base": 10, "rules": rules, "grades": GRADES}, author=None, now=NOON
    )
    publish(draft, author=None, now=NOON)


def touches(kind):
    return Touch.objects.filter(kind=kind).order_by("lead_id")


def test_rescore_records_a_touch_only_for_leads_that_change():
    publish_score(20)
    one, other = make_lead(), make_lead({"phone": "+14155550123", "first_name": "Bob"})
    publish_score(30)

    assert loop.rescore([one.pk, other.pk], now=NOON) == 1
    assert loop.rescore([one.pk, other.pk], now=NOON) == 0

    [touch] = touches("rescored")
    assert (touch.lead_id, touch.data["before"], touch.data["became"]["score"]) == (one.pk, {"score": 30, "grade": "C", "stage": "new"}, 40)
    assert dict(Standing.objects.values_list("lead_id", "score")) == {one.pk: 40, other.pk: 10}


def test_rescore_makes_a_lead_an_mql_once():
    publish_score(20)
    lead = make_lead()
    for points in (60, 1, 60):
        publish_score(points)
        loop.rescore([lead.pk], now=NOON)

    assert [touch.data["became"].get("stage") for touch in touches("rescored")] == ["mql", None, None]
    assert Standing.objects.get(pk=lead.pk).stage == "mql"


def test_rescore_leaves_the_owner_alone(pool):
    publish_score(20)
    ann = make_rep("Ann", pool=pool)
    lead = make_lead()
    make_rep("Ben", pool=pool)
    publish_score(60)

    loop.rescore([lead.pk], now=NOON)

    assert Standing.objects.get(pk=lead.pk).owner == ann


def test_rules_that_count_touches_see_them():
    lead = make_lead()
    Touch.objects.create(lead=lead, kind="opened", happened_at=NOON, data={})
    rule = {
        "id": "opens",
        "label": "Opens mail",
        "when": {"touches": "opened", "within_days": 30, "op": "at_least", "value": 1},
        "points": 7,
    }
    publish(
        save_draft(ScoreModel, name="main", title="S", spec={"base": 0, "rules": [rule], "grades": GRADES}, author=None, now=NOON),
        author=None,
        now=NOON,
    )

    loop.rescore([lead.pk], now=NOON)

    assert Standing.objects.get(pk=lead.pk).score == 7


def test_rescore_asks_a_constant_number_of_questions(django_assert_num_queries):
    publish_score(20)
    leads = [lead.pk for lead in make_leads(4)]
    loop.rescore(leads[:1], now=NOON)  # compiles what is in force
    counts = []
    for batch in (leads[:1], leads[1:]):
        publish_score(40 + len(batch))
        loop.rescore([], now=NOON)
        with django_assert_num_queries(6, exact=False) as asked:
            loop.rescore(batch, now=NOON)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_job_rescores_all_open_leads_batch_by_batch():
    publish_score(20)
    make_leads(5)
    publish_score(60)
    Job.objects.all().delete()  # what the starter left to be done

    assert (ask_rescoring(reason="v2", now=NOON), ask_rescoring(reason="v2", now=NOON)) == (5, 5)
    Job.objects.exclude(name=rescore_open.module_path).delete()
    Job.objects.update(kwargs={"reason": "v2", "total": 5, "batch": 2})
    seen = [progress()]
    while jobs := queue.claim("worker", now=queue.utc_now(), limit=1):
        assert all(queue.run(job) for job in jobs)
        seen.append(progress())

    assert seen == [Progress(0, 5), Progress(2, 5), Progress(4, 5), None]
    assert list(Job.objects.order_by("id").values_list("name", "state")) == [(rescore_open.module_path, "done")] * 3
    assert set(Standing.objects.values_list("score", "stage")) == {(70, "mql")}
