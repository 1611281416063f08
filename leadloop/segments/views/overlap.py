"""Which leads are in several segments: a picture of the combinations, counts of each two, and new lists made of them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.db.versions import save_draft
from leadloop.leads import fields
from leadloop.leads.domain import criteria
from leadloop.segments import hand
from leadloop.segments.counting import SHOWN
from leadloop.segments.domain.rule import Kind, Rule
from leadloop.segments.forms import segment_name
from leadloop.segments.hand import Hand
from leadloop.segments.models import Segment, Why
from leadloop.segments.overlap import MOST_SEGMENTS, Overlap, in_all, overlap
from leadloop.segments.published import segments_in_force
from leadloop.segments.views.rules import BOOK, EDITORS
from leadloop.web.access import roles
from leadloop.web.rulebook import see


@require_safe
@roles(*EDITORS)
def show_overlaps(request: HttpRequest) -> HttpResponse:
    """The chosen segments beside one another; without a choice the first six."""
    rules = {rule.name: rule for rule in sorted(segments_in_force().rules, key=lambda rule: rule.title)}
    chosen = [name for name in request.GET.getlist("segment") if name in rules][:MOST_SEGMENTS] or list(rules)[:6]
    context = {"rules": list(rules.values()), "chosen": chosen, "most": MOST_SEGMENTS}
    return render(request, "segments/overlaps.html", context | picture(overlap(chosen), rules))


@require_safe
@roles(*EDITORS)
def show_overlap(request: HttpRequest, name: str) -> HttpResponse:
    """One segment beside the others: how many are in both, the newest of them, and what to make of it."""
    context = BOOK.page(request, name, "overlap")
    rules = {rule.name: rule for rule in sorted(segments_in_force().rules, key=lambda rule: rule.title)}
    if name not in rules:
        raise Http404
    others = [other for other in rules if other != name][: MOST_SEGMENTS - 1]
    found = overlap([name, *others])
    lines: list[dict[str, Any]] = [
        {"rule": rules[other], "count": found.pair(name, other), "share": found.share(name, other), "back": found.share(other, name)}
        for other in others
    ]
    lines.sort(key=lambda line: -line["count"])
    other = request.GET.get("with", "")
    if other in others:
        context |= {"other": rules[other], "rows": list(_newest(name, other))}
    return render(request, "segments/overlap.html", context | {"lines": lines, "size": found.sizes[name]} | picture(found, rules))


@require_POST
@roles(*EDITORS)
def combine_segments(request: HttpRequest, name: str) -> HttpResponse:
    """A new segment of two: in both, or in the one and not in the other. By criteria where both go by criteria, else as a list of now."""
    rules = {rule.name: rule for rule in segments_in_force().rules}
    one, other = rules.get(name), rules.get(request.POST.get("other", ""))
    how = request.POST.get("how", "")
    if one is None or other is None or how not in _TITLES:
        raise Http404
    title, now = _TITLES[how].format(one=one.title, other=other.title)[:120], utc_now()
    fresh = segment_name(title, Segment.objects.values_list("name", flat=True).distinct())
    if one.kind is other.kind is Kind.DYNAMIC:
        spec = {"criteria": _combined(one, other, how)}
        save_draft(Segment, name=fresh, title=title, spec=spec, author=request.user, now=now)
        messages.success(request, "A draft with the criteria of both.")
        return see(BOOK.at("preview", fresh))
    hand.new_list(title, fresh, author=request.user, now=now)  # type: ignore[arg-type]  # signed in
    both = in_all([name, other.name]) if how == "both" else in_all([name], without=[other.name])
    came = hand.put_in_all(fresh, hand.among(both), Hand(request.user, Why.SNAPSHOT, title), now=now)  # type: ignore[arg-type]  # signed in
    messages.success(request, f"A list of the {came:,} who are in it now.")
    return see(reverse("segments:segment_members", args=[fresh]))


_TITLES = {"both": "{one} and {other}", "without": "{one} without {other}"}


def _combined(one: Rule, other: Rule, how: str) -> dict[str, Any]:
    """The criteria of both as one tree, checked like any other."""
    tail = criteria.dump(other.tree)
    parts = [criteria.dump(one.tree), tail if how == "both" else {"not": tail}]
    return dict(criteria.dump(criteria.parse({"all": parts}, fields.known_now())))


def _newest(name: str, other: str) -> Any:
    return in_all([name, other]).select_related("lead", "owner").order_by("-received_at", "-lead_id")[:SHOWN]


def picture(found: Overlap, rules: dict[str, Rule]) -> dict[str, Any]:
    """What the templates draw: bars of combinations with a dot for each segment, and a table of each two."""
    most = max((count for _, count in found.sets), default=0) or 1
    return {
        "found": found,
        "columns": [rules[name] for name in found.names],
        "bars": [
            {
                "count": count,
                "error": found.error(count),
                "width": round(1000 * count / most) / 10,
                "dots": [(rules[name], name in together) for name in found.names],
                "title": " and ".join(rules[name].title for name in found.names if name in together),
                "is_alone": len(together) == 1,
            }
            for together, count in found.sets
        ],
        "matrix": [
            (
                rules[one],
                found.sizes[one],
                [(rules[other], found.pair(one, other), found.share(one, other), one == other) for other in found.names],
            )
            for one in found.names
        ],
    }
