"""The page, the API and the command: what they ask, what they say, and that all three agree."""

import json
import tomllib
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from leadloop.capture.keys import new_key
from leadloop.db import queue
from leadloop.db.models import Job
from leadloop.simulation import actions
from leadloop.simulation.domain.given import as_document, as_toml
from leadloop.simulation.domain.policies import PRESETS
from leadloop.simulation.domain.world import default_world
from leadloop.simulation.errors import BadAssumptions, TooMuch
from leadloop.simulation.models import Simulation
from tests.make import NOON, make_install, make_rep
from tests.rules import signed_in

pytestmark = pytest.mark.django_db
SMALL = as_toml(as_document(default_world(leads=60, people=3)))
LIMITS = {"minutes": "15", "open_limit": "0", "hour_limit": "0", "basis": "assumed"}


@pytest.fixture(autouse=True)
def pool():
    return make_install()


@pytest.fixture
def manager():
    return signed_in("Mona", "manager")


def sent(client: Client, **fields):
    return client.post(
        reverse("simulation:simulations"), LIMITS | {"policies": ["turns", "pull"], "seeds": "3", "assumptions": SMALL} | fields
    )


def test_the_page_says_what_it_would_assume_and_why(manager, pool):
    make_rep("Ada", pool=pool)
    text = manager.get(reverse("simulation:simulations")).content.decode()
    assert "Nothing has been simulated yet" in text
    assert "Assumed: 0 leads in 0 days, 50 in 14 needed" in text
    assert "1, 0 of them gone" in text
    assert "name = &quot;Ada&quot;" in text


def test_a_short_run_is_done_at_once_and_shows_figures_with_intervals(manager):
    answer = sent(manager)
    row = Simulation.objects.get()
    assert answer.url == reverse("simulation:simulation", args=[row.pk])
    text = manager.get(answer.url).content.decode()
    for words in ("Pull from a pool", "Won, times the first", "Mean and 95 % interval", "Person 3", "All assumptions as text"):
        assert words in text
    assert not Job.objects.exists()
    assert f"Simulation {row.pk}" in manager.get(reverse("simulation:simulations")).content.decode()


def test_a_long_run_goes_to_a_worker_and_comes_to_the_same_as_at_once(manager):
    row = ask_long()
    page = manager.get(reverse("simulation:simulation", args=[row.pk])).content.decode()
    assert "Waits for a worker" in page
    [job] = queue.claim("w", now=NOON + timedelta(hours=1))
    assert queue.run(job)
    row.refresh_from_db()
    assert row.state == "done"
    world, policies = default_world(leads=2_000, people=5), [PRESETS["turns"]]
    assert actions.bytes_of(row.result) == actions.bytes_of(actions.run(world, policies, [1, 2]))
    assert manager.get(reverse("simulation:progress", args=[row.pk])).headers["HX-Refresh"] == "true"
    assert not actions.carry_out(row.pk, now=NOON)


def ask_long() -> Simulation:
    world = default_world(leads=2_000, people=5)
    return actions.ask(world, [PRESETS["turns"]], [1, 2], grounds=[], author=None, now=NOON)


