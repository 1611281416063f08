"""Teams and response curves under which push and pull are compared in the guide. Inputs, each stated; none is a measurement of anybody."""

from dataclasses import dataclass, field, replace

from leadloop.simulation.domain.world import Curve, Person, Response, Source, World

PEOPLE, LEADS, DAYS = 8, 800, 28.0


@dataclass(frozen=True, slots=True)
class Named:
    """An input with its words."""

    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Team(Named):
    """Who is on the list, and who of them is there."""

    gone: int = 0
    absent: float = 0.05


@dataclass(frozen=True, slots=True)
class Answer(Named):
    """How leads respond to sooner and later."""

    reach: Curve
    win: Curve


TEAMS = (
    Team("all there", "all 8 on the list work there; 5 % of days are missed"),
    Team("some away", "2 of 8 have left and are still on the list; 10 % of days are missed", gone=2, absent=0.10),
    Team("an old list", "5 of 8 have left and are still on the list; 10 % of days are missed", gone=5, absent=0.10),
)
ANSWERS = (
    Answer(
        "speed is nothing",
        "an attempt reaches 40 % whenever it is made, and 15 % of those are won",
        Curve(((5, 0.4),)),
        Curve(((5, 0.15),)),
    ),
    Answer(
        "speed matters",
        "an attempt reaches 55 % after 5 minutes, 36 % after an hour, 25 % after a day, 15 % after a week; of those "
        "20, 16, 12 and 8 % are won",
        Response().reach,
        Response().win,
    ),
    Answer(
        "speed is nearly all",
        "an attempt reaches 50 % after 5 minutes, 12 % after half an hour, 6 % after an hour, 2 % after a day, 1 % after a "
        "week; 15 % of those are won",
        Curve(((5, 0.50), (30, 0.12), (60, 0.06), (1440, 0.02), (10080, 0.01))),
        Curve(((5, 0.15),)),
    ),
)
POLICIES = ("by-hand", "listed", "turns", "pull", "hybrid")


CAP = 500
"""Open leads at most: none of these lists has a limit that would stop it."""


@dataclass(frozen=True, slots=True)
class Turn(Named):
    """One thing that is otherwise."""

    response: Response = field(default_factory=Response)
    reaction: float = 12.0
    leads: int = LEADS


TURNS = (
    Turn("as above", "5 % of what is pushed is never begun, 10 % in a pool is left lying for 8 hours"),
    Turn("nobody forgets", "whatever is pushed is begun", Response(forgotten=0.0)),
    Turn(
        "half is left lying",
        "nothing is forgotten, but half of the pool is left lying for two days",
        Response(forgotten=0.0, unwanted=0.5, unwanted_minutes=2880),
    ),
    Turn("a busy month", "three times the leads: people are busy more than half of the day", Response(), leads=3 * LEADS),
    Turn("people look up at once", "a minute from the news to the lead", Response(), reaction=1.0),
    Turn("people look up late", "two hours from the news to the lead", Response(), reaction=120.0),
)


def world_of(team: Team, answer: Answer, turn: Turn = TURNS[0]) -> World:
    """One cell of the guide."""
    people = tuple(
        Person(f"Person {number + 1}", cap=CAP, absent=team.absent, gone=number >= PEOPLE - team.gone, reaction=turn.reaction)
        for number in range(PEOPLE)
    )
    response = replace(turn.response, reach=answer.reach, win=answer.win)
    return World((Source("All", turn.leads / DAYS * 7),), people, response, days=DAYS, warm_days=7, tail_days=7)
