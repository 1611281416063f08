"""Leads written as facts say, and which of them each compiler of criteria chooses."""

from datetime import UTC, datetime

from leadloop.leads.criteria_sql import condition
from leadloop.leads.criteria_values import STANDING_COLUMNS
from leadloop.leads.domain.criteria import CATALOGUE, predicate
from leadloop.leads.domain.criteria.fields import RECALLED, is_made
from leadloop.leads.domain.places import PLACE_COLUMNS
from leadloop.leads.models import Lead, Source, Standing, Touch
from leadloop.learning.models import Likelihood
from leadloop.segments.models import Member
from leadloop.teams.models import User
from tests.leads.criteria_cases import CHANNELS, NOW, OWNER_ROLES

STILL_TO_COME = datetime(2900, 1, 1, tzinfo=UTC)  # decisions count whenever they were made, touches do not yet


def store(leads):
    """Write leads from their facts; returns their ids in order."""
    own = {field: column for field, column in STANDING_COLUMNS.items() if field not in ("owner", "source")}
    wide = [*(name for name, field in CATALOGUE.items() if is_stored(field)), *PLACE_COLUMNS, "marks"]
    rows = Lead.objects.bulk_create(
        Lead(submission_id=1, source_id=facts["source"], **{name: facts.get(name) for name in wide}) for facts in leads
    )
    Standing.objects.bulk_create(
        Standing(lead=row, owner_id=facts["owner"], source_id=facts["source"], **{own[field]: facts[field] for field in own})
        for row, facts in zip(rows, leads, strict=True)
    )
    Touch.objects.bulk_create(touch for row, facts in zip(rows, leads, strict=True) for touch in timeline(row, facts))
    Member.objects.bulk_create(
        Member(segment=name, lead=row, since=NOW) for row, facts in zip(rows, leads, strict=True) for name in facts["segments"]
    )
    Likelihood.objects.bulk_create(likelihoods(rows, leads))
    return [row.pk for row in rows]


def likelihoods(rows, leads):
    """What the champion said; of some that it said nothing of there is a row of the challenger, of the others none."""
    for row, facts in zip(rows, leads, strict=True):
        if facts["probability"] is not None:
            yield Likelihood(lead=row, version=1, probability=facts["probability"] / 100, percent=facts["probability"], given_at=NOW)
        elif row.pk % 2:
            yield Likelihood(lead=row, shadow_version=2, shadow=0.5, given_at=NOW)


def is_stored(field):
    return field.name not in (*STANDING_COLUMNS, *RECALLED, "is_open") and not is_made(field)


def timeline(row, facts):
    """Touches as they are stored: those that count, and after every window one a decision."""
    for touch in facts["touches"]:
        data = {"campaign": touch.campaign} if touch.campaign else {}
        data |= {"source": touch.source} if touch.source else {}
        yield Touch(lead=row, kind=touch.kind, happened_at=touch.happened_at, actor_id=touch.actor, data=data)
    told = [{"became": {"stage": stage, "pool_id": None, "score": None}} for stage in facts["past_stages"]]
    told += [{"became": {"pool_id": pool}} for pool in facts["past_pools"]]
    told += [{"became": {"owner_id": owner, "score": -5}} for owner in facts["past_owners"]] if facts["top_score"] is not None else []
    told += [{"route": {"rule": rule}} for rule in facts["past_rules"]] + [{"reason": reason} for reason in facts["past_reasons"]]
    told += [{"became": {"owner_id": owner}} for owner in facts["past_owners"]] + [{}, {"became": {}, "reason": ""}]
    told += [{"became": {"score": score}} for score in (facts["top_score"], -7)] if facts["top_score"] is not None else []
    for data in told:
        yield Touch(lead=row, kind="rescored", happened_at=STILL_TO_COME, data=data)


def store_people_and_sources():
    """Those that the leads name; source 3 and person 3 are gone."""
    Source.objects.bulk_create(Source(pk=pk, name=f"source {pk}", channel=channel, created_at=NOW) for pk, channel in CHANNELS.items())
    User.objects.bulk_create(User(pk=pk, email=f"{pk}@x.io", name=str(pk), role=role) for pk, role in OWNER_ROLES.items())


def by_database(tree, now):
    return sorted(Standing.objects.filter(condition(tree, now)).values_list("pk", flat=True))


def by_python(tree, leads, now):
    test = predicate(tree)
    return sorted(pk for pk, facts in leads.items() if test(facts, now))
