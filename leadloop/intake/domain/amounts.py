"""Numbers as people write them: "1.234,56", "$12k", "11-50 employees"."""

import math
import re
from decimal import Decimal, InvalidOperation

from babel import Locale

MOST_CENTS = 2**63 - 1
MOST_EMPLOYEES = 2**31 - 1
_LONGEST = 60  # characters of a number with its words

_SYMBOLS = {
    "R$": "BRL", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "US$": "USD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "MX$": "MXN",
    "$": "USD", "\u20ac": "EUR", "\u00a3": "GBP", "\u00a5": "JPY", "\u20b9": "INR", "\u20bd": "RUB", "\u20a9": "KRW", "\u20ba": "TRY",
    "z\u0142": "PLN", "zl": "PLN", "Rs": "INR", "Rs.": "INR", "CHF": "CHF", "Fr.": "CHF",
}  # fmt: skip
_TIMES = {
    "k": 10**3, "K": 10**3, "tsd": 10**3, "thousand": 10**3, "m": 10**6, "M": 10**6, "mm": 10**6, "mn": 10**6, "mio": 10**6, "mil": 10**3,
    "million": 10**6, "millions": 10**6, "b": 10**9, "B": 10**9, "bn": 10**9, "billion": 10**9, "mrd": 10**9,
    "lakh": 10**5, "lac": 10**5, "lakhs": 10**5, "cr": 10**7, "crore": 10**7, "crores": 10**7,
}  # fmt: skip
_CURRENCIES = frozenset(Locale.parse("en").currencies)
_NUMBER = re.compile(r"(\d(?:[\d.,'\u2019 ]*\d)?)\s*([A-Za-z]*)")
_SIGN = re.compile(r"[A-Z]{0,2}\$|[\u20ac\u00a3\u00a5\u20b9\u20bd\u20a9\u20ba]|z[\u0142l]|\bRs\.?|\bFr\.")
_CODE = re.compile(r"\b[A-Z]{3}\b")
_RANGE_START = re.compile(r"\d\s*(?:-|\u2013|\u2014|to|bis|a|\u00e0)\s*[^\d]{0,3}\d", re.IGNORECASE)
_DATE_MANGLED = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:[.,' \u2019]\d{2,3})*[.,' \u2019]\d{3}")


def money(value: object) -> tuple[int, str] | None:
    """An amount in hundredths of its currency unit, and the currency if the text names it; the lower end of a range.

    Returns:
        (cents, ISO 4217 code or ''), or None if there is no amount of 0 or more that a bigint can hold.
    """
    if type(value) is int and 0 <= value <= MOST_CENTS // 100:
        return value * 100, ""
    if isinstance(value, str):
        found, currency = amount(value), currency_of(value)
    else:
        found, currency = _plain(value), ""
    if found is None or found < 0 or found * 100 > MOST_CENTS:
        return None
    return round(found * 100), currency


def headcount(value: object) -> int | None:
    """A number of employees: 250, "1,000-5,000" (the lower end), "50+", "10k"; None if unreadable."""
    if type(value) is int and 0 <= value <= MOST_EMPLOYEES:
        return value
    if isinstance(value, str):
        if _DATE_MANGLED.search(value):
            return None  # "Nov-50": a spreadsheet took 11-50 for a date
        number = amount(value)
        if value.lstrip()[:1] == "<":
            number = Decimal(1)
    else:
        number = _plain(value)
    if number is None or number < 0 or number > MOST_EMPLOYEES:
        return None
    return int(number)


def currency_of(text: str) -> str:
    """ISO 4217 code that a text names by code or sign, or ''. A bare "$" is taken for US dollars, as everywhere."""
    code = text.strip()
    if len(code) == 3 and code.upper() in _CURRENCIES:
        return code.upper()
    text = text[:_LONGEST]
    for found in _CODE.findall(text):
        if found in _CURRENCIES:
            return str(found)
    sign = _SIGN.search(text)
    return _SYMBOLS.get(sign[0], _SYMBOLS.get(sign[0][-1:], "")) if sign is not None else ""


def _plain(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    if isinstance(value, int):
        return Decimal(value) if abs(value) <= MOST_CENTS else None
    return Decimal(repr(value)) if math.isfinite(value) else None


def amount(text: str) -> Decimal | None:
    """The first number of the text, with its "k" or "million"; a range in thousands lends its end's word to its start."""
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if text.isdecimal():
        return Decimal(text)
    text = text.replace("\u00a0", " ").replace("\u202f", " ")
    found = _NUMBER.search(text)
    if found is None or "-" in text[: found.start()].strip()[-2:]:
        return None
    times = _times(found[2])
    if times == 1 and _RANGE_START.search(text):
        after = _NUMBER.search(text, found.end())
        times = _times(after[2]) if after is not None and len(found[1]) <= 3 else 1
    number = _decimal(found[1])
    return None if number is None else number * times


def _times(word: str) -> int:
    return _TIMES.get(word, _TIMES.get(word.lower(), 1))


def _decimal(digits: str) -> Decimal | None:
    """Tell thousands from decimals: the last of two different marks is the decimal one; a single mark before three digits groups."""
    digits = digits.strip()
    last_dot, last_comma = digits.rfind("."), digits.rfind(",")
    if last_dot >= 0 and last_comma >= 0:
        mark = "." if last_dot > last_comma else ","
    elif _GROUPED.fullmatch(digits) and digits[0] != "0":
        mark = ""
    else:
        mark = "." if last_dot >= 0 else ","
    plain = "".join("." if letter == mark else letter for letter in digits if letter.isdecimal() or letter == mark)
    try:
        return Decimal(plain)
    except InvalidOperation:  # "1.2.3"
        return None
