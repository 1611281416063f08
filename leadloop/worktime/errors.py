"""What this room refuses."""

from leadloop.kernel.errors import Refused


class CalendarNameTaken(Refused):
    """Two calendars of one name would be taken for one another."""

    code, message = "calendar_name_taken", "There is a calendar called {name} already."


class BadAbsence(Refused):
    """An absence ends after it starts."""

    code, message = "bad_absence", "An absence ends after it starts."


class CalendarInUse(Refused):
    """The organisation's calendar, or one that people work by, cannot go."""

    code, message = "calendar_in_use", "{name} is in use: give its people, or the organisation, another one first."


class Unreadable(Refused):
    """A file or an answer that is no calendar."""

    code, message = "unreadable_calendar", "That is not a calendar file (.ics) that can be read."


class UnknownCountry(Refused):
    """Nobody has told us of its holidays."""

    code, message = "unknown_country", "The holidays of {country} are not known."
