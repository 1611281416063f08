"""What sales said of a lead that marketing handed over, in words; or that it owes a word, and until when."""

from dataclasses import dataclass
from datetime import datetime

from leadloop.db.clock import utc_now
from leadloop.leads.models import Standing
from leadloop.outcomes import reasons
from leadloop.outcomes.domain.reasons import Labels, spoken
from leadloop.qualification.actions import handed_now
from leadloop.qualification.domain.verdicts import Word
from leadloop.qualification.models import Handed
from leadloop.teams.models import User

END_OF = {"disqualified": "disqualified", "junked": "junk", "recycled": "recycled"}
TONES = {Word.OPEN: "amber", Word.ACCEPTED: "green", Word.REJECTED: "red", Word.WITHDRAWN: "gray"}


@dataclass(frozen=True, slots=True)
class Spoken:
    """The verdict on one lead. `due_at` while it is owed; `silent` once the promise is over and nobody said anything."""

    row: Handed
    person: str
    silent: bool

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

    @property
    def why(self) -> str:
        return reason_words(self.row.reason, reasons.labels()) if self.row.reason else ""


def verdict_on(standing: Standing) -> Spoken | None:
    """The verdict on the last handover of a lead, or None where it was never handed over. Two queries at most."""
    row = handed_now([standing.pk]).get(standing.pk) if standing.mql_at else None
    if row is None:
        return None
    person = User.objects.filter(pk=row.person_id).values_list("name", flat=True).first() if row.person_id else None
    return Spoken(row, person or "", row.word == Word.OPEN and row.due_at < utc_now() and standing.closed_at is None)


def reason_words(reason: str, labels: Labels) -> str:
    """ "No budget" of "disqualified:no_budget"; junk says that it is."""
    kind, _, code = reason.partition(":")
    ends = [END_OF[kind]] if kind in END_OF else ["recycled", "disqualified"]
    label = next((labels[end][code] for end in ends if code in labels.get(end, {})), spoken({}, "", code))
    return f"Junk: {label}" if kind == "junked" and label else label or kind.capitalize()
