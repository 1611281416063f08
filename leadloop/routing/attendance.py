"""Who is there to be dealt a lead: the switch, the account and the caps that are counted here, with what `worktime` knows of people's time.

Where nothing is set up about people's time this asks nothing more of the store.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from leadloop.db.versions import current_epoch
from leadloop.routing.models import Assignment, Desk
from leadloop.teams.models import User
from leadloop.worktime import actions as worktime
from leadloop.worktime.domain import business
from leadloop.worktime.domain.business import Hours, NeverOpen
from leadloop.worktime.domain.presence import Presence

TURNS = ("turn", "claim")
GIVEN_BACK = ("junked", "released", "passed_on", "given away")
"""Ends of an assignment after which the lead does not count against the caps of day, week and month."""
SWITCHED_OFF, GONE = "switched off", "has left"


def attendance(person_ids: Collection[int], *, now: datetime, epoch: int | None = None) -> dict[int, Presence]:
    """Who can be given a lead now and why not, by everything that is known. At most four queries, whatever the number of people."""
    known = current_epoch() if epoch is None else epoch
    gone = dict.fromkeys(Desk.objects.filter(person__in=person_ids, present=False).values_list("person_id", flat=True), SWITCHED_OFF)
    gone |= dict.fromkeys(User.objects.filter(pk__in=person_ids, is_active=False).values_list("pk", flat=True), GONE)
    return working(person_ids, now=now, epoch=known, out=gone)


def working(person_ids: Collection[int], *, now: datetime, epoch: int, out: Mapping[int, str] | None = None) -> dict[int, Presence]:
    """As `attendance` for a caller who knows who is out. One query where somebody has caps of day, week or month, else none."""
    return worktime.availability(person_ids, now=now, epoch=epoch, out=out, dealt=_dealt(person_ids, now=now, epoch=epoch))


class Terms:
    """People's time for one batch: who works now, and when a promise made now is due. Blank where nothing is set up."""

    def __init__(self, *, now: datetime, epoch: int | None) -> None:
        self.now = now
        self.epoch = current_epoch() if epoch is None else epoch
        self.is_blank = not worktime.is_set_up(now=now, epoch=self.epoch)
        self._organisation = Hours() if self.is_blank else worktime.hours_of_organisation(epoch=self.epoch)

    def presences(self, person_ids: Collection[int]) -> dict[int, Presence]:
        """By person, what working time says of them; empty where nothing is set up."""
        return {} if self.is_blank or not person_ids else working(person_ids, now=self.now, epoch=self.epoch)

    def works(self, person: int) -> bool:
        """Whether working time runs for somebody now, caps aside."""
        return self.is_blank or worktime.availability([person], now=self.now, epoch=self.epoch)[person].present

    def due(self, minutes: int, person: int | None) -> datetime:
        """When so many working minutes have passed for the person, or for the organisation where nobody has the lead."""
        hours = self._organisation
        if not self.is_blank and person is not None:
            hours = worktime.hours_of([person], now=self.now, epoch=self.epoch)[person]
        try:
            return business.add(self.now, minutes, hours)
        except NeverOpen:
            return self.now + timedelta(minutes=minutes)


def _dealt(person_ids: Iterable[int], *, now: datetime, epoch: int) -> dict[int, list[datetime]]:
    """When the leads came that count against somebody's caps. No query where nobody of these has any."""
    windows = worktime.windows_of_people(person_ids, now=now, epoch=epoch)
    found: dict[int, list[datetime]] = defaultdict(list)
    if not windows:
        return found
    since = min(window.since for one in windows.values() for window in one)
    counted = Assignment.objects.filter(person__in=windows, assigned_at__gte=since, how__in=TURNS).exclude(ended_how__in=GIVEN_BACK)
    for person, came in counted.values_list("person_id", "assigned_at"):
        found[person].append(came)
    return found
