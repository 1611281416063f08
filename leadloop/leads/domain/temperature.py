"""Hot, warm or cold: thresholds of faded heat, age, score and grade. A comparison with the clock, so no job ever cools a lead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from leadloop.leads.domain.heat import hot_line
from leadloop.leads.domain.touch_kinds import HALF_LIFE_DAYS

TEMPERATURES = ("hot", "warm", "cold")
LABELS = {"hot": "Hot", "warm": "Warm", "cold": "Cold"}
ICONS = {"hot": "flame", "warm": "temperature", "cold": "snowflake"}
TONES = {"hot": "red", "warm": "amber", "cold": "blue"}
USUAL: dict[str, Any] = {"hot": {"at": 12}, "warm": {"at": 2}, "contact_minutes": 5}
"""What a new install begins with: an inquiry and a reply make a lead hot. Before any rule is published it counts too, but calls nobody."""


@dataclass(frozen=True, slots=True)
class Band:
    """What a lead needs to be this warm: `at` points of faded heat, and what else is given."""

    at: float
    within_days: int | None = None  # since it was received
    score: int | None = None  # at least
    grades: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thermometer:
    """A published rule of temperature, compiled. `contact_minutes` None calls nobody when a lead becomes hot."""

    version: int
    hot: Band
    warm: Band
    contact_minutes: int | None = None

    @property
    def asks_score(self) -> bool:
        """Whether it reads what a score model gives."""
        return any(band.score is not None or band.grades for band in (self.hot, self.warm))

    def reads(self, standing: Mapping[str, Any], now: datetime) -> str:
        """The temperature of a lead at `now`: what a person said, else the warmest band it reaches."""
        said: str = standing["temper"]
        if said:
            return said
        return self.felt(standing["heat"], standing, now)

    def felt(self, heat: float | None, standing: Mapping[str, Any], now: datetime) -> str:
        """The temperature by the rule alone, with another heat than the standing's."""
        if reaches(self.hot, heat, standing, now):
            return "hot"
        return "warm" if reaches(self.warm, heat, standing, now) else "cold"


def compile_temperature(spec: Mapping[str, Any], *, version: int) -> Thermometer:
    """From `{"hot": {"at", "within_days", "score", "grades"}, "warm": {...}, "contact_minutes"}`; all but `at` may be left out."""
    return Thermometer(version, _band(spec["hot"]), _band(spec["warm"]), spec.get("contact_minutes"))


def reaches(band: Band, heat: float | None, standing: Mapping[str, Any], now: datetime) -> bool:
    """Whether a lead is at least this warm; equal counts."""
    if heat is None or heat < hot_line(band.at, now, HALF_LIFE_DAYS):
        return False
    if band.within_days is not None and standing["received_at"] < now - timedelta(days=band.within_days):
        return False
    if band.score is not None and (standing["score"] is None or standing["score"] < band.score):
        return False
    return not band.grades or standing["grade"] in band.grades


def check_temperature(spec: Any) -> list[tuple[str, str]]:
    """(place, what is wrong) of a rule that cannot be published; [] when it can."""
    if not isinstance(spec, dict) or not all(isinstance(spec.get(name), dict) for name in ("hot", "warm")):
        return [("", "A rule of temperature is an object with hot and warm.")]
    found = [("", f"There is no part called {key}.") for key in spec if key not in ("hot", "warm", "contact_minutes")]
    for name in ("hot", "warm"):
        found += [(LABELS[name], text) for text in _check_band(spec[name])]
    if not found and not spec["hot"]["at"] >= spec["warm"]["at"]:
        found.append(("Hot", "Hot takes at least as much activity as warm."))
    minutes = spec.get("contact_minutes")
    if minutes is not None and not _is_whole(minutes, 0, 1440):
        found.append(("Contact", "Minutes are whole, from 0 to 1,440; leave them blank to call nobody."))
    return found


def _check_band(band: dict[str, Any]) -> Sequence[str]:
    found = [f"There is no part called {key}." for key in band if key not in ("at", "within_days", "score", "grades")]
    at = band.get("at")
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 < at <= 10_000:
        found.append("Points of activity are a number above 0, at most 10,000.")
    if band.get("within_days") is not None and not _is_whole(band["within_days"], 1, 3650):
        found.append("Days are whole, from 1 to 3,650.")
    if band.get("score") is not None and not _is_whole(band["score"], 0, 100):
        found.append("A score is whole, from 0 to 100.")
    if not set(band.get("grades") or ()) <= set("ABCD"):
        found.append("Grades are A, B, C or D.")
    return found


def _is_whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _band(spec: Mapping[str, Any]) -> Band:
    return Band(float(spec["at"]), spec.get("within_days"), spec.get("score"), tuple(spec.get("grades") or ()))
