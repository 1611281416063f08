"""Criteria and leads for tests: values that sit on the edges, and strategies that draw trees and leads from them."""

from datetime import UTC, datetime, timedelta
from itertools import product
from math import degrees

from hypothesis import strategies as st

from leadloop.leads.domain.criteria import CATALOGUE, OPERATORS, Condition, FieldType, Happening, TouchCount, blank_facts
from leadloop.leads.domain.criteria.catalogue import OPERANDS, Operand, fold
from leadloop.leads.domain.criteria.tree import walk
from leadloop.leads.domain.criteria.windows import start_of_days
from leadloop.leads.domain.places import EARTH_KM, placed
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
TICK = timedelta(microseconds=1)
CODES_OF = {"segments": ["big", "north"], "past_rules": ["first", "fallback"], "past_reasons": ["budget", "größe"]}
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
    "channel": ["web", "fair", "other"],
    "owner_role": ["rep", "manager"],
    "domain_kind": ["company", "free"],
}
OTHER_CODES = ["10115", "101", "1", "A1", "a1", "ann@x.io", "ANN@x.io", "É", "é", "%", "_", "+4930123456", "x" * 16]
FLAWS = ["email_invalid", "phone_invalid", "email", "é😀", "'\"", "?", "%s", "\\", "[]"]
PERCENTS = ("score", "touch_count", "top_score", "probability")
NUMBERS = [-1, 0, 1, 5, 6, 50, 99, 100, 32767]
BIG_NUMBERS = [*NUMBERS, 2**31, 10**15, -(10**15)]
REFERENCES = [1, 2, 3]
KINDS = ["opened", "clicked", "captured"]
CAMPAIGNS = ["Spring", "spring", "Größe 😀", 'it\'s "so"', "{x}"]
SEGMENTS = ["big", "north", "no-such"]
PLACES = [  # Berlin, just beside it, the poles, both sides of the date line, where the zero lines cross
    (52.532, 13.3849), (52.5320001, 13.3849), (52.98, 13.38), (90.0, 0.0), (-90.0, 77.7), (0.0, 180.0), (0.0, -180.0), (0.0, 0.0),
    (1e-9, -1e-9), (40.7506, -73.9972), (-33.8688, 151.2093),
]  # fmt: skip
DISTANCES = [0, 0.001, 0.0111194926, 1, 49.8148, 50, 111.19492664455873, 6371.0088, 10007.543398010286, 20015.086796, 20037]
CHANNELS = {1: "web", 2: "fair"}
OWNER_ROLES = {1: "rep", 2: "manager"}
BUDGETS = [None, 0, 1, 499_999, 500_000, 500_001, -1, 10**15]
NEVER_BLANK = {*"stage temperature source received_at entered_at created_at touch_count is_open days_in_stage hours_since_received".split()}


def moments_around(now):
    """Moments a microsecond to either side of every edge that a condition could have."""
    edges = [now, *(now - timedelta(days=days) for days in DAYS), *(start_of_days(now, days=d, zone=zone) for d in DAYS for zone in ZONES)]
    return [edge + timedelta(microseconds=off) for edge in edges for off in (-1, 0, 1)]


