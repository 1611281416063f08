"""Values of declared fields, as people and programs write them, in the one form in which each kind is stored. Refuses nothing."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any, Final, NamedTuple

from leadloop.intake.domain.amounts import amount, currency_of
from leadloop.intake.domain.texts import BLANKS
from leadloop.kernel.contact_points import email_address, phone_number
from leadloop.kernel.moments import DateOrder, read_moment
from leadloop.leads.domain.custom_fields import DECIMAL_LIMIT, PATTERNS, WHOLE_LIMIT, FieldSpec, Kind
from leadloop.leads.domain.inquiry import NO_WORDS

YES: Final = frozenset("yes y true t 1 on x ja j oui o si sí s sim wahr ✓ ✔ checked".split())
NO: Final = frozenset("no n false f 0 off nein non nao não falsch - unchecked".split())
LENGTHS: Final = {Kind.TEXT: 500, Kind.LONG_TEXT: 5_000, Kind.URL: 500}
MONTH_FIRST: Final = frozenset({"US", "PH", "FM", "MH", "PW", "AS", "GU", "MP", "PR", "VI"})
YEARS: Final = range(1800, 3000)

_WRAPPED = re.compile(r"\((.+)\)")
_MINUS = re.compile(r"^[^\d]*?[-\u2212]\s*[^\d]{0,4}(?=\d)")
_NUMBERS = re.compile(r"\d(?:[\d.,'\u2019\u00a0\u202f ]*\d)?")
_ONE_DOT = re.compile(r"[-+]?\d+\.\d+")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WEB = re.compile(r"https?://[^\s/?#]+\.[^\s/?#]{2,}(?:[/?#]\S*)?", re.IGNORECASE)
_SEPARATORS = (";", "|", "\n", ",")


class Read(NamedTuple):
    """A value of its kind; or, with a `flaw`, what was given, as it came."""

    value: Any
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class Habits:
    """How whoever wrote a value writes: the country of the lead, or of its source, and the zone of moments that name none."""

    country: str = ""
    zone: tzinfo = UTC
    today: date = date(1970, 1, 1)


def read_declared(
    values: dict[str, Any], specs: Mapping[str, FieldSpec], habits: Habits, *, blank_words: Mapping[str, object] = NO_WORDS
) -> None:
    """Turn what an inquiry says of declared fields into their kinds; what does not fit stays as it came and is a flaw.

    Names that nobody declared are left alone. Of `blank_words` those are taken that a field has as a choice.
    """
    custom, flaws = values["custom"], values["flaws"]
    for name, given in blank_words.items():
        spec = specs.get(name)
        if spec is not None and spec.kind in (Kind.CHOICE, Kind.CHOICES) and not read_value(spec, given, habits).flaw:
            custom[name] = given
    for name in list(custom):
        spec = specs.get(name)
        if spec is None:
            continue
        read = read_value(spec, custom[name], habits)
        if read.value is None:
            del custom[name]
        else:
            custom[name] = read.value
        if read.flaw:
            flaws.append(f"{spec.key}:{read.flaw}")


def read_value(spec: FieldSpec, given: Any, habits: Habits) -> Read:
    """One value of a declared field; None for nothing. Reading what was read gives the same.

    Flaws: unreadable, not_a_choice, too_long, out_of_range, wrong_form, other_currency.
    """
    if isinstance(given, str):
        given = given.strip()
        if given in BLANKS and not (given and spec.choices and _folded(given) in _canonical(spec)):
            return Read(None)
    if given is None or given == []:
        return Read(None)
    read = _READERS[spec.kind](spec, given, habits)
    return read if read.flaw else Read(read.value, _beyond(spec, read.value, habits))


def complaint(spec: FieldSpec, flaw: str) -> str:
    """What to tell somebody who can still mend it."""
    low, high = spec.limits.get("min"), spec.limits.get("max")
    bounds = f"from {low:,} to {high:,}" if None not in (low, high) else f"of at least {low:,}" if low is not None else ""
    bounds = bounds or (f"of at most {high:,}" if high is not None else "")
    if flaw == "out_of_range" and spec.kind is Kind.DATE:
        return "Enter a date in the past." if spec.limits.get("past") else "Enter a date in the future."
    return {
        "not_a_choice": "Choose one of the choices.",
        "too_long": f"Write at most {longest(spec):,} characters.",
        "out_of_range": f"Enter a number {bounds or 'that is not so large'}.",
        "wrong_form": f"{PATTERNS.get(spec.limits.get('pattern', ''), ('', 'Another form'))[1]}, please.",
        "other_currency": f"Enter an amount in {spec.currency}.",
    }.get(flaw) or {
        Kind.WHOLE: "Enter a whole number.",
        Kind.DECIMAL: "Enter a number.",
        Kind.MONEY: "Enter an amount, such as 1,250.00.",
        Kind.DATE: "Enter a date, such as 2026-12-31.",
        Kind.MOMENT: "Enter a date and a time, such as 2026-12-31 14:30.",
        Kind.YES_NO: "Say yes or no.",
        Kind.EMAIL: "Enter an e-mail address such as name@company.com.",
        Kind.PHONE: "Enter a telephone number, with + and the country in front.",
        Kind.URL: "Enter a web address, such as https://company.com.",
    }.get(spec.kind, "This cannot be read.")


def longest(spec: FieldSpec) -> int:
    """Characters that a text may have."""
    return int(spec.limits.get("length") or LENGTHS.get(spec.kind, 500))


def _text(spec: FieldSpec, given: Any, _habits: Habits) -> Read:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return Read(given, "unreadable")
    text = given if isinstance(given, str) else repr(given)
    if len(text) > longest(spec):
        return Read(text, "too_long")
    pattern = PATTERNS.get(spec.limits.get("pattern", ""), ("", ""))[0]
    return Read(text, "" if not pattern or re.fullmatch(pattern, text) else "wrong_form")


def _choice(spec: FieldSpec, given: Any, _habits: Habits) -> Read:
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return Read(given, "unreadable")
    found = _canonical(spec).get(_folded(str(given)))
    return Read(found) if found is not None else Read(given, "not_a_choice")


def _choices(spec: FieldSpec, given: Any, _habits: Habits) -> Read:
    known = _canonical(spec)
    parts = [one for one in given if one not in (None, "")] if isinstance(given, list) else [given]
    if any(isinstance(one, bool) or not isinstance(one, str | int | float) for one in parts):
        return Read(given, "unreadable")
    texts = [str(one) for one in parts]
    if len(texts) == 1 and _folded(texts[0]) not in known:
        mark = next((mark for mark in _SEPARATORS if mark in texts[0]), None)
        texts = [part.strip() for part in texts[0].split(mark) if part.strip()] if mark else texts
    found = [known.get(_folded(text)) for text in texts]
    if None in found:
        return Read(given, "not_a_choice")
    return Read([choice for choice in spec.choices if choice in found] or None)


def _canonical(spec: FieldSpec) -> dict[str, str]:
    return {_folded(choice): choice for choice in spec.choices}


def _folded(text: str) -> str:
    """Letters alone decide: case, runs of blanks, and how accents are written do not."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("_", " ").split())


