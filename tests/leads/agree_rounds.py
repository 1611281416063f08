"""Rounds of random trees and leads, by a seed: what they compare, and whether the two compilers agree."""

from random import Random

from django.db import transaction

from leadloop.leads.domain.criteria import CATALOGUE, OPERATORS, Condition, TouchCount, parse, predicate
from leadloop.leads.domain.criteria.text import print_text
from leadloop.leads.domain.criteria.tree import walk
from tests.leads import stored_leads
from tests.leads.criteria_cases import (
    CAMPAIGNS,
    DAYS,
    KINDS,
    NOWS,
    REFERENCES,
    ZONES,
    asked_values,
    condition_spec,
    found_values,
    near,
    touches_near,
    whole,
)

TREES, LEADS = 60, 150
PAIRS = TREES * LEADS
FIELDS = list(CATALOGUE.values())
LETTERS = [(0x20, 0x7E), (0xC0, 0x24F), (0x300, 0x36F), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x1F300, 0x1F6FF), (1, 0x1F)]


def one_round(seed, *, lasting=True):
    """The first disagreement as text, or None. Stores people and sources, and rolls all back unless a test does."""
    dice = Random(seed)
    now = dice.choice(NOWS)
    trees = [parse(spec(dice, now)) for _ in range(TREES)]
    leads = [lead_near(dice, trees, now) for _ in range(LEADS)]
    with transaction.atomic():
        if not lasting:
            stored_leads.store_people_and_sources()
        stored = dict(zip(stored_leads.store(leads), leads, strict=True))
        found = next(filter(None, (disagreement(tree, stored, now) for tree in trees)), None)
        transaction.set_rollback(True)
    return found


def disagreement(tree, stored, now):
    test = predicate(tree)
    python = {key for key, facts in stored.items() if test(facts, now)}
    database = set(stored_leads.by_database(tree, now))
    if python == database:
        return None
    key = min(python ^ database)
    asked = {node.field.name for node in walk(tree) if isinstance(node, Condition)} & stored[key].keys()
    facts = {name: stored[key][name] for name in sorted(asked)} | {"touches": stored[key]["touches"]}
    return f"{print_text(tree)} holds in {'Python' if key in python else 'the database'} only, at {now}, of {facts}"


def spec(dice, now, depth=0):
    """A tree as JSON."""
    shape = dice.random()
    if depth < 4 and shape < 0.45:
        parts = [spec(dice, now, depth + 1) for _ in range(dice.choice([0, 1, 2, 2, 3]))]
        return {dice.choice(["all", "any"]): parts} if shape < 0.35 or not parts else {"not": parts[0]}
    return touch_spec(dice) if shape > 0.85 else leaf_spec(dice, now)


def leaf_spec(dice, now):
    field = dice.choice(FIELDS)
    op = dice.choice(OPERATORS[field.type])
    pool = asked_values(field, now)
    values = [dice.choice(pool) for _ in range(dice.randint(1, 3))]
    if field.type in ("text", "code") and not field.choices and not field.shape and dice.random() < 0.3:
        values = [text(dice) for _ in values]
    return condition_spec(field, op, values, days=dice.choice(DAYS), zone=dice.choice(ZONES))


def text(dice):
    return "".join(chr(dice.randint(*dice.choice(LETTERS))) for _ in range(dice.randint(1, 4)))


def touch_spec(dice):
    made = {"touches": dice.choice([*KINDS, "any", "interaction", "unheard_of"])}
    window = dice.random()
    if window < 0.4:
        made |= {"local_days": dice.choice(DAYS), "zone": dice.choice(ZONES)}
    else:
        made |= {"within_days": dice.choice(DAYS) if window < 0.8 else None}
    choices = {"campaign": CAMPAIGNS, "source": REFERENCES, "by": ["us", "them", *REFERENCES]}
    made |= {name: dice.choice(values) for name, values in choices.items() if dice.random() < 0.25}
    op, low = dice.choice(["at_least", "at_most", "none", "exactly", "between"]), dice.randint(1, 3)
    return made | {"op": op} | ({} if op == "none" else {"value": [low, low + dice.randint(0, 2)] if op == "between" else low})


def lead_near(dice, trees, now):
    """A lead with something near what a few of the trees ask for."""
    facts, touches = {}, []
    for node in (node for tree in dice.sample(trees, 5) for node in walk(tree)):
        if isinstance(node, Condition):
            pool = found_values(node.field, now)[:1] if dice.random() < 0.15 else near(node, now)
            if node.field.name == "temperature":  # computed: it is one of three, and nothing near them
                pool = found_values(node.field, now)
            facts[node.field.name] = dice.choice(pool or found_values(node.field, now))
        elif isinstance(node, TouchCount):
            touches += dice.choices(touches_near(node, now), k=dice.randint(0, 4))
    return whole(facts | {"touches": touches[:8]}, now)
