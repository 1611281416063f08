"""Invented inquiries of a usual size: fifteen fields, about 400 bytes; one in ten comes from somebody who asked shortly before."""

import json
import random
from typing import Any

TITLES = ("CEO", "VP Sales", "Engineer", "Student")
SOURCES = ("search", "social", "referral", "fair", "organic")
COUNTRIES = ("US", "GB", "DE", "FR", "IN", "BR")


def inquiry(number: int) -> dict[str, Any]:
    """Inquiry `number`; the same number is the same person."""
    return {
        "form": "contact-us",
        "first_name": f"Ana{number % 5000}",
        "last_name": f"Lopez{number % 7000}",
        "email": f"Ana.Lopez{number}@company{number % 900}.com",
        "phone": f"+1 (415) {200 + number // 10000 % 700:03}-{number % 10000:04}",
        "company": f"Acme {number % 20000} Inc",
        "title": TITLES[number % 4],
        "country": COUNTRIES[number % 6],
        "state": "CA",
        "city": "San Francisco",
        "employees": number * 37 % 5000,
        "budget": number * 7919 % 100000,
        "source": SOURCES[number % 5],
        "utm_campaign": f"camp-{number % 50}",
        "message": f"Please call me about your product, we need {number % 400} seats soon.",
    }


def stream(count: int, *, start: int = 0, repeat_every: int = 10, seed: int = 7) -> list[dict[str, Any]]:
    """`count` inquiries in order of arrival, one in `repeat_every` from one of the last 200 people."""
    dice = random.Random(seed)
    numbers = [
        start + place - (dice.randint(1, 200) if place % repeat_every == repeat_every - 1 and place > 200 else 0) for place in range(count)
    ]
    return [inquiry(number) for number in numbers]


def as_body(number: int) -> str:
    """Inquiry `number` as JSON."""
    return json.dumps(inquiry(number))