def _whole(_spec: FieldSpec, given: Any, _habits: Habits) -> Read:
    number = _number(given)
    if number is None or number != number.to_integral_value() or abs(number) > WHOLE_LIMIT:
        return Read(given, "unreadable")
    return Read(int(number))


def _decimal(spec: FieldSpec, given: Any, _habits: Habits) -> Read:
    places = int(spec.limits.get("places") or 2)
    text = given.rstrip("% ") if isinstance(given, str) else given
    number = Decimal(text) if places > 2 and isinstance(text, str) and _ONE_DOT.fullmatch(text) else _number(text)
    if number is None or abs(number) > DECIMAL_LIMIT:
        return Read(given, "unreadable")
    exact = round(number, places)
    return Read(int(exact) if exact == exact.to_integral_value() else float(exact))


def _money(spec: FieldSpec, given: Any, _habits: Habits) -> Read:
    if isinstance(given, dict):
        cents, currency = given.get("cents"), given.get("currency", "")
        if type(cents) is not int or abs(cents) > WHOLE_LIMIT or not isinstance(currency, str):
            return Read(given, "unreadable")
    else:
        number, currency = _number(given), currency_of(given) if isinstance(given, str) else ""
        if number is None or abs(number) * 100 > WHOLE_LIMIT:
            return Read(given, "unreadable")
        cents = round(number * 100)
    currency = currency or spec.currency
    return Read({"cents": cents, "currency": currency}, "" if currency == spec.currency else "other_currency")


