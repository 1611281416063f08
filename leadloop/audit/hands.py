"""Who has what: assignments, desks, turns; and how leads ended: conversions, deals, rests, dispositions."""

from collections.abc import Iterator

from leadloop.audit.finding import Finding, Proof, Scope, Sql, broken
from leadloop.leads.domain.stages import OPEN, Stage


def _listed(*stages: Stage) -> str:
    return ", ".join(f"'{stage.value}'" for stage in stages)


OPEN_STAGES = _listed(*OPEN)
SOLD_STAGES = _listed(Stage.CONVERTED, Stage.WON, Stage.LOST)
ENDED_STAGES = _listed(Stage.WON, Stage.LOST, Stage.NURTURE, Stage.DISQUALIFIED, Stage.JUNK)


def one_holder(scope: Scope) -> Iterator[Finding]:
    """A live assignment is there exactly for open leads with an owner, and is that person's."""
    stray = f"""
        select a.id, a.lead_id, a.person_id, s.stage, s.owner_id from routing_assignment a
        join leads_standing s on s.lead_id = a.lead_id
        where a.ended_at is null and (s.stage not in ({OPEN_STAGES}) or s.owner_id is null or s.owner_id <> a.person_id)
    """  # noqa: S608 - our own stages
    names = ["assignment", "lead", "person", "stage", "owner"]
    yield from broken(scope, "hands", "A live assignment is of a lead that is closed, nobody's, or another's.", names, Sql(stray))
    bare = f"""
        select s.lead_id, s.owner_id from leads_standing s where s.stage in ({OPEN_STAGES}) and s.owner_id is not null
        and not exists (select 1 from routing_assignment a where a.lead_id = s.lead_id and a.ended_at is null)
    """  # noqa: S608 - our own stages
    yield from broken(scope, "hands", "An open lead has an owner but no live assignment.", ["lead", "owner"], Sql(bare))


def desk_loads(scope: Scope) -> Iterator[Finding]:
    """`open_count` is the number of live assignments."""
    other = """
        select d.person_id, d.open_count, coalesce(live.number, 0) from routing_desk d
        left join (select person_id, count(*) as number from routing_assignment where ended_at is null group by person_id) live
          on live.person_id = d.person_id
        where d.open_count <> coalesce(live.number, 0)
    """
    names = ["person", "counted", "live_assignments"]
    yield from broken(scope, "desks", "A desk counts another number of open leads than are assigned.", names, Sql(other))
    missing = """
        select a.person_id, count(*) from routing_assignment a
        where a.ended_at is null and not exists (select 1 from routing_desk d where d.person_id = a.person_id) group by a.person_id
    """
    yield from broken(scope, "desks", "Somebody has leads and no desk.", ["person", "live_assignments"], Sql(missing))


def turns(scope: Scope) -> Iterator[Finding]:
    """Turns are the level at joining and the leads dealt since: what fairness is judged by."""
    other = """
        select s.id, s.pool_id, s.person_id, s.turns, s.joined_level, coalesce(dealt.number, 0) from routing_seat s
        left join (
            select pool_id, person_id, count(*) as number from routing_assignment where how = 'turn' group by pool_id, person_id
        ) dealt
          on dealt.pool_id = s.pool_id and dealt.person_id = s.person_id
        where s.turns <> s.joined_level + coalesce(dealt.number, 0)
    """
    names = ["seat", "pool", "person", "turns", "joined_at", "dealt"]
    yield from broken(scope, "turns", "A seat's turns are not its level at joining and the leads dealt since.", names, Sql(other))


def conversions(scope: Scope) -> Iterator[Finding]:
    """A live conversion is there exactly for leads that are an opportunity, won or lost; and the deal is in the state of the lead."""
    stray = f"""
        select c.id, c.lead_id, s.stage from outcomes_conversion c join leads_standing s on s.lead_id = c.lead_id
        where c.undone_at is null and s.stage not in ({SOLD_STAGES})
    """  # noqa: S608 - our own stages
    yield from broken(scope, "conversions", "A lead with a live conversion is no opportunity.", ["conversion", "lead", "stage"], Sql(stray))
    bare = f"""
        select s.lead_id, s.stage from leads_standing s where s.stage in ({SOLD_STAGES})
        and not exists (select 1 from outcomes_conversion c where c.lead_id = s.lead_id and c.undone_at is null)
    """  # noqa: S608 - our own stages
    yield from broken(
        scope, "conversions", "A lead is an opportunity, won or lost without a live conversion.", ["lead", "stage"], Sql(bare)
    )
    states = f"""
        select o.id, c.lead_id, o.state, s.stage from outcomes_conversion c join outcomes_opportunity o on o.id = c.opportunity_id
        join leads_standing s on s.lead_id = c.lead_id
        where c.undone_at is null and s.stage in ({SOLD_STAGES}) and o.state <> case s.stage when 'converted' then 'open' else s.stage end
    """  # noqa: S608 - our own stages
    names = ["opportunity", "lead", "state", "stage"]
    yield from broken(scope, "conversions", "An opportunity is in another state than its lead.", names, Sql(states))


def rests(scope: Scope) -> Iterator[Finding]:
    """A lead in nurture has the date that brings it back, and nobody else has one."""
    stray = """
        select r.id, r.lead_id, s.stage from nurture_recycle r join leads_standing s on s.lead_id = r.lead_id
        where r.ended_at is null and s.stage <> 'nurture'
    """
    yield from broken(scope, "nurture", "A lead that is not in nurture has a date of return.", ["recycle", "lead", "stage"], Sql(stray))
    bare = """
        select s.lead_id from leads_standing s where s.stage = 'nurture'
        and not exists (select 1 from nurture_recycle r where r.lead_id = s.lead_id and r.ended_at is null)
    """
    yield from broken(scope, "nurture", "A lead in nurture has no date that brings it back.", ["lead"], Sql(bare))


def dispositions(scope: Scope) -> Iterator[Finding]:
    """Every end has a row with author, reason and time."""
    bare = f"""
        select s.lead_id, s.stage from leads_standing s where s.stage in ({ENDED_STAGES})
        and not exists (select 1 from outcomes_disposition d where d.lead_id = s.lead_id and d.stage = s.stage)
    """  # noqa: S608 - our own stages
    yield from broken(scope, "ends", "A lead ended without a disposition.", ["lead", "stage"], Sql(bare))


PROOFS = (
    Proof("hands", "An open lead with an owner has exactly one live assignment, that person's.", one_holder),
    Proof("desks", "Each desk counts its live assignments.", desk_loads),
    Proof("turns", "Each seat's turns are its level at joining and the leads dealt since.", turns),
    Proof("conversions", "Opportunities, won and lost leads have one live conversion in the same state, others none.", conversions),
    Proof("nurture", "Leads in nurture have the date that brings them back, others none.", rests),
    Proof("ends", "Every lead that ended has a disposition.", dispositions),
)
