"""The page `docs/guide/push-or-pull.md`: its words here, its figures simulated anew each time it is made."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from leadloop.simulation import shown
from leadloop.simulation.domain.compare import Tell, compare, silent
from leadloop.simulation.domain.intervals import ratio
from leadloop.simulation.domain.policies import PRESETS
from leadloop.simulation.domain.scenarios import ANSWERS, LEADS, PEOPLE, POLICIES, TEAMS, TURNS, Answer, Team, Turn, world_of

PUBLISHED = 4.0
"""Closing raised by 300 %: four times as much."""
FIGURES = ("followed", "within", "median", "load")

HEAD = """# Push or pull

> Made by `leadloop simulate --guide > docs/guide/push-or-pull.md` with seeds 1 to {seeds}. Every figure is simulated from the stated inputs; none
> was measured on anybody's leads. Run `leadloop simulate --from-base` to see your own.

**Push**: a rule gives each lead to a person. **Pull**: leads lie in a pool, and people take them. **Hybrid**: pushed first, and into the pool when
nobody has begun within 15 minutes.

## The short answer

{answer}

## What has been claimed, and what it is worth

* *Closing rose by 300 % with pull.* It goes back to a vendor's own papers of about 2006. No independent source is known. The argument of the time
  was that push needs somebody who keeps its list up to date, or leads rot with people who are away. That can be examined, and is below.
* *Distribution by a machine converts 87 % better than by hand, several ways together 107 %* (a vendor, 2013; 2.7 million leads, 600 customers). It
  compares companies with one another: those that automate differ in other ways too. It names push and pull alike.
* *Odds of contact are 100 times as high after 5 minutes as after 30* (a study of 2007; six companies). *Within an hour, 7 times as likely to qualify
  as an hour later* (2011). Both watched and did not experiment: quick callers differ from slow ones, and hot leads are called first.
* Against pull: others who sell distribution say that it is slower and leaves some leads unclaimed, and advise to push to a small pool and let that
  one pull.

So nothing here proves that pull is better. What can be said is under which conditions it *would* be, and these can be looked up in your own base.

## The model

{people} people on the list, {leads} leads in 28 days that come mostly in working hours. People work Monday to Friday from 9 to 17, on their own days. One
who is idle needs a while from the news of a lead to the lead: half the time less than 12 minutes, sometimes much more; one who has just finished
something turns to the next at once. An attempt that reaches nobody takes 2 minutes and is made again after 4 hours, six times at most; one that
reaches somebody takes 12 minutes or so. From a pool, of those who hear of a lead the first to react takes it. Of what is *pushed* to somebody, 5 %
is never begun although they are there; of what lies in a *pool*, nobody wants 10 % at first and it lies for 8 hours. Closing is expected: the sum
of what each reached lead's chance was. All policies see the same leads, the same absences and the same luck, so that differences are sharper than
the figures themselves. The same model without shifts and reactions agrees with Erlang's formula for queues (M/M/c).

Teams:

{teams}

How leads answer:

{answers}
"""

MIDDLE = """## How many times the closing

Against leads that are **handed out by hand, twice a day, to everybody on the list**:

{by_hand}

Against a good push, **by turns to those who are there**:

{by_turns}

{reading}

## The figures behind it

{details}
## What turns it around

All there, speed matters; pull and hybrid against push by turns to those who are there:

{turned}

{turning}

## How the 300 % could come about, and when it could not

{verdict}

## Look at your own

1. `leadloop simulate --from-base`, or **Measure, Push or pull** in the menu. It says of each assumption from how many of your leads it was fitted, and which
   were too few. Look first at *people: gone* and at *given and never begun*.
2. Change what you doubt: `leadloop simulate --assumptions > mine.toml`, edit, `leadloop simulate --given mine.toml`.
3. Do not trust this page, or the simulation: try it. Give half of the leads one way and half the other, by chance, and compare after a month. The
   response curve that is fitted from the past has the same flaw as the studies above: who was called sooner was not chosen by chance.

```toml
days = 28

[[sources]]
name = "Website"
per_week = 200
by_hour = [1, 1, 1, 1, 1, 2, 5, 10, 20, 30, 30, 30, 25, 25, 30, 30, 30, 25, 20, 15, 15, 12, 8, 4]  # 24 of any day, or 168 of a week

[[people]]
name = "Rep"
count = 5            # that many alike
cap = 50             # open leads at most
starts = 9           # hour of the day
ends = 17
days = [0, 1, 2, 3, 4]  # 0 is Monday
absent = 0.05        # share of these days missed
reaction = 12        # minutes from the news to the lead, half the time less

[[people]]
name = "Left last year"
gone = true

[response]
reach = [[5, 0.55], [60, 0.36], [1440, 0.25]]  # an attempt reaches the lead, by minutes since it came
win = [[5, 0.20], [1440, 0.12]]                # a lead reached then is won
attempts = 6
pause_minutes = 240
handling_minutes = 12
forgotten = 0.05     # of what is pushed to somebody who is there, never begun
unwanted = 0.10      # of what lies in a pool, left lying at first ...
unwanted_minutes = 480

[[policies]]
name = "turns"       # one of those there are: by-hand, listed, turns, least, pull, hybrid

[[policies]]
name = "pull with limits"
kind = "pull"        # or turns, least, hybrid
open_limit = 25      # leads one may hold and still claim
hour_limit = 6       # claims in any hour
```

## What the model leaves out

