"""The steps a person can take on one lead: what each is called, asks for, calls, and what takes it back."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse

from leadloop import steps
from leadloop.leads.models import Standing
from leadloop.outcomes.actions import Deal
from leadloop.steps import By
from leadloop.teams.models import User
from leadloop.work import actions
from leadloop.work.forms import (
    AssignForm,
    ConvertForm,
    DisqualifyForm,
    JunkForm,
    LogForm,
    LoseForm,
    NoteForm,
    OverrideForm,
    PlanForm,
    RecycleForm,
    RejectForm,
    ReopenForm,
    RewriteForm,
    TemperForm,
    TouchForm,
    WinForm,
)
from leadloop.work.forms_deal import CorrectForm

RARE = frozenset("assign touch release junk win lose unconvert plan reopen reopen_won rewrite correct undo temper".split())
"""Steps that a ticket leaves to the lead's own page."""
Run = Callable[[Standing, By, Any], object]


@dataclass(frozen=True, slots=True)
class Step:
    """`title` stands on the button and `question` above its form; `done` tells with the lead's name that it happened."""

    title: str
    done: str
    run: Run
    form: type[forms.Form] | None = None
    question: str = ""
    undo: str = ""
    icon: str = ""
    key: str = ""
    late_form: type[forms.Form] | None = None  # asked only once the step was refused without it
    danger: bool = False
    template: str = "work/_fields_plain.html"
    buttons: str = "work/_step_buttons.html"

    @property
    def wide(self) -> str:
        """Not empty where the dialog needs room."""
        return "true" if self.template == "work/_fields_log.html" else ""


def _many(verb: Callable[..., steps.Steps], *names: str) -> Run:
    """A verb of `leadloop.steps` for one lead, with these values of its form."""

    def run(standing: Standing, actor: By, form: Any) -> object:
        values = {name: form.cleaned_data[name] for name in names}
        return verb([standing.pk], actor, **values).or_raise()

    return run


def _recycle(standing: Standing, actor: By, form: RecycleForm) -> object:
    given = form.cleaned_data
    return steps.recycle([standing.pk], actor, reason=given["reason"], due_at=given["until"], note=given["note"]).or_raise()


def _qualify(standing: Standing, actor: By, form: Any) -> object:
    reason = form.cleaned_data.get("override_reason", "")
    return steps.qualify([standing.pk], actor, override_reason=reason).or_raise()


def _reject(standing: Standing, actor: By, form: RejectForm) -> object:
    """The verdict “no”, and where the lead goes by what was agreed."""
    given = form.cleaned_data
    until = given.get("until")
    rejected = steps.reject([standing.pk], actor, reason=given["reason"], note=given["note"], becomes=given.get("becomes", ""), until=until)
    return rejected.or_raise()


def _convert(standing: Standing, actor: By, form: ConvertForm) -> object:
    given = form.cleaned_data
    return steps.convert(standing.pk, actor, deal=Deal(given["name"], form.amount_cents, given["currency"]))


def _correct(standing: Standing, actor: By, form: CorrectForm) -> None:
    given = form.cleaned_data
    currency = "" if form.amount_cents is None else given["currency"]
    steps.correct(standing.pk, actor, amount_cents=form.amount_cents, currency=currency, closed_at=given["closed_at"])


def _undo(standing: Standing, actor: By, form: Any) -> None:
    number = form.data.get("of", "")
    touch = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None
    actions.undo_step(standing.pk, actor, touch=touch)


def _win(standing: Standing, actor: By, form: WinForm) -> object:
    amount = form.amount_cents
    return steps.win([standing.pk], actor, amount_cents=amount, currency="" if amount is None else form.cleaned_data["currency"]).or_raise()


def _log(standing: Standing, actor: By, form: LogForm) -> None:
    given = form.cleaned_data
    finishes = given["finishes"].pk if given["finishes"] else None
    kind = given.get("kind", "called")
    outcome = given["outcome"] if kind == "called" else ""
    return actions.log_touch(
        standing.pk, actor, kind=kind, text=given["text"], outcome=outcome, following=form.following, finishes=finishes
    )


def _note(standing: Standing, actor: By, form: NoteForm) -> None:
    actions.log_touch(standing.pk, actor, kind="noted", text=form.cleaned_data["text"])


def _plan(standing: Standing, actor: By, form: PlanForm) -> object:
    person: User | None = standing.owner or actor.person
    if person is None:
        raise ValueError("a step needs a person")
    return actions.plan_step(standing.pk, actor, person=person, text=form.cleaned_data["text"], due_at=form.cleaned_data["due_at"])


