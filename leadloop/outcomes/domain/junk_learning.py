"""Junk rules proposed from what people mark: counts with shrinkage over a short list of fields. Pure.

Only fields that speak of the message and the way it came are looked at. Custom fields, health, faith, origin and the like never are: words
of such things are left out, and names count only where they cannot be anybody's.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from leadloop.kernel.contact_points import is_free_mail
from leadloop.leads.domain import criteria

MOST = 8
"""Proposals at once: what a person reads through."""
FEWEST_JUNK = 3
SUREST = 0.8  # shrunk precision from which a rule is proposed
PULL = 1.0  # leads of the usual mix that every count is mixed with
LONGEST_MESSAGE = 2_000
MOST_WORDS = 120

_WORD = re.compile(r"[a-z][a-z'-]{2,23}")
_LINK = re.compile(r"https?://|www\.|\[url|<a href")
_NO_VOWEL = re.compile(r"^[bcdfghjklmnpqrstvwxz]{4,}$")
_ONE_LETTER = re.compile(r"(.)\1{2,}")
FAKE_NAMES = frozenset("test tester testing asdf asdfg qwerty abc abcd xxx foo bar none nope null fake anonymous".split())
USUAL_WORDS = frozenset(
    "about after all also and any are ask asked can come could day dear does for from get give good have hello help her here him his how "
    "interested into just know let like look looking make may more much need not now one our out over please product project quote see "
    "send she should some soon thank thanks that the their them then there they this time use very want was way well were what when "
    "where which who why will with work would you your".split()
)
PROTECTED = (
    "afric", "allah", "arab", "asian", "atheis", "baptis", "bibl", "bisex", "black", "blind", "budd", "cancer", "cathol", "chines",
    "christ", "church", "deaf", "depress", "diabet", "disab", "ethnic", "gay", "gender", "gypsy", "health", "hebrew", "hindu", "hispan",
    "hiv", "illness", "immigra", "indian", "islam", "jew", "jesus", "koran", "latin", "lesbian", "mexic", "migra", "mosque", "muslim",
    "nation", "pakist", "party", "polit", "prayer", "pregnan", "queer", "quran", "race", "racial", "refugee", "relig", "roma", "russ",
    "sikh", "synagog", "therap", "trans", "turk", "union", "wheelchair",
)  # fmt: skip
"""Beginnings of words that may stand for what nobody may be sorted by; rather one word too many."""


KINDS = ("domain", "link", "name", "word", "flaw", "campaign", "source", "country")
"""Of signs that catch the same, the earlier kind is proposed: the one that says most of the sender and least of anybody else."""


class Mark(NamedTuple):
    """A lead as people judged it: junk, or not; `won` if it became a customer."""

    facts: Mapping[str, Any]
    junk: bool
    won: bool = False


class Sign(NamedTuple):
    """Something that several leads share."""

    kind: str  # domain, word, link, source, country, campaign, flaw, name
    value: str | int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule that the marks suggest. Hits are counted on the marks by the very criteria that would be published."""

    label: str
    when: dict[str, Any]
    junk: int
    others: int
    won: int
    precision: float  # shrunk towards the usual mix
    recall: float
    look_twice: str = ""

    @property
    def key(self) -> str:
        """Names the proposal in a form; the same marks give the same."""
        return re.sub(r"[^a-z0-9]+", "-", self.label.lower()).strip("-")[:60]


def propose(marks: Sequence[Mark], *, sources: Mapping[int, str], now: datetime) -> list[Proposal]:
    """The rules that would have caught most of what people marked, with hardly anything else; the most useful first.

    Greedy: the sign that catches most junk that no earlier one caught, as long as it is sure. Signs that caught a customer are left out.

    Args:
        marks: leads with people's judgement, as the base has them: precision is theirs.
        sources: names, for labels.
        now: the moment at which criteria are asked, aware UTC.
    """
    total = sum(mark.junk for mark in marks)
    if total < FEWEST_JUNK:
        return []
    usual = total / len(marks)
    signs = [frozenset(signs_of(mark.facts)) for mark in marks]
    chosen = _choose(marks, signs, usual)
    return [_proposal(group, marks, usual, total, sources, now) for group in _together(chosen)]


def signs_of(facts: Mapping[str, Any]) -> Iterator[Sign]:
    """What may be shared: never who somebody is."""
    email = str(facts.get("email") or "")
    domain = email[email.find("@") + 1 :] if "@" in email else ""
    if domain and not is_free_mail(domain):
        yield Sign("domain", domain)
    message = str(facts.get("message") or "")[:LONGEST_MESSAGE].lower()
    if _LINK.search(message):
        yield Sign("link", "http")
    for word in _words(message):
        yield Sign("word", word)
    for kind in ("source", "country", "campaign"):
        if facts.get(kind):
            yield Sign(kind, facts[kind])
    for flaw in facts.get("flaws") or ():
        yield Sign("flaw", flaw)
    first = str(facts.get("first_name") or "").lower()
    if first and is_made_up(first):
        yield Sign("name", first)


