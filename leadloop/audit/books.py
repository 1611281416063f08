"""The books of the inbox: received = judged + waiting + set aside, and every judged submission stands on its lead's timeline."""

from collections.abc import Iterator

from leadloop.audit.finding import Finding, Proof, Scope, Sql, broken
from leadloop.db import bulk


def tallies(_scope: Scope) -> Iterator[Finding]:
    """What each door counted when it received is what is kept."""
    kept = dict(bulk.fetch("select door, count(*) from intake_submission group by door"))
    counted = dict(bulk.fetch("select door, received from intake_tally"))
    rows = [
        {"door": door, "counted": counted.get(door, 0), "kept": kept.get(door, 0)}
        for door in sorted(kept.keys() | counted.keys())
        if kept.get(door, 0) != counted.get(door, 0)
    ]
    if rows:
        yield Finding("received", "A door counted another number of submissions than are kept.", len(rows), rows)


def judged_once(scope: Scope) -> Iterator[Finding]:
    """A submission has a verdict or waits; never both, never neither."""
    both = "select v.submission_id from intake_verdict v join intake_waiting w on w.submission_id = v.submission_id"
    neither = """
        select s.id from intake_submission s
        where not exists (select 1 from intake_verdict v where v.submission_id = s.id)
          and not exists (select 1 from intake_waiting w where w.submission_id = s.id)
    """
    yield from broken(scope, "judged", "A submission has a verdict and still waits.", ["submission"], Sql(both))
    yield from broken(scope, "judged", "A submission has no verdict and does not wait: it is lost.", ["submission"], Sql(neither))


def outcomes_hold(scope: Scope) -> Iterator[Finding]:
    """A verdict names a lead, but for those set aside, which name a reason."""
    nameless = """
        select v.submission_id, v.outcome from intake_verdict v
        where (v.outcome in ('created', 'matched') and v.lead_id is null)
           or (v.outcome = 'quarantined' and (v.lead_id is not null or v.reason = ''))
    """
    yield from broken(scope, "outcome", "A verdict names neither lead nor reason, or both.", ["submission", "outcome"], Sql(nameless))


def on_the_timeline(scope: Scope) -> Iterator[Finding]:
    """One touch of the right lead for every judged submission. The pairs agree and so do their numbers: then none is missing."""
    astray = """
        select t.id, t.lead_id, t.submission_id, v.lead_id from leads_touch t
        left join intake_verdict v on v.submission_id = t.submission_id
        where t.submission_id is not null and t.kind = 'captured' and (v.lead_id is null or v.lead_id <> t.lead_id)
    """
    names = ["touch", "lead", "submission", "judged_to"]
    yield from broken(scope, "timeline", "A touch stands on another lead than its submission was judged to.", names, Sql(astray))
    [(touched,)] = bulk.fetch("select count(*) from leads_touch where submission_id is not null and kind = 'captured'")
    [(judged,)] = bulk.fetch("select count(*) from intake_verdict where lead_id is not null")
    if touched != judged:
        missing = """
            select v.submission_id, v.lead_id from intake_verdict v where v.lead_id is not null and not exists (
                select 1 from leads_touch t where t.lead_id = v.lead_id and t.submission_id = v.submission_id and t.kind = 'captured')
        """
        twice = """
            select t.submission_id, min(t.lead_id) from leads_touch t
            where t.submission_id is not null and t.kind = 'captured' group by t.submission_id having count(*) > 1
        """
        names = ["submission", "lead"]
        yield from broken(scope, "timeline", "A judged submission stands on no timeline.", names, Sql(missing))
        yield from broken(scope, "timeline", "A submission stands on timelines more than once.", names, Sql(twice))


def born_of_one(scope: Scope) -> Iterator[Finding]:
    """A lead comes from the submission that created it, with its source."""
    other = """
        select l.id, l.submission_id from leads_lead l join intake_verdict v on v.submission_id = l.submission_id
        where v.outcome <> 'created' or v.lead_id <> l.id
    """
    yield from broken(scope, "origin", "A lead names a first submission that did not create it.", ["lead", "submission"], Sql(other))
    source = """
        select l.id, l.source_id, s.source_id from leads_lead l join intake_submission s on s.id = l.submission_id
        join leads_standing d on d.lead_id = l.id where s.source_id <> l.source_id or d.source_id <> l.source_id
    """
    says = "A lead, its standing and its first submission do not name one source."
    yield from broken(scope, "origin", says, ["lead", "source", "of_submission"], Sql(source))


PROOFS = (
    Proof("received", "Each door's count of what it received equals what is kept.", tallies),
    Proof("judged", "Every submission has a verdict or waits, and not both.", judged_once),
    Proof("outcome", "Every verdict names a lead, or the reason why it was set aside.", outcomes_hold),
    Proof("timeline", "Every judged submission stands once on the timeline of its lead.", on_the_timeline),
    Proof("origin", "Every lead comes from the submission that created it.", born_of_one),
)
