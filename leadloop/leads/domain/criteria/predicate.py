"""Criteria compiled for Python: one small closure a condition, made once, called for every lead.

The other compiler is `leads/criteria_sql.py`; the two agree on every lead, and a property test holds them to it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from leadloop.leads.domain.criteria.catalogue import NEGATIONS, Facts, FieldType, Op, fold
from leadloop.leads.domain.criteria.fields import is_made
from leadloop.leads.domain.criteria.found import finder
from leadloop.leads.domain.criteria.touch_test import touch_test
from leadloop.leads.domain.criteria.tree import All, AnyOf, Condition, Node, Not, TouchCount
from leadloop.leads.domain.criteria.windows import local_days, start_of_days
from leadloop.leads.domain.places import least_cosine, unit_vector

Test = Callable[[Facts, datetime], bool]


def predicate(tree: Node) -> Test:
    """Compile a tree into a test of (facts, now).

    Compile once and keep the test: a call costs about 0.1 us a condition, compiling some 2 us a condition.
    """
    match tree:
        case All(parts):
            return _every(tuple(predicate(part) for part in parts))
        case AnyOf(parts):
            return _contains_one_of(parts) or _some(tuple(predicate(part) for part in parts))
        case Not(part):
            return _opposite(predicate(part))
        case TouchCount():
            return touch_test(tree)
        case Condition(field, op) if op in NEGATIONS:
            return _opposite(predicate(Condition(field, NEGATIONS[op], tree.values, tree.zone, tree.unit)))
        case Condition(field):
            test = _MAKERS[field.type](tree)
            return _of_made(tree, test) if is_made(field) else test


def _every(tests: tuple[Test, ...]) -> Test:
    def test(facts: Facts, now: datetime) -> bool:
        for part in tests:  # noqa: SIM110  # all() over a generator costs twice as much
            if not part(facts, now):
                return False
        return True

    return test


def _some(tests: tuple[Test, ...]) -> Test:
    def test(facts: Facts, now: datetime) -> bool:
        for part in tests:  # noqa: SIM110  # any() over a generator costs twice as much
            if part(facts, now):
                return True
        return False

    return test


def _contains_one_of(parts: tuple[Node, ...]) -> Test | None:
    """Whether one text contains one of many: folded once for all. None for anything else."""
    alike = [part for part in parts if isinstance(part, Condition) and part.op is Op.CONTAINS and part.field.type is FieldType.TEXT]
    if len(alike) < max(2, len(parts)) or is_made(alike[0].field) or any(part.field is not alike[0].field for part in alike):
        return None
    name, wanted = alike[0].field.name, tuple(fold(str(part.values[0])) for part in alike)

    def test(facts: Facts, _now: datetime) -> bool:
        found = fold(facts[name] or "")
        for one in wanted:  # noqa: SIM110  # any() over a generator costs twice as much
            if one in found:
                return True
        return False

    return test


def _opposite(part: Test) -> Test:
    return lambda facts, now: not part(facts, now)


def _of_made(node: Condition, test: Test) -> Test:
    """Of a field that is made when it is asked for."""
    name, find = node.field.name, finder(node.field)
    return lambda facts, now: test({name: find(facts, now)}, now)


def _text_test(node: Condition) -> Test:
    name = node.field.name
    if node.op is Op.IS_BLANK:
        return lambda facts, _now: not facts[name]
    among = frozenset(fold(str(value)) for value in node.values)
    wanted = fold(str(node.values[0]))
    match node.op:
        case Op.IS:
            return lambda facts, _now: fold(facts[name] or "") == wanted
        case Op.CONTAINS:
            return lambda facts, _now: wanted in fold(facts[name] or "")
        case Op.STARTS_WITH:
            return lambda facts, _now: fold(facts[name] or "").startswith(wanted)
        case Op.STARTS_WITH_ONE_OF:
            beginnings = tuple(among)
            return lambda facts, _now: fold(facts[name] or "").startswith(beginnings)
        case _:
            return lambda facts, _now: fold(facts[name] or "") in among


def _code_test(node: Condition) -> Test:
    name = node.field.name
    if node.op is Op.IS_BLANK:
        return lambda facts, _now: not facts[name]
    among, wanted = frozenset(node.values), str(node.values[0])
    match node.op:
        case Op.IS:
            return lambda facts, _now: bool(facts[name] == wanted)
        case Op.CONTAINS:
            return lambda facts, _now: wanted in (facts[name] or "")
        case Op.STARTS_WITH:
            return lambda facts, _now: (facts[name] or "").startswith(wanted)
        case Op.STARTS_WITH_ONE_OF:
            beginnings = tuple(str(value) for value in node.values)
            return lambda facts, _now: (facts[name] or "").startswith(beginnings)
        case _:
            return lambda facts, _now: facts[name] in among


def _codes_test(node: Condition) -> Test:
    name, wanted = node.field.name, frozenset(node.values)
    if node.op is Op.IS_BLANK:
        return lambda facts, _now: not facts[name]
    return lambda facts, _now: not wanted.isdisjoint(facts[name] or ())


def _amount_test(node: Condition) -> Test:
    """Numbers, references, moments and dates: None is blank, and blank is neither above nor below anything."""
    name = node.field.name
    if node.op is Op.IS_BLANK:
        return lambda facts, _now: facts[name] is None
    among = frozenset(node.values)
    first: Any = node.values[0]
    last: Any = node.values[-1]
    match node.op:
        case Op.IS:
            return lambda facts, _now: bool(facts[name] == first)
        case Op.ONE_OF:
            return lambda facts, _now: facts[name] in among
        case Op.AT_LEAST:
            return lambda facts, _now: (found := facts[name]) is not None and found >= first
        case Op.AT_MOST:
            return lambda facts, _now: (found := facts[name]) is not None and found <= first
        case Op.ABOVE | Op.AFTER:
            return lambda facts, _now: (found := facts[name]) is not None and found > first
        case Op.BELOW | Op.BEFORE:
            return lambda facts, _now: (found := facts[name]) is not None and found < first
        case Op.BETWEEN:
            return lambda facts, _now: (found := facts[name]) is not None and first <= found <= last
        case _:
            return _in_last_days(name, _window_of_dates if node.field.type is FieldType.DATE else _window, days=first, zone=node.zone)


def _in_last_days(name: str, window: Callable[..., tuple[Any, Any]], *, days: int, zone: str) -> Test:
    last: tuple[datetime, tuple[Any, Any]] | None = None  # one pair, swapped whole: threads may share the test

    def test(facts: Facts, now: datetime) -> bool:
        nonlocal last
        found = facts[name]
        if found is None:
            return False
        known = last
        if known is None or known[0] != now:
            last = known = (now, window(now, days=days, zone=zone))
        low, high = known[1]
        return bool(low <= found <= high)

    return test


def _window(now: datetime, *, days: int, zone: str) -> tuple[datetime, datetime]:
    return start_of_days(now, days=days, zone=zone), now


def _window_of_dates(now: datetime, *, days: int, zone: str) -> tuple[str, str]:
    return local_days(now, days=days, zone=zone)


def _flag_test(node: Condition) -> Test:
    name = node.field.name
    return lambda facts, _now: bool(facts[name])


def _money_test(node: Condition) -> Test:
    """An amount in the currency that was named; one in another is neither above nor below it."""
    name, currency = node.field.name, node.unit
    if node.op is Op.IS_BLANK:
        return lambda facts, _now: facts[name] is None
    test = _amount_test(node)
    return lambda facts, now: (found := facts[name]) is not None and found[1] == currency and test({name: found[0]}, now)


def _place_test(node: Condition) -> Test:
    """Where a lead is nobody knows, it is not within; so the negation has it."""
    name = node.field.name
    if node.op is Op.IS_BLANK:
        return lambda facts, _now: facts[name] is None
    latitude, longitude, km = (float(value) for value in node.values)  # type: ignore[arg-type]  # a circle is numbers
    x, y, z = unit_vector(latitude, longitude)
    least = least_cosine(km)

    def test(facts: Facts, _now: datetime) -> bool:
        found = facts[name]
        return found is not None and found[0] * x + found[1] * y + found[2] * z >= least

    return test


_MAKERS: dict[FieldType, Callable[[Condition], Test]] = {
    FieldType.TEXT: _text_test,
    FieldType.CODE: _code_test,
    FieldType.NAME: _code_test,
    FieldType.REFERENCE: _amount_test,
    FieldType.NUMBER: _amount_test,
    FieldType.DECIMAL: _amount_test,
    FieldType.MOMENT: _amount_test,
    FieldType.DATE: _amount_test,
    FieldType.FLAG: _flag_test,
    FieldType.CODES: _codes_test,
    FieldType.REFERENCES: _codes_test,
    FieldType.MONEY: _money_test,
    FieldType.PLACE: _place_test,
}
