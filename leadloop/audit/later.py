"""What is derived and what is due: members of segments, jobs. Segments that move by themselves are told, not proved."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Case, Exists, F, Max, OuterRef, Value, When

from leadloop.audit.finding import Finding, Proof, Scope
from leadloop.db.models import Job
from leadloop.leads import fields
from leadloop.leads.domain import criteria
from leadloop.leads.domain.case import LEAD_COLUMNS
from leadloop.leads.domain.criteria.tree import walk
from leadloop.leads.models import Standing
from leadloop.segments.domain.rule import Rule, rule_of
from leadloop.segments.models import Change, Mark, Member, Override, Segment
from leadloop.segments.settling import wanted
from leadloop.segments.tasks import rebuild_members

STEADY = frozenset(LEAD_COLUMNS) | {"source", "score", "grade", "received_at"}
"""Fields that change only where memberships are brought up to date in the same transaction."""
LEASES = 10


def members(scope: Scope) -> Iterator[Finding]:
    """Members of a steady segment are exactly the leads that meet its published criteria, but for one that is being rebuilt."""
    under_way = Job.objects.filter(name=rebuild_members.module_path, state__in=(Job.State.READY, Job.State.RUNNING))
    rebuilt = [args[0] for args in under_way.values_list("args", flat=True)]
    known = fields.known_now()
    for segment in Segment.objects.published().exclude(name__in=rebuilt).order_by("name"):
        rule = rule_of(segment.name, segment.title, segment.version, segment.spec, known)
        if is_steady(rule.tree):
            yield from _drift(rule, scope)
    named = Segment.objects.published().values("name")
    for name in Member.objects.exclude(segment__in=named).values_list("segment", flat=True).distinct():
        yield Finding("segments", f"Segment {name} has members and is not published.", Member.objects.filter(segment=name).count())


def is_steady(tree: criteria.Node) -> bool:
    """Whether membership changes only when the loop judges the lead: no counted touches, no relative days, no work of people."""
    moves = any(
        isinstance(node, criteria.Condition) and node.op in (criteria.Op.IN_LAST_DAYS, criteria.Op.NOT_IN_LAST_DAYS) for node in walk(tree)
    )
    return not moves and all(name in STEADY or name.startswith("custom.") for name in criteria.fields_used(tree))


def _drift(rule: Rule, scope: Scope) -> Iterator[Finding]:
    name, fits = rule.name, Standing.objects.filter(wanted(rule, scope.now))
    member = Member.objects.filter(segment=name, lead_id=OuterRef("pk"))
    missing = fits.filter(~Exists(member)).order_by("pk").values_list("pk", flat=True)
    wrong = (
        Member.objects.filter(segment=name)
        .filter(~Exists(fits.filter(pk=OuterRef("lead_id"))))
        .order_by("lead_id")
        .values_list("lead_id", flat=True)
    )
    for says, leads in (
        (f"A lead belongs in segment {name} and is not in it.", missing),
        (f"A lead is in segment {name} and does not belong.", wrong),
    ):
        if count := leads.count():
            yield Finding("segments", says, count, [{"lead": lead_id, "segment": name} for lead_id in leads[: scope.most]])


def histories(scope: Scope) -> Iterator[Finding]:
    """What stands is the last row of its history: who is in, and what people said. Members from before there was one are left out."""
    last = Change.objects.filter(pk__in=Change.objects.values("segment", "lead_id").annotate(last=Max("pk")).values("last"))
    is_in = Exists(Member.objects.filter(segment=OuterRef("segment"), lead_id=OuterRef("lead_id")))
    apart = last.annotate(is_in=is_in).exclude(is_in=F("entered")).order_by("pk").values("segment", "lead_id")
    last_words = Mark.objects.filter(pk__in=Mark.objects.values("segment", "lead_id").annotate(last=Max("pk")).values("last"))
    said = Override.objects.filter(segment=OuterRef("segment"), lead_id=OuterRef("lead_id"))
    stands = Case(When(Exists(said.filter(inside=True)), then=Value("in")), When(Exists(said), then=Value("out")), default=Value(""))
    lost = last_words.annotate(stands=stands).exclude(stands=F("word")).order_by("pk").values("segment", "lead_id")
    for says, rows in (
        ("A member is not what the last row of the history says.", apart),
        ("What people said of a lead is not what counts.", lost),
    ):
        if count := rows.count():
            yield Finding("histories", says, count, [dict(one) for one in rows[: scope.most]])


def jobs(scope: Scope) -> Iterator[Finding]:
    """A job whose lease ended long ago should have been taken over."""
    stuck = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=scope.now - LEASES * settings.LEASE).order_by("pk")
    if count := stuck.count():
        examples: list[dict[str, Any]] = [{"job": job.pk, "name": job.name, "owner": job.lease_owner} for job in stuck[: scope.most]]
        yield Finding("jobs", "A running job's lease ended long ago and nobody took it over: is a worker running?", count, examples)


PROOFS = (
    Proof("segments", "Members of each segment are the leads that meet its published criteria.", members),
    Proof("histories", "Who is in a segment, and what people said of whom, is the last row of its history.", histories),
    Proof("jobs", "No running job is left by its worker.", jobs),
)
