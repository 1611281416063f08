"""A filter as somebody asks it: with the fields that there are, and that this person may ask about."""

from collections.abc import Mapping, Sequence

from leadloop.leads import fields
from leadloop.teams.models import User
from leadloop.work.domain.lead_filter import LeadFilter, read


def asked_by(person: User, given: Mapping[str, Sequence[str]]) -> LeadFilter:
    """What an address, or a saved view, means to this person. One query."""
    return read(given, fields.catalogue_for(person))
