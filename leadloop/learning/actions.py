"""The verbs of learning on the loop's way: what the models in force say of new leads, in pure Python and without a query a lead."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo
from functools import lru_cache, partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from leadloop.db import bulk
from leadloop.db.versions import Status, current_epoch
from leadloop.leads import fields
from leadloop.leads.actions import moment
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.custom_fields import Sensitivity
from leadloop.leads.domain.inquiry import Inquiry
from leadloop.learning.domain.capture import facts_at_capture
from leadloop.learning.domain.scorecard import Scorecard, compile_card, probability, reasons
from leadloop.learning.failing import keep_failure
from leadloop.learning.models import Likelihood, Model

log = logging.getLogger("leadloop.learning")
MODEL = "win"
COLUMNS = ("lead_id", "version", "probability", "percent", "shadow_version", "shadow", "why", "given_at")
TOLD = 6


class Cards(NamedTuple):
    """The champion, which counts, and the challenger in its shadow; either may be missing."""

    champion: Scorecard | None
    version: int | None
    shadow: Scorecard | None
    shadow_version: int | None
    hidden: frozenset[str]  # custom fields that nobody may be judged by


class Word(NamedTuple):
    """What the models say of one lead."""

    probability: float | None
    shadow: float | None
    why: list[tuple[str, str, float]]

    @property
    def percent(self) -> int | None:
        return None if self.probability is None else round(100 * self.probability)


@lru_cache(maxsize=2)
def cards_in_force(epoch: int) -> Cards | None:
    """The models that speak; kept until the epoch moves on. None while there is none."""
    rows = Model.objects.filter(name=MODEL, status__in=[Status.PUBLISHED, Status.DRAFT])
    read = {row.status: (card, row.version) for row in rows if (card := _card(row)) is not None}
    if not read:
        return None
    champion, version = read.get(Status.PUBLISHED, (None, None))
    shadow, shadow_version = read.get(Status.DRAFT, (None, None))
    return Cards(champion, version, shadow, shadow_version, hidden_fields(epoch))


def has_champion() -> bool:
    """Whether a model is in force that can be read. No query beside that of the epoch, once it is compiled."""
    cards = cards_in_force(current_epoch())
    return cards is not None and cards.champion is not None


def hidden_fields(epoch: int) -> frozenset[str]:
    """Custom fields that are declared personal or sensitive, retired ones among them: never read by a model."""
    return frozenset(name for name, spec in fields.ever_declared(epoch).items() if spec.sensitivity is not Sensitivity.PLAIN)


def foretell(cases: Sequence[Case], *, epoch: int) -> None:
    """Write into each new case how likely it is to be won; its facts say so, in percent, to the rules that follow."""
    cards = cards_in_force(epoch)
    if cards is None:
        return
    zone, failed = report_zone(), False
    for case in cases:
        if case.fresh:
            word, error = hear(cards, partial(facts_of, case.inquiries[0], zone, cards.hidden))
            if error is not None and not failed:
                failed = True
                keep_failure(error, version=cards.version or cards.shadow_version, lead_id=case.lead_id, epoch=epoch)
            if word is None:
                continue
            case.decided["win"] = {"model": cards.version, "probability": word.probability, "shadow": word.shadow}
            case.foretold = word
            case.recall(probability=word.percent)


def write_likelihoods(cases: Sequence[Case], *, epoch: int, now: datetime) -> None:
    """Store what was foretold. One statement, and none while no model is there."""
    cards = cards_in_force(epoch)
    if cards is not None:
        insert(((case.lead_id, case.foretold) for case in cases if case.foretold is not None), cards, now=now)


def insert(words: Iterable[tuple[int, Any]], cards: Cards, *, now: datetime) -> None:
    """Rows of leads that have none."""
    stamp = moment(now)
    rows = [
        (
            lead_id,
            cards.version,
            word.probability,
            word.percent,
            cards.shadow_version,
            word.shadow,
            bulk.to_json(word.why).decode(),
            stamp,
        )
        for lead_id, word in words
    ]
    if rows:
        bulk.insert(Likelihood, COLUMNS, rows)


def speak(cards: Cards, facts: dict[str, object]) -> Word:
    """What both models say, and why the champion (or, without one, the challenger) does."""
    speaker = cards.champion or cards.shadow
    assert speaker is not None  # one of the two is there
    why = [(one.column, one.says, round(one.adds, 2)) for one in reasons(speaker, facts, most=TOLD)]
    return Word(
        round(probability(cards.champion, facts), 4) if cards.champion else None,
        round(probability(cards.shadow, facts), 4) if cards.shadow else None,
        why,
    )


def hear(cards: Cards, read: Callable[[], dict[str, object]]) -> tuple[Word | None, Exception | None]:
    """What both models say of the facts that `read` gives; where one of them fails the champion alone, or nobody, and why."""
    try:
        return speak(cards, read()), None
    except Exception as error:  # noqa: BLE001 - whatever it is, no lead is stopped by it
        if cards.champion is None or cards.shadow is None:
            return None, error
        word, _ = hear(cards._replace(shadow=None), read)
        return word, error


def facts_of(inquiry: Inquiry, zone: tzinfo, hidden: frozenset[str]) -> dict[str, object]:
    """What is known at capture."""
    return facts_at_capture(
        inquiry.values, source_id=inquiry.source_id, door=inquiry.door, received_at=inquiry.received_at, zone=zone, hidden=hidden
    )


def report_zone() -> tzinfo:
    """Where hours and days of the base are meant."""
    return ZoneInfo(settings.REPORT_ZONE)


def _card(row: Model) -> Scorecard | None:
    """None for a version that cannot be read (any more): the page says so, and leads go on."""
    try:
        return compile_card(row.spec["card"])
    except Exception:
        log.exception("version %s of the learned model cannot be read; leads go on without its word", row.version)
        return None
