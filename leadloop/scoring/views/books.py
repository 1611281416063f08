"""What the pages of score models share: who may change them, the book, the rules of a draft, and what publication brings along."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from leadloop.leads import fields
from leadloop.leads.rule_graph import unringed
from leadloop.leads.rule_list import RuleList
from leadloop.leads.sample import reference_names
from leadloop.scoring.domain.checks import check_score_rule, check_score_spec, score_lines
from leadloop.scoring.domain.scorecard import RESERVED
from leadloop.scoring.forms import RuleForm
from leadloop.scoring.models import ScoreModel
from leadloop.scoring.rescoring import ask_rescoring, keep_plan
from leadloop.web.rulebook import Rulebook

EDITORS = ("marketer", "manager", "admin")
SCOPES = (
    ("all", "Judge all open leads again, now", "In the background, newest first. A lead that meets the definition becomes an MQL, once."),
    ("new", "Only leads that come in or change from now on", "Everybody else keeps the score they have until something happens to them."),
)
FIRES = (
    "fires",
    "Thresholds that are crossed by it tell people",
    "Otherwise leads that are over a threshold by the new rules alone are noted in silence. Only where all open leads are judged again.",
)


def rescored(request: HttpRequest, version: Any, now: datetime) -> str:
    """After publication: have all open leads judged again, if the person asked for that. The plan stays with the version."""
    scope, fires = request.POST.get("scope", "new"), request.POST.get("fires") == "yes"
    scope = "all" if scope == "all" else "new"
    is_model = isinstance(version, ScoreModel)
    plan = keep_plan(version.name, version.version, scope=scope, fires=fires, person=request.user, now=now) if is_model else None
    if scope == "new":
        return "It counts for leads that come in or change from now on."
    total = ask_rescoring(reason=f"{type(version).__name__}-{version.name}-{version.version}", now=now, plan=plan)
    return f"{total:,} open leads are being judged again, newest first."


BOOK = Rulebook(
    model=ScoreModel,
    key="scoring:model",
    noun="score",
    roles=EDITORS,
    check=unringed(lambda spec: check_score_spec(spec, fields.in_force()), "score"),
    lines=score_lines,
    names=reference_names,
    published=rescored,
)
RULES = RuleList(
    book=BOOK,
    form=RuleForm,
    check=lambda rule: check_score_rule(rule, 1, set(), fields.in_force()),
    template="scoring/model_rule.html",
    reserved=RESERVED,
    moved={"up": "moved", "down": "moved"},
)
