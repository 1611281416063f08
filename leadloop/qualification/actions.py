"""The verbs of qualification: hand leads over, hear what sales says, note who went through the gate. All take many."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from leadloop.db import bulk
from leadloop.leads.actions import moment
from leadloop.leads.domain.case import Case
from leadloop.qualification.domain.verdicts import Word, next_word, reason_of
from leadloop.qualification.models import Handed, Passage, Verdict

TURNED = (Word.REJECTED, Word.WITHDRAWN)
_SAID = ("word", "reason", "person_id", "said_at", "truths", "due_at", "qualified_at")
_VERDICT = ("handed_id", "word", "kind", "reason", "truths", "person_id", "said_at", "due_at")
_ASKED = ("lead_id", "source_id", "version", "score", "truths", "asked_at", "due_at", "word", "reason", "from_before")


class Agreed(Protocol):
    """What this room needs of a definition."""

    @property
    def version(self) -> int: ...

    def due(self, asked_at: datetime) -> datetime: ...

    def truths(self, facts: Mapping[str, Any], now: datetime) -> str: ...


class Said(NamedTuple):
    """A step as a verdict is read from it."""

    kind: str
    reason: str
    person: int | None
    by_marketing: bool
    at: datetime


def hand_over(cases: Sequence[Case], term: Agreed, *, now: datetime) -> None:
    """Sales owes a verdict on these leads from now on. One statement."""
    version, asked_at, due_at, word = term.version, moment(now), moment(term.due(now)), Word.OPEN.value
    rows = [
        (
            case.lead_id,
            case.standing["source_id"],
            version,
            case.standing["score"],
            term.truths(case.facts(), now),
            asked_at,
            due_at,
            word,
            "",
            False,
        )
        for case in cases
    ]
    bulk.insert(Handed, _ASKED, rows)


def take_back(lead_ids: Sequence[int], *, asked_at: datetime) -> None:
    """These leads were not handed over at this moment after all; a handover that sales said a word on stays. One statement."""
    Handed.objects.filter(lead__in=lead_ids, asked_at=asked_at, word=Word.OPEN, verdicts=None).delete()


def hear(cases: Sequence[Case], said: Said, *, term_of: Callable[[int], Agreed | None]) -> dict[int, Word]:
    """Read the verdict on each lead from a step that is about to be taken; returns what stands now where that changed. Three queries.

    Needs the leads locked, with the facts of the moment before the step.
    """
    standing = _last([case.lead_id for case in cases])
    told: dict[int, Handed] = {}
    qualified: list[Handed] = []
    for case in cases:
        row = standing.get(case.lead_id)
        if row is None:
            continue
        word = next_word(Word(row.word), said.kind, by_marketing=said.by_marketing)
        if word is not None:
            _say(row, word, case, said, term_of(row.version))
            told[case.lead_id] = row
        if said.kind in ("qualified", "converted") and row.qualified_at is None:
            row.qualified_at = said.at
            qualified.append(row)
    changed = {row.pk: row for row in (*told.values(), *qualified)}
    bulk.insert(Verdict, _VERDICT, [_verdict_of(row, said) for row in told.values()])
    bulk.update(Handed, _SAID, [_row_of(row) for row in changed.values()])
    return {lead_id: Word(row.word) for lead_id, row in told.items()}


def unsay(lead_ids: Sequence[int], *, person: int | None, now: datetime) -> None:
    """The last word on each lead's handover was a slip: what stood before it stands again. Both stay in the ledger. Three queries."""
    rows = _last(lead_ids)
    said: dict[int, list[Verdict]] = {}
    for one in Verdict.objects.filter(handed__in=[row.pk for row in rows.values()]).order_by("pk"):
        said.setdefault(one.handed_id, []).append(one)
    for row in rows.values():
        before = said.get(row.pk, [])[-2:-1]
        stood = before[0] if before else None
        row.word = stood.word if stood else Word.OPEN.value
        row.reason, row.truths, row.due_at = (stood.reason, stood.truths, stood.due_at) if stood else ("", row.truths, row.due_at)
        open_again = stood is None or stood.word == Word.OPEN
        row.person_id, row.said_at = (None, None) if open_again or stood is None else (stood.person_id, stood.said_at)
    slip = Said("undone", "", person, by_marketing=False, at=now)
    bulk.insert(Verdict, _VERDICT, [_verdict_of(row, slip) for row in rows.values()])
    bulk.update(Handed, _SAID, [_row_of(row) for row in rows.values()])


def reword(ends: Mapping[int, tuple[str, str]], *, reason: str, person: int | None, now: datetime) -> None:
    """Why leads were turned away, said anew: the verdict keeps its word and its moment, and has the new reason. Three queries.

    Args:
        ends: by lead the kind of the step that ended it, and the reason of then; a verdict that says something else is left alone.
    """
    rows = [row for row in _last(list(ends)).values() if row.word in TURNED and row.reason == reason_of(*ends[row.lead_id])]
    for row in rows:
        row.reason = reason_of(ends[row.lead_id][0], reason)
    anew = Said("rewritten", reason, person, by_marketing=False, at=now)
    bulk.insert(Verdict, _VERDICT, [_verdict_of(row, anew) for row in rows])
    bulk.update(Handed, _SAID, [_row_of(row) for row in rows])


def unqualify(lead_ids: Sequence[int]) -> None:
    """Sales did not qualify these leads after all."""
    rows = [row.pk for row in _last(lead_ids).values()]
    Handed.objects.filter(pk__in=rows).update(qualified_at=None)


def pass_gate(
    cases: Sequence[Case], term: Agreed, *, failing: Mapping[int, list[str]], reason: str, person: int | None, now: datetime
) -> None:
    """Note that these leads were qualified under the definition, those of `failing` on somebody's word. One query."""
    Passage.objects.bulk_create(
        Passage(
            lead_id=case.lead_id,
            version=term.version,
            truths=term.truths(case.facts(), now),
            failing=failing.get(case.lead_id, []),
            override_reason=reason if case.lead_id in failing else "",
            person_id=person,
            passed_at=now,
        )
        for case in cases
    )


def handed_now(lead_ids: Sequence[int]) -> dict[int, Handed]:
    """What stands of the last handover of each lead. One query."""
    return _last(lead_ids)


def _last(lead_ids: Sequence[int]) -> dict[int, Handed]:
    return {row.lead_id: row for row in Handed.objects.filter(lead_id__in=lead_ids).order_by("id")}


def _say(row: Handed, word: Word, case: Case, said: Said, term: Agreed | None) -> None:
    """Write the new word into the row. A verdict that is open again is owed anew, from now on."""
    is_open = word is Word.OPEN
    row.word, row.person_id, row.said_at = word.value, None if is_open else said.person, None if is_open else said.at
    row.reason = reason_of(said.kind, said.reason) if word in TURNED else ""
    if term is not None:
        row.truths = term.truths(case.facts(), said.at)
        row.due_at = term.due(said.at) if is_open else row.due_at


def _verdict_of(row: Handed, said: Said) -> tuple[Any, ...]:
    return (row.pk, row.word, said.kind, row.reason, row.truths, said.person, moment(said.at), moment(row.due_at))


def _row_of(row: Handed) -> tuple[Any, ...]:
    said, qualified = moment(row.said_at), moment(row.qualified_at)
    return (row.word, row.reason, row.person_id, said, row.truths, moment(row.due_at), qualified, row.pk)
