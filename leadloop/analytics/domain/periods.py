"""The period that a report is about: local days of the organisation, the last one included."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ALL = "all"
PRESETS = {ALL: "All time", "365": "Last 365 days", "90": "Last 90 days", "30": "Last 30 days"}
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, either of them open; `preset` names the choice that led to it, "" for days that somebody typed."""

    first: date | None
    last: date | None
    zone: str
    preset: str = ""
    problem: str = ""

    @property
    def start(self) -> datetime | None:
        """The first moment of it, in UTC."""
        return midnight(self.first, self.zone) if self.first else None

    @property
    def end(self) -> datetime | None:
        """The first moment after it, in UTC."""
        return midnight(self.last + timedelta(days=1), self.zone) if self.last else None

    @property
    def says(self) -> str:
        """ "1 Mar 2026 to 31 Mar 2026", or what was chosen."""
        if self.preset:
            return PRESETS[self.preset]
        since, until = (_day(day) if day else "" for day in (self.first, self.last))
        if since and until:
            return f"{since} to {until}"
        return f"Since {since}" if since else f"Until {until}"

    def pairs(self) -> dict[str, str]:
        """As it stands in an address."""
        if self.preset:
            return {"period": self.preset}
        return {name: day.isoformat() for name, day in (("from", self.first), ("to", self.last)) if day}

    def criteria(self, field: str) -> list[dict[str, object]]:
        """The same as conditions on a moment, for a list of leads."""
        if self.start and self.end:
            return [{"field": field, "op": "between", "value": [_iso(self.start), _iso(self.end - MOMENT)]}]
        since: list[dict[str, object]] = [{"field": field, "op": "after", "value": _iso(self.start - MOMENT)}] if self.start else []
        until: list[dict[str, object]] = [{"field": field, "op": "before", "value": _iso(self.end)}] if self.end else []
        return since + until


def read_period(asked: Mapping[str, str], *, usual: str, zone: str, now: datetime) -> Period:
    """Read `from`, `to` and `period` of an address; what cannot be read is named in `problem` and left out.

    Args:
        usual: the preset where nothing is asked for.
        now: aware UTC; presets end today, in `zone`.
    """
    typed = {name: asked.get(name, "").strip() for name in ("from", "to")}
    if any(typed.values()):
        days = {name: _read_day(text) for name, text in typed.items()}
        bad = [text for name, text in typed.items() if text and days[name] is None]
        problem = f"“{bad[0][:20]}” is not a date. Write it as 2026-03-31." if bad else ""
        first, last = days["from"], days["to"]
        if first and last and first > last:
            first, last = last, first
        if first or last:
            return Period(first, last, zone, problem=problem)
        return _preset(usual, zone, now, problem)
    return _preset(asked.get("period", ""), zone, now, "") if asked.get("period", "") in PRESETS else _preset(usual, zone, now, "")


def months_between(earliest: datetime, latest: datetime, zone: str) -> list[date]:
    """The first days of all local months from one moment to another, in order."""
    month = earliest.astimezone(ZoneInfo(zone)).date().replace(day=1)
    last = latest.astimezone(ZoneInfo(zone)).date()
    found = []
    while month <= last:
        found.append(month)
        month = next_month(month)
    return found


def next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def midnight(day: date, zone: str) -> datetime:
    """When a local day begins, in UTC; the first moment after, where the clocks skip midnight."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _preset(name: str, zone: str, now: datetime, problem: str) -> Period:
    if name == ALL:
        return Period(None, None, zone, ALL, problem)
    today = now.astimezone(ZoneInfo(zone)).date()
    return Period(today - timedelta(days=int(name) - 1), today, zone, name, problem)


def _read_day(text: str) -> date | None:
    """Days that have neighbours, so that their ends can be reckoned."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year < 9000 else None


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
