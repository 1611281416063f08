"""Public holidays by country and region. It takes over a second to import: only `leadloop holidays` and the job that fills calendars do."""

from datetime import date

import holidays

from leadloop.worktime.errors import UnknownCountry


def public_holidays(country: str, region: str, *, first: int, last: int) -> dict[date, str]:
    """Days and names from the first of these years to the last.

    Raises:
        UnknownCountry: there is no such country or region.
    """
    try:
        found = holidays.country_holidays(country, subdiv=region or None, years=range(first, last + 1))
    except NotImplementedError as error:
        raise UnknownCountry(country=f"{country} {region}".strip()) from error
    return dict(sorted(found.items()))
