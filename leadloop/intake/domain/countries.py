"""Countries as people name them, to ISO 3166-1 alpha-2."""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from babel import Locale
from babel.core import get_global

# The languages forms and files come in; English is looked at first, as nearly all names are.
_LANGUAGES = (
    "de", "fr", "es", "pt", "it", "nl", "pl", "sv", "da", "nb", "fi", "cs", "sk", "hu", "ro", "bg", "hr", "sr", "sl", "et", "lv", "lt",
    "el", "tr", "ru", "uk", "he", "ar", "fa", "hi", "bn", "th", "vi", "id", "ms", "ja", "ko", "zh", "zh_Hant", "ca", "is", "ka", "sq",
)  # fmt: skip
_ALIASES = {
    "uk": "GB", "u.k.": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "britain": "GB", "usa": "US", "u.s.a.": "US", "u.s.": "US", "united states of america": "US", "america": "US",
    "holland": "NL", "the netherlands": "NL", "czech republic": "CZ", "russian federation": "RU", "korea": "KR", "republic of korea": "KR",
    "korea, republic of": "KR", "viet nam": "VN", "uae": "AE", "u.a.e.": "AE", "ivory coast": "CI", "cape verde": "CV", "burma": "MM",
    "macedonia": "MK", "swaziland": "SZ", "turkey": "TR", "hong kong": "HK", "macau": "MO", "republic of ireland": "IE", "eire": "IE",
    "iran, islamic republic of": "IR", "venezuela, bolivarian republic of": "VE", "bolivia, plurinational state of": "BO",
    "tanzania, united republic of": "TZ", "moldova, republic of": "MD", "taiwan, province of china": "TW", "palestine": "PS",
    "brd": "DE", "brasil": "BR", "\u00f6sterreich": "AT", "schweiz": "CH", "suisse": "CH", "svizzera": "CH", "el": "GR", "kosovo": "XK",
}  # fmt: skip
_LONGEST = 80


def _territories(language: str) -> dict[str, str]:
    names: dict[str, str] = dict(Locale.parse(language).territories)
    return names


CODES = frozenset(code for code in _territories("en") if len(code) == 2 and code.isalpha()) - {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


def country_code(text: str) -> str:
    """ISO-2 of a country given by code, name in one of forty languages, or habit ("UK", "USA"); '' if it is none."""
    if len(text) == 2 and text in CODES and text != "UK":
        return text
    return _looked_up(text) if len(text) <= _LONGEST else ""


@lru_cache(maxsize=4096)
def _looked_up(text: str) -> str:
    name = text.strip().strip(".").casefold() if text.count(".") < 2 else text.strip().casefold()
    found = _ALIASES.get(name, "")
    if found or (len(name) == 2 and name.upper() in CODES):
        return found or name.upper()
    return _english().get(_folded(name), "") or _alpha_3().get(name.upper(), "") or _elsewhere().get(_folded(name), "")


def _folded(name: str) -> str:
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(letter))
    return plain.replace("&", "and").replace("\u2019", "'").removeprefix("the ").strip()


@lru_cache(maxsize=1)
def _english() -> dict[str, str]:
    return {_folded(name): code for code, name in _territories("en").items() if code in CODES}


@lru_cache(maxsize=1)
def _alpha_3() -> dict[str, str]:
    aliases: Mapping[str, list[str]] = get_global("territory_aliases")
    return {old: new[0] for old, new in aliases.items() if len(old) == 3 and len(new) == 1 and new[0] in CODES}


@lru_cache(maxsize=1)
def _elsewhere() -> dict[str, str]:
    """Names in all the languages; about 0.2 s, once, and only when somebody writes one."""
    return {_folded(name): code for language in reversed(_LANGUAGES) for code, name in _territories(language).items() if code in CODES}
