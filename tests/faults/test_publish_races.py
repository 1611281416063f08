"""Rules are published while leads come in, steps are taken and everybody is judged again: in the end all stand as the new rules say."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from leadloop import loop, steps
from leadloop.db import bulk, queue
from leadloop.db.clock import utc_now
from leadloop.db.drafts import draft_of, stamp
from leadloop.db.versions import current_epoch, save_draft
from leadloop.leads import fields
from leadloop.leads.actions import load_cases
from leadloop.leads.domain.criteria import parse, predicate
from leadloop.leads.models import Standing, TemperatureRule
from leadloop.leads.recalling import recall
from leadloop.leads.temperature import feel, is_as_warm_as, thermometer
from leadloop.scoring.actions import listen
from leadloop.scoring.domain.scorecard import compile_scorecard, score
from leadloop.scoring.models import Definition, Rescored, ScoreModel
from leadloop.segments.models import Member, Segment
from tests.faults.test_races import at_once, pool  # noqa: F401 - a fixture
from tests.make import arrival, make_person, make_rep
from tests.proofs import everything_holds, publish_rules
from tests.rules import client_of

pytestmark = pytest.mark.django_db(transaction=True)
only_postgres = pytest.mark.skipif(not bulk.is_postgres(), reason="a transaction that writes is alone in SQLite")
GERMAN = {"field": "country", "op": "is", "value": "DE"}
REPLIED = {"touches": "replied", "within_days": 3650, "op": "at_least", "value": 1}
AT_LEAST = {"field": "score", "op": "at_least"}
HOT = {"field": "temperature", "op": "is", "value": "hot"}


def model(base: int) -> dict[str, Any]:
    """A score that a lead's country, a touch of it, and nothing that fades decides."""
    rules = [
        {"id": "german", "label": "German", "when": GERMAN, "points": 7},
        {"id": "replied", "label": "Replied", "when": REPLIED, "points": 11},
    ]
    return {"v": 2, "base": base, "rules": rules, "grades": {"A": 60, "B": 40, "C": 25}}


def warmth(score_needed: int) -> dict[str, Any]:
    """Hot is who has so many points, and has done anything at all this month."""
    return {"hot": {"at": 0.01, "score": score_needed}, "warm": {"at": 0.01}, "contact_minutes": None}


@pytest.fixture
def mia(pool) -> Client:  # noqa: F811 - the fixture
    """A manager's browser, in an install that has a rep."""
    make_rep("Ann", pool=pool, cap=10_000)
    return client_of(make_person("Mia", "manager"))


def publish(mia: Client, kind: Any, name: str, page: str, spec: dict[str, Any]) -> None:
    """As the page does it, with what it asks to follow: everybody is judged again."""
    save_draft(kind, name=name, title=name, spec=spec, author=None, now=utc_now())
    version = draft_of(kind, name)
    answer = mia.post(f"{page}publication/", {"seen": stamp(version), "scope": "all"})
    version.refresh_from_db()
    assert (answer.status_code, version.status) == (303, "published"), answer


def publish_score(mia: Client, base: int) -> None:
    publish(mia, ScoreModel, "main", "/score/", model(base))


def work_off() -> None:
    """As a worker does, until nothing is left."""
    while jobs := queue.claim(threading.current_thread().name, now=utc_now(), limit=1):
        assert all(queue.run(job) for job in jobs)


def standings_differ() -> list[tuple[Any, ...]]:
    """What is not as the rules in force say, computed again in Python: score, grade, stage, segments and temperature."""
    now, epoch, known = utc_now(), current_epoch(), fields.known_now()
    cases = list(load_cases(Standing.objects.values_list("lead_id", flat=True)).values())
    recall(cases)
    listen(cases)
    feel(cases, epoch=epoch, now=now)
    row = ScoreModel.objects.published().get(name="main")
    card, rule = compile_scorecard(row.spec, version=row.version, catalogue=known), thermometer(epoch)
    meets = predicate(parse(Definition.objects.published().get(name="mql").spec["criteria"], known))
    tests = {row.name: predicate(parse(row.spec["criteria"], known)) for row in Segment.objects.published()}
    members = set(Member.objects.values_list("segment", "lead_id"))
    hot = set(Standing.objects.filter(is_as_warm_as(["hot"], rule, now)).values_list("lead_id", flat=True))
    found: list[tuple[Any, ...]] = []
    for case in cases:
        standing, given, facts = case.standing, score(case.facts(), card, now=now), case.facts()
        told = {
            "score": ((standing["score"], standing["grade"]), (given.points, given.grade)),
            "stage": (standing["stage"], "mql" if meets(facts, now) else "new"),
            "hot": (case.lead_id in hot, facts["temperature"] == "hot"),
        } | {name: ((name, case.lead_id) in members, test(facts, now)) for name, test in tests.items()}
        found += [(case.lead_id, what, *pair) for what, pair in told.items() if pair[0] != pair[1]]
    return found


