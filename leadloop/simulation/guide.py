"""The page `docs/guide/push-or-pull.md`: its words here, its figures simulated anew each time it is made."""

from collections.abc import Sequence
from textwrap import fill
from typing import Any

from leadloop.simulation import shown
from leadloop.simulation.domain.compare import Tell, compare, silent
from leadloop.simulation.domain.intervals import ratio
from leadloop.simulation.domain.policies import PRESETS
from leadloop.simulation.domain.scenarios import ANSWERS, LEADS, PEOPLE, POLICIES, TEAMS, TURNS, Answer, Team, Turn, world_of
from leadloop.simulation.guide_words import HEAD, MIDDLE

PUBLISHED = 4.0
"""Closing raised by 300 %: four times as much."""
FIGURES = ("followed", "within", "median", "load")

Cells = dict[tuple[str, str], dict[str, Any]]
"""Comparisons by team and response."""


def pages(*, seeds: int, tell: Tell = silent) -> list[str]:
    """The whole page; about two minutes of one core for ten seeds."""
    return filled(*simulated(seeds=seeds, tell=tell), seeds=seeds)


def simulated(*, seeds: int, tell: Tell = silent) -> tuple[Cells, list[dict[str, Any]]]:
    """Every cell, and every turn of the first team."""
    pairs = [(team, answer) for team in TEAMS for answer in ANSWERS]
    total = len(pairs) + len(TURNS)

    def within(done: int) -> Tell:
        return lambda says, share: tell(says, (done + share) / total)

    cells = {(team.name, answer.name): cell(team, answer, seeds=seeds, tell=within(done)) for done, (team, answer) in enumerate(pairs)}
    turned = [cell(TEAMS[0], ANSWERS[1], turn, seeds=seeds, tell=within(len(pairs) + done)) for done, turn in enumerate(TURNS)]
    return cells, turned


def filled(cells: Cells, turned: Sequence[dict[str, Any]], *, seeds: int) -> list[str]:
    """The page with these figures."""
    head = HEAD.format(
        seeds=seeds,
        answer=_answer(cells, turned),
        people=PEOPLE,
        leads=LEADS,
        teams="\n".join(f"* **{team.name}**: {team.says}." for team in TEAMS),
        answers="\n".join(f"* **{answer.name}**: {answer.says}." for answer in ANSWERS),
    )
    middle = MIDDLE.format(
        by_hand="\n".join(_ratios(cells, "by-hand", ("listed", "turns", "pull", "hybrid"))),
        by_turns="\n".join(_ratios(cells, "turns", ("by-hand", "listed", "pull", "hybrid"))),
        reading=_reading(cells),
        details="".join(_details(cells)),
        turned="\n".join(_turned(turned)),
        turning=_turning(turned),
        verdict=_verdict(cells),
    )
    return [*head.splitlines(), "", *middle.splitlines()]


def cell(team: Team, answer: Answer, turn: Turn = TURNS[0], *, seeds: int, tell: Tell = silent) -> dict[str, Any]:
    """The comparison of one team and one response."""
    found = compare(world_of(team, answer, turn), [PRESETS[name] for name in POLICIES], range(1, seeds + 1), tell=tell)
    return shown.as_json(found)


def ratio_row(first: str, second: str, result: dict[str, Any], base: str, names: Sequence[str]) -> str:
    """One line of the tables of ratios."""
    return f"| {first} | {second} | {' | '.join(shown.times(_ratio(result, name, base)) for name in names)} |"


def _ratio(result: dict[str, Any], name: str, base: str) -> dict[str, float] | None:
    won = {line["name"]: line["won_by_seed"] for line in result["policies"]}
    found = ratio(won[name], won[base])
    return {"mean": found.mean, "low": found.low, "high": found.high} if found else None


def _mean(result: dict[str, Any], name: str, base: str) -> float:
    found = _ratio(result, name, base)
    return found["mean"] if found else 0.0


def _ratios(cells: Cells, base: str, names: Sequence[str]) -> list[str]:
    head = ["Team", "Response", *(PRESETS[name].title for name in names)]
    rows = [ratio_row(team, answer, result, base, names) for (team, answer), result in cells.items()]
    return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *rows]


