"""Background jobs of segments: members of a large one are brought up to date off the page."""

from django_tasks import task

from leadloop.db.clock import utc_now
from leadloop.segments.actions import rebuild
from leadloop.segments.models import Segment


@task()
def rebuild_members(name: str) -> int:
    """Make the members of one segment equal to its criteria in force. Safe to run twice."""
    segment = Segment.objects.published().filter(name=name).first()
    return rebuild(segment, now=utc_now()) if segment else 0