def found_values(field, now):  # noqa: C901 - one case a type
    """What a lead may have in a field, its blank first where it has one."""
    match field.type:
        case FieldType.TEXT:
            values = ["", *TEXTS]
        case FieldType.CODE | FieldType.NAME:
            values = ["", *CODES.get(field.name, OTHER_CODES)]
        case FieldType.REFERENCE:
            values = [None, *REFERENCES]
        case FieldType.REFERENCES:
            values = [(), (1,), (1, 2), (3,)]
        case FieldType.MONEY:
            values = [None, *((cents, currency) for cents in BUDGETS[1:] for currency in ("EUR", "USD", ""))]
        case FieldType.PLACE:
            values = [None, *PLACES]
        case FieldType.NUMBER if field.since:
            values = [None, *(now - off - count * field.unit for count in (-1, 0, 1, 5, 50) for off in (-TICK, timedelta(), TICK))]
        case FieldType.NUMBER:
            values = [
                None,
                *(number for number in NUMBERS if field.name not in PERCENTS or 0 <= number <= 100),
            ]
        case FieldType.MOMENT:
            values = [None, *moments_around(now)]
        case FieldType.CODES if field.name != "flaws":
            known = CODES_OF.get(field.name) or list(field.choices)
            values = [(), tuple(known[:1]), tuple(known[:2]), tuple(known[-1:])]
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
        case FieldType.REFERENCE | FieldType.REFERENCES:
            return [*REFERENCES, 99]
        case FieldType.MONEY:
            return BUDGETS[1:]
        case FieldType.PLACE:
            return [(*point, km) for point in PLACES for km in DISTANCES]
        case FieldType.NUMBER:
            return BIG_NUMBERS
        case FieldType.MOMENT:
            return [moment.isoformat() for moment in moments_around(now)]
        case _:
            return [*CODES_OF[field.name], "elsewhere"] if field.name in CODES_OF else list(field.choices) or FLAWS


def condition_spec(field, op, values, *, days=7, zone="Europe/Berlin"):
    """A condition as JSON; takes from `values` what the operator takes."""
    spec = {"field": field.name, "op": op.value}
    money = {"currency": "EUR"} if field.type is FieldType.MONEY else {}
    match OPERANDS[op]:
        case Operand.NOTHING:
            return spec
        case Operand.DAYS:
            return spec | {"value": days, "zone": zone}
        case Operand.CIRCLE:
            latitude, longitude, km = values[0]
            return spec | {"value": km, "of": [latitude, longitude]} | ({"near": "somewhere"} if km == 50 else {})
        case Operand.MANY | Operand.PARTS:
            return spec | {"value": values}
        case Operand.PAIR:
            low, high = sorted((values[0], values[-1]), key=lambda v: datetime.fromisoformat(v) if isinstance(v, str) else v)
            return spec | {"value": [low, high]} | money
        case Operand.ONE | Operand.PART:
            return spec | {"value": values[0]} | money


@st.composite
def condition_specs(draw, now):
    field = draw(st.sampled_from(list(CATALOGUE.values())))
    op = draw(st.sampled_from(OPERATORS[field.type]))
    pool = st.sampled_from(asked_values(field, now))
    if field.type is FieldType.TEXT or (OPERANDS[op] in (Operand.PART, Operand.PARTS) and field.type is FieldType.CODE):
        pool |= characters
    return condition_spec(
        field, op, draw(st.lists(pool, min_size=1, max_size=3)), days=draw(st.sampled_from(DAYS)), zone=draw(st.sampled_from(ZONES))
    )


@st.composite
def touch_specs(draw):
    """A count of touches, with or without what narrows it."""
    spec = {"touches": draw(st.sampled_from([*KINDS, "any", "interaction", "unheard_of"]))}
    window = draw(st.sampled_from(["ever", "hours", "local"]))
    if window == "local":
        spec |= {"local_days": draw(st.sampled_from(DAYS)), "zone": draw(st.sampled_from(ZONES))}
    else:
        spec |= {"within_days": draw(st.sampled_from(DAYS)) if window == "hours" else None}
    narrowed = draw(st.sampled_from([(), (), ("campaign",), ("source",), ("by",), ("campaign", "source", "by")]))
    choices = {"campaign": CAMPAIGNS, "source": REFERENCES, "by": ["us", "them", *REFERENCES]}
    spec |= {name: draw(st.sampled_from(choices[name])) for name in narrowed}
    op = draw(st.sampled_from(["at_least", "at_most", "none", "exactly", "between"]))
    low, more = draw(st.integers(1, 3)), draw(st.integers(0, 2))
    return spec | {"op": op} | ({} if op == "none" else {"value": [low, low + more] if op == "between" else low})


characters = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=4)


