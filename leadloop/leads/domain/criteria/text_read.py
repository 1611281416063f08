"""A line of text as the JSON of criteria, with the place in the text of each part."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from leadloop.leads.domain.criteria.catalogue import OPERANDS, OPERATORS, Catalogue, Field, FieldType, Op, Operand
from leadloop.leads.domain.criteria.parse import DEPTH_LIMIT
from leadloop.leads.domain.criteria.text_words import OP_TEXTS, RESERVED, SPELLINGS, TOKEN, unquote
from leadloop.leads.domain.criteria.values import cents_of

Spec = dict[str, object]
WHOLE = re.compile(r"[+-]?[0-9]+(?:[_0-9]*[0-9])?", re.ASCII)
SIGNS = {">=": "at_least", "<=": "at_most", "=": "exactly", ">": "above", "<": "below"}


class Unreadable(Exception):
    """The text stops making sense at `position`."""

    def __init__(self, position: int, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.position, self.reason, self.hint = position, reason, hint


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    kind: str  # quoted, sign, word, end
    position: int

    def says(self, word: str) -> bool:
        return self.kind in ("word", "sign") and self.text.lower() == word


class Reader:
    """One walk over one text. What it reads is JSON that `parse` still has to judge."""

    def __init__(self, text: str, catalogue: Catalogue, names: Mapping[str, Mapping[int, str]]) -> None:
        self._catalogue, self._names = catalogue, names
        self._tokens = _tokens(text)
        self._at, self._depth = 0, 0
        self._starts: dict[int, int] = {}  # of each node of the spec, by its identity, where its text begins
        self._root: object = None

    def tree(self) -> object:
        self._root = self._any_of()
        if self._here.kind != "end":
            shown = self._here.text
            hint = 'Join conditions by "and" or "or"; a value of several words stands in quotes.'
            raise Unreadable(self._here.position, f"{shown!r} is not expected here", hint)
        return self._root

    def place_of(self, path: str) -> int:
        """Where the text of a path of the spec begins: that of its innermost node."""
        node, position = self._root, 0
        for step in re.findall(r"[a-z_]+|\[[0-9]+\]", path):
            position = self._starts.get(id(node), position)
            try:
                node = node[int(step[1:-1])] if step[0] == "[" else node[step]  # type: ignore[index]  # JSON of any shape
            except (KeyError, IndexError, TypeError):
                break
        return self._starts.get(id(node), position)

    @property
    def _here(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._here
        self._at += token.kind != "end"
        return token

    def _skip(self, *words: str) -> bool:
        """Whether these words come next; they are passed over then."""
        if all(self._tokens[min(self._at + n, len(self._tokens) - 1)].says(word) for n, word in enumerate(words)):
            self._at += len(words)
            return True
        return False

    def _need(self, *words: str, hint: str = "") -> None:
        if not self._skip(*words):
            raise Unreadable(self._here.position, f'"{" ".join(words)}" is missing', hint)

    def _any_of(self) -> object:
        return self._joined("or", "any", self._all_of)

    def _all_of(self) -> object:
        return self._joined("and", "all", self._factor)

    def _joined(self, word: str, key: str, part: Callable[[], object]) -> object:
        start = self._here.position
        parts = [part()]
        while self._skip(word):
            parts.append(part())
        return self._placed({key: parts}, start) if len(parts) > 1 else parts[0]

    def _placed(self, spec: Spec, start: int) -> Spec:
        self._starts[id(spec)] = start
        return spec

    def _factor(self) -> object:
        start = self._here.position
        self._depth += 1
        if self._depth > 3 * DEPTH_LIMIT:
            raise Unreadable(start, f"conditions are nested more than {DEPTH_LIMIT} deep")
        try:
            return self._innermost(start)
        finally:
            self._depth -= 1

    def _innermost(self, start: int) -> object:
        if self._skip("every", "lead"):
            return self._placed({"all": []}, start)
        if self._skip("no", "lead"):
            return self._placed({"any": []}, start)
        if self._skip("not", "in", "segment"):
            return self._placed({"field": "segments", "op": "not_contains", "value": self._text()}, start)
        if self._skip("in", "segment"):
            return self._placed({"field": "segments", "op": "contains", "value": self._text()}, start)
        if self._skip("not"):
            return self._placed({"not": self._factor()}, start)
        for key in ("all", "any"):
            if self._skip(key, "("):
                return self._placed({key: [self._closed()]}, start)
        if self._skip("("):
            return self._closed()
        if self._skip("touches") or self._skip("no", "touches") or self._skip("no", "touch"):
            return self._touches(start, none=self._tokens[self._at - 2].says("no") if self._at > 1 else False)
        return self._condition(start)

    def _closed(self) -> object:
        inner = self._any_of()
        self._need(")", hint="Each bracket that opens has to close.")
        return inner

    def _condition(self, start: int) -> object:
        token = self._take()
        field = self._catalogue.get(token.text) if token.kind == "word" else None
        if field is None:
            near = get_close_matches(token.text.lower(), [*self._catalogue, "touches"], n=1)
            reason = f"there is no field {token.text!r}" if token.kind in ("word", "quoted") else "a condition is missing"
            raise Unreadable(token.position, reason, f"Did you mean {near[0]}?" if near else "")
        op = self._operator(field)
        return self._placed({"field": field.name, "op": op.value, **self._operands(field, op)}, start)

    def _operator(self, field: Field) -> Op:
        position = self._here.position
        allowed = OPERATORS[field.type]
        for words, op in SPELLINGS:
            kind = {Op.IS: Op.CONTAINS, Op.IS_NOT: Op.NOT_CONTAINS}.get(op, op) if Op.IS not in allowed else op
            if kind in allowed and self._skip(*words):
                return kind
        offered = ", ".join(OP_TEXTS[op] for op in allowed)
        raise Unreadable(position, f"{field.name} takes no {self._here.text or 'end'!r} here", f"It takes: {offered}.")

    def _operands(self, field: Field, op: Op) -> Spec:
        match OPERANDS[op]:
            case Operand.NOTHING:
                return {}
            case Operand.DAYS:
                days = self._whole()
                self._need("days", hint="Such as: in last 7 days in Europe/Berlin.")
                self._need("in", hint="Name a time zone, such as: in Europe/Berlin.")
                return {"value": days, "zone": self._text()}
            case Operand.CIRCLE:
                return self._circle()
            case Operand.PAIR:
                low, currency = self._value(field)
                self._need("and", hint="Such as: between 10 and 20.")
                high, second = self._value(field)
                return {"value": [low, high], **_in_currency(currency or second)}
            case Operand.MANY | Operand.PARTS:
                values = [self._value(field)[0]]
                while self._skip(","):
                    values.append(self._value(field)[0])
                return {"value": values}
            case _:
                value, currency = self._value(field)
                return {"value": value, **_in_currency(currency)}

    def _circle(self) -> Spec:
        km = self._real()
        self._need("km", "of", hint="Such as: within 50 km of 52.53 13.38.")
        latitude = self._real()
        self._skip(",")
        near = {}
        longitude = self._real()
        if self._here.kind == "quoted":
            near = {"near": unquote(self._take().text)}
        return {"value": km, "of": [latitude, longitude], **near}

    def _value(self, field: Field) -> tuple[object, str]:
        """A value as the field's type takes it, and the currency of an amount."""
        match field.type:
            case FieldType.NUMBER:
                return self._whole(), ""
            case FieldType.DECIMAL:
                return self._real(), ""
            case FieldType.REFERENCE | FieldType.REFERENCES:
                return self._reference(field.register), ""
            case FieldType.MONEY:
                token = self._take()
                amount = cents_of(token.text)
                if amount is None:
                    raise Unreadable(token.position, f"{token.text!r} is no amount", "Such as: 5000 EUR.")
                currency = self._take().text if self._here.kind == "word" and self._here.text.lower() not in RESERVED else ""
                return amount, currency
            case _:
                return self._text(), ""

    def _reference(self, register: str) -> object:
        token = self._take()
        if token.kind == "word" and WHOLE.fullmatch(token.text.removeprefix("#")):
            return int(token.text.removeprefix("#"))
        called = unquote(token.text) if token.kind == "quoted" else token.text
        for key, name in self._names.get(register, {}).items():
            if name.casefold() == called.casefold():
                return key
        near = get_close_matches(called, list(self._names.get(register, {}).values()), n=1)
        raise Unreadable(token.position, f"there is no {register} {called!r}", f'Did you mean "{near[0]}"?' if near else "An id is #7.")

    def _text(self) -> str:
        token = self._take()
        if token.kind == "quoted":
            return unquote(token.text)
        if token.kind != "word" or token.text.lower() in RESERVED:
            what = f"{token.text!r} means something here" if token.kind == "word" else "a value is missing"
            raise Unreadable(token.position, what, "Put it in quotes to use it as a value." if token.kind == "word" else "")
        return token.text

    def _whole(self) -> int:
        token = self._take()
        if token.kind != "word" or not WHOLE.fullmatch(token.text) or len(token.text) > 30:
            raise Unreadable(token.position, f"{token.text!r} is no whole number" if token.text else "a number is missing")
        return int(token.text)

    def _real(self) -> float:
        token = self._take()
        try:
            return float(token.text)
        except ValueError:
            raise Unreadable(token.position, f"{token.text!r} is no number" if token.text else "a number is missing") from None

    def _touches(self, start: int, *, none: bool) -> object:
        kind = self._text_or_any() if self._skip("of") and not self._here.says("campaign") else "any"
        spec: Spec = {"touches": kind}
        spec |= {"campaign": self._text()} if self._skip("campaign") or self._skip("of", "campaign") else {}
        spec |= {"source": self._reference("source")} if self._skip("source") or self._skip("from", "source") else {}
        if self._skip("by"):
            word = next((word for word in ("us", "them") if self._skip(word)), "")
            spec |= {"by": word or self._reference("owner")}
        if self._skip("in", "last") or self._skip("for"):
            spec |= self._window()
        return self._placed(spec | ({"op": "none"} if none else self._count()), start)

    def _text_or_any(self) -> str:
        return "any" if self._skip("any") else self._text()

    def _window(self) -> Spec:
        days = self._whole()
        if self._skip("local", "days", "in"):
            return {"local_days": days, "zone": self._text()}
        if not self._skip("days"):
            self._need("day", hint="Such as: in last 30 days >= 3.")
        return {"within_days": days}

    def _count(self) -> Spec:
        if self._skip("between"):
            low = self._whole()
            self._need("and")
            return {"op": "between", "value": [low, self._whole()]}
        sign = self._take()
        if sign.text not in SIGNS:
            raise Unreadable(sign.position, "say how many touches", "Such as: touches of opened in last 30 days >= 3.")
        count, op = self._whole(), SIGNS[sign.text]
        if op in ("above", "below"):
            op, count = ("at_least", count + 1) if op == "above" else ("at_most", count - 1)
        return {"op": op, "value": count}


def _in_currency(currency: str) -> Spec:
    return {"currency": currency} if currency else {}


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "wrong":
            hint = "A text in quotes has to end with one." if match[kind] == '"' else ""
            raise Unreadable(match.start(kind), f"{match[kind]!r} cannot stand here", hint)
        found.append(Token(match[kind], kind, match.start(kind)))
    return [*found, Token("", "end", len(text.rstrip()))]
