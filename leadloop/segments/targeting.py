"""Whom a target list holds now: people once each, with those left out counted by the first reason that applies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from leadloop.db import bulk
from leadloop.leads.models import Standing
from leadloop.segments.models import TargetList

POINTS = {"email": ("e:", "email"), "phone": ("p:", "phone"), "sms": ("p:", "phone"), "post": ("", "street")}
"""Channel to the beginning of its contact point in the ledger of consents, and the column that has to be there."""
LEFT = {
    "other": "on a list that is left out",
    "unreachable": "without a way to reach them",
    "refused": "said no",
    "unasked": "never said yes",
    "double": "there twice",
}


@dataclass(frozen=True, slots=True)
class Targets:
    """`people` are reached; `left` are those who are not, by reason."""

    leads: int
    people: int
    left: dict[str, int]

    @property
    def left_out(self) -> int:
        return sum(self.left.values())

    def words(self) -> str:
        """ "2,310 people, 140 left out: 90 said no, 50 there twice." """
        told = f"{self.people:,} {'person' if self.people == 1 else 'people'}"
        if not self.left_out:
            return f"{told}, nobody left out."
        return f"{told}, {self.left_out:,} left out: {', '.join(f'{count:,} {LEFT[why]}' for why, count in self.left.items() if count)}."

    def as_json(self) -> dict[str, Any]:
        return {"leads": self.leads, "people": self.people, "left_out": dict(self.left)}


def count_targets(one: TargetList) -> Targets:
    """Count a list as it is now. One query: each lead is counted once, by the first reason that applies."""
    sql, params = _judged(one)
    found = dict(bulk.fetch(f"select why, count(*) from ({sql}) as judged group by why", params))  # noqa: S608 - our own statement, values as parameters
    left = {why: int(found.get(why, 0)) for why in LEFT}
    return Targets(sum(map(int, found.values())), int(found.get("", 0)), left)


def targets(one: TargetList) -> QuerySet[Standing, Any]:
    """The leads to be reached, one for each contact point: the newest."""
    sql, params = _judged(one)
    ids = [lead_id for (lead_id,) in bulk.fetch(f"select lead_id from ({sql}) as judged where why = ''", params)]  # noqa: S608 - as above
    return among_ids(ids)


def among_ids(ids: Sequence[int]) -> QuerySet[Standing, Any]:
    """Standings of many ids, in one statement text whatever their number."""
    listed = "select value::bigint from json_array_elements_text(%s::json)" if bulk.is_postgres() else "select value from json_each(%s)"
    return Standing.objects.filter(pk__in=RawSQL(listed, [bulk.to_json(list(ids)).decode()]))  # noqa: S611 - constant text


def _judged(one: TargetList) -> tuple[str, list[Any]]:
    """(lead, why left out or "") of every lead in the segments that the list takes; junk is on no list.

    The last word on the purpose by this channel, or by any, counts. A person of whom one lead is on a list that is left out is left out.
    """
    begins, column = POINTS[one.channel]
    values = {"inside": _marks(one.takes), "outside": _marks(one.leaves), "column": column, "begins": begins or "e:"}
    values |= {"asked": column if begins else "email", "strict": "1 = 1" if one.strict else "1 = 0"}
    return _JUDGED.format(**values), [one.purpose, one.channel, *(one.leaves or [""]), *(one.takes or [""])]


_JUDGED = """
select lead_id, case
    when max(is_other) over (partition by person) = 1 then 'other' when point = '' then 'unreachable'
    when granted is not null and not granted then 'refused' when granted is null and {strict} then 'unasked'
    when row_number() over (partition by person order by lead_id desc) > 1 then 'double' else '' end as why
from (
    select l.id as lead_id, l.{column} as point, case when l.{column} = '' then cast(l.id as text) else lower(l.{column}) end as person,
        (select c.granted from consent_consent c where c.contact_point = '{begins}' || l.{asked} and c.purpose = %s
            and c.channel in (%s, 'any') order by c.id desc limit 1) as granted,
        case when exists (select 1 from segments_member o where o.segment in ({outside}) and o.lead_id = l.id) then 1 else 0 end as is_other
    from leads_lead l join leads_standing s on s.lead_id = l.id
    where s.stage <> 'junk' and exists (select 1 from segments_member m where m.segment in ({inside}) and m.lead_id = l.id)
) as met
"""  # columns and beginnings come from `POINTS`, values travel as parameters


def _marks(names: Sequence[str]) -> str:
    return ", ".join(["%s"] * max(1, len(names)))
