"""Points on the earth as unit vectors: nearer than so many kilometres is one sum of products, alike in Python and in a database."""

from collections.abc import Mapping
from functools import lru_cache
from math import cos, isfinite, pi, radians, sin
from typing import Any

import zipcodes

EARTH_KM = 6371.0088  # mean radius
FARTHEST_KM = 20_037

PLACE_COLUMNS = ("latitude", "longitude", "place_x", "place_y", "place_z")

Vector = tuple[float, float, float]


def unit_vector(latitude: float, longitude: float) -> Vector:
    """The point's direction from the middle of the earth, taken as a ball: distances are wrong by 0.6 % at most."""
    north, east = radians(latitude), radians(longitude)
    return cos(north) * cos(east), cos(north) * sin(east), sin(north)


def least_cosine(km: float) -> float:
    """The product of two unit vectors is at least this where the points are `km` or less apart."""
    return cos(min(km / EARTH_KM, pi))


NOWHERE: dict[str, float | None] = dict.fromkeys(PLACE_COLUMNS)


def placed(latitude: float, longitude: float) -> dict[str, float | None]:
    """The columns of a lead that say where it is."""
    return dict(zip(PLACE_COLUMNS, (latitude, longitude, *unit_vector(latitude, longitude)), strict=True))


def place_of(values: Mapping[str, Any]) -> dict[str, float | None]:
    """The columns of a lead that say where it is, by its country and postal code; all None where we do not know."""
    point = point_of(values["country"], values["postal_code"])
    return placed(*point) if point else NOWHERE


def is_point(latitude: float, longitude: float) -> bool:
    return isfinite(latitude) and isfinite(longitude) and -90 <= latitude <= 90 and -180 <= longitude <= 180


def point_of(country: str, postal_code: str) -> tuple[float, float] | None:
    """(latitude, longitude) of a postal code that we know: those of the United States. Others are unknown, never guessed."""
    if country != "US" or len(postal_code) not in (5, 10) or not postal_code[:5].isdecimal():
        return None
    return _us_points().get(postal_code[:5])


@lru_cache(maxsize=1)
def _us_points() -> dict[str, tuple[float, float]]:
    """Made once a process, at the first postal code of the United States: half a second; in tens, so that memory peaks lower."""
    known = (one for digit in "0123456789" for one in zipcodes.similar_to(digit))  # type: ignore[no-untyped-call]  # a package without types
    found = ((one["zip_code"], float(one["lat"]), float(one["long"])) for one in known)
    return {code: (latitude, longitude) for code, latitude, longitude in found if is_point(latitude, longitude) and (latitude or longitude)}
