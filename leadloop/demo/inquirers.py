"""Invents people who ask: a payload as a door would get it, and how serious they are. Pure; the dice come from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from leadloop.demo import words
from leadloop.demo.words import Stream


@dataclass(frozen=True, slots=True)
class Inquirer:
    """What somebody sends, and what the simulation knows about them: chance to buy (0-1), junk or not, an amount if they buy."""

    stream: Stream
    payload: dict[str, Any]
    worth: float
    junk: bool
    amount_cents: int


def invent(dice: Random, stream: Stream, *, known: Sequence[Inquirer] = ()) -> Inquirer:
    """Somebody new, or now and then one of `known` who asks again."""
    if known and dice.random() < 0.03:
        return _again(dice, stream, dice.choice(known))
    if dice.random() < stream.junk:
        return _junk(dice, stream)
    country = dice.choices(list(words.CITIES), (62, 10, 12, 9, 7))[0]
    employees = int(min(4000, max(2, dice.lognormvariate(3.6, 1.25))))
    senior = dice.random() < 0.42
    company, domain = _company(dice)
    first, last = dice.choice(words.FIRST_NAMES), dice.choice(words.LAST_NAMES)
    private = dice.random() < 0.16
    payload: dict[str, Any] = {"name": f"{first} {last}"} if stream.door != "file" else {"first_name": first, "last_name": last}
    payload |= {"email": _mail(dice, first, last, "mailbox.test" if private else domain), "company": company}
    title = dice.choice(words.STUDENTS if dice.random() < 0.03 else words.SENIOR if senior else words.JUNIOR)
    if dice.random() < 0.8:
        payload["title"] = title
    if dice.random() < 0.7:
        payload["employees"] = employees
    _add_place(dice, payload, stream, country)
    product = dice.choice(words.PRODUCTS)
    if dice.random() < 0.62:
        payload["message"] = _message(dice, product, employees)
        payload["product"] = product
    if dice.random() < 0.28:
        payload["budget"] = round(employees * dice.uniform(60, 260), -2) + 500
    payload["industry"] = dice.choice(words.INDUSTRIES)
    _add_marks(dice, payload, stream)
    if stream.door == "form" and dice.random() < 0.45:
        payload["email_opt_in"] = "yes"
    fit = (1.35 if senior else 0.8) * (1.45 if 20 <= employees <= 1000 else 0.6) * (0.5 if private else 1.1)
    fit *= 1.2 if "budget" in payload else 0.95
    worth = 0.0 if title in words.STUDENTS else min(0.8, 0.072 * stream.worth * fit)
    amount = int(max(1_200, employees * dice.uniform(45, 190))) // 50 * 50 * 100
    return Inquirer(stream, payload, worth, False, amount)


def _again(dice: Random, stream: Stream, before: Inquirer) -> Inquirer:
    payload = {key: value for key, value in before.payload.items() if key in ("name", "first_name", "last_name", "email", "company")}
    payload["message"] = _message(dice, dice.choice(words.PRODUCTS), 40)
    return Inquirer(stream, payload, min(0.9, before.worth * 1.3), before.junk, before.amount_cents)


def _junk(dice: Random, stream: Stream) -> Inquirer:
    letters = "".join(dice.choice("asdfghjkl") for _ in range(dice.randint(5, 9)))
    kinds: tuple[dict[str, Any], ...] = (
        {"name": "test test", "email": f"{letters}@{letters}", "message": "test"},
        {"name": letters, "email": f"{letters}@mailbox.test"},
        {
            "name": f"{dice.choice(words.FIRST_NAMES)} {dice.choice(words.LAST_NAMES)}",
            "email": f"offers.{letters}@bulk.test",
            "message": dice.choice(words.SPAM),
        },
    )
    return Inquirer(stream, dict(dice.choice(kinds)), 0.0, True, 0)


def _company(dice: Random) -> tuple[str, str]:
    name = dice.choice(words.COMPANY_STARTS) + dice.choice(words.COMPANY_ENDS)
    return f"{name} {dice.choice(words.COMPANY_KINDS)}", f"{name.lower()}.example"


def _mail(dice: Random, first: str, last: str, domain: str) -> str:
    local = dice.choice((f"{first}.{last}", f"{first[0]}.{last}", first, f"{first}{last[0]}"))
    if domain == "mailbox.test":
        local = f"{first}.{last}{dice.randint(1, 99)}"
    return f"{local}@{domain}".lower()


def _add_place(dice: Random, payload: dict[str, Any], stream: Stream, country: str) -> None:
    place = dice.randrange(len(words.CITIES[country]))
    city, region = words.CITIES[country][place]
    payload |= {"city": city, "country": country} | ({"region": region} if region else {})
    formats = words.TELEPHONES[country]
    if formats and dice.random() < stream.phone:
        pattern = formats[place]
        most = 9999 if ":04" in pattern else 999 if ":03" in pattern else 99
        payload["phone"] = pattern.format(dice.randint(0, most))


def _add_marks(dice: Random, payload: dict[str, Any], stream: Stream) -> None:
    if stream.campaigns:
        payload["campaign"] = dice.choice(stream.campaigns)
    if stream.channel == "ads":
        payload |= {
            "utm_source": "search" if stream.name == "Paid search" else "social",
            "utm_medium": "cpc",
            "utm_campaign": payload["campaign"],
        }


def _message(dice: Random, product: str, employees: int) -> str:
    return dice.choice(words.MESSAGES).format(
        product=product.lower(), people=employees, sites=dice.randint(2, 14), month=dice.choice(words.MONTHS)
    )