def people(first: int, number: int) -> list[Any]:
    return [
        arrival({"email": f"p{one}@firm.de", "country": "DE" if one % 2 else "FR"}, now=utc_now()) for one in range(first, first + number)
    ]


def somebody_waits() -> bool:
    """Whether a transaction waits for a lock that another one holds."""
    return bool(bulk.fetch("select 1 from pg_locks where not granted"))


def hold(work: Callable[[], Any], until: Callable[[], bool], *, begun: threading.Event) -> None:
    """Do `work` in a transaction that commits once `until` holds, and not before."""
    with transaction.atomic():
        work()
        begun.set()
        limit = threading.Event()
        for _ in range(6000):
            if until():
                return
            limit.wait(0.01)
    raise AssertionError("nobody came in a minute")


def judged_by_the_rules_before(mia: Client, work: Callable[[], Any]) -> None:
    """`work` stays open while a score is published and everybody judged by it; it commits when that waits for it, or has ended."""
    begun, ended = threading.Event(), threading.Event()

    def publish_and_rescore() -> None:
        assert begun.wait(60)
        publish_score(mia, 30)
        try:
            work_off()
        finally:
            ended.set()

    results = at_once([lambda: hold(work, lambda: ended.is_set() or somebody_waits(), begun=begun), publish_and_rescore])
    assert results == [None, None]


@only_postgres
def test_a_capture_that_was_judged_by_the_rules_before_is_judged_again(mia):
    publish_score(mia, 10)
    work_off()

    judged_by_the_rules_before(mia, lambda: loop.take_in(people(1, 4), now=utc_now()))

    assert sorted(Standing.objects.values_list("score", flat=True)) == [30, 30, 37, 37]
    assert everything_holds() == []


@only_postgres
def test_a_step_that_was_judged_by_the_rules_before_is_judged_again(mia):
    publish_score(mia, 10)
    work_off()
    known = [taken.case.lead_id for taken in loop.capture(people(1, 4), now=utc_now())]

    judged_by_the_rules_before(mia, lambda: steps.log(known[:2], steps.by(None, now=utc_now()), kind="replied"))

    assert sorted(Standing.objects.values_list("score", flat=True)) == [30, 37, 41, 48]
    assert everything_holds() == []


@only_postgres
def test_a_step_on_a_lead_that_stood_right_before_it_is_judged_again(mia):
    """The rescoring may read the lead as it was, where nothing differs, before the step commits the score that is out of force."""
    publish_score(mia, 30)
    known = [taken.case.lead_id for taken in loop.capture(people(1, 2), now=utc_now())]
    publish_score(mia, 10)
    queue.Job.objects.all().delete()  # nobody was judged again: they still have 30 and 37

    judged_by_the_rules_before(mia, lambda: steps.log(known, steps.by(None, now=utc_now()), kind="replied"))

    assert sorted(Standing.objects.values_list("score", flat=True)) == [41, 48]
    assert everything_holds() == []


def test_captures_and_steps_while_rules_of_every_kind_are_published_end_as_the_rules_say(mia):
    publish_rules(Segment, "good", {"criteria": {"all": [GERMAN, {**AT_LEAST, "value": 35}]}})
    publish_rules(Segment, "hot", {"criteria": HOT})
    publish_rules(TemperatureRule, "temperature", warmth(99))
    publish_rules(Definition, "mql", {"criteria": {**AT_LEAST, "value": 60}, "sla_minutes": 60})
    publish_score(mia, 10)
    work_off()
    known = [taken.case.lead_id for taken in loop.capture(people(1000, 30), now=utc_now())]
    german = {"kind": "dynamic", "criteria": {"any": [{**AT_LEAST, "value": 30}, GERMAN]}}

    def publish_all() -> None:
        publish_score(mia, 20)
        publish(mia, Segment, "good", "/segments/good/", german)
        publish_score(mia, 30)
        publish(mia, TemperatureRule, "temperature", "/temperature/", warmth(37))

    def capture(first: int) -> None:
        for one in range(first, first + 24, 4):
            assert all(taken.case for taken in loop.capture(people(one, 4), now=utc_now()))

    def reply(ids: list[int]) -> None:
        for one in ids:
            assert steps.log([one], steps.by(None, now=utc_now()), kind="replied").done

    results = at_once(
        [
            publish_all,
            *(lambda first=first: capture(first) for first in (0, 100, 200)),
            *(lambda ids=ids: reply(ids) for ids in (known[::3], known[1::3])),
            *(lambda: [work_off() for _ in range(10)] for _ in range(2)),
        ]
    )

    assert [one for one in results if isinstance(one, Exception)] == []
    work_off()
    assert Standing.objects.count() == 102
    assert Rescored.objects.exists()
    assert standings_differ() == []
    assert everything_holds() == []
