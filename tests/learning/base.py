"""A base with outcomes to learn from, made as the product makes it, and a table without a base."""

import random
from datetime import timedelta

from leadloop import loop, retraining
from leadloop.db import queue
from leadloop.db.models import Job
from leadloop.leads.models import Standing
from leadloop.learning import runs
from leadloop.learning.domain.table import Table
from leadloop.learning.models import Training
from leadloop.learning.process import count_only
from tests.make import NOON, arrival

SOURCES = {"Reference": 0.85, "Google": 0.35, "Cold list": 0.08}
PRODUCTS = ("Roof", "Solar", "Window")


def make_outcomes(leads, *, seed=1, now=NOON):
    """Leads of three sources and three products that ended, by chances that depend on both; returns how many were won."""
    dice = random.Random(seed)
    drawn = [(dice.choice(list(SOURCES)), dice.choice(PRODUCTS)) for _ in range(leads)]
    moments = [now - timedelta(days=200) + timedelta(hours=3 * number) for number in range(leads)]
    arrivals = [
        arrival(
            {"name": f"P{seed} {at}", "email": f"p{seed}.{at}@c{seed}x{at}.com", "product": product},
            source=source,
            now=now,
            happened_at=moment,
        )
        for at, ((source, product), moment) in enumerate(zip(drawn, moments, strict=True))
    ]
    taken = loop.capture(arrivals, now=now)
    won = 0
    for (source, product), one in zip(drawn, taken, strict=True):
        wins = dice.random() < SOURCES[source] * (1.2 if product == "Solar" else 0.8)
        won += wins
        Standing.objects.filter(pk=one.case.lead_id).update(stage="won" if wins else "lost", closed_at=now, owner=None, pool_id=None)
    return won


def make_table(rows, *, seed=1, timed=False):
    """A table as `make_outcomes` makes one, with a number, blanks and a constant; no database."""
    dice = random.Random(seed)
    columns = {name: [] for name in ("Source", "Product", "Seconds on the site", "Same", "Row")}
    won = []
    for at in range(rows):
        source, product, seconds = dice.choice(list(SOURCES)), dice.choice(PRODUCTS), dice.randrange(0, 900)
        chance = SOURCES[source] * (1.2 if product == "Solar" else 0.8) * (0.5 + seconds / 900)
        won.append(int(dice.random() < chance))
        cells = (source if dice.random() > 0.05 else dice.choice(["", "Select"]), product, str(seconds), "x", f"id-{seed}-{at}")
        for name, cell in zip(columns, cells, strict=True):
            columns[name].append(cell)
    moments = [NOON - timedelta(hours=rows - at) for at in range(rows)] if timed else None
    return Table(columns, won, moments)


def run_jobs(*, most=10):
    """Every job that is due, as a worker would."""
    for _ in range(most):
        jobs = queue.claim("test", now=retraining.utc_now())
        if not jobs:
            return
        assert queue.run(jobs[0]), Job.objects.get(pk=jobs[0].pk).problem


def trained(leads=260, **more):
    """By the whole pipeline in its own process."""
    make_outcomes(leads, **more)
    run = runs.ask_training(reason="asked for", author=None, now=NOON)
    run_jobs()
    return Training.objects.get(pk=run.pk)


def make_model(leads=260, **more):
    """A challenger by counting alone, which takes no second."""
    make_outcomes(leads, **more)
    return keep_model()


def keep_model():
    run = runs.begin(runs.ask_training(reason="asked for", author=None, now=NOON).pk, now=NOON)
    return runs.finish(run, spec=count_only(retraining.decided_leads()[0], refused="test"), now=NOON)


def champion(leads=260, **more):
    """A model by counting that is in force, every open lead judged."""
    make_model(leads, **more)
    runs.use_challenger(1, author=None, now=NOON)
    run_jobs()
