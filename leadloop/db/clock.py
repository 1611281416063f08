"""The one clock. Views and commands read it once and pass `now` down; decisions never look."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """This moment, aware UTC."""
    return datetime.now(UTC)
