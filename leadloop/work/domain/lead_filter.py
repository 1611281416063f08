"""What somebody asks of the list of leads: filters, words and order, as an address, as a saved view, and in words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from leadloop.leads.domain.criteria import CATALOGUE, Catalogue, CriteriaInvalid, dump, parse
from leadloop.leads.domain.stages import Stage
from leadloop.leads.domain.temperature import TEMPERATURES

SORTS = {
    "-received": "Newest first",
    "received": "Oldest first",
    "-score": "Best score first",
    "score": "Lowest score first",
    "-heat": "Warmest first",
    "-probability": "Likeliest first",
    "probability": "Least likely first",
    "due": "Due first",
    "-due": "Due last",
}
USUAL_SORT = "-received"
STAGES = tuple(stage.value for stage in Stage)
LONGEST_WHERE = 20_000  # characters of criteria in an address
MOST_VALUES = 50
MOST_COLUMNS = 8


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Everything is optional; what is given has to hold together. Owners are "me", "none", or ids as text."""

    text: str = ""
    stages: tuple[str, ...] = ()
    sources: tuple[int, ...] = ()
    owners: tuple[str, ...] = ()
    score_min: int | None = None
    score_max: int | None = None
    days: int | None = None  # received in the last so many local days
    countries: tuple[str, ...] = ()
    where: dict[str, Any] | None = None  # criteria
    sort: str = USUAL_SORT
    columns: tuple[str, ...] = ()  # declared fields that are shown beside the usual columns, as "custom.<name>"
    unread: str = ""  # criteria that cannot be, as they were asked for
    unreadable: str = ""  # why they cannot be: no lead fits then, rather than every one
    temperatures: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether every lead that the person may see is asked for."""
        return replace(self, sort=USUAL_SORT, columns=()) == LeadFilter()

    def pairs(self) -> list[tuple[str, str]]:
        """The one canonical form in which it stands in an address."""
        known = [("q", self.text)] if self.text else []
        known += [("stage", stage) for stage in self.stages]
        known += [("temperature", one) for one in self.temperatures]
        known += [("source", str(source)) for source in self.sources]
        known += [("owner", owner) for owner in self.owners]
        known += [(name, str(value)) for name, value in self._numbers() if value is not None]
        known += [("country", country) for country in self.countries]
        known += [("where", json.dumps(self.where, separators=(",", ":"), ensure_ascii=False))] if self.where else []
        known += [("where", self.unread)] if self.unread and not self.where else []
        known += [("column", name) for name in self.columns]
        return known + ([("sort", self.sort)] if self.sort != USUAL_SORT else [])

    def address(self, **more: str) -> str:
        """The query of an address, with its question mark; "?" alone for nothing."""
        return "?" + urlencode([*self.pairs(), *more.items()])

    def saved(self) -> dict[str, Any]:
        """As a saved view keeps it; `read` takes it back."""
        values: dict[str, Any] = {}
        for name, value in self.pairs():
            values.setdefault(name, []).append(value)
        return values

    def without(self, name: str, value: str = "") -> Self:
        """Without one value of a filter, or without the whole filter."""
        kept: Any = getattr(LeadFilter(), name) if not value else tuple(one for one in getattr(self, name) if str(one) != value)
        return replace(self, **{name: kept})

    def _numbers(self) -> list[tuple[str, int | None]]:
        return [("score_min", self.score_min), ("score_max", self.score_max), ("days", self.days)]


def read(asked: Mapping[str, Sequence[str]], catalogue: Catalogue = CATALOGUE) -> LeadFilter:
    """Read an address or a saved view; what cannot be is left out, since a list must not fail over an old link."""

    def first(name: str) -> str:
        values = asked.get(name) or [""]
        return str(values[-1]).replace("\0", "").strip()

    def many(name: str) -> list[str]:
        return list(dict.fromkeys(str(value).strip() for value in asked.get(name) or []))[:MOST_VALUES]

    where, unreadable = _criteria(first("where"), catalogue)
    owners = [owner for owner in many("owner") if owner in ("me", "none") or _whole(owner, 1, 2**62) is not None]
    countries = [code.upper() for value in many("country") for code in value.replace(",", " ").split()]
    return LeadFilter(
        text=first("q")[:200],
        stages=tuple(stage for stage in STAGES if stage in many("stage")),
        temperatures=tuple(one for one in TEMPERATURES if one in many("temperature")),
        sources=tuple(number for value in many("source") if (number := _whole(value, 1, 2**62)) is not None),
        owners=tuple(owners),
        score_min=_whole(first("score_min"), 0, 100),
        score_max=_whole(first("score_max"), 0, 100),
        days=_whole(first("days"), 1, 36_500),
        countries=tuple(dict.fromkeys(code for code in countries if len(code) == 2 and code.isascii() and code.isalpha()))[:MOST_VALUES],
        where=where,
        unread=first("where") if unreadable else "",
        unreadable=unreadable,
        sort=first("sort") if first("sort") in SORTS or _sorts(first("sort").lstrip("-"), catalogue) else USUAL_SORT,
        columns=tuple(dict.fromkeys(name for name in asked.get("column", ()) if name in catalogue and catalogue[name].group))[
            :MOST_COLUMNS
        ],
    )


def _sorts(name: str, catalogue: Catalogue) -> bool:
    """Whether a list can be in the order of a declared field: what has an index."""
    return name in catalogue and catalogue[name].ordered


def _whole(text: str, low: int, high: int) -> int | None:
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        return None
    return int(text) if low <= int(text) <= high else None


def _criteria(text: str, catalogue: Catalogue) -> tuple[dict[str, Any] | None, str]:
    """Criteria, or why they do not stand; what is no JSON says nothing."""
    spec: Any = None
    try:
        spec = json.loads(text) if 0 < len(text) <= LONGEST_WHERE else None
        tree = dump(parse(spec, catalogue)) if spec is not None else None
    except CriteriaInvalid as error:
        return None, error.reason if isinstance(spec, dict) else ""
    except (ValueError, RecursionError):
        return None, ""
    return (None if tree == {"all": []} else tree), ""
