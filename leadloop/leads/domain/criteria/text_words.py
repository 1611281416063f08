"""The words of criteria as text: how operators are spelt, and which words have to stand in quotes to be values."""

import re

from leadloop.leads.domain.criteria.catalogue import Op

OP_TEXTS = {
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
    Op.AT_LEAST: ">=",
    Op.AT_MOST: "<=",
    Op.ABOVE: ">",
    Op.BELOW: "<",
    Op.BETWEEN: "between",
    Op.BEFORE: "before",
    Op.AFTER: "after",
    Op.IN_LAST_DAYS: "in last",
    Op.NOT_IN_LAST_DAYS: "not in last",
    Op.WITHIN_KM: "within",
    Op.NOT_WITHIN_KM: "not within",
    Op.IS_TRUE: "is true",
    Op.IS_FALSE: "is false",
}
OTHER_TEXTS = {
    "is at least": Op.AT_LEAST,
    "is at most": Op.AT_MOST,
    "is above": Op.ABOVE,
    "is below": Op.BELOW,
    "is between": Op.BETWEEN,
    "is before": Op.BEFORE,
    "is after": Op.AFTER,
    "is within": Op.WITHIN_KM,
    "is not within": Op.NOT_WITHIN_KM,
    "include": Op.CONTAINS,
    "includes": Op.CONTAINS,
    "in": Op.ONE_OF,
    "not in": Op.NONE_OF,
    "=": Op.IS,
    "!=": Op.IS_NOT,
}
"""Spellings that are understood as well."""

SPELLINGS: list[tuple[tuple[str, ...], Op]] = sorted(
    [(tuple(text.split()), op) for op, text in OP_TEXTS.items()] + [(tuple(text.split()), op) for text, op in OTHER_TEXTS.items()],
    key=lambda one: -len(one[0]),
)
"""Longest first, so that "is not blank" is not read as "is not"."""

RESERVED = frozenset("and or not is one none blank true false at above below between before after within in any all campaign".split())
"""Words that would be read as something else where a value may stand."""

TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<sign>>=|<=|!=|[()=<>,;])|(?P<word>[^\s()=<>,;"!]+)|(?P<wrong>\S))""", re.DOTALL
)
BARE = re.compile(r"[^\s()=<>,;\"!\\]+")


def quote(text: str) -> str:
    """Text as a value: in quotes unless it is one word that means nothing else."""
    if BARE.fullmatch(text) and text.lower() not in RESERVED and not text.startswith("#"):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def unquote(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL)
