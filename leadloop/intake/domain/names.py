"""Names of people and companies: split a full name, mend shouting, leave the rest as its owner wrote it."""

import re

_TITLES = frozenset(
    "mr mrs ms miss mx mister sir madam dr prof professor doctor herr frau hr fr dipl-ing ing mag dott dott.ssa sig sig.ra sr sra srta"
    " dra mme mlle m me rev hon capt col lt sgt".split()
)
_AMBIGUOUS_TITLES = frozenset(
    {"m", "me", "fr", "hr", "col", "sig", "ing", "mag", "hon", "miss"}
)  # titles only with a dot, or a name may be
_SUFFIXES = frozenset("jr sr ii iii iv phd ph.d md m.d esq mba cpa dds mph jun sen".split())
_PARTICLES = frozenset(
    "van von vom zum zur der den de del della delle degli di da do dos das du des la le lo el al bin ibn ben abu ter ten te 't op st st."
    " san zu af av mac".split()
)
_LETTER_RUN = re.compile(r"[^\W\d_]+")
_MAC = re.compile(r"\b(Mc|O['\u2019])([a-z])")
_COMPANY_END = re.compile(
    r"\s*,\s*(inc|llc|ltd|limited|corp|gmbh|ag|kg|sa|sarl|sas|srl|spa|bv|nv|ab|oy|as|aps|plc|pty ltd|co)\b(\.?)\s*$", re.IGNORECASE
)


def split_name(full: str) -> tuple[str, str]:
    """Split a cleaned full name into first and last name; titles and "Jr." fall away.

    Particles stay with the last name ("Ludwig van Beethoven"), "Last, First" is turned round, a single word is a last name, and a
    name in a script without spaces stays whole as last name.
    """
    full = full.strip(" ,")
    last, comma, first = full.partition(",")
    if comma and _bare(first) and _bare(first[: first.find(" ")] if " " in first.strip() else first) not in _SUFFIXES:
        words = _without_titles(first.split())
        if words and last.strip():
            return " ".join(words), " ".join(_without_titles(last.split()) or last.split())
    words = _without_titles((last if comma else full).split())
    if len(words) < 2:
        return "", words[0] if words else full
    cut = len(words) - 1
    if words[0].islower() and words[0] in _PARTICLES:
        return "", " ".join(words)
    for place in range(1, len(words) - 1):
        if words[place].lower() in _PARTICLES:
            cut = place
            break
    return " ".join(words[:cut]), " ".join(words[cut:])


def mend_case(name: str) -> str:
    """Give an all-capitals or all-small name its capitals: "MCDONALD-O'NEIL" is McDonald-O'Neil. Mixed case and initials stay."""
    if not ((name.islower() or name.isupper()) and len(name) > 2 and name[0].isalpha()):
        return name.capitalize() if name.islower() and name.isalpha() and name.isascii() else name
    if not _has_case(name):
        return name
    words = [_mended(word, place) for place, word in enumerate(name.split(" "))]
    return " ".join(words)


def tidy_company(company: str) -> str:
    """Blank before the legal form as usual: "Acme ,Inc." is "Acme, Inc."; nothing else is touched."""
    found = _COMPANY_END.search(company) if "," in company else None
    if found is None or found.start() == 0:
        return company
    return f"{company[: found.start()].rstrip(' ,')}, {found[1]}{found[2]}"


def _without_titles(words: list[str]) -> list[str]:
    start, end = 0, len(words)
    while start < end - 1 and _is_title(words[start]):
        start += 1
    while end > start + 1 and _bare(words[end - 1]) in _SUFFIXES:
        end -= 1
    return words[start:end]


def _is_title(word: str) -> bool:
    bare = _bare(word)
    return bare in _TITLES and (bare not in _AMBIGUOUS_TITLES or word.endswith("."))


def _bare(word: str) -> str:
    return word.strip(" .,").lower()


def _has_case(name: str) -> bool:
    return all(
        letter < "\u0530" or not letter.isalpha() for letter in name
    )  # Latin, Greek, Cyrillic: scripts whose capitals follow these habits


def _mended(word: str, place: int) -> str:
    small = word.lower()
    if place and small in _PARTICLES:
        return small
    if len(word) == 2 and word.isupper() and not any(letter in "AEIOUY" for letter in word):
        return word  # initials: "JR Smith"
    capital = _LETTER_RUN.sub(lambda run: run[0][:1].upper() + run[0][1:], small)
    return _MAC.sub(lambda found: found[1] + found[2].upper(), capital)
