"""What was known of a lead when it was decided: its columns and standing taken back to a touch, by the touches. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from leadloop.leads.domain.case import FRESH_STANDING, MOMENTS
from leadloop.leads.domain.custom_fields import PREFIX


class Past(NamedTuple):
    """A touch as it is read here."""

    id: int
    kind: str
    data: Mapping[str, Any]


def values_at(values: Mapping[str, Any], touches: Sequence[Past], touch_id: int) -> dict[str, Any]:
    """Columns as they were right after a touch: what later touches changed is as it was, what they filled is blank.

    Args:
        values: the columns as they are now.
        touches: all of the lead's, in the order of writing.
    """
    then = {**values, "custom": dict(values.get("custom") or {})}
    for touch in reversed([one for one in touches if one.id > touch_id]):
        for name in touch.data.get("filled") or ():
            _put(then, name, _blank(then.get(name)))
        if isinstance(touch.data.get("was"), Mapping) and touch.kind in ("edited", "undone"):
            for name, value in touch.data["was"].items():
                _put(then, name, value)
    return then


def standing_at(touches: Sequence[Past], touch_id: int, *, received_at: datetime, source_id: int) -> dict[str, Any]:
    """The standing as a route saw it at a touch: all that stood, but that nobody had the lead and no pool did."""
    standing = FRESH_STANDING | {"received_at": received_at, "source_id": source_id}
    for touch in touches:
        if touch.id <= touch_id:
            standing |= {name: _value(name, value) for name, value in (touch.data.get("became") or {}).items() if name in standing}
    return standing | {"owner_id": None, "pool_id": None}


def _value(name: str, value: Any) -> Any:
    if name in MOMENTS and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return value


def _put(values: dict[str, Any], name: str, value: Any) -> None:
    if name.startswith(PREFIX):
        values["custom"] = {**values["custom"], name.removeprefix(PREFIX): value}
    elif name in values:
        values[name] = value


def _blank(value: Any) -> Any:
    return "" if isinstance(value, str) else [] if isinstance(value, list) else {} if isinstance(value, dict) else None
