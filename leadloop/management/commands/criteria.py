"""`leadloop criteria check|explain|count|convert TEXT`: criteria of a rule, typed in a shell."""

import json as json_of
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError

from leadloop.audit.who import find_lead
from leadloop.db.clock import utc_now
from leadloop.leads import fields
from leadloop.leads.actions import load_cases
from leadloop.leads.criteria_sql import condition
from leadloop.leads.domain.criteria import Explained, Node, dump, explain, parse, sentence
from leadloop.leads.domain.criteria.checks import estimate, findings
from leadloop.leads.domain.criteria.text import parse_text, print_text
from leadloop.leads.models import Standing
from leadloop.leads.recalling import recall
from leadloop.leads.sample import reference_names
from leadloop.management.verb import Verb


class Command(Verb):
    help = "Check criteria, count the leads that meet them, explain them for one lead, or turn text into JSON and back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=("check", "explain", "count", "convert"))
        parser.add_argument("text", help="such as 'country is US and score >= 40', or JSON; - reads standard input")
        parser.add_argument("--lead", help="explain: its number, e-mail, telephone number, or the id it has elsewhere")
        self.add_json(parser)

    def handle(self, *, what: str, text: str, lead: str | None, json: bool, **options: Any) -> None:
        names = reference_names()
        tree = _read(sys.stdin.read() if text == "-" else text, names)
        told = {"check": _check, "count": _count, "convert": _convert, "explain": _explain}[what](tree, names, lead)
        if json:
            self.write_json(told)
            return
        for line in told.get("lines", []) or [str(value) for value in told.values()]:
            self.stdout.write(line)
        if what == "check" and any(one["level"] == "error" for one in told["findings"]):
            raise CommandError("These criteria should not be published.")


def _read(text: str, names: Any) -> Node:
    if text.lstrip()[:1] not in ("{", "["):
        return parse_text(text, fields.in_force(), names)
    try:
        return parse(json_of.loads(text), fields.in_force())
    except (json_of.JSONDecodeError, RecursionError) as error:
        raise CommandError(f"This is not JSON: {error}") from error


def _check(tree: Node, names: Any, _lead: str | None) -> dict[str, Any]:
    found, cost = findings(tree, names), estimate(tree)
    lines = [f"{sentence(tree, names)[:1].upper()}{sentence(tree, names)[1:]}.", f"Cost: {cost.words}."]
    return {
        "sentence": sentence(tree, names),
        "cost": cost.cost.name.lower(),
        "findings": [{"level": one.level, "text": one.text} for one in found],
        "lines": [*lines, *(f"{one.level.capitalize()}: {one.text}" for one in found)],
    }


def _count(tree: Node, _names: Any, _lead: str | None) -> dict[str, Any]:
    return {"leads": Standing.objects.filter(condition(tree, utc_now())).count()}


def _convert(tree: Node, _names: Any, _lead: str | None) -> dict[str, Any]:
    """JSON where text was asked for it with --json, else text: the one line that each can be turned into."""
    return {"json": dump(tree), "text": print_text(tree), "lines": [print_text(tree), json_of.dumps(dump(tree), ensure_ascii=False)]}


def _explain(tree: Node, names: Any, lead: str | None) -> dict[str, Any]:
    if lead is None:
        raise CommandError("Name the lead: leadloop criteria explain TEXT --lead 7")
    found = find_lead(lead)
    case = load_cases([found.pk])[found.pk]
    recall([case])
    told = explain(tree, case.facts(), utc_now(), names)
    return {"lead": found.pk, "explained": told.as_json(), "lines": list(_lines(told))}


def _lines(told: Explained, depth: int = 0) -> list[str]:
    mark = "yes" if told.holds else "no "
    shown = "" if told.parts else f"  (found: {told.found if told.found not in (None, '', (), []) else 'nothing'})"
    own = f"{'  ' * depth}{mark} {told.says}{shown}"
    return [own, *(line for part in told.parts for line in _lines(part, depth + 1))]
