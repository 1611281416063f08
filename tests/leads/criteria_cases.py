"""Criteria and leads for tests: values that sit on the edges, and strategies that draw trees and leads from them."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from leadloop.leads.domain.criteria import CATALOGUE, OPERATORS, Condition, FieldType, TouchCount, blank_facts
from leadloop.leads.domain.criteria.catalogue import OPERANDS, Operand, fold
from leadloop.leads.domain.criteria.tree import walk
from leadloop.leads.domain.criteria.windows import start_of_days
from leadloop.leads.domain.stages import OPEN, Stage

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "America/Sao_Paulo", "Africa/Cairo"]
NOWS = [
    datetime(2026, 3, 29, 0, 59, 59, 999999, tzinfo=UTC),  # Berlin is about to skip an hour
    datetime(2026, 10, 25, 1, 30, tzinfo=UTC),  # and to repeat one
    datetime(2018, 11, 4, 12, tzinfo=UTC),  # São Paulo skipped midnight
    datetime(2024, 4, 26, 12, tzinfo=UTC),  # Cairo too
    datetime(2011, 12, 31, 1, tzinfo=UTC),  # Apia skipped the day before
    datetime(2026, 7, 1, 22, 30, tzinfo=UTC),  # already tomorrow in Berlin
]
NOW = NOWS[-1]
DAYS = [1, 2, 7, 30]
TEXTS = [
    *[
        "Sales Director",
        "SALES director",
        "director",
        "DIRECTOR",
        "sale",
        "e",
        "I",
        "i",
        "100%",
        "%",
        "%s",
        "a_b",
        "_",
        "back\\slash",
        "\\",
    ],
    *['it\'s "so"', "'", "?", "{label}", " ", "  ", "a\tb\nc", "\x1f", "\u200b", "kelvin", "\u212aelvin", "\u017f", "\u0131I", "\ufb01ne"],
    *["É", "éclair", "ÉCLAIR", "e\u0301clair", "straße", "STRASSE", "ß", "İstanbul", "istanbul", "ISTANBUL", "é" * 40, "日本語", "عربي"],
    *["😀 smile", "😀", "\U0001f469\u200d\U0001f467"],
]
CODES = {
    "stage": [stage.value for stage in Stage],
    "grade": ["A", "B", "C", "D"],
    "temperature": ["hot", "warm", "cold"],
    "country": ["US", "CA", "DE", "GB"],
    "currency": ["EUR", "USD"],
}
OTHER_CODES = ["10115", "101", "1", "A1", "a1", "ann@x.io", "ANN@x.io", "É", "é", "%", "_", "+4930123456", "x" * 16]
FLAWS = ["email_invalid", "phone_invalid", "email", "é😀", "'\"", "?", "%s", "\\", "[]"]
NUMBERS = [-1, 0, 1, 5, 6, 50, 99, 100, 32767]
BIG_NUMBERS = [*NUMBERS, 2**31, 10**15, -(10**15)]
REFERENCES = [1, 2, 3]
KINDS = ["opened", "clicked", "captured"]
NEVER_BLANK = {"stage", "temperature", "source", "received_at", "entered_at", "created_at", "touch_count", "is_open"}


def moments_around(now):
    """Moments a microsecond to either side of every edge that a condition could have."""
    edges = [now, *(now - timedelta(days=days) for days in DAYS), *(start_of_days(now, days=d, zone=zone) for d in DAYS for zone in ZONES)]
    return [edge + timedelta(microseconds=off) for edge in edges for off in (-1, 0, 1)]


def found_values(field, now):
    """What a lead may have in a field, its blank first where it has one."""
    match field.type:
        case FieldType.TEXT:
            values = ["", *TEXTS]
        case FieldType.CODE | FieldType.NAME:
            values = ["", *CODES.get(field.name, OTHER_CODES)]
        case FieldType.REFERENCE:
            values = [None, *REFERENCES]
        case FieldType.NUMBER:
            values = [None, *(number for number in NUMBERS if field.name not in ("score", "touch_count") or 0 <= number <= 100)]
        case FieldType.MOMENT:
            values = [None, *moments_around(now)]
        case FieldType.CODES:
            values = [[], ["email_invalid"], ["email_invalid", "phone_invalid"], *([flaw] for flaw in FLAWS)]
        case FieldType.FLAG:
            values = [False, True]
    return values[1:] if field.name in NEVER_BLANK else values


def asked_values(field, now):
    """What a condition may compare a field with, as JSON."""
    match field.type:
        case FieldType.TEXT:
            return TEXTS
        case FieldType.CODE | FieldType.NAME:
            return CODES.get(field.name, OTHER_CODES)
        case FieldType.REFERENCE:
            return [*REFERENCES, 99]
        case FieldType.NUMBER:
            return BIG_NUMBERS
        case FieldType.MOMENT:
            return [moment.isoformat() for moment in moments_around(now)]
        case _:
            return FLAWS


def condition_spec(field, op, values, *, days=7, zone="Europe/Berlin"):
    """A condition as JSON; takes from `values` what the operator takes."""
    spec = {"field": field.name, "op": op.value}
    match OPERANDS[op]:
        case Operand.NOTHING:
            return spec
        case Operand.DAYS:
            return spec | {"value": days, "zone": zone}
        case Operand.MANY:
            return spec | {"value": values}
        case Operand.PAIR:
            low, high = sorted((values[0], values[-1]), key=lambda v: datetime.fromisoformat(v) if isinstance(v, str) else v)
            return spec | {"value": [low, high]}
        case Operand.ONE | Operand.PART:
            return spec | {"value": values[0]}


@st.composite
def condition_specs(draw, now):
    field = draw(st.sampled_from(list(CATALOGUE.values())))
    op = draw(st.sampled_from(OPERATORS[field.type]))
    pool = st.sampled_from(asked_values(field, now))
    if field.type is FieldType.TEXT or OPERANDS[op] is Operand.PART:
        pool |= characters
    return condition_spec(
        field, op, draw(st.lists(pool, min_size=1, max_size=3)), days=draw(st.sampled_from(DAYS)), zone=draw(st.sampled_from(ZONES))
    )


touch_specs = st.builds(
    lambda kind, days, op, value: {"touches": kind, "within_days": days, "op": op} | ({} if op == "none" else {"value": value}),
    st.sampled_from([*KINDS, "any", "unheard_of"]),
    st.sampled_from([None, *DAYS]),
    st.sampled_from(["at_least", "at_most", "none"]),
    st.integers(1, 3),
)
characters = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=4)


def specs(now):
    """Trees as JSON."""
    leaves = condition_specs(now) | touch_specs
    return st.recursive(
        leaves,
        lambda part: (
            st.lists(part, max_size=3).map(lambda parts: {"all": parts})
            | st.lists(part, max_size=3).map(lambda parts: {"any": parts})
            | part.map(lambda inner: {"not": inner})
        ),
        max_leaves=6,
    )


@st.composite
def facts_for(draw, trees, now):
    """A lead with something near what the trees ask for, or nothing, in every field that they ask about."""
    asked = {}
    for node in (node for tree in trees for node in walk(tree)):
        if isinstance(node, Condition):
            asked.setdefault(node.field, []).extend(near(node, now))
        elif isinstance(node, TouchCount):
            asked.setdefault("touches", []).extend(touches_near(node, now))
    touches = draw(st.lists(st.sampled_from(asked.pop("touches")), max_size=4)) if "touches" in asked else []
    facts = {field.name: draw(st.sampled_from([*found_values(field, now)[:1], *pool])) for field, pool in asked.items()}
    return whole(facts | {"touches": touches}, now)


def near(node, now):
    """Values that meet the condition, or miss it by as little as can be."""
    field = node.field
    match field.type:
        case FieldType.CODES:
            return [list(node.values), [*node.values[:1], "more"], ["more"]]
        case FieldType.FLAG | FieldType.REFERENCE:
            return found_values(field, now)
        case FieldType.NUMBER:
            low, high = (0, 100) if field.name in ("score", "touch_count") else (-(2**31), 2**31 - 1)
            return [min(max(value + off, low), high) for value in node.values for off in (-1, 0, 1)]
        case FieldType.MOMENT:
            edges = [start_of_days(now, days=node.values[0], zone=node.zone), now] if node.zone else (node.values or [now])
            return [edge + timedelta(microseconds=off) for edge in edges for off in (-1, 0, 1)]
    if field.name in CODES:
        return found_values(field, now)
    variants = [(v, v.upper(), v.lower(), v + "x", "x" + v, v[:-1], fold(v)) for v in node.values or ("x",)]
    return [text[:16] if field.type is FieldType.CODE else text for texts in variants for text in texts]


def touches_near(node, now):
    edges = [now, now - timedelta(days=node.within_days or 7)]
    kinds = [node.kind or "opened", node.kind or "opened", "other"]
    return [(kind, edge + timedelta(microseconds=off)) for kind in kinds for edge in edges for off in (-1, 0, 1)]


def whole(facts, now):
    """Facts with the rest of a lead around them."""
    rest = {"stage": "new", "source": 1, "received_at": now, "entered_at": now, "created_at": now, "touch_count": 0}
    lead = blank_facts() | rest | facts
    if "is_open" in facts and "stage" not in facts:
        lead["stage"] = "new" if facts["is_open"] else "lost"
    return lead | {"is_open": lead["stage"] in OPEN}
