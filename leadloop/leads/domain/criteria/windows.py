"""Days that are meant locally: where "the last 7 days" begins."""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones


def start_of_days(now: datetime, *, days: int, zone: str) -> datetime:
    """When the last `days` local days began, today being one of them: 1 is today since midnight, 7 today and the six before.

    The day begins at local midnight; where the clocks skip it, at the first moment after, and where it comes twice, at the first.

    Args:
        now: aware UTC.
        zone: a name that `known_zone` knows.

    Returns:
        Aware UTC.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    return datetime.combine(today - timedelta(days=days - 1), time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local_days(now: datetime, *, days: int, zone: str) -> tuple[str, str]:
    """The first and the last of these `days` local days as dates; the last one is today."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return (today - timedelta(days=days - 1)).isoformat(), today.isoformat()


def known_zone(name: str) -> bool:
    """Whether `name` is "UTC" or a zone named for a place; links such as "localtime" mean another thing on each machine."""
    return name == "UTC" or ("/" in name and name in _zones())


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
