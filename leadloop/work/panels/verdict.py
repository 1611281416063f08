"""What sales said of a lead that marketing handed over, in words; or that it owes a word, and until when."""

from dataclasses import dataclass
from datetime import datetime

from leadloop.outcomes.domain.reasons import Labels, spoken
from leadloop.qualification.domain.verdicts import Word
from leadloop.qualification.models import Handed
from leadloop.work.opened import Opened

TEMPLATE = "work/panels/_verdict.html"
END_OF = {"disqualified": "disqualified", "junked": "junk", "recycled": "recycled"}
TONES = {Word.OPEN: "amber", Word.ACCEPTED: "green", Word.REJECTED: "red", Word.WITHDRAWN: "gray"}


@dataclass(frozen=True, slots=True)
class Spoken:
    """The verdict on one lead. `due_at` while it is owed; `silent` once the promise is over and nobody said anything."""

    row: Handed
    person: str
    silent: bool
    why: str

    @property
    def title(self) -> str:
        return {
            Word.OPEN: "No verdict in time" if self.silent else "Verdict wanted",
            Word.ACCEPTED: "Accepted by sales",
            Word.REJECTED: "Rejected by sales",
            Word.WITHDRAWN: "Taken back by marketing",
        }[Word(self.row.word)]

    @property
    def tone(self) -> str:
        return "red" if self.silent else TONES[Word(self.row.word)]

    @property
    def due_at(self) -> datetime | None:
        return self.row.due_at if self.row.word == Word.OPEN else None


def read(opened: Opened) -> Spoken | None:
    """The verdict on the last handover of a lead, or None where it was never handed over. One query at most."""
    standing = opened.standing
    if standing.mql_at is None:
        return None
    row = Handed.objects.filter(lead_id=standing.pk).select_related("person").order_by("-id").first()
    if row is None:
        return None
    silent = row.word == Word.OPEN and row.due_at < opened.now and standing.closed_at is None
    return Spoken(row, row.person.name if row.person else "", silent, reason_words(row.reason, opened.labels()) if row.reason else "")


def reason_words(reason: str, labels: Labels) -> str:
    """ "No budget" of "disqualified:no_budget"; junk says that it is."""
    kind, _, code = reason.partition(":")
    ends = [END_OF[kind]] if kind in END_OF else ["recycled", "disqualified"]
    label = next((labels[end][code] for end in ends if code in labels.get(end, {})), spoken({}, "", code))
    return f"Junk: {label}" if kind == "junked" and label else label or kind.capitalize()
