"""The fields of every install. What an install declares itself is added by `leads.fields`."""

from datetime import timedelta
from typing import Any

from leadloop.leads.domain.criteria.catalogue import Catalogue, Field, FieldType
from leadloop.leads.domain.stages import Stage

HOUR = timedelta(hours=1)
STAGES = tuple(stage.value for stage in Stage)
ROLES = ("rep", "marketer", "manager", "admin")
MARKS = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")


def _fields(type_: FieldType, **labels: str) -> list[Field]:
    return [Field(name, label, type_) for name, label in labels.items()]


CATALOGUE: Catalogue = {
    field.name: field
    for field in [
        Field("stage", "stage", FieldType.CODE, choices=STAGES),
        Field("is_open", "open", FieldType.FLAG),
        Field("score", "score", FieldType.NUMBER),
        Field("grade", "grade", FieldType.CODE, choices=("A", "B", "C", "D")),
        Field("probability", "probability to be won in percent", FieldType.NUMBER),
        Field("temperature", "temperature", FieldType.CODE, choices=("hot", "warm", "cold")),
        *_fields(FieldType.REFERENCE, owner="owner", source="source", pool="pool"),
        Field("owner_role", "role of the owner", FieldType.CODE, choices=ROLES),
        *_fields(FieldType.CODE, channel="channel of the source"),
        *_fields(FieldType.NAME, campaign="campaign"),
        *(Field(mark, mark, FieldType.TEXT, inside=("marks", mark)) for mark in MARKS),
        *_fields(FieldType.TEXT, first_name="first name", last_name="last name", title="job title"),
        *_fields(FieldType.CODE, email="e-mail", phone="phone", external_id="external id", company_domain="company domain"),
        Field("domain_kind", "kind of e-mail", FieldType.CODE, choices=("company", "free")),
        *_fields(FieldType.TEXT, company="company", website="website", industry="industry", product="product", message="message"),
        *_fields(FieldType.TEXT, street="street", city="city", region="region"),
        *_fields(FieldType.CODE, postal_code="postal code"),
        Field("country", "country", FieldType.CODE, shape="^[A-Z]{2}$", hint="two capital letters, such as US"),
        *_fields(FieldType.PLACE, place="place"),
        Field("employees", "employees", FieldType.NUMBER),
        *_fields(FieldType.MONEY, budget="budget"),
        Field("budget_cents", "budget", FieldType.NUMBER, cents=True),
        Field("currency", "currency", FieldType.CODE, shape="^[A-Z]{3}$", hint="three capital letters, such as EUR"),
        *_fields(FieldType.CODES, flaws="flaws", segments="segments"),
        Field("touch_count", "number of touches", FieldType.NUMBER),
        *_fields(FieldType.MOMENT, received_at="received", created_at="created", entered_at="entered its stage"),
        *_fields(FieldType.MOMENT, waits_since="began to wait", due_at="due", first_touch_at="first touched", accepted_at="accepted"),
        *_fields(FieldType.MOMENT, mql_at="became an MQL", sql_at="became an SQL", converted_at="converted", closed_at="closed"),
        Field("days_in_stage", "days in its stage", FieldType.NUMBER, since="entered_at"),
        Field("hours_since_received", "hours since it was received", FieldType.NUMBER, since="received_at", unit=HOUR),
        Field("hours_waiting", "hours of waiting", FieldType.NUMBER, since="waits_since", unit=HOUR),
        Field("top_score", "highest score so far", FieldType.NUMBER),
        Field("past_stages", "stages so far", FieldType.CODES, choices=STAGES),
        *_fields(FieldType.CODES, past_rules="routing rules so far", past_reasons="reasons so far"),
        Field("past_pools", "pools so far", FieldType.REFERENCES, kin="pool"),
        Field("past_owners", "owners so far", FieldType.REFERENCES, kin="owner"),
    ]
}

TOUCHED = frozenset({"touches", "top_score", "past_stages", "past_rules", "past_reasons", "past_pools", "past_owners"})
"""What is read out of the touches of a lead."""

RECALLED = TOUCHED | {"segments", "channel", "owner_role", "probability"}
"""What a lead and its standing do not say: asked for only where a rule in force reads it."""


def blank_facts() -> dict[str, Any]:
    """Facts of a lead that nothing is known about, to be filled in by whoever builds facts."""
    stored = {field.name: _BLANK_OF.get(field.type) for field in CATALOGUE.values() if not is_made(field)}
    return stored | {"touches": (), "marks": {}, "place_x": None, "place_y": None, "place_z": None}


def is_made(field: Field) -> bool:
    """Whether the field is made of other facts when it is asked for."""
    return bool(field.inside or field.since) or field.type in (FieldType.MONEY, FieldType.PLACE) or field.name == "domain_kind"


_BLANK_OF: dict[FieldType, object] = {
    FieldType.TEXT: "",
    FieldType.CODE: "",
    FieldType.NAME: "",
    FieldType.CODES: (),
    FieldType.REFERENCES: (),
}
