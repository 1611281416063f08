"""Background jobs of segments: members of a large one are brought up to date off the page."""

from django.db import transaction
from django_tasks import task

from leadloop.db.clock import utc_now
from leadloop.segments.actions import rebuild
from leadloop.segments.models import Segment


@task()
def rebuild_members(name: str) -> int:
    """Make the members of one segment equal to its criteria in force. Runs again from the start when a batch of leads got between."""
    segment = Segment.objects.published().filter(name=name).first()
    if segment is None:
        return 0
    with transaction.atomic():
        return rebuild(name, segment.spec["criteria"], now=utc_now())
