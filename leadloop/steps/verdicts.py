"""What steps say of the agreement: the verdict on a lead that marketing handed over, and the gate that a qualified lead passes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from leadloop.db.versions import current_epoch
from leadloop.kernel.errors import LeadLoopError
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.stages import Stage
from leadloop.leads.sample import reference_names
from leadloop.loop import recall
from leadloop.qualification import actions as qualification
from leadloop.qualification.actions import Said
from leadloop.qualification.domain.verdicts import HEARD
from leadloop.qualification.errors import NotYetQualified
from leadloop.scoring import actions as scoring
from leadloop.scoring.domain.definition import Term, failing
from leadloop.teams.models import User


def hear(cases: Sequence[Case], kind: str, person: User | None, *, data: dict[str, Any], at: datetime) -> None:
    """Before a step is taken: read what it says of leads that were handed over. No query for steps that say nothing."""
    met = [case for case in cases if case.standing["mql_at"]] if kind in HEARD else []
    if not met:
        return
    epoch = current_epoch()
    recall(met, epoch)
    by_marketing = person is not None and person.role == "marketer"
    said = Said(kind, str(data.get("reason", "")), person.pk if person else None, by_marketing, at)
    told = qualification.hear(met, said, term_of=lambda version: scoring.agreed(epoch, version))
    for case in met:
        if case.lead_id in told:
            case.decided["verdict"] = told[case.lead_id].value


def hand_over(cases: Sequence[Case], *, now: datetime) -> None:
    """Leads that other people of sales are to look at: they owe a verdict of their own."""
    term = scoring.published_definition(current_epoch())
    if term and cases:
        qualification.hand_over(cases, term, now=now)


class Gate:
    """The definition of a sales qualified lead, asked of leads before they are qualified. Where none is agreed, nobody is stopped."""

    def __init__(self, person: User | None, *, now: datetime, override_reason: str = "") -> None:
        self.person, self.now, self.override_reason = person, now, override_reason.strip()[:500]
        self._term: Term | None = None
        self._failing: dict[int, list[str]] = {}
        self._asked: list[Case] = []

    def refusals(self, cases: list[Case]) -> dict[int, LeadLoopError]:
        """The leads that do not meet it, with the conditions that fail; none of them where somebody gave a reason."""
        epoch = current_epoch()
        self._term = term = scoring.published_gate(epoch)
        self._asked = [case for case in cases if case.standing["stage"] != Stage.SQL] if term else []
        if term is None or not self._asked:
            return {}
        recall(self._asked, epoch)
        short = [case for case in self._asked if not term.holds(case.facts(), self.now)]
        names = reference_names() if short else {}
        self._failing = {case.lead_id: failing(term.tree, case.facts(), self.now, names, masked=True) for case in short}
        if self.override_reason:
            return {}
        return {lead_id: NotYetQualified(version=term.version, failing=lines) for lead_id, lines in self._failing.items()}

    def note(self, cases: Sequence[Case]) -> None:
        """Write who goes through into the gate's book, before the step changes them."""
        through = {case.lead_id for case in cases}
        passing = [case for case in self._asked if case.lead_id in through]
        if self._term is None or not passing:
            return
        person = self.person.pk if self.person else None
        qualification.pass_gate(passing, self._term, failing=self._failing, reason=self.override_reason, person=person, now=self.now)
        for case in passing:
            short = self._failing.get(case.lead_id)
            case.decided["gate"] = {"version": self._term.version} | ({"override": self.override_reason, "failing": short} if short else {})
