"""When things happen: a year with weekdays, working hours and a little growth. Pure; the dice come from outside."""

from datetime import datetime, time, timedelta, tzinfo
from random import Random

YEAR = timedelta(days=365)
WEEKDAYS = (1.1, 1.25, 1.2, 1.1, 0.9, 0.3, 0.25)
HOURS = (1, 1, 1, 1, 1, 2, 4, 7, 12, 17, 18, 16, 12, 14, 16, 15, 13, 10, 8, 7, 6, 5, 3, 2)
OPENS, CLOSES = time(9), time(17, 30)


def arrivals(dice: Random, count: int, *, now: datetime, zone: tzinfo) -> list[datetime]:
    """`count` moments of the last year, oldest first: busy on weekdays and at ten in the morning, busier now than a year ago."""
    days = [(now - YEAR + timedelta(days=number)).astimezone(zone) for number in range(1, 366)]
    weights = [WEEKDAYS[day.weekday()] * (0.75 + 0.5 * place / 365) for place, day in enumerate(days)]
    moments = []
    for day in dice.choices(days, weights, k=count):
        hour = dice.choices(range(24), HOURS)[0]
        moment = day.replace(hour=hour, minute=dice.randrange(60), second=dice.randrange(60), microsecond=0)
        moments.append(moment if moment < now else now - timedelta(minutes=dice.uniform(3, 400)))
    return sorted(moments)


def at_work(moment: datetime, zone: tzinfo) -> datetime:
    """The same moment, if somebody works then, else the next one at which somebody does."""
    local = moment.astimezone(zone)
    while True:
        if local.weekday() < 5 and local.time() < CLOSES:
            opening = local.replace(hour=OPENS.hour, minute=0, second=0, microsecond=0)
            return max(local, opening)
        local = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def after_work(dice: Random, moment: datetime, *, minutes: float, zone: tzinfo) -> datetime:
    """A moment at work about `minutes` later (median), counted from when somebody is there."""
    start = at_work(moment, zone)
    pause = timedelta(minutes=minutes * dice.lognormvariate(0, 0.75) + (dice.uniform(0, 25) if start != moment else 0))
    return _settled(dice, at_work(start + pause, zone))


def some_days_later(dice: Random, moment: datetime, *, low: float, high: float, zone: tzinfo) -> datetime:
    """A moment at work between `low` and `high` days later, at any hour of the working day."""
    day = (moment + timedelta(days=dice.uniform(low, high))).astimezone(zone)
    return _settled(
        dice, at_work(day.replace(hour=dice.randint(9, 16), minute=dice.randrange(60), second=dice.randrange(60), microsecond=0), zone)
    )


def _settled(dice: Random, moment: datetime) -> datetime:
    """Nobody does everything on the stroke of nine."""
    return moment + timedelta(seconds=dice.randint(60, 4_500)) if moment.time() == OPENS else moment
