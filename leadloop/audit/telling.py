"""A lead's story as text for a terminal: at most 100 columns, plain unless the caller gives letters a weight."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from textwrap import shorten, wrap
from typing import Any

from leadloop.audit.story import Story
from leadloop.leads.domain.case import MOMENTS
from leadloop.leads.domain.stages import LABELS, Stage
from leadloop.segments.why import Reasons

WIDTH = 98
Weight = Callable[[str], str]


def _plainly(text: str) -> str:
    return text


def text_of(story: Story, *, heading: Weight = _plainly) -> Iterator[str]:
    """Line by line."""
    lead, standing = story["lead"], story["standing"]
    yield heading(f"Lead {lead['id']}: {lead['display_name']}")
    known = {name: value for name, value in lead.items() if name not in ("id", "display_name", "submission_id")}
    yield from _pairs(known.items())
    yield from _section("Now", heading)
    yield from _pairs(_now(standing)) if standing else ("  It has no standing: run `leadloop verify`.",)
    yield from _section("Came in as", heading)
    for one in story["submissions"]:
        yield from _submission(one)
    yield from _section("What happened", heading)
    for touch in story["touches"]:
        yield from _touch(touch, heading)
    if story.get("routing"):
        yield from _section("Why there", heading)
        yield from _filled(story["routing"]["says"], indent=2)
        if story["routing"]["agrees"] is False:
            yield "  RECOMPUTED IT COMES OUT OTHERWISE"
    for title, key in (
        ("In segments", "segments"),
        ("In whose hands", "assignments"),
        ("Rests", "rests"),
        ("How it ended", "dispositions"),
    ):
        yield from _table(title, story[key], heading)
    yield from _conversions(story["conversions"], heading)
    yield from _table("Steps planned", story["tasks"], heading)
    yield from _table("What they allowed", story["consents"], heading)
    yield from _section("Found again by", heading)
    yield from _pairs([("keys", ", ".join(story["match_keys"]) or "none")])


def why_text(found: Reasons, *, heading: Weight = _plainly) -> Iterator[str]:
    """Why a lead is in a segment, or is not: condition by condition, what people said, and what happened."""
    yield heading(f"{'In' if found.is_in else 'Not in'} “{found.rule.title}” ({found.rule.kind}, version {found.rule.version})")
    yield f"  {found.says}" + (f" In it since {found.since:%Y-%m-%d %H:%M}." if found.since else "")
    for line in found.lines:
        told = "" if line.found is None else f"  [{shorten(line.found, 60) or 'nothing known'}]"
        yield f"  {'yes' if line.holds else 'no ':3} {'  ' * line.depth}{line.says}{told}"
    for mark in found.marks:
        who = mark.person.name if mark.person else "a program"
        yield f"  said {mark.get_word_display()} by {who}, {mark.happened_at:%Y-%m-%d %H:%M}" + (f": {mark.note}" if mark.note else "")
    for change in found.changes:
        what, why = "came in" if change.entered else "went out", change.get_why_display()
        yield f"  {what} {change.happened_at:%Y-%m-%d %H:%M}: {why}, version {change.version}"


def _section(title: str, heading: Weight) -> Iterator[str]:
    yield ""
    yield heading(title)


def _now(standing: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    stage = standing["stage"]
    yield "stage", LABELS[Stage(stage)] if stage in LABELS else stage
    for name, value in standing.items():
        if name != "stage" and value not in (None, ""):
            yield name, f"{value:.4f}" if name == "heat" else value


def _submission(one: Story) -> Iterator[str]:
    yield f"  {when(one['received_at'])}  submission {one['id']} by {one['door']}, from {one['source']}: {one['outcome']}"
    yield from _filled(json.dumps(one["payload"], ensure_ascii=False), indent=4)
    if one["context"]:
        yield from _filled("context " + json.dumps(one["context"], ensure_ascii=False), indent=4)


def _touch(touch: Story, heading: Weight) -> Iterator[str]:
    by = f" by {touch['actor']}" if touch["actor"] else ""
    outcome = f": {touch['outcome'].replace('_', ' ')}" if touch.get("outcome") else ""
    of = f" (submission {touch['submission']})" if touch["submission"] else ""
    yield f"  {when(touch['happened_at'])}  {heading(touch['title'])}{outcome}{by}{of}"
    for name in ("text", "note"):
        if touch.get(name):
            yield from _filled(f"“{touch[name]}”", indent=4)
    for name in ("reason", "until", "amount_cents", "filled", "was", "now", "before", "data"):
        if touch.get(name):
            yield from _filled(f"{name.replace('_', ' ')}: {_shown(touch[name])}", indent=4)
    if "score" in touch:
        yield from _score(touch["score"])
    if "definition" in touch:
        yield from _definition(touch["definition"])
    if "route" in touch:
        yield from _route(touch["route"])
    if touch.get("became"):
        changed = ", ".join(
            f"{name.removesuffix('_id').replace('_', ' ')} {_told(name, value)}"
            for name, value in touch["became"].items()
            if name != "heat"
        )
        yield from _filled(f"became: {changed}", indent=4)


def _score(given: dict[str, Any]) -> Iterator[str]:
    yield f"    score {given['points']}, grade {given['grade'] or 'none'}, by score model version {given['model']}"
    yield f"      {given['base']:+4}  everybody starts with"
    for rule in given["rules"]:
        points = f"{rule['points']:+4}" if rule["held"] else "   ."
        label = rule["label"] if rule["held"] else f"{rule['label']} (did not hold, {rule['points']:+})"
        yield from _filled(f"{points}  {label}", indent=6, hang=6)
        if rule["when"]:
            yield from _filled(rule["when"] if rule["held"] else shorten(rule["when"], WIDTH - 14, placeholder=" …"), indent=14)


def _definition(given: dict[str, Any]) -> Iterator[str]:
    yield f"    meets “{given.get('title', 'the definition')}”, version {given['version']}"
    for line in (given.get("text"), given.get("criteria")):
        if line:
            yield from _filled(line, indent=6)


def _route(given: dict[str, Any]) -> Iterator[str]:
    yield from _filled(f"route version {given['version']}, rule “{given['title']}”: {given['when']}", indent=4)
    if given["passed_over"]:
        yield from _filled("did not hold: " + ", ".join(given["passed_over"]), indent=6)
    draw = given.get("draw")
    if draw is None:
        yield f"      waits in {given['pool']} to be claimed"
        return
    yield f"      pool {given['pool']}, draw {draw['id']}, lead {draw['place'] + 1} of its batch"
    yield "        person                      weight   turns    room  there"
    for row in draw["roster"]:
        there = "yes" if row["present"] else "no"
        yield f"        {str(row['person'])[:26]:26} {row['weight']:>7} {row['turns']:>7} {row['free']:>7}  {there}"
    to = given["to"] or "nobody had room"
    again = f"dealt again: {draw['dealt_again_to'] or 'nobody'}, which agrees"
    if not draw["agrees"]:
        again = f"DEALT AGAIN IT WOULD GO TO {draw['dealt_again_to'] or 'nobody'}"
    yield f"      → {to} ({again})"


def _conversions(rows: list[Story], heading: Weight) -> Iterator[str]:
    if rows:
        yield from _section("Converted to", heading)
    for row in rows:
        undone = f", undone {when(row['undone_at'])}" if row["undone_at"] else ""
        yield f"  {when(row['converted_at'])}  account {row['account'] or 'none'}, contact {row['contact'] or 'none'}{undone}"
        deal = row["opportunity"]
        if deal:
            amount = "no amount" if deal["amount_cents"] is None else f"{deal['amount_cents'] / 100:,.2f} {deal['currency']}"
            closed = f" {when(deal['closed_at'])}" if deal["closed_at"] else ""
            yield f"    opportunity {deal['id']}, {deal['name']}: {amount}, {deal['state']}{closed} {deal['reason']}".rstrip()


def _table(title: str, rows: list[Story], heading: Weight) -> Iterator[str]:
    """One paragraph a row, what is blank left out."""
    if rows:
        yield from _section(title, heading)
    for row in rows:
        told = (
            f"{name.replace('_', ' ')} {_shown(value)}" for name, value in row.items() if value not in (None, "", [], {}) and name != "id"
        )
        yield from _filled("; ".join(told), indent=2, hang=2)


def _pairs(facts: Iterable[tuple[str, Any]]) -> Iterator[str]:
    for name, value in facts:
        label = f"  {name.replace('_', ' ').removesuffix(' id'):16}"
        lines = _wrapped(_shown(value), WIDTH - 18)
        yield f"{label}{lines[0]}"
        yield from (" " * 18 + line for line in lines[1:])


def _filled(text: str, *, indent: int, hang: int = 0) -> Iterator[str]:
    lines = _wrapped(text, WIDTH - indent - hang)
    yield " " * indent + lines[0]
    yield from (" " * (indent + hang) + line for line in lines[1:])


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, width, break_on_hyphens=False) or [""]


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _told(column: str, value: Any) -> str:
    """A column of a standing: moments, which touches keep as ISO text, in the form of all others."""
    return (
        when(datetime.fromisoformat(value)) if column in MOMENTS and isinstance(value, str) else "none" if value is None else _shown(value)
    )


def when(value: datetime) -> str:
    """A moment in UTC, to the second."""
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
