"""From the base's own outcomes to a challenger, a champion, and what both say of leads."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadloop import loop, retraining
from leadloop.db import queue
from leadloop.db.models import Job
from leadloop.leads import fields
from leadloop.leads.models import Notification, Standing, Touch
from leadloop.learning import runs
from leadloop.learning.errors import AlreadyTraining, NoChallenger
from leadloop.learning.models import Likelihood, Model, Training
from leadloop.learning.outcomes import compare
from tests.learning.base import keep_model, make_model, make_outcomes, run_jobs, trained
from tests.make import NOON, arrival, make_install, make_lead, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pool():
    return make_install()


def test_a_training_makes_a_challenger_that_is_heard_but_not_followed():
    boss = make_person("Boss", "manager")

    run = trained()
    lead = make_lead({"email": "new@one.com", "product": "Solar"}, source="Reference")

    assert (run.state, run.version, run.percent) == ("done", 1, 100)
    assert Model.objects.get().status == "draft"
    said = Likelihood.objects.get(pk=lead.pk)
    assert (said.version, said.probability, said.percent, said.shadow_version) == (None, None, None, 1)
    assert said.shadow > 0.6
    assert said.why[0][:2] == ["source", f"#{lead.source_id}"]
    assert Notification.objects.filter(person=boss, kind="learning").count() == 1


def test_a_champion_says_of_every_open_lead_how_likely_it_is_to_be_won():
    before = make_lead({"email": "old@one.com", "product": "Roof"}, source="Cold list")
    make_model()
    runs.use_challenger(1, author=None, now=NOON)
    run_jobs()
    after = make_lead({"email": "new@one.com", "product": "Solar"}, source="Reference")

    cold, warm = Likelihood.objects.get(pk=before.pk), Likelihood.objects.get(pk=after.pk)
    assert (cold.version, warm.version) == (1, 1)
    assert cold.percent < 25 < 60 < warm.percent
    touch = Touch.objects.get(lead_id=after.pk, kind="captured")
    assert touch.data["win"] == {"model": 1, "probability": warm.probability, "shadow": None}


def test_without_a_model_a_capture_asks_nothing_more():
    loop.capture([arrival()], now=NOON)
    with CaptureQueriesContext(connection) as queries:
        loop.capture([arrival()], now=NOON)
    assert not [one for one in queries.captured_queries if "learning" in one["sql"]]
    assert Likelihood.objects.count() == 0


def test_with_a_model_many_leads_cost_the_queries_of_one():
    make_model()
    runs.use_challenger(1, author=None, now=NOON)
    loop.capture([arrival()], now=NOON)

    def statements(count):
        arrivals = [arrival() for _ in range(count)]
        with CaptureQueriesContext(connection) as queries:
            loop.capture(arrivals, now=NOON)
        return len(queries)

    assert statements(1) == statements(12)
    assert Likelihood.objects.filter(version=1).count() == 14


def test_too_few_outcomes_give_naive_bayes_and_say_what_is_missing():
    run = trained(60)

    spec = Model.objects.get(version=run.version).spec
    assert spec["card"]["pipeline"] == "naive Bayes"
    assert "needed" in spec["report"]["refused"]


def test_without_both_ends_there_is_nothing_to_learn():
    make_lead()
    run = runs.ask_training(reason="asked for", author=None, now=NOON)
    run_jobs()

    run.refresh_from_db()
    assert (run.state, Model.objects.count()) == ("failed", 0)


def test_two_clicks_make_one_training():
    runs.ask_training(reason="asked for", author=None, now=NOON)
    with pytest.raises(AlreadyTraining):
        runs.ask_training(reason="asked for", author=None, now=NOON)
    assert (Training.objects.count(), Job.objects.filter(name=runs.TRAIN).count()) == (1, 1)


def test_a_worker_that_was_thought_dead_keeps_nothing():
    run = runs.ask_training(reason="asked for", author=None, now=NOON)
    slow = runs.begin(run.pk, now=NOON)
    quick = runs.begin(run.pk, now=NOON)
    spec = {"card": {}, "report": {"chosen": "EBM"}}

    assert runs.finish(slow, spec=spec, now=NOON) is None
    assert runs.finish(quick, spec=spec, now=NOON).version == 1
    assert runs.begin(run.pk, now=NOON) is None


def test_a_training_whose_workers_all_died_says_so_and_lets_another_begin():
    run = runs.ask_training(reason="asked for", author=None, now=NOON)
    Job.objects.filter(name=runs.TRAIN).update(state="running", attempts=5, lease_until=NOON)
    queue.claim("test", now=retraining.utc_now(), limit=10)

    run.refresh_from_db()
    assert run.state == "failed"
    assert runs.ask_training(reason="again", author=None, now=NOON).pk != run.pk


def test_champion_and_challenger_are_compared_on_leads_that_ended_after_both_had_spoken():
    make_model()
    runs.use_challenger(1, author=None, now=NOON)
    keep_model()
    make_outcomes(80, seed=2)
    Standing.objects.filter(lead__likelihood__shadow_version=2).update(closed_at=retraining.utc_now())

    told = compare(1, 2)

    assert (told["leads"], told["enough"]) == (80, True)
    assert told["champion"]["auc"] > 0.7
    assert told["challenger"]["auc"] > 0.7


def test_only_the_challenger_of_now_can_be_put_in_force():
    make_model()
    with pytest.raises(NoChallenger):
        runs.use_challenger(7, author=None, now=NOON)
    runs.use_challenger(1, author=None, now=NOON)
    with pytest.raises(NoChallenger):
        runs.use_challenger(1, author=None, now=NOON)


def test_an_earlier_version_comes_back_as_a_new_one_and_judges_anew():
    make_model()
    runs.use_challenger(1, author=None, now=NOON)
    lead = make_lead({"email": "new@one.com", "product": "Solar"}, source="Reference")
    runs.stop_using(now=NOON)
    assert make_lead().pk not in Likelihood.objects.values_list("pk", flat=True)

    again = runs.return_to(1, author=None, now=NOON)
    run_jobs()

    assert (again.version, again.note) == (2, "back to version 1")
    assert Likelihood.objects.get(pk=lead.pk).version == 2


def test_the_watch_warns_once_when_leads_are_unlike_those_it_learned_from():
    boss = make_person("Boss", "manager")
    make_model()
    runs.use_challenger(1, author=None, now=NOON)
    loop.capture([arrival({"email": f"n{at}@x{at}.com", "product": "Boat"}, source="Trade fair") for at in range(700)], now=NOON)

    assert retraining.ask_watch(now=retraining.utc_now())
    run_jobs()
    first = Notification.objects.filter(person=boss, text__contains="shifted").count()
    retraining.watch.func()

    assert first == 1
    assert Notification.objects.filter(person=boss, text__contains="shifted").count() == 1
    assert not retraining.ask_watch(now=retraining.utc_now())


def test_fields_declared_sensitive_are_never_learned_from_and_never_read():
    kinds = {"illness_group": "sensitive", "mobile_two": "personal", "colour": "plain"}
    fields.declare([{"name": name, "label": name, "type": "text", "sensitivity": kind} for name, kind in kinds.items()], now=NOON)
    arrivals = [arrival({"email": f"s{at}@x{at}.com", "custom": dict.fromkeys(kinds, f"v{at % 3}")}) for at in range(90)]
    taken = loop.capture(arrivals, now=NOON)
    for at, one in enumerate(taken):
        Standing.objects.filter(pk=one.case.lead_id).update(stage="won" if at % 3 == 1 else "lost", closed_at=NOON)

    table, _ = retraining.decided_leads()

    assert {name for name in table.columns if name.startswith("custom.")} == {"custom.colour"}
