"""What a lead is asked, and what was answered: the panel of the lead page. One query, but for frameworks with criteria."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from leadloop.db.clock import utc_now
from leadloop.leads.actions import load_cases
from leadloop.leads.domain.masks import MASK
from leadloop.leads.models import Standing, Touch
from leadloop.leads.recalling import TOUCHES, recall
from leadloop.qualification.answering import history_of, published_frameworks, values_of
from leadloop.qualification.domain.frameworks import RESULTS, Qualified, Questions, field_of, framework_for, qualified
from leadloop.qualification.models import Answer
from leadloop.templatetags import words
from leadloop.work.forms_answers import AnswersForm, answer_words


@dataclass(frozen=True, slots=True)
class Told:
    """One answer of the past in words."""

    question: str
    answer: str
    person: str
    at: datetime
    evidence: str
    touch: Touch | None
    masked: bool = False
    sensitive: bool = False  # the form does not hold it, shown or not


@dataclass(slots=True)
class Panel:
    """The questions that a lead is asked, how far it is qualified, and every answer, the latest first."""

    framework: Questions
    form: AnswersForm
    judged: Qualified
    history: list[Told]
    secret: bool = False  # an answer is sensitive and not revealed, so the score would tell it

    @property
    def masks(self) -> bool:
        """Whether somebody may ask to see more of the answers."""
        return any(one.masked for one in self.history)

    @property
    def last(self) -> dict[str, Told]:
        """The latest answer to each question, by what is asked."""
        found: dict[str, Told] = {}
        for one in self.history:
            found.setdefault(one.question, one)
        return found

    @property
    def rows(self) -> list[tuple[Any, Any, Any, Told | None]]:
        last = self.last
        return [(one, field, box, last.get(one.label)) for one, field, box in self.form.rows]

    @property
    def note(self) -> str:
        """How far it is; not where that would tell a masked answer."""
        if self.secret:
            return "Has sensitive answers"
        return f"{self.judged.answered} of {self.judged.total} answered, {self.judged.score} of 100 points"


def panel_of(
    standing: Standing, sensitive: frozenset[str], *, said: Sequence[Touch], epoch: int, revealed: bool = False, posted: Any = None
) -> Panel | None:
    """The panel of a lead, or None where nothing is asked of it; `said` are the touches in which it may have been told.

    Answers in `sensitive` fields are masked in what was said unless `revealed`; the form never holds them, and takes them anew.
    """
    framework = _framework_of(standing, epoch)
    if framework is None:
        return None
    answers = history_of(standing.pk)
    labels = {(framework.name, one.id): one.label for one in framework.questions}
    latest: dict[tuple[str, str], Any] = {}
    for row in answers:
        latest.setdefault((row.framework, row.question), row.value)
    hidden = frozenset[str]() if revealed else sensitive
    known = values_of(framework, standing.lead.custom)
    values = {key: value for key, value in known.items() if framework.field_of(key) not in sensitive}
    unknown = frozenset(key for (name, key), value in latest.items() if name == framework.name and value is None and key not in known)
    told = [_told(row, labels, sensitive, revealed=revealed) for row in answers]
    secret = any(framework.field_of(key) in hidden for key in (*(one.id for one in framework.questions), *RESULTS))
    form = AnswersForm(posted, framework=framework, said=said, values=values, unknown=unknown)
    return Panel(framework, form, qualified(framework, known, today=localdate()), told, secret)


def _told(row: Answer, labels: Mapping[tuple[str, str], str], hidden: frozenset[str], *, revealed: bool) -> Told:
    sensitive = field_of(row.framework, row.question) in hidden and row.value is not None
    masked = sensitive and not revealed
    return Told(
        labels.get((row.framework, row.question), f"{row.framework}: {row.question}"),
        MASK if masked else answer_words(row.value, words.money),
        row.person.name if row.person else "A program",
        row.answered_at,
        MASK if masked and row.evidence else row.evidence,
        row.touch,
        masked,
        sensitive,
    )


def _framework_of(standing: Standing, epoch: int) -> Questions | None:
    """The framework whose criteria the lead meets; nothing is loaded where none has any."""
    frameworks = published_frameworks(epoch)
    if all(one.applies is None for one in frameworks):
        return framework_for(frameworks, {}, None)
    cases = list(load_cases([standing.pk]).values())
    recall(cases, TOUCHES)
    return framework_for(frameworks, cases[0].facts(), utc_now()) if cases else None
