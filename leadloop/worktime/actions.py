"""What other rooms ask of people's time: who is there, in which hours, and where their leads have to be counted."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from leadloop.db.clock import utc_now
from leadloop.db.versions import current_epoch
from leadloop.worktime.domain.business import Hours
from leadloop.worktime.domain.presence import AWAY, Presence, by_hours, note_of
from leadloop.worktime.domain.quota import Window, free_in, windows_of
from leadloop.worktime.domain.warming import factor_on
from leadloop.worktime.setup import Terms, setup

Ledger = Mapping[int, Sequence[datetime]]
"""By person, when each of the leads came that count against the caps; those before the first window may be left out."""


def availability(
    person_ids: Iterable[int],
    *,
    now: datetime,
    epoch: int | None = None,
    out: Mapping[int, str] | None = None,
    dealt: Ledger | None = None,
) -> dict[int, Presence]:
    """Who can be given a lead now, and why not. One query, none if the epoch is given; those of `setup` when it changed.

    Args:
        person_ids: whom it is about.
        now: the moment, aware UTC.
        epoch: the epoch of this batch, where the caller has read it.
        out: people who are out for a reason that lies above this room, with the reason: switched off, gone.
        dealt: leads that came to people with caps (see `windows_of_people`); without it caps of day, week and month are not looked at.
    """
    known = setup(current_epoch() if epoch is None else epoch, now)
    gone = out or {}
    return {
        person: _presence(known.of(person), now, gone.get(person), None if dealt is None else dealt.get(person, ()))
        for person in person_ids
    }


def is_set_up(*, now: datetime, epoch: int | None = None) -> bool:
    """Whether anything was set up about people's time; where nothing is, everybody works always."""
    return not setup(current_epoch() if epoch is None else epoch, now).is_blank


def hours_of_organisation(*, epoch: int | None = None) -> Hours:
    """The hours of the default calendar; always open without one."""
    return setup(current_epoch() if epoch is None else epoch, utc_now()).organisation.hours


def hours_of(person_ids: Iterable[int], *, now: datetime | None = None, epoch: int | None = None) -> dict[int, Hours]:
    """The hours of each person, absences and holidays taken out."""
    known = setup(current_epoch() if epoch is None else epoch, now or utc_now())
    return {person: known.of(person).hours for person in person_ids}


def windows_of_people(person_ids: Iterable[int], *, now: datetime, epoch: int | None = None) -> dict[int, list[Window]]:
    """By person who has caps of day, week or month: since when their leads have to be counted. Count from the ledger of assignments."""
    known = setup(current_epoch() if epoch is None else epoch, now)
    return {person: windows_of(terms.caps, terms.hours, now) for person in person_ids if (terms := known.of(person)).caps}


def present_people(person_ids: Collection[int], *, now: datetime, epoch: int | None = None) -> set[int]:
    """Those whose working time runs now, by hours, holidays and absences alone."""
    return {person for person, one in availability(person_ids, now=now, epoch=epoch).items() if one.present}


def _presence(terms: Terms, now: datetime, gone: str | None, dealt: Sequence[datetime] | None) -> Presence:
    today = now.astimezone(ZoneInfo(terms.hours.zone)).date()
    factor = factor_on(today, share=terms.share, warm_up=terms.warm_up)
    open_now, why, until = by_hours(terms.hours, terms.away, terms.holiday_names, now)
    room = None
    if dealt is not None and terms.caps:
        room = free_in(windows_of(terms.caps, terms.hours, now), lambda since: sum(1 for came in dealt if came >= since))
    free = None if room is None else room[0]
    if gone is not None:
        return Presence(False, gone, None, free, factor)
    if open_now and room is not None and free == 0:
        return Presence(False, room[1], None, free, factor)
    return Presence(open_now, why, until, free, factor, note_of(terms.away, now) if why == AWAY else "")
