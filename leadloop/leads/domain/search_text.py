"""What of a lead can be searched, folded so that case, accents and the writing of a telephone number do not matter."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

SEARCHED = ("first_name", "last_name", "company", "email", "phone", "phone_raw", "city", "title", "company_domain", "external_id")
"""Columns of a lead whose text is searched, in the order in which they are stored."""

SHORTEST = 3  # letters; a trigram index finds nothing shorter
MOST_WORDS = 8
LONGEST_WORD = 80
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i", "ß": "ss"})
_TELEPHONE = re.compile(r"[+(]?[0-9][0-9 ()./-]{4,30}")


def fold(text: str) -> str:
    """Lower case without accents: "Éva Łoś" and "eva los" are one. Plain ASCII takes the quick way."""
    if text.isascii():
        return text.lower()
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return plain.casefold().translate(_LETTERS)


def search_text(values: Mapping[str, Any]) -> str:
    """One line of folded text a lead; parts are kept apart by a line break, which no query holds. A full name stays one part."""
    name = f"{values['first_name']} {values['last_name']}".strip()
    parts = [name, *(values[column] for column in SEARCHED[2:])]
    return fold("\n".join(part for part in parts if part)).replace("\0", "")


def query_words(query: str) -> list[str]:
    """What somebody typed as folded words, each of which has to be found. What looks like a telephone number is one word of digits."""
    text = query.strip()
    if _TELEPHONE.fullmatch(text):
        digits = re.sub("[^0-9]", "", text)
        return [digits.removeprefix("00") if text.startswith("00") else digits.lstrip("0") or digits]
    words = fold(text).replace("\0", "").split()
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in words))[:MOST_WORDS]


def fits(text: str, words: Sequence[str]) -> bool:
    """Whether a lead's text has every word; a word too short for the index has to begin a part or a word."""
    return all(word in text if len(word) >= SHORTEST else _begins(text, word) for word in words)


def _begins(text: str, word: str) -> bool:
    place = text.find(word)
    while place >= 0:
        if place == 0 or not text[place - 1].isalnum():
            return True
        place = text.find(word, place + 1)
    return False