def specs(now):
    """Trees as JSON."""
    leaves = condition_specs(now) | touch_specs()
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
        case FieldType.CODES if field.name == "flaws":
            return [list(node.values), [*node.values[:1], "more"], ["more"]]
        case FieldType.PLACE:
            return [*found_values(field, now), *(at_distance(node.values) if node.values else ())]
        case FieldType.MONEY:
            return [(value + off, currency) for value in node.values or (0,) for off in (-1, 0, 1) for currency in (node.unit, "USD", "")]
        case FieldType.NUMBER if field.since:
            return [
                now - value * field.unit + off for value in (*node.values, 0) if abs(value) < 1000 for off in (-TICK, timedelta(), TICK)
            ]
        case FieldType.FLAG | FieldType.REFERENCE | FieldType.CODES | FieldType.REFERENCES:
            return found_values(field, now)
        case FieldType.NUMBER:
            low, high = (0, 100) if field.name in PERCENTS else (-(2**31), 2**31 - 1)
            return [min(max(value + off, low), high) for value in node.values for off in (-1, 0, 1)]
        case FieldType.MOMENT:
            edges = [start_of_days(now, days=node.values[0], zone=node.zone), now] if node.zone else (node.values or [now])
            return [edge + timedelta(microseconds=off) for edge in edges for off in (-1, 0, 1)]
    if field.name in CODES:
        return found_values(field, now)
    variants = [(v, v.upper(), v.lower(), v + "x", "x" + v, v[:-1], fold(v)) for v in node.values or ("x",)]
    return [text[:16] if field.type is FieldType.CODE else text for texts in variants for text in texts]


def at_distance(values):
    """Points due north and south of a circle's middle, at its rim and a hair to either side."""
    latitude, longitude, km = values
    reach = [degrees(km / EARTH_KM) * factor for factor in (1, 1 - 1e-12, 1 + 1e-12)]
    return [(latitude, longitude)] * 4 + [
        (north, longitude) for off in reach for north in (latitude + off, latitude - off) if -90 <= north <= 90
    ]


def touches_near(node, now):
    edges = [now]
    if node.within_days:
        zone, days = node.zone, node.within_days
        edges.append(start_of_days(now, days=days, zone=zone) if zone else now - timedelta(days=days))
    kind = "called" if node.kind == "interaction" else node.kind or "opened"
    campaigns = [node.campaign, node.campaign.lower(), ""] if node.campaign else ["", "Spring"]
    return [
        Happening(kind if nth % 4 else "other", edge + timedelta(microseconds=off), actor, campaign, source)
        for edge in edges
        for off in (-1, 0, 1)
        for nth, (actor, campaign, source) in enumerate(product((None, 1, 3), campaigns, (node.source, 2)))
    ]


def whole(facts, now):
    """Facts with the rest of a lead around them. Made fields are given by what they are made of: a moment, an amount, a point."""
    given = dict(facts)
    made = made_of(given)
    rest = {"stage": "new", "temperature": "cold", "source": 1, "received_at": now, "entered_at": now, "created_at": now, "touch_count": 0}
    lead = blank_facts() | rest | given | made
    lead["channel"], lead["owner_role"] = CHANNELS.get(lead["source"], ""), OWNER_ROLES.get(lead["owner"], "")
    if "is_open" in facts and "stage" not in facts:
        lead["stage"] = "new" if facts["is_open"] else "lost"
    return lead | {"is_open": lead["stage"] in OPEN}


def made_of(given):
    """Takes the made fields out of `given`; returns the facts that they are made of."""
    made, marks = {}, {}
    if (amount := given.pop("budget", None)) is not None:
        made["budget_cents"], made["currency"] = amount
    if (point := given.pop("place", None)) is not None:
        made |= placed(*point)
    kind = given.pop("domain_kind", None)
    if kind:
        made |= {"company_domain": "x.io" if kind == "company" else "", "email": "ann@x.io"}
    for field in CATALOGUE.values():
        if field.inside and (text := given.pop(field.name, "")):
            marks[field.inside[1]] = text
        elif field.since and (moment := given.pop(field.name, None)) is not None:
            made[field.since] = moment
    return made | {"marks": marks}