def is_made_up(name: str) -> bool:
    """Whether a first name can be nobody's: "test", "asdf", "xxx", letters no mouth can say, digits, a link."""
    return (
        name in FAKE_NAMES
        or any(letter.isdigit() for letter in name)
        or bool(_LINK.search(name) or _NO_VOWEL.search(name) or _ONE_LETTER.search(name))
    )


def criteria_of(sign: Sign) -> dict[str, Any]:
    """The criteria that ask for a sign."""
    match sign.kind:
        case "domain":
            return {"field": "email", "op": "contains", "value": f"@{sign.value}"}
        case "word" | "link":
            return {"field": "message", "op": "contains", "value": sign.value}
        case "flaw":
            return {"field": "flaws", "op": "contains", "value": sign.value}
        case "name":
            return {"field": "first_name", "op": "is", "value": sign.value}
    return {"field": sign.kind, "op": "is", "value": sign.value}


def shrunk(junk: int, others: int, usual: float) -> float:
    """The share of junk among hits, mixed with one lead of the usual mix: three of three prove little."""
    return (junk + PULL * usual) / (junk + others + PULL)


def _words(message: str) -> set[str]:
    found = {word for word in _WORD.findall(message)[:MOST_WORDS] if word not in USUAL_WORDS and not word.startswith("http")}
    return {word for word in found if not word.startswith(PROTECTED)}


def _choose(marks: Sequence[Mark], signs: Sequence[frozenset[Sign]], usual: float) -> list[Sign]:
    others, won = Counter[Sign](), set[Sign]()
    caught: dict[Sign, set[int]] = defaultdict(set)
    for number, (mark, theirs) in enumerate(zip(marks, signs, strict=True)):
        if mark.junk:
            for sign in theirs:
                caught[sign].add(number)
        else:
            others.update(theirs)
            if mark.won:
                won |= theirs
    sure = {
        sign: numbers
        for sign, numbers in caught.items()
        if len(numbers) >= FEWEST_JUNK and sign not in won and shrunk(len(numbers), others[sign], usual) >= SUREST
    }
    chosen: list[Sign] = []
    while sure and len(chosen) < 4 * MOST:
        best = max(sure, key=lambda sign: (len(sure[sign]), -others[sign], -KINDS.index(sign.kind), str(sign.value)))
        new = sure.pop(best)
        chosen.append(best)
        sure = {sign: left for sign, numbers in sure.items() if len(left := numbers - new) >= FEWEST_JUNK}
    return chosen


def _together(chosen: Sequence[Sign]) -> list[list[Sign]]:
    """Domains make one rule, and so do made-up names; every other sign is one of its own. In the order in which they were found."""
    groups: dict[tuple[str, str | int], list[Sign]] = {}
    for sign in chosen:
        groups.setdefault((sign.kind, "" if sign.kind in ("domain", "name") else sign.value), []).append(sign)
    return list(groups.values())[:MOST]


def _proposal(
    group: Sequence[Sign], marks: Sequence[Mark], usual: float, total: int, sources: Mapping[int, str], now: datetime
) -> Proposal:
    parts = [criteria_of(sign) for sign in group]
    when: dict[str, Any] = parts[0] if len(parts) == 1 else {"any": parts}
    holds = criteria.predicate(criteria.parse(when))
    hits = [mark for mark in marks if holds({**mark.facts}, now)]
    junk = sum(mark.junk for mark in hits)
    return Proposal(
        label=_label(group, sources),
        when=when,
        junk=junk,
        others=len(hits) - junk,
        won=sum(mark.won for mark in hits),
        precision=shrunk(junk, len(hits) - junk, usual),
        recall=junk / total,
        look_twice=_LOOK_TWICE.get(group[0].kind, ""),
    )


_LOOK_TWICE = {
    "country": "A country can stand for where people come from. Accept this only if you do not sell there.",
    "source": "Everything from this source would be set aside. Perhaps the source itself is to be stopped.",
}


def _label(group: Sequence[Sign], sources: Mapping[int, str]) -> str:
    first = group[0]
    if len(group) > 1:
        shown = ", ".join(str(sign.value) for sign in group[:3]) + (" …" if len(group) > 3 else "")
        return f"{'E-mail from' if first.kind == 'domain' else 'First name is made up:'} {shown}"[:120]
    named = {
        "domain": f"E-mail from {first.value}",
        "word": f"Message says “{first.value}”",
        "link": "Message holds a link",
        "source": f"Comes from {sources.get(int(first.value), first.value) if first.kind == 'source' else ''}",
        "country": f"Country is {first.value}",
        "campaign": f"Campaign is {first.value}",
        "flaw": str(first.value).replace("_", " ").capitalize(),
        "name": f"First name is made up: {first.value}",
    }
    return named[first.kind][:120]