STEPS: dict[str, Step] = {
    "claim": Step("Claim", "{name} is yours.", _many(steps.claim), undo="release", icon="hand-grab", key="c"),
    "accept": Step("Accept", "You work on {name}.", _many(steps.accept), undo="undo", icon="thumb-up", key="a"),
    "reject": Step(
        "Reject", "{name} is rejected.", _reject, RejectForm, "Why is {name} not what we agreed?", undo="undo", icon="thumb-down", key="x"
    ),
    "qualify": Step(
        "Qualify",
        "{name} is sales qualified.",
        _qualify,
        question="{name} is not sales qualified yet",
        undo="undo",
        icon="rosette-discount-check",
        key="q",
        late_form=OverrideForm,
        template="work/_fields_gate.html",
    ),
    "log": Step(
        "Log a call",
        "Logged for {name}.",
        _log,
        LogForm,
        "How did it go with {name}?",
        undo="undo",
        icon="phone",
        key="l",
        template="work/_fields_log.html",
        buttons="work/_outcomes.html",
    ),
    "touch": Step(
        "Log a mail or meeting",
        "Logged for {name}.",
        _log,
        TouchForm,
        "How did you get in touch with {name}?",
        undo="undo",
        icon="message-2",
        key="m",
        template="work/_fields_log.html",
    ),
    "note": Step("Note", "Noted for {name}.", _note, NoteForm, "Note about {name}", undo="undo", icon="note", key="n"),
    "temper": Step(
        "Set temperature",
        "The temperature of {name} is set.",
        _many(steps.temper, "temperature"),
        TemperForm,
        "How warm is {name}?",
        icon="temperature",
    ),
    "plan": Step("Plan a step", "Planned for {name}.", _plan, PlanForm, "What comes next for {name}?", icon="calendar-plus", key="t"),
    "convert": Step(
        "Convert",
        "{name} is an opportunity now.",
        _convert,
        ConvertForm,
        "Convert {name}",
        undo="unconvert",
        icon="arrows-exchange",
        key="v",
        template="work/_fields_convert.html",
    ),
    "win": Step(
        "Won", "{name} is won. Well done.", _win, WinForm, "{name} is won", icon="trophy", key="w", template="work/_fields_amount.html"
    ),
    "lose": Step(
        "Lost", "{name} is lost.", _many(steps.lose, "reason"), LoseForm, "Why was {name} lost?", undo="reopen", icon="mood-sad", key="o"
    ),
    "recycle": Step(
        "Recycle", "{name} rests in nurture.", _recycle, RecycleForm, "Bring {name} back later", undo="undo", icon="recycle", key="r"
    ),
    "disqualify": Step(
        "Disqualify",
        "{name} is disqualified.",
        _many(steps.disqualify, "reason", "note"),
        DisqualifyForm,
        "Why is {name} not for us?",
        undo="undo",
        icon="circle-x",
        key="d",
        danger=True,
    ),
    "junk": Step(
        "Mark as junk",
        "{name} is junk.",
        _many(steps.mark_junk, "reason", "note"),
        JunkForm,
        "Why is {name} unusable?",
        undo="undo",
        icon="trash",
        danger=True,
    ),
    "assign": Step("Assign", "{name} was given away.", _many(steps.assign, "person"), AssignForm, "Who takes {name}?", icon="user-check"),
    "release": Step("Give back", "{name} is back in the pool.", _many(steps.release), undo="undo", icon="user-minus"),
    "reopen": Step("Reopen", "{name} goes on.", _many(steps.reopen), icon="rotate"),
    "reopen_won": Step(
        "Open the deal again",
        "The deal of {name} is open again.",
        _many(steps.reopen, "reason", "note"),
        ReopenForm,
        "Why is {name} opened again?",
        icon="rotate",
    ),
    "rewrite": Step(
        "Change the reason",
        "The reason of {name} is changed.",
        _many(steps.rewrite, "reason", "note"),
        RewriteForm,
        "Why did {name} end?",
        icon="pencil",
    ),
    "correct": Step(
        "Correct the deal",
        "The deal of {name} is corrected.",
        _correct,
        CorrectForm,
        "What was the deal of {name} worth, and when?",
        icon="pencil",
    ),
    "undo": Step("Undo", "Undone: {name} is as it was.", _undo, icon="arrow-back-up"),
    "unconvert": Step(
        "Undo conversion",
        "The conversion of {name} is undone.",
        lambda standing, actor, _: steps.undo_conversion(standing.pk, actor),
        icon="arrow-back-up",
    ),
}
"""By name, in the order in which menus show them; the name is the last part of the step's address."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A step as a button: where it goes, and whether it asks for something first."""

    name: str
    step: Step
    url: str

    @property
    def asks(self) -> bool:
        return self.step.form is not None


def offers_for(lead_id: int, names: Collection[str]) -> list[Offer]:
    """The steps among `names`, in the order in which menus show them."""
    page = address_of_lead(lead_id)
    return [Offer(name, step, f"{page}{name}/") for name, step in STEPS.items() if name in names]


def address_of_lead(lead_id: int) -> str:
    """The lead's page."""
    return reverse("work:lead", args=[lead_id])
