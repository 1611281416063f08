"""Rules of a route as sentences: where a lead goes, who can get it, for how long, and what then. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from leadloop.routing.domain.stops import SHARED, Needs, Stop, stops_of, when_none

Names = Mapping[str, Mapping[int, str]]
HOW_WORDS: Final[Mapping[str, str]] = {
    "turn": "next in turn",
    "claim": "waits to be claimed",
    "least_loaded": "most room on the desk",
    "best": "best chance to win it",
    "owner": "whoever had it before",
    "account": "the owner of the account",
}
THEN: Final[Mapping[str, str]] = {
    "next": "else the next rule that holds",
    "fallback": "else everybody else's way",
    "hold": "else it waits there",
}
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def way_words(part: Mapping[str, Any], names: Names) -> str:
    """ "Key accounts, next in turn, who speaks de, for 10 minutes; then Sales, waits to be claimed; else everybody else's way"."""
    stops = stops_of(part)
    told = "; then ".join(stop_words(stop, names) for stop in stops)
    if len(stops) == 1 and stops[0].is_plain and when_none(part) == "hold":
        return told
    return f"{told}; {THEN[when_none(part)]}" if "when" in part and when_none(part) in THEN else told


def stop_words(stop: Stop, names: Names) -> str:
    """ "Key accounts, next in turn, who speaks de, for 10 minutes"."""
    words = [place_words(stop, names)]
    if stop.kind in SHARED:
        words.append(HOW_WORDS.get(stop.method, stop.method))
    if stop.needs:
        words.append(needs_words(stop.needs))
    if stop.minutes:
        words.append(f"for {minutes_words(stop.minutes)}")
    return ", ".join(words)


def place_words(stop: Stop, names: Names) -> str:
    """What the destination is called."""
    if stop.kind in SHARED:
        return names.get("pool", {}).get(stop.id or 0, "a pool that is gone")
    if stop.kind == "person":
        return names.get("owner", {}).get(stop.id or 0, "somebody who is gone")
    return f"nurture for {stop.id or 30} days" if stop.kind == "nurture" else f"partner {stop.id}"


def needs_words(needs: Needs) -> str:
    """ "who knows cranes, speaks de and is cleared for sensitive data"."""
    parts = [f"knows {name}" for name in needs.skills] + [f"speaks {name}" for name in needs.languages]
    if needs.cleared:
        parts.append("is cleared for sensitive data")
    return "who " + (f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0])


def minutes_words(minutes: int) -> str:
    """ "10 minutes", "2 hours"."""
    if minutes % 60 == 0 and minutes >= 60:
        return f"{minutes // 60} hour{'' if minutes == 60 else 's'}"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def between_words(spec: Mapping[str, Any] | None) -> str:
    """ "Mon, Tue 09:00-17:00 (Europe/Berlin)"; '' for always."""
    if not spec:
        return ""
    days = sorted(spec.get("days") or range(7))
    said = "every day" if len(days) == 7 else ", ".join(DAYS[day] for day in days)
    start, end = spec.get("from", "00:00"), spec.get("to", "00:00")
    hours = "" if start == end else f" {start}-{end}"
    return f"{said}{hours} ({spec.get('zone', 'UTC')})"