def _number(given: Any) -> Decimal | None:
    """One number, whatever groups its digits, with a sign, in brackets for a minus, or with a word such as "k"; None for several."""
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return None
    if not isinstance(given, str):
        return Decimal(repr(given)) if abs(given) < float("inf") and len(repr(given)) < 60 else None
    text = given.strip()
    wrapped = _WRAPPED.fullmatch(text)
    below = wrapped is not None or _MINUS.match(text) is not None
    text = _MINUS.sub("", wrapped[1] if wrapped else text).strip()
    if len(_NUMBERS.findall(text)) != 1:
        return None
    found = amount(text)
    return None if found is None else -found if below else found


def _date(spec: FieldSpec, given: Any, habits: Habits) -> Read:
    if not isinstance(given, str | int | float) or isinstance(given, bool):
        return Read(given, "unreadable")
    text = str(given)
    plain = text[:10] if _ISO_DAY.match(text) and len(text) > 10 else text  # a day is the day that was written, in whatever zone
    moment = _at(plain, spec, habits) or _at(text, spec, habits)
    if moment is None or moment.year not in YEARS:
        return Read(given, "unreadable")
    return Read(moment.date().isoformat())


def _moment(spec: FieldSpec, given: Any, habits: Habits) -> Read:
    moment = _at(str(given), spec, habits) if isinstance(given, str | int | float) and not isinstance(given, bool) else None
    if moment is None or moment.year not in YEARS:
        return Read(given, "unreadable")
    return Read(stored_moment(moment))


def stored_moment(moment: datetime) -> str:
    """As a moment is stored: UTC, to the second."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _at(text: str, spec: FieldSpec, habits: Habits) -> datetime | None:
    """A moment in whatever order it can only be meant; which of 3/4/2026 is the day says the field, else the lead's country."""
    zone = habits.zone if spec.kind is Kind.MOMENT else UTC
    order = DateOrder.DMY if spec.limits.get("day_first") or habits.country not in MONTH_FIRST else DateOrder.MDY
    return read_moment(text, DateOrder.AMBIGUOUS, zone=zone) or read_moment(text, order, zone=zone)


def _yes_no(_spec: FieldSpec, given: Any, _habits: Habits) -> Read:
    if isinstance(given, bool):
        return Read(given)
    word = str(given).strip().lower() if isinstance(given, str | int) else ""
    return Read(True) if word in YES else Read(False) if word in NO else Read(given, "unreadable")


def _email(_spec: FieldSpec, given: Any, _habits: Habits) -> Read:
    address = email_address(given) if isinstance(given, str) else None
    return Read(address) if address else Read(given, "unreadable")


def _phone(_spec: FieldSpec, given: Any, habits: Habits) -> Read:
    number = phone_number(str(given), habits.country) if isinstance(given, str | int) and not isinstance(given, bool) else None
    return Read(number) if number else Read(given, "unreadable")


def _url(spec: FieldSpec, given: Any, _habits: Habits) -> Read:
    if not isinstance(given, str):
        return Read(given, "unreadable")
    address = given if "://" in given else f"https://{given}"
    if not _WEB.fullmatch(address):
        return Read(given, "unreadable")
    return Read(address) if len(address) <= longest(spec) else Read(given, "too_long")


def _beyond(spec: FieldSpec, value: Any, habits: Habits) -> str:
    """A flaw where a value that can be read is outside what the field allows."""
    low, high = spec.limits.get("min"), spec.limits.get("max")
    if spec.kind is Kind.MONEY:
        value = value["cents"] / 100
    if low is not None and value < low:
        return "out_of_range"
    if high is not None and value > high:
        return "out_of_range"
    if spec.kind is Kind.DATE and habits.today.year > 1970:
        today = habits.today.isoformat()
        if (spec.limits.get("past") and value > today) or (spec.limits.get("future") and value < today):
            return "out_of_range"
    return ""


_READERS: Final = {
    Kind.TEXT: _text, Kind.LONG_TEXT: _text, Kind.CHOICE: _choice, Kind.CHOICES: _choices, Kind.WHOLE: _whole, Kind.DECIMAL: _decimal,
    Kind.MONEY: _money, Kind.DATE: _date, Kind.MOMENT: _moment, Kind.YES_NO: _yes_no, Kind.EMAIL: _email, Kind.PHONE: _phone,
    Kind.URL: _url,
}  # fmt: skip