Leads are alike but for luck: nobody is better with some than with others, and nobody picks the best ones and so spoils the fairness of a pool (only
that some are left lying). Nobody works differently because of the policy: that people try harder for what they chose, or less because a colleague
may take it, is said often and is not in here. A person does one thing at a time and nothing but leads. Local time has no daylight saving.
"""


def pages(*, seeds: int, tell: Tell = silent) -> list[str]:
    """The whole page; about a minute of one core for ten seeds."""
    cells: dict[tuple[str, str], dict[str, Any]] = {}
    total = len(TEAMS) * len(ANSWERS) + len(TURNS)
    for team in TEAMS:
        for answer in ANSWERS:
            cells[team.name, answer.name] = cell(team, answer, seeds=seeds, tell=partial(_within, tell, len(cells), total))
    turned = [
        cell(TEAMS[0], ANSWERS[1], turn, seeds=seeds, tell=partial(_within, tell, len(cells) + place, total))
        for place, turn in enumerate(TURNS)
    ]
    return _filled(cells, turned, seeds)


def _filled(cells: dict[tuple[str, str], dict[str, Any]], turned: Sequence[dict[str, Any]], seeds: int) -> list[str]:
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


def _within(tell: Tell, done: int, total: int, says: str, share: float) -> None:
    tell(says, (done + share) / total)


def _ratio(result: dict[str, Any], name: str, base: str) -> dict[str, float] | None:
    won = {line["name"]: line["won_by_seed"] for line in result["policies"]}
    found = ratio(won[name], won[base])
    return {"mean": found.mean, "low": found.low, "high": found.high} if found else None


def _mean(result: dict[str, Any], name: str, base: str) -> float:
    found = _ratio(result, name, base)
    return found["mean"] if found else 0.0


def _ratios(cells: dict[tuple[str, str], dict[str, Any]], base: str, names: Sequence[str]) -> list[str]:
    head = ["Team", "Response", *(PRESETS[name].title for name in names)]
    rows = [ratio_row(team, answer, result, base, names) for (team, answer), result in cells.items()]
    return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *rows]


def _details(cells: dict[tuple[str, str], dict[str, Any]]) -> list[str]:
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


def _answer(cells: dict[tuple[str, str], dict[str, Any]], turned: Sequence[dict[str, Any]]) -> str:
    good = [_mean(result, "pull", "turns") for result in cells.values()]
    bad = [_mean(result, "pull", "by-hand") for result in cells.values()]
    losing = [
        turn.name for turn, found in zip(TURNS, turned, strict=True) if (value := _ratio(found, "pull", "turns")) and value["high"] < 1
    ]
    loses = f" It closes *less* where {', '.join(f'“{name}”' for name in losing)}." if losing else ""
    return (
        f"Next to leads handed out by hand to an old list, pull closes {_range(bad)} times as much in the cases below. Next to a push that knows who is "
        f"there, it closes {_range(good)} times as much.{loses} Most of what pull gains, a push gains too that "
        "gives leads only to those who are there; and what it gains beyond that comes from leads that nobody gets to, and from the first of several people being quicker than one."
    )


def _reading(cells: dict[tuple[str, str], dict[str, Any]]) -> str:
    flat = [_mean(cells[team.name, ANSWERS[0].name], "pull", "turns") for team in TEAMS]
    steep = [_mean(cells[team.name, ANSWERS[2].name], "pull", "turns") for team in TEAMS]
    return (
        f"Where speed is nothing, pull closes {_range(flat)} times what push by turns does: only leads that would have been forgotten make the difference. Where "
        f"speed is nearly all, it is {_range(steep)} times: several people hear of a lead at once, and the quickest takes it."
    )


def _turning(turned: Sequence[dict[str, Any]]) -> str:
    said = []
    for turn, found in zip(TURNS[1:], turned[1:], strict=True):
        value = _ratio(found, "pull", "turns")
        if value is None:
            continue
        word = "less" if value["high"] < 1 else "more" if value["low"] > 1 else "no surely different amount"
        said.append(f"* {turn.name}: pull closes **{word}** ({shown.times(value)}).")
    return "\n".join(said)


def _verdict(cells: dict[tuple[str, str], dict[str, Any]]) -> str:
    lines, reached = [], []
    for (team, answer), result in cells.items():
        value = _ratio(result, "pull", "by-hand")
        if value and value["high"] >= PUBLISHED:
            reached.append(
                f"* **{team}, {answer}**: pull closes {shown.times(value)} of what by hand does; the same list pushed by turns to those who are there, {shown.times(_ratio(result, 'turns', 'by-hand'))}."
            )
    lines.append(
        "“Raised by 300 %” is four times as much. Of the nine cases, these reach it, or have it inside their interval:"
        if reached
        else "“Raised by 300 %” is four times as much. None of the nine cases reaches it."
    )
    lines += ["", *reached] if reached else []
    best = max(_mean(result, "pull", "turns") for result in cells.values())
    lines += [
        "",
        "So it takes several things at once: a list on which most people are no longer there, leads that wait for somebody to hand them out, and "
        "a response that speed decides. Then what is lost is lost in the *by hand* and in the *old list*, not in the *push*: a push to those who are there "
        "gets nearly all of it back.",
        "",
        f"It could not come about by pull alone: next to a push that knows who is there, the best case is {best:.2f} times. Nor where speed is nothing and "
        "all are there. A figure of that size from your own base is more likely to say that the list was out of date, or that something else changed "
        "at the same time.",
    ]  # fmt: skip
    return "\n".join(lines)
