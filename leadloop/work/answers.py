"""What a lead is asked, and what was answered: the panel of the lead page. At most six queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from leadloop.db.clock import utc_now
from leadloop.db.versions import current_epoch
from leadloop.leads.actions import load_cases
from leadloop.leads.models import Standing, Touch
from leadloop.leads.recalling import TOUCHES, recall
from leadloop.qualification.answering import history_of, published_frameworks, values_of
from leadloop.qualification.domain.frameworks import Qualified, Questions, framework_for, qualified
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


@dataclass(slots=True)
class Panel:
    """The questions that a lead is asked, how far it is qualified, and every answer, the latest first."""

    framework: Questions
    form: AnswersForm
    judged: Qualified
    history: list[Told]

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


def panel_of(standing: Standing, *, posted: Any = None) -> Panel | None:
    """The panel of a lead, or None where nothing is asked of it."""
    framework = _framework_of(standing)
    if framework is None:
        return None
    answers = history_of(standing.pk)
    labels = {(framework.name, one.id): one.label for one in framework.questions}
    latest: dict[tuple[str, str], Any] = {}
    for row in answers:
        latest.setdefault((row.framework, row.question), row.value)
    values = values_of(framework, standing.lead.custom)
    unknown = frozenset(key for (name, key), value in latest.items() if name == framework.name and value is None and key not in values)
    told = [
        Told(
            labels.get((row.framework, row.question), f"{row.framework}: {row.question}"),
            answer_words(row.value, words.money),
            row.person.name if row.person else "A program",
            row.answered_at,
            row.evidence,
            row.touch,
        )
        for row in answers
    ]
    form = AnswersForm(posted, framework=framework, lead_id=standing.pk, values=values, unknown=unknown)
    return Panel(framework, form, qualified(framework, values, today=localdate()), told)


def _framework_of(standing: Standing) -> Questions | None:
    """The framework whose criteria the lead meets; nothing is loaded where none has any."""
    frameworks = published_frameworks(current_epoch())
    if all(one.applies is None for one in frameworks):
        return framework_for(frameworks, {}, None)
    cases = list(load_cases([standing.pk]).values())
    recall(cases, TOUCHES)
    return framework_for(frameworks, cases[0].facts(), utc_now()) if cases else None
