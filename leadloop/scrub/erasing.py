"""Erasing people: everywhere, at once, with a row that says who and why. Counts, amounts and dates stay; a keyed digest keeps them out."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from django.db import transaction

from leadloop import steps
from leadloop.consent import suppression
from leadloop.db import bulk
from leadloop.db.outages import retried
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.stages import OPEN, Stage
from leadloop.leads.models import Standing
from leadloop.matching.models import MatchKey
from leadloop.routing.errors import NotYours
from leadloop.scrub import ledger, places
from leadloop.scrub.domain.remains import SHORTEST, blank_columns, words_of
from leadloop.scrub.models import Erasure
from leadloop.steps import By
from leadloop.steps.taking import take

BATCH = 200
"""Leads erased in one transaction: words of all of them are looked for at once."""


class Erased(NamedTuple):
    """What an erasing did: leads, rows by place, and what a person has to look at."""

    leads: list[int]
    places: dict[str, int]
    left: list[str]


def find(*, email: str = "", phone: str = "") -> list[int]:
    """Leads that an address or a number leads to, or that carry it."""
    points = [f"e:{email}"] * bool(email) + [f"p:{phone}"] * bool(phone)
    found = set(MatchKey.objects.filter(key__in=points).values_list("lead_id", flat=True))
    if email:
        found |= set(Standing.objects.filter(lead__email=email).values_list("pk", flat=True))
    if phone:
        found |= set(Standing.objects.filter(lead__phone=phone).values_list("pk", flat=True))
    return sorted(found)


@retried
def erase(
    lead_ids: Sequence[int], actor: By, *, how: str, why: str, points: Sequence[str] = (), scrub: int | None = None, noted: bool = False
) -> Erased:
    """Erase these leads, and what else there is of these contact points, in one transaction. Safe to repeat.

    Args:
        how: `Erasure.How`: anonymised keeps country, product and decisions for analysis; deleted keeps a line in the counts.
        points: contact points that the person named, such as "e:ann@example.com", known here or not; they are kept out from now on.
        scrub: the scrub that it is part of.
        noted: whether the ledger beside the database has it already.
    """
    deleted = how == Erasure.How.DELETED
    with transaction.atomic():
        bulk.lock_loop()
        end_what_is_open(lead_ids, actor)
        subjects = places.Subjects(sorted(set(lead_ids)), deleted)
        _identify(subjects, points)
        places.find_submissions(subjects)
        _blank(subjects, actor)
        changed = {place: go(subjects) for place, go in places.PLACES.items()}
        changed["files"], left = places.files(subjects)
        left += places.rules(subjects)
        _keep_out(subjects, actor)
        why = "" if any(word in why.casefold() for word in subjects.words) else why
        known: list[int | None] = [*subjects.leads] or [None]
        rows = [
            Erasure(lead_id=one, how=how, why=why, author_id=actor.id, scrub_id=scrub, erased_at=actor.now, places=changed, left=left)
            for one in known
        ]
        Erasure.objects.bulk_create(rows)
        if not noted:
            came = list(Standing.objects.filter(pk__in=subjects.leads).values_list("pk", "received_at"))
            transaction.on_commit(partial(ledger.append, actor.now, how, subjects.points, came))
    return Erased(subjects.leads, changed, left)


def end_what_is_open(lead_ids: Sequence[int], actor: By) -> None:
    """Nobody is to call somebody who was erased: open and resting leads end first."""
    stages = [stage.value for stage in (*OPEN, Stage.NURTURE)]
    ids = list(Standing.objects.filter(pk__in=lead_ids, stage__in=stages).values_list("pk", flat=True))
    steps.disqualify(ids, actor, reason="erased").or_raise()


def _identify(subjects: places.Subjects, points: Sequence[str]) -> None:
    """Contact points and words of the people, before they go; points that somebody else has too are told apart."""
    words: set[str] = {point[2:].casefold() for point in points if len(point) - 2 >= SHORTEST}
    known = {*points, *MatchKey.objects.filter(lead_id__in=subjects.leads).exclude(key__startswith="x:").values_list("key", flat=True)}
    for values in Standing.objects.filter(pk__in=subjects.leads).values("pk", *(f"lead__{name}" for name in _NAMED)):
        theirs = {name: values[f"lead__{name}"] for name in _NAMED}
        words |= words_of(theirs)
        subjects.last_names[values["pk"]] = theirs["last_name"].casefold()
        known |= {prefix + theirs[name] for prefix, name in (("e:", "email"), ("p:", "phone")) if theirs[name]}
    words |= {key[2:].casefold() for key in known if len(key) - 2 >= SHORTEST}
    others = MatchKey.objects.filter(key__in=known).exclude(lead_id__in=subjects.leads)
    subjects.shared = set(others.values_list("key", flat=True)) - set(points)
    subjects.points = known - subjects.shared
    subjects.words = tuple(sorted(words - {key[2:].casefold() for key in subjects.shared}))


_NAMED = ("first_name", "last_name", "email", "phone", "phone_raw")


def _blank(subjects: places.Subjects, actor: By) -> None:
    """The lead's own columns, as a step like any other: segments follow, and the timeline says that it happened."""

    def change(cases: list[Case]) -> None:
        for case in cases:
            case.learn(**blank_columns(case.values, deleted=subjects.deleted))
            case.values["flaws"] = case.changed["flaws"] = []

    how = {"how": "deleted" if subjects.deleted else "anonymised"}
    take(None, subjects.leads, actor, kind="erased", change=change, data=how, allowed=_steering).or_raise()


def _steering(case: Case, actor: By) -> None:  # noqa: ARG001 - asked as the other rights are
    if actor.person is not None and not actor.person.is_manager:
        raise NotYours


def _keep_out(subjects: places.Subjects, actor: By) -> None:
    """The digests by which a later file or form is recognised; a fresh permission lifts them. A point that others share stays free."""
    suppression.lift(subjects.leads, how="erased", now=actor.now)
    suppression.keep_out(subjects.points, author=actor.id, now=actor.now)