def _details(cells: Cells) -> list[str]:
    wanted = [(team.name, ANSWERS[1].name) for team in TEAMS]
    return [
        f"### {team}, {answer}\n\n" + "\n".join(shown.markdown(cells[team, answer], (*FIGURES, "won"))) + "\n\n" for team, answer in wanted
    ]


def _turned(turned: Sequence[dict[str, Any]]) -> list[str]:
    rows = [
        f"| {turn.name}: {turn.says} | {shown.times(_ratio(found, 'pull', 'turns'))} | {shown.times(_ratio(found, 'hybrid', 'turns'))} |"
        for turn, found in zip(TURNS, turned, strict=True)
    ]
    return ["| What is otherwise | Pull | Hybrid |", "| --- | --- | --- |", *rows]


def _range(values: Sequence[float]) -> str:
    return f"{min(values):.2f} to {max(values):.2f}"


def _answer(cells: Cells, turned: Sequence[dict[str, Any]]) -> str:
    good = [_mean(result, "pull", "turns") for result in cells.values()]
    bad = [_mean(result, "pull", "by-hand") for result in cells.values()]
    losing = [
        turn.name for turn, found in zip(TURNS, turned, strict=True) if (value := _ratio(found, "pull", "turns")) and value["high"] < 1
    ]
    loses = f"It closes *less* where {', '.join(f'“{name}”' for name in losing)}. " if losing else ""
    return _paragraph(
        f"Next to leads handed out by hand to the whole list, pull closes {_range(bad)} times as much in the cases below. Next to a "
        f"push that knows who is there, it closes {_range(good)} times as much. {loses}Most of what pull gains, a push gains too "
        "that gives leads only to those who are there; what it gains beyond that comes from leads that nobody gets to, and from the "
        "first of several people being quicker than one."
    )


def _reading(cells: Cells) -> str:
    flat = [_mean(cells[team.name, ANSWERS[0].name], "pull", "turns") for team in TEAMS]
    steep = [_mean(cells[team.name, ANSWERS[2].name], "pull", "turns") for team in TEAMS]
    return _paragraph(
        f"Where speed is nothing, pull closes {_range(flat)} times what push by turns does: only leads that would have been forgotten "
        f"make the difference. Where speed is nearly all, it is {_range(steep)} times: several people hear of a lead at once, and the "
        "quickest takes it."
    )


def _turning(turned: Sequence[dict[str, Any]]) -> str:
    said = []
    for turn, found in zip(TURNS[1:], turned[1:], strict=True):
        if value := _ratio(found, "pull", "turns"):
            word = "less" if value["high"] < 1 else "more" if value["low"] > 1 else "no surely different amount"
            said.append(f"* {turn.name}: pull closes **{word}**, {shown.times(value)}.")
    return "\n".join(said)


def _verdict(cells: Cells) -> str:
    reached = []
    for (team, answer), result in cells.items():
        value = _ratio(result, "pull", "by-hand")
        if value and value["high"] >= PUBLISHED:
            other = shown.times(_ratio(result, "turns", "by-hand"))
            mine = f"* **{team}, {answer}**: pull closes {shown.times(value)} of what by hand does;"
            reached.append(f"{mine} push by turns to those who are there, {other}.")
    head = "“Raised by 300 %” is four times as much. " + (
        "Of the nine cases, these reach it, or have it inside their interval:" if reached else "None of the nine cases reaches it."
    )
    best = max(_mean(result, "pull", "turns") for result in cells.values())
    could = _paragraph(
        "So it takes several things at once: a list on which most people are no longer there, leads that wait for somebody to hand them "
        "out, and a response that speed decides. Then what is lost is lost by the *hand* and the *old list*, not by the *push*: a push to "
        "those who are there gets most of it back."
    )
    could_not = _paragraph(
        f"It could not come about by pull alone: next to a push that knows who is there, the best case is {best:.2f} times. Nor where "
        "all are there and speed is nothing. A figure of that size from your own base is more likely to say that the list was out of "
        "date, or that something else changed at the same time."
    )
    return "\n\n".join([head, *(["\n".join(reached)] if reached else []), could, could_not])


def _paragraph(text: str) -> str:
    return fill(text, 132, break_long_words=False, break_on_hyphens=False)
