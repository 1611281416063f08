"""The verbs of matching: find the lead that an inquiry belongs to, or make room for a new one."""

from collections.abc import Sequence

from leadloop.db import bulk
from leadloop.leads import actions as leads
from leadloop.leads.domain.case import FRESH_STANDING, Case
from leadloop.leads.domain.inquiry import Inquiry
from leadloop.leads.models import Lead
from leadloop.matching.domain.same_person import joins
from leadloop.matching.models import MatchKey


def match_or_create(inquiries: Sequence[Inquiry]) -> list[Case]:
    """One case a lead, in order of arrival, each with its inquiries; matches stored leads and earlier ones of the batch.

    Needs the loop's lock (`bulk.lock_loop`), else two batches could both miss each other's new lead. Two queries. Matched leads stay
    locked, else a step that a person takes at the same moment would be overwritten by what stood before it.
    """
    reserved = bulk.reserve_ids(Lead, len(inquiries))
    holders = _holders({key for inquiry in inquiries for key in inquiry.keys})
    stored = leads.lock_cases(sorted({lead_id for found in holders.values() for lead_id in found}))
    ids = iter(reserved())
    cases: dict[int, Case] = dict(stored)
    touched: dict[int, Case] = {}
    for inquiry in inquiries:
        case = _case_for(inquiry, holders, cases)
        if case is None:
            case = _fresh_case(next(ids), inquiry)
            cases[case.lead_id] = case
        else:
            leads.fold_inquiry(case, inquiry)
        for key in inquiry.keys:
            found = holders.setdefault(key, [])
            if case.lead_id not in found:
                found.append(case.lead_id)
        touched.setdefault(case.lead_id, case)
    return list(touched.values())


def write_keys(cases: Sequence[Case]) -> None:
    """Remember every key by which these leads can be found again. At most two statements."""
    fresh = {(key, case.lead_id) for case in cases if case.fresh for inquiry in case.inquiries for key in inquiry.keys}
    again = {(key, case.lead_id) for case in cases if not case.fresh for inquiry in case.inquiries for key in inquiry.keys}
    bulk.insert(MatchKey, ("key", "lead_id"), sorted(fresh))
    bulk.insert_new(MatchKey, ("key", "lead_id"), sorted(again))


def remember_contact_points(cases: Sequence[Case]) -> None:
    """What people corrected leads to the lead from now on; what led to it before still does. One statement."""
    points = (
        (prefix + case.values[name], case.lead_id)
        for case in cases
        for prefix, name in (("e:", "email"), ("p:", "phone"))
        if case.values[name]
    )
    bulk.insert_new(MatchKey, ("key", "lead_id"), sorted(set(points)))


def _holders(keys: set[str]) -> dict[str, list[int]]:
    """Lead ids by key, the oldest first."""
    holders: dict[str, list[int]] = {}
    if keys:
        condition, params = bulk.any_of("key", sorted(keys))
        for key, lead_id in bulk.fetch(f"select key, lead_id from matching_matchkey where {condition} order by lead_id", params):  # noqa: S608 - constant text
            holders.setdefault(key, []).append(lead_id)
    return holders


def _case_for(inquiry: Inquiry, holders: dict[str, list[int]], cases: dict[int, Case]) -> Case | None:
    """The survivor: the first key in order of strength, and the oldest lead, with which it is one person."""
    for key in inquiry.keys:
        for lead_id in holders.get(key, ()):
            case = cases[lead_id]
            if joins(key, inquiry.values, case.values):
                return case
    return None


def _fresh_case(lead_id: int, inquiry: Inquiry) -> Case:
    standing = FRESH_STANDING | {"source_id": inquiry.source_id, "received_at": inquiry.received_at, "entered_at": inquiry.received_at}
    case = Case(lead_id, fresh=True, values=dict(inquiry.values), standing=standing, inquiries=[inquiry])
    case.became.update(stage=standing["stage"])
    return case
