"""Criteria as rows of a form: which fields and operators a person may choose, and which control a value needs."""

from functools import lru_cache

from leadloop.leads.domain.criteria.catalogue import OPERANDS, OPERATORS, Catalogue, Field, FieldType, Op, Operand
from leadloop.leads.domain.criteria.fields import CATALOGUE
from leadloop.leads.domain.stages import LABELS
from leadloop.leads.domain.touch_kinds import TITLES

TOUCHES = "touches."
"""Prefix of a count of touches among the names of fields: "touches.opened", "touches.any"."""

_GROUPS = {
    "Lead": "stage is_open score grade probability temperature owner owner_role source channel pool campaign product message "
    "budget budget_cents currency segments",
    "Person": "first_name last_name title email domain_kind phone external_id flaws",
    "Company": "company company_domain website industry employees",
    "Place": "street city region postal_code country place",
    "Time": "received_at created_at entered_at waits_since due_at first_touch_at accepted_at mql_at sql_at converted_at closed_at "
    "days_in_stage hours_since_received hours_waiting",
    "Marks of the visit": "utm_source utm_medium utm_campaign utm_term utm_content",
    "Decisions so far": "past_stages past_rules past_reasons past_pools past_owners top_score",
}
FIELD_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = tuple((title, tuple(names.split())) for title, names in _GROUPS.items())

OP_WORDS = {
    Op.IS: "is",
    Op.IS_NOT: "is not",
    Op.ONE_OF: "is one of",
    Op.NONE_OF: "is none of",
    Op.CONTAINS: "contains",
    Op.NOT_CONTAINS: "does not contain",
    Op.STARTS_WITH: "starts with",
    Op.STARTS_WITH_ONE_OF: "starts with one of",
    Op.IS_BLANK: "is blank",
    Op.IS_NOT_BLANK: "is not blank",
    Op.AT_LEAST: "is at least",
    Op.AT_MOST: "is at most",
    Op.ABOVE: "is above",
    Op.BELOW: "is below",
    Op.BETWEEN: "is between",
    Op.BEFORE: "is before",
    Op.AFTER: "is after",
    Op.IN_LAST_DAYS: "in the last days",
    Op.NOT_IN_LAST_DAYS: "not in the last days",
    Op.WITHIN_KM: "is within",
    Op.NOT_WITHIN_KM: "is not within",
    Op.IS_TRUE: "yes",
    Op.IS_FALSE: "no",
}
_MEMBER_WORDS = {
    Op.CONTAINS: "include",
    Op.NOT_CONTAINS: "do not include",
    Op.ONE_OF: "include one of",
    Op.NONE_OF: "include none of",
    Op.IS_BLANK: "are none",
    Op.IS_NOT_BLANK: "are some",
}
COUNT_OPS = (("at_least", "at least"), ("at_most", "at most"), ("exactly", "exactly"), ("between", "between"), ("none", "none"))
MEMBERS = (FieldType.CODES, FieldType.REFERENCES)

Choices = list[tuple[str, str]]


def field_choices(catalogue: Catalogue = CATALOGUE) -> list[tuple[str, Choices]]:
    """Every field of the catalogue and every count of touches, in groups with headings; what an install declared after our own."""
    declared: dict[str, Choices] = {}
    for name, field in catalogue.items():
        if field.group:
            declared.setdefault(field.group, []).append((name, _label(field)))
    return [*_own_choices(), *declared.items(), ("Touches", _touch_choices())]


@lru_cache(maxsize=1)
def _own_choices() -> list[tuple[str, Choices]]:
    sorted_in = {name for _, names in FIELD_GROUPS for name in names}
    groups = [(title, [(name, _label(CATALOGUE[name])) for name in names]) for title, names in FIELD_GROUPS]
    return [*groups, ("Other", [(name, _label(field)) for name, field in CATALOGUE.items() if name not in sorted_in])]


@lru_cache(maxsize=1)
def _touch_choices() -> Choices:
    usual = [(f"{TOUCHES}interaction", "Touches: any interaction"), (f"{TOUCHES}any", "Touches of any kind")]
    return [*usual, *((f"{TOUCHES}{kind}", f"Touch: {title}") for kind, title in TITLES.items())]


def op_choices(field: str, catalogue: Catalogue = CATALOGUE) -> Choices:
    """The operators that a field takes, the usual one first."""
    if field.startswith(TOUCHES):
        return list(COUNT_OPS)
    known = catalogue.get(field)
    if known is None:
        return []
    ops = OPERATORS[known.type]
    usual = {
        FieldType.NUMBER: Op.AT_LEAST,
        FieldType.DECIMAL: Op.AT_LEAST,
        FieldType.MOMENT: Op.IN_LAST_DAYS,
        FieldType.DATE: Op.IN_LAST_DAYS,
        FieldType.TEXT: Op.CONTAINS,
    }.get(known.type)
    words = OP_WORDS | _MEMBER_WORDS if known.type in MEMBERS else OP_WORDS
    return [(op.value, words[op]) for op in sorted(ops, key=lambda op: op is not usual)]


def control(field: str, op: str, catalogue: Catalogue = CATALOGUE) -> str:
    """Which control a value needs: none, text, texts, number, decimal, money, amount, choice, choices, reference, references,
    moment, date, days, circle, and of touches count or window; with "_pair" behind it where there are two."""
    if field.startswith(TOUCHES):
        return {"none": "window", "between": "count_pair"}.get(op, "count")
    known = catalogue.get(field)
    if known is None or op not in [allowed.value for allowed in OPERATORS[known.type]]:
        return "none"
    operand = OPERANDS[Op(op)]
    if operand in (Operand.NOTHING, Operand.DAYS, Operand.CIRCLE):
        return {Operand.NOTHING: "none", Operand.DAYS: "days"}.get(operand, "circle")
    return _value_control(known, operand)


def _value_control(field: Field, operand: Operand) -> str:
    many = operand in (Operand.MANY, Operand.PARTS)
    pair = "_pair" if operand is Operand.PAIR else ""
    if field.type in (FieldType.REFERENCE, FieldType.REFERENCES):
        return "references" if many else "reference"
    if (field.choices or field.name == "segments") and (operand in (Operand.ONE, Operand.MANY) or field.type is FieldType.CODES):
        return "choices" if many else "choice"
    if many:
        return "texts"
    if field.type is FieldType.NUMBER:
        return ("money" if field.cents else "number") + pair
    kinds = {FieldType.MONEY: "amount", FieldType.DECIMAL: "decimal", FieldType.DATE: "date", FieldType.MOMENT: "moment"}
    return f"{kinds[field.type]}{pair}" if field.type in kinds else "text"


def value_choices(field: str, catalogue: Catalogue = CATALOGUE) -> Choices:
    """The closed list of values of a field, with their labels."""
    known = catalogue.get(field)
    labels = {stage.value: label for stage, label in LABELS.items()} if field in ("stage", "past_stages") else _LABELS.get(field, {})
    return [(value, labels.get(value, value)) for value in known.choices] if known else []


_LABELS = {"domain_kind": {"company": "of a company", "free": "a free one"}}


def _label(field: Field) -> str:
    return field.label[:1].upper() + field.label[1:]
