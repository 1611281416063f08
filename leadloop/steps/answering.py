"""People answer the questions that qualify a lead; rules read the answers from then on."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.timezone import localdate

from leadloop.leads.domain.case import Case
from leadloop.leads.domain.masks import MASK
from leadloop.leads.models import Touch
from leadloop.leads.sensitive import all_sensitive
from leadloop.loop import rescore_and_route
from leadloop.qualification import answering
from leadloop.qualification.domain.frameworks import Questions
from leadloop.steps.taking import By, Steps, take


def answer(
    lead_ids: Sequence[int], actor: By, *, framework: Questions, given: Mapping[str, Any], evidence: str = "", touch_id: int | None = None
) -> Steps:
    """Answer questions of a framework; None means unknown where the kind has no word for it. Scores and stages follow at once.

    Args:
        given: values by question, as the declared fields hold them.
        touch_id: the call, mail or note that shows it; one of another lead is left out.
    """
    said = {one.id: given[one.id] for one in framework.questions if one.id in given}
    labels = {one.id: one.label for one in framework.questions}
    hidden = all_sensitive()
    told = {key: MASK if framework.field_of(key) in hidden and value is not None else value for key, value in said.items()}

    def change(cases: list[Case]) -> None:
        for case in cases:
            custom = answering.with_answers(case.values["custom"], framework, said, today=localdate(actor.happened_at))
            case.decided["answers"] = [[labels[key], told[key], framework.field_of(key)] for key in said]
            case.learn(custom=custom)
        ids = [case.lead_id for case in cases]
        shown = touch_id if touch_id and Touch.objects.filter(pk=touch_id, lead_id__in=ids).exists() else None
        known_by = evidence.strip()[:500]
        answering.note_answers(cases, framework, said, evidence=known_by, touch_id=shown, person=actor.id, at=actor.happened_at)
        rescore_and_route(cases, now=actor.now)

    return take(None, lead_ids, actor, kind="answered", change=change)
