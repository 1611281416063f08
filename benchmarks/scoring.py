"""Measurements of scoring: a rule changes in a large base; a draft is previewed on it; one lead is scored by thirty rules."""

import json
import time
from typing import Any

from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.urls import get_resolver

from leadloop.db import queue
from leadloop.db.clock import utc_now
from leadloop.db.models import Job
from leadloop.db.versions import publish, save_draft
from leadloop.leads.actions import load_cases
from leadloop.leads.models import Standing
from leadloop.scoring.domain.scorecard import compile_scorecard, score
from leadloop.scoring.models import Rescored, ScoreModel
from leadloop.scoring.rescoring import ask_rescoring
from leadloop.scoring.score_sql import fit_of
from leadloop.tasks import RESCORE_BATCH
from leadloop.teams.models import User


def thirty_rules(changed: int = 0) -> dict[str, Any]:
    """Thirty rules as people write them: lists, amounts, words in titles, blanks. `changed` is added to one that holds for a sixth."""
    tests: list[tuple[int, dict[str, Any]]] = [
        (2, {"field": "country", "op": "is", "value": "DE"}),
        *(
            (2 + n, {"field": "country", "op": "one_of", "value": group})
            for n, group in enumerate((["US", "CA"], ["GB", "IE"], ["FR", "BE"]))
        ),
        *((n % 5 - 2 or 3, {"field": "employees", "op": "between", "value": [n * 500, n * 500 + 900]}) for n in range(6)),
        *((n % 4 + 1, {"field": "budget_cents", "op": "at_least", "value": n * 1_500_000}) for n in range(1, 6)),
        *(
            (n - 3 or 2, {"field": "title", "op": "contains", "value": word})
            for n, word in enumerate(("ceo", "vp", "head", "student", "engineer"))
        ),
        *((n % 3 + 1, {"field": "campaign", "op": "is", "value": f"camp-{n}"}) for n in range(4)),
        *((1, {"field": name, "op": "is_not_blank"}) for name in ("phone", "company", "message")),
        (-4, {"all": [{"field": "city", "op": "is", "value": "San Francisco"}, {"field": "employees", "op": "below", "value": 20}]}),
        (2, {"field": "received_at", "op": "in_last_days", "value": 30, "zone": "Europe/Berlin"}),
        (3, {"not": {"field": "flaws", "op": "contains", "value": "email_invalid"}}),
    ]
    rules = [{"id": f"rule{n}", "label": f"Rule {n}", "when": when, "points": points} for n, (points, when) in enumerate(tests)]
    rules[0]["points"] = 2 + changed
    return {"v": 2, "base": 5, "rules": rules, "heat": {"points": 10, "full_at": 12}, "grades": {"A": 40, "B": 30, "C": 20}}


def rescore(runs: int) -> dict[str, float]:
    """Seconds of rescoring every open lead after one rule changed, from publication to the last lead, beside the bare sum; medians."""
    assert len(thirty_rules()["rules"]) == 30
    _publish(thirty_rules())
    _work_off("first")
    pairs = []
    for run in range(runs):
        spec = thirty_rules(run + 1)
        expression = fit_of(spec, utc_now())
        begun = time.perf_counter()
        Standing.objects.open().aggregate(total=Sum(expression))
        bare = time.perf_counter() - begun
        _publish(spec)
        begun = time.perf_counter()
        _work_off(f"run{run}")
        pairs.append((time.perf_counter() - begun, bare))
    took, bare = sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(pairs) // 2]
    ranges = -(-Standing.objects.open().count() // RESCORE_BATCH)
    changed = sum(Rescored.objects.order_by("-pk").values_list("count", flat=True)[:ranges])
    return {"seconds": took, "bare_seconds": bare, "leads": Standing.objects.open().count(), "changed": changed}


def score_one(runs: int) -> dict[str, float]:
    """Milliseconds of scoring one lead by thirty rules."""
    card, now = compile_scorecard(thirty_rules(), version=1), utc_now()
    ids = list(Standing.objects.order_by("-lead_id").values_list("lead_id", flat=True)[:1000])
    facts = [case.facts() for case in load_cases(ids).values()]
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        for one in facts:
            score(one, card, now=now)
        times.append((time.perf_counter() - begun) * 1000 / len(facts))
    return {"ms": sorted(times)[len(times) // 2]}


def preview(runs: int) -> dict[str, float]:
    """Milliseconds of the page that shows what a draft would do: its first opening in this process, the slowest, and the median after it.

    The server loads its pages before it opens its doors, so they are loaded here before the clock starts.
    """
    get_resolver()._populate()  # noqa: SLF001 - as the server does
    person = User.objects.filter(role="manager").first() or User.objects.create_user("mona@bench.test", None, name="Mona", role="manager")
    save_draft(ScoreModel, name="main", title="Lead score", spec=thirty_rules(7), author=person, now=utc_now())
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person)
    times = []
    for _ in range(1 + runs):
        begun = time.perf_counter()
        answer = client.get("/score/preview/")
        times.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 200, answer.status_code
    return {"first_ms": times[0], "ms": sorted(times[1:])[runs // 2], "leads": Standing.objects.count()}


def _publish(spec: dict[str, Any]) -> None:
    now = utc_now()
    publish(
        save_draft(ScoreModel, name="main", title="Lead score", spec=json.loads(json.dumps(spec)), author=None, now=now),
        author=None,
        now=now,
    )


def _work_off(reason: str) -> None:
    """As the worker does."""
    ask_rescoring(reason=reason, now=utc_now())
    while Job.objects.filter(state=Job.State.READY).exists():
        for job in queue.claim("bench", now=utc_now(), limit=1):
            if not queue.run(job):
                raise RuntimeError(Job.objects.get(pk=job.pk).problem)
    connection.close()


VERBS = {"rescore": rescore, "score_one": score_one, "preview": preview}
