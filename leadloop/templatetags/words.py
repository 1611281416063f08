"""Numbers, money, places and stages in words."""

from decimal import Decimal
from functools import lru_cache

import phonenumbers
from babel import Locale
from babel.numbers import format_compact_decimal, format_currency, get_currency_precision

STAGES = {
    "new": ("New", "blue"),
    "mql": ("MQL", "violet"),
    "working": ("Working", "amber"),
    "sql": ("SQL", "teal"),
    "converted": ("Opportunity", "cyan"),
    "won": ("Won", "green"),
    "lost": ("Lost", "red"),
    "nurture": ("Nurture", "pink"),
    "disqualified": ("Disqualified", "gray"),
    "junk": ("Junk", "gray"),
}
"""Short names, for badges; the tables speak of "Marketing qualified" and "Sales qualified"."""
TOUCH_TONES = {
    "captured": "blue",
    "called": "green",
    "emailed": "teal",
    "texted": "teal",
    "met": "green",
    "replied": "green",
    "claimed": "violet",
    "assigned": "violet",
    "accepted": "violet",
    "qualified": "green",
    "converted": "green",
    "won": "green",
    "lost": "red",
    "disqualified": "red",
    "junked": "red",
}
AVATAR_TONES = ("blue", "violet", "teal", "green", "orange", "pink", "cyan", "amber")


def stage_label(stage: str) -> str:
    return STAGES[stage][0] if stage in STAGES else str(stage).replace("_", " ").capitalize()


def stage_tone(stage: str) -> str:
    return STAGES[stage][1] if stage in STAGES else "gray"


def money(cents: int, currency: str) -> str:
    """ "€1,200" or "€1,200.50"; a currency nobody knows is written as its code."""
    code = (currency or "EUR").upper()
    amount = Decimal(cents) / 100
    whole = amount == amount.to_integral_value() or get_currency_precision(code) == 0
    return format_currency(amount, code, locale="en", format="¤#,##0" if whole else None, currency_digits=not whole)


def compact(number: float) -> str:
    """ "940", "12.4K", "3.1M"."""
    return format_compact_decimal(number, locale="en", fraction_digits=0 if abs(number) < 1000 else 1)


def percent(share: float) -> str:
    """ "18.2 %" of 0.182; whole numbers lose the point."""
    text = f"{share * 100:.1f}".removesuffix(".0")
    return f"{text} %"


def initials(name: str) -> str:
    """ "AL" of "Ada King Lovelace", "A" of "ada@example.com"."""
    words = name.partition("@")[0].replace(".", " ").split() if "@" in name else name.split()
    letters = [word[0] for word in words if word[0].isalnum()]
    return "".join(letters[:1] + letters[-1:] if len(letters) > 1 else letters).upper() or "?"


def tone_of(name: str) -> str:
    """The same tone for the same name, for ever and on every machine."""
    return AVATAR_TONES[sum(ord(letter) * place for place, letter in enumerate(name, start=1)) % len(AVATAR_TONES)]


def phone_text(number: str) -> str:
    """ "+1 415-555-2671" of "+14155552671"; what is not E.164 stays as it is."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return number


@lru_cache(maxsize=512)
def country_name(code: str) -> str:
    """ "Germany" of "DE"; what is not a country comes back as it was."""
    return str(Locale("en").territories.get(code.upper(), code)) if code else ""