def test_a_run_whose_worker_dies_each_time_says_so(manager):
    row = ask_long()
    Job.objects.update(attempts=5, max_attempts=5, state=Job.State.RUNNING, lease_until=NOON)
    assert queue.claim("w", now=NOON + timedelta(hours=1)) == []
    assert "It ended without a result" in manager.get(reverse("simulation:simulation", args=[row.pk])).content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"assumptions": "days = "}, "This is not TOML"),
        ({"assumptions": "a" + ".a" * 90_000 + " = 1"}, "This is not TOML: too many dots in line 1"),
        ({"assumptions": "days = " + "[0," * 50_000}, "This is not TOML"),
        ({"assumptions": "days = " + "9" * 5_000}, "This is not TOML"),
        ({"assumptions": "[response]\nforgotten = 2"}, "response.forgotten: a number from 0 to 1 is expected"),
        ({"assumptions": '[[people]]\nname = "Ada"\nhight = 3'}, "people[0].hight: there is no such word here"),
        ({"assumptions": '[[sources]]\nname = "All"\nper_week = 900000'}, "is the most here"),
        ({"assumptions": SMALL.replace("attempts = 6", "attempts = 100").replace("per_week = 14", "per_week = 9000")}, "is the most here"),
        ({"policies": []}, "Tick at least one"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(manager, fields, words):
    answer = sent(manager, **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Simulation.objects.exists()


def test_an_earlier_run_can_be_changed_and_run_again_and_cleared_away(manager):
    sent(manager, hour_limit="4")
    row = Simulation.objects.get()
    text = manager.get(reverse("simulation:simulations") + f"?from={row.pk}").content.decode()
    assert 'name="hour_limit" value="4"' in text
    assert row.document["policies"][1]["hour_limit"] == 4
    manager.post(reverse("simulation:delete", args=[row.pk]))
    assert manager.get(reverse("simulation:simulation", args=[row.pk])).status_code == 404


def test_only_the_last_runs_are_kept():
    for _ in range(actions.KEPT + 3):
        actions.ask(default_world(leads=20, people=1, days=1), [PRESETS["turns"]], [1], grounds=[], author=None, now=NOON)
    assert Simulation.objects.count() == actions.KEPT


def test_the_api_answers_a_short_run_and_leaves_a_long_one_to_a_worker():
    _, secret = new_key("Reports", scopes=["reports:read"], source=None, author=None, now=NOON)
    program = Client(headers={"authorization": f"Bearer {secret}"})

    def post(body):
        return program.post("/api/v1/simulations", json.dumps(body), content_type="application/json")

    asked = {"basis": "assumed", "policies": ["turns", "pull"], "seeds": 2, "leads": 50, "people": 3, "days": 7}
    short, long = post(asked), post(asked | {"leads": 3_000})
    assert (short.status_code, long.status_code) == (200, 202)
    found = program.get(f"/api/v1/simulations/{short.json()['id']}").json()
    assert found["result"] == short.json()["result"]
    assert [line["name"] for line in found["result"]["policies"]] == ["turns", "pull"]
    assert program.get(f"/api/v1/simulations/{long.json()['id']}").json()["state"] == "waiting"
    assert program.get("/api/v1/simulations/999").status_code == 404
    refused = post({"basis": "assumed", "assumptions": {"people": [{"name": "Ada", "cap": 0}]}})
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_assumptions")


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("simulate", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    "assumptions",
    [
        '{"days": 1' + "0" * 400 + "}",
        '{"policies": 5}',
        '{"policies": [{"name": "A", "kind": [1]}]}',
        '{"\\ud800": 1}',
        '{"people": [{"name": "A\\u0000"}]}',
        '{"people": [{"name": "\\ud800"}]}',
        '{"sources": [{"name": "A", "per_week": 5e-324}]}',
    ],
)
def test_the_api_refuses_what_cannot_be_in_words(assumptions):
    _, secret = new_key("Reports", scopes=["reports:read"], source=None, author=None, now=NOON)
    program = Client(headers={"authorization": f"Bearer {secret}"})
    body = f'{{"basis": "assumed", "assumptions": {assumptions}}}'
    assert program.post("/api/v1/simulations", body, content_type="application/json").status_code == 422


def test_sizes_that_no_worker_could_read_back_are_refused():
    world = actions.resized(default_world(), days=1, leads=1_000_000)
    world = replace(world, warm_days=0.0, tail_days=0.0)
    with pytest.raises(BadAssumptions, match="per_week"):
        actions.ask(world, [PRESETS["turns"]], [1], grounds=[], author=None, now=NOON)


def test_years_of_many_people_are_left_to_a_worker_though_hardly_a_lead_comes():
    years = {"days": 366, "warm_days": 366, "tail_days": 366, "sources": [{"name": "Rare", "per_week": 0.001}]}
    world, policies, grounds = actions.assumed(years | {"people": [{"name": "Ada", "count": 200}]})
    row = actions.ask(world, policies[:1], [1], grounds=grounds, author=None, now=NOON)
    assert row.state == "waiting"
    with pytest.raises(TooMuch, match="Take fewer seeds"):
        actions.ask(world, policies, range(1, 51), grounds=grounds, author=None, now=NOON)


def test_a_document_has_at_most_twelve_policies():
    several = [{"name": f"Mine {number}", "kind": "pull"} for number in range(13)]
    assert len(actions.assumed({"policies": several[:12]})[1]) == 12
    with pytest.raises(BadAssumptions, match="at most 12"):
        actions.assumed({"policies": several})


def test_the_command_gives_the_same_bytes_for_the_same_seeds(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(SMALL)
    asked = ("--given", str(file), "--seeds", "2", "--policy", "turns", "--policy", "hybrid", "--json")
    assert told(*asked) == told(*asked)
    assert told(*asked) != told(*asked, "--first-seed", "7")
    found = json.loads(told(*asked))
    assert as_document(default_world(leads=60, people=3))["people"] == found["assumptions"]["people"]


def test_the_command_prints_assumptions_that_it_takes_back(tmp_path, pool):
    make_rep("Ada", pool=pool, cap=17)
    file = tmp_path / "mine.toml"
    file.write_text(told("--assumptions", "--people", "2", "--leads", "90"))
    assert tomllib.loads(file.read_text())["people"][0]["cap"] == 17
    text = told("--given", str(file), "--seeds", "2", "--policy", "listed", "--policy", "pull")
    assert "Push by turns to the whole list" in text
    assert "times" not in text
    assert "of the first policy" in text


def test_the_command_says_what_is_wrong(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("people = 3")
    with pytest.raises(CommandError, match="people: a list of 1 to 200 tables is expected"):
        told("--given", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        told("--given", str(tmp_path / "none.toml"))
