"""What the rooms of decisions write about a lead in whole words: each place holds a word that is nowhere else."""

from datetime import timedelta

from leadloop import steps
from leadloop.db.versions import current_epoch
from leadloop.leads import fields
from leadloop.leads.models import Lead
from leadloop.leads.sensitive import note_reads
from leadloop.learning.models import Likelihood, Training
from leadloop.qualification.answering import published_frameworks, put_in_force
from leadloop.qualification.domain.known_frameworks import KNOWN
from leadloop.qualification.models import Framework
from leadloop.scoring.models import Definition, ScoreModel
from leadloop.segments import hand
from leadloop.segments.models import Segment
from leadloop.teams.models import User
from tests.make import NOON
from tests.proofs import publish_rules

LATER = NOON + timedelta(hours=2)
PLACES = (
    *("quxley-field", "quxley-changed-field", "quxley-release", "quxley-rejected", "quxley-answer", "quxley-evidence", "quxley-override"),
    *("quxley-mark", "quxley-kept-out", "quxley-likelihood", "quxley-training"),
)
CARD = {
    "v": 2,
    "base": 60,
    "rules": [{"id": "mail", "label": "Mail", "when": {"field": "email", "op": "is_not_blank"}, "points": 20}],
    "grades": {"A": 60, "B": 40, "C": 20},
    "thresholds": [{"id": "call", "label": "Call now", "at": 50, "falls": 10, "tell": "owner"}],
}
SIGNED = {"text": "Agreed.", "signatures": {"marketing": {"name": "Mia"}, "sales": {"name": "Max"}}}
HAS_MAIL = {"field": "email", "op": "is_not_blank"}


def make_rules() -> None:
    """Rules that have every room write something of a lead: two score models, a promise, a gate, a segment for hands, a field."""
    publish_rules(Definition, "mql", {**SIGNED, "criteria": HAS_MAIL, "sla_minutes": 60, "verdict_minutes": 600})
    publish_rules(ScoreModel, "main", CARD)
    publish_rules(ScoreModel, "second", CARD)
    publish_rules(Framework, "champ", KNOWN["champ"][2])
    [champ] = [one for one in published_frameworks(current_epoch()) if one.name == "champ"]
    put_in_force(champ, now=NOON)
    publish_rules(Segment, "chosen", {"kind": "mixed", "criteria": HAS_MAIL})
    fields.declare([{"name": "nickname", "label": "Nickname", "type": "text"}], now=NOON)


def write_everywhere(lead: Lead, ann: User, mia: User) -> None:
    """Work on a lead as people do, with the words of `PLACES`."""
    by_ann, by_mia = steps.by(ann, now=LATER), steps.by(mia, now=LATER)
    steps.edit([lead.pk], by_ann, values={"custom.nickname": "quxley-changed-field"}).or_raise()
    steps.edit([lead.pk], by_ann, values={"custom.nickname": "quxley-field"}).or_raise()
    note_reads([(lead.pk, ["nickname"])], where="page", now=LATER, person=mia)
    steps.release([lead.pk], by_ann, reason="quxley-release").or_raise()
    steps.claim([lead.pk], by_ann).or_raise()
    steps.reject([lead.pk], by_ann, reason="no_budget", note="quxley-rejected", becomes="disqualify").or_raise()
    steps.reopen([lead.pk], by_mia).or_raise()
    [champ] = [one for one in published_frameworks(current_epoch()) if one.name == "champ"]
    steps.answer([lead.pk], by_mia, framework=champ, given={"challenges": "quxley-answer"}, evidence="quxley-evidence").or_raise()
    publish_rules(Definition, "sql", {**SIGNED, "kind": "gate", "criteria": {"field": "budget_cents", "op": "is_not_blank"}})
    steps.qualify([lead.pk], by_mia, override_reason="quxley-override").or_raise()
    hand.put_in("chosen", [lead.pk], hand.Hand(mia, note="quxley-mark"), now=LATER)
    hand.keep_out("chosen", [lead.pk], hand.Hand(mia, note="quxley-kept-out"), now=LATER)
    Likelihood.objects.filter(pk=lead.pk).delete()
    Likelihood.objects.create(lead=lead, percent=40, why=[["company", "is quxley-likelihood", 0.4]], given_at=NOON)
    Training.objects.create(state="failed", reason="asked", problem="Zoë Quxley: no number, quxley-training", asked_at=NOON)
