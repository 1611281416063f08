"""The guide is what the command makes: a cell of it is simulated again, and its words are those of the inputs."""

import tomllib

import pytest

from leadloop.simulation import guide
from leadloop.simulation.domain.given import read_policies, read_world
from leadloop.simulation.domain.scenarios import ANSWERS, TEAMS, TURNS
from leadloop.simulation.domain.world import default_world
from tests.house import ROOT, read

PAGE = read(ROOT / "docs/guide/push-or-pull.md")
SEEDS = 10


def test_a_cell_simulated_anew_is_the_one_in_the_guide():
    team, answer = TEAMS[2], ANSWERS[0]
    result = guide.cell(team, answer, seeds=SEEDS)
    assert guide.ratio_row(team.name, answer.name, result, "by-hand", ("listed", "turns", "pull", "hybrid")) in PAGE
    assert guide.ratio_row(team.name, answer.name, result, "turns", ("by-hand", "listed", "pull", "hybrid")) in PAGE


def test_the_guide_names_its_seeds_and_every_input():
    assert f"with seeds 1 to {SEEDS}" in PAGE
    assert [one.name for one in (*TEAMS, *ANSWERS) if f"* **{one.name}**: {one.says}." not in PAGE] == []
    assert [turn.name for turn in TURNS if f"| {turn.name}: {turn.says} |" not in PAGE] == []


def test_a_short_page_is_made_from_figures_alone():
    few = guide.cell(TEAMS[0], ANSWERS[0], seeds=2)
    cells = {(team.name, answer.name): few for team in TEAMS for answer in ANSWERS}
    text = "\n".join(guide.filled(cells, [few] * len(TURNS), seeds=2))
    assert "None of the nine cases reaches it" in text
    assert [line for line in text.splitlines() if line.startswith("## ")] == [line for line in PAGE.splitlines() if line.startswith("## ")]


def test_the_example_in_the_guide_is_understood():
    document = tomllib.loads(PAGE.partition("```toml")[2].partition("```")[0])
    world = read_world(document, default_world())
    assert [person.name for person in world.people if person.gone] == ["Left last year"]
    assert [policy.name for policy in read_policies(document)] == ["turns", "pull with limits"]
    assert world.per_week == pytest.approx(200)
