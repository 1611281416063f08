"""Find leads by what somebody types: an exact e-mail address, telephone number or external id first, then any part of the text."""

from django.conf import settings

from leadloop.db import bulk
from leadloop.kernel.contact_points import email_address
from leadloop.kernel.telephone import phone_number
from leadloop.leads import search
from leadloop.leads.models import Source, Standing
from leadloop.matching.models import MatchKey
from leadloop.teams.models import User

LONGEST_ID = 200


def find_leads(query: str, *, person: User, limit: int) -> list[int]:
    """Ids of leads that the person may see: those that have the very key first, then the newest. At most eight queries."""
    query = query.replace("\0", "").strip()[:LONGEST_ID]
    visible = Standing.objects.visible_to(person)
    exact = sorted(visible.filter(pk__in=_by_keys(query)).values_list("pk", flat=True), reverse=True)
    return list(dict.fromkeys([*exact, *search.find(query, visible, limit=limit)]))[:limit]


def _by_keys(query: str) -> list[int]:
    email = email_address(query) if "@" in query else None
    phone = phone_number(query, settings.DEFAULT_COUNTRY) if sum(char.isdigit() for char in query) >= 6 else None
    keys = [f"e:{email}"] if email else []
    keys += [f"p:{phone}"] if phone else []
    keys += [f"x:{source}:{query}" for source in Source.objects.values_list("pk", flat=True)] if query and " " not in query else []
    if not keys:
        return []
    condition, params = bulk.any_of("key", keys)
    rows = bulk.fetch(f"select lead_id from {MatchKey._meta.db_table} where {condition} order by lead_id desc limit 50", params)  # noqa: S608 - model names only
    return [row[0] for row in rows]
