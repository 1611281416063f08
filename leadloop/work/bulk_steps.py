"""Steps on many leads at once, as the list offers them: the same verbs as for one, in chunks that each commit."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import transaction

from leadloop import steps
from leadloop.db.outages import retried
from leadloop.leads import actions as leads
from leadloop.leads.errors import StaleLead
from leadloop.leads.models import Standing
from leadloop.routing import actions as routing
from leadloop.steps import By
from leadloop.teams.models import User
from leadloop.work.bulk_segments import IntoSegmentForm, SegmentStepForm
from leadloop.work.bulk_segments import put_in as into_segment
from leadloop.work.bulk_segments import take_back as back_segment
from leadloop.work.bulk_segments import take_out as out_of_segment
from leadloop.work.forms import AssignForm, DisqualifyForm, JunkForm, RecycleForm
from leadloop.work.forms_deal import RewriteManyForm

CHUNK = 1_000
MOST = 10_000
"""Leads of one bulk step; whoever wants more repeats it."""

Verb = Callable[[Sequence[int], By, Any], steps.Steps]
_STEERING = ("manager", "admin")
_SELLING = ("rep", *_STEERING)
_ALL = ("marketer", *_SELLING)
_RULING = ("marketer", *_STEERING)


@dataclass(frozen=True, slots=True)
class BulkStep:
    """A button of the bar below the list, for people of these roles. `undo` names the bulk step that takes it back."""

    name: str
    title: str
    done: str
    verb: Verb
    roles: tuple[str, ...]
    icon: str
    form: type[forms.Form] | None = None
    undo: str = ""
    danger: bool = False


def _ending(verb: Callable[..., steps.Steps]) -> Verb:
    return lambda ids, actor, form: verb(ids, actor, reason=form.cleaned_data["reason"], note=form.cleaned_data["note"])


def _recycle(ids: Sequence[int], actor: By, form: Any) -> steps.Steps:
    given = form.cleaned_data
    return steps.recycle(ids, actor, reason=given["reason"], due_at=given["until"], note=given["note"])


def _assign(ids: Sequence[int], actor: By, form: Any) -> steps.Steps:
    return steps.assign(ids, actor, person=form.cleaned_data["person"])


class UndoForm(forms.Form):
    """When the step was taken that is to be taken back."""

    taken_at = forms.DateTimeField()


@retried
def _take_back(ids: Sequence[int], actor: By, form: Any) -> steps.Steps:
    """Leads that were given away go to whom they were with, or to their pool; one that moved on since then stays where it is."""
    result = steps.Steps()
    with transaction.atomic():
        leads.lock_cases(sorted(ids))
        before = routing.hands_before(ids, given_at=form.cleaned_data["taken_at"])
        result.refused = {lead_id: StaleLead() for lead_id in ids if lead_id not in before}
        people = User.objects.active().in_bulk({person for person in before.values() if person})
        groups: dict[int, list[int]] = {}
        for lead_id, had in before.items():
            groups.setdefault(had if had and had in people else 0, []).append(lead_id)
        for number, theirs in sorted(groups.items()):
            part = steps.assign(theirs, actor, person=people[number]) if number else steps.release(theirs, actor)
            result.done += part.done
            result.refused |= part.refused
    return result


def _undo(ids: Sequence[int], actor: By, form: Any) -> steps.Steps:
    return steps.undo(ids, actor, taken_at=form.cleaned_data["taken_at"])


_DISQUALIFY, _JUNK = _ending(steps.disqualify), _ending(steps.mark_junk)
BULK_STEPS: dict[str, BulkStep] = {
    step.name: step
    for step in [
        BulkStep("assign", "Assign", "given away", _assign, _STEERING, "user-check", AssignForm, undo="take_back"),
        BulkStep("take_back", "Take back", "given back", _take_back, (), "arrow-back-up"),
        BulkStep("claim", "Claim", "claimed", lambda ids, actor, _: steps.claim(ids, actor), ("rep",), "hand-grab", undo="release"),
        BulkStep("release", "Give back", "given back", lambda ids, actor, _: steps.release(ids, actor), _SELLING, "user-minus"),
        BulkStep("recycle", "Recycle", "resting in nurture", _recycle, _ALL, "recycle", RecycleForm, undo="undo"),
        BulkStep("disqualify", "Disqualify", "disqualified", _DISQUALIFY, _ALL, "circle-x", DisqualifyForm, undo="undo", danger=True),
        BulkStep("junk", "Junk", "marked as junk", _JUNK, _ALL, "trash", JunkForm, undo="undo", danger=True),
        BulkStep(
            "into_segment", "Add to segment", "in the segment", into_segment, _RULING, "chart-pie", IntoSegmentForm, undo="back_segment"
        ),
        BulkStep(
            "out_of_segment",
            "Take out of segment",
            "out of it",
            out_of_segment,
            _RULING,
            "user-minus",
            SegmentStepForm,
            undo="back_segment",
        ),
        BulkStep("back_segment", "Take back", "as before", back_segment, (), "arrow-back-up"),
        BulkStep("reopen", "Reopen", "reopened", lambda ids, actor, _: steps.reopen(ids, actor), _ALL, "rotate"),
        BulkStep("rewrite", "Change reason", "given another reason", _ending(steps.rewrite), _ALL, "pencil", RewriteManyForm),
        BulkStep("undo", "Undo", "as they were", _undo, (), "arrow-back-up"),
    ]
}


@dataclass(slots=True)
class Outcome:
    """What became of a bulk step: ids that took it, and how many could not for which reason."""

    done: list[int] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    def words(self, step: BulkStep) -> str:
        """ "412 disqualified. 3 could not: …" """
        count = len(self.done)
        told = f"{count:,} {'lead' if count == 1 else 'leads'} {step.done}." if count else "Nothing was changed."
        refused = sum(self.reasons.values())
        if not refused:
            return told
        why = "; ".join(
            f"{number:,} of them: {reason}" if len(self.reasons) > 1 else reason for reason, number in self.reasons.most_common(4)
        )
        return f"{told} {refused:,} could not: {why}"


def steps_of(role: str) -> list[BulkStep]:
    """The steps that people of a role are offered."""
    return [step for step in BULK_STEPS.values() if role in step.roles]


def take_many(step: BulkStep, lead_ids: Sequence[int], actor: By, *, form: Any) -> Outcome:
    """Take the step with the leads that the person may see; others are as good as not there. Chunks commit one by one."""
    outcome = Outcome()
    for chunk in _chunks(list(dict.fromkeys(lead_ids))[:MOST]):
        visible = Standing.objects.visible_to(actor.person) if actor.person else Standing.objects.all()
        seen = set(visible.filter(pk__in=chunk).values_list("pk", flat=True))
        result = step.verb([pk for pk in chunk if pk in seen], actor, form)
        outcome.done += result.done
        outcome.reasons.update(str(error) for error in result.refused.values())
        if len(seen) < len(chunk):
            outcome.reasons["There is nothing here."] += len(chunk) - len(seen)
    return outcome


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
