"""Features: what of a column is looked at, and into which bin of it a lead falls."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from leadloop.learning.domain.table import Kind, Table, kind_of
from leadloop.learning.domain.values import BLANK, UNANSWERED, mail_domain, moment_of, number_of, words_of

OTHER = "(any other)"
EPOCH, DAY = datetime(1970, 1, 1, tzinfo=UTC), timedelta(days=1)
FIRST, LAST = -719_000.0, 2_932_000.0
"""Days that can be written as dates."""
SPECIAL = (BLANK, UNANSWERED, OTHER)
"""The first bins of every feature."""
MOST_LEVELS, MOST_BINS, ROWS_A_BIN, MOST_TOKENS = 300, 24, 30, 20
MANY_LEVELS = 40
"""From so many different values on it is told, too, how common a value is."""
COMMON = (0.0005, 0.002, 0.008, 0.03)
FREE_MAIL = frozenset(
    "gmail.com googlemail.com yahoo.com ymail.com hotmail.com outlook.com live.com msn.com aol.com icloud.com me.com gmx.de gmx.net web.de"
    " mail.com proton.me protonmail.com yandex.ru mail.ru qq.com 163.com rediffmail.com yahoo.in yahoo.co.in".split()
)
UNITS: Mapping[str, str] = {"length": " words", "hour": " h"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Feature:
    """One way to look at a column. Bins are numbered; the first three are blank, not answered, and anything else.

    `levels` holds the bin of each value of a part that is a word, `edges` the lower ends of the bins of a part that is a number.
    """

    column: str
    part: str
    bins: tuple[str, ...]
    levels: Mapping[str, int] | None = None
    edges: tuple[float, ...] = ()
    day_first: bool = True

    @property
    def ordered(self) -> bool:
        """Whether neighbouring bins are alike."""
        return self.levels is None

    def bin_of(self, value: object) -> int:
        """The bin of a value as it came."""
        said = part_of(value, self.part, day_first=self.day_first)
        if isinstance(said, str):
            if self.levels is not None and said in self.levels:
                return self.levels[said]
            return SPECIAL.index(said) if said in SPECIAL else SPECIAL.index(OTHER)
        return len(SPECIAL) + bisect_right(self.edges, said)

    def as_json(self) -> dict[str, Any]:
        """What a scorecard keeps of it."""
        kept = asdict(self) | {"bins": list(self.bins), "edges": list(self.edges), "levels": dict(self.levels) if self.levels else None}
        return kept if self.levels is None else kept | {"levels": dict(self.levels)}

    @classmethod
    def from_json(cls, spec: Mapping[str, Any]) -> "Feature":
        """As it was before `as_json`."""
        levels = {str(level): int(at) for level, at in spec["levels"].items()} if spec["levels"] is not None else None
        edges = tuple(float(edge) for edge in spec["edges"])
        return cls(spec["column"], spec["part"], tuple(spec["bins"]), levels, edges, bool(spec["day_first"]))


def part_of(value: object, part: str, *, day_first: bool = True) -> str | float:
    """What is looked at: a level, or a number to be put between edges."""
    level = words_of(value)
    if level in (BLANK, UNANSWERED):
        return level
    if part in ("level", "common"):
        return level
    if part == "number":
        number = number_of(value)
        return OTHER if number is None else number
    if part == "filled":
        return "filled"
    if part in ("domain", "mailbox"):
        domain = mail_domain(value)
        if domain is None:
            return OTHER
        return domain if part == "domain" else ("free mail" if domain in FREE_MAIL else "own domain")
    if part == "length":
        return float(len(str(value).split()))
    if part.startswith("word:"):
        return "says it" if part[5:] in set(str(value).casefold().split()) else "does not"
    moment = moment_of(value, day_first=day_first)
    return OTHER if moment is None else _of_moment(moment, part)


def _of_moment(moment: datetime, part: str) -> str | float:
    if part == "weekday":
        return WEEKDAYS[moment.weekday()]
    if part == "month":
        return f"{moment:%B}"
    if part == "hour":
        return float(moment.hour)
    return (moment - EPOCH) / DAY  # without astimezone, which the first and the last day of all do not survive


def codes_of(feature: Feature, cells: Sequence[object]) -> list[int]:
    """The bin of each cell; a value is looked at once."""
    known: dict[object, int] = {}
    for cell in cells:
        if cell not in known:
            known[cell] = feature.bin_of(cell)
    return [known[cell] for cell in cells]


def fit_features(table: Table) -> list[Feature]:
    """The features of every column that tells leads apart. Nothing here looks at who was won."""
    return [feature for name, cells in table.columns.items() for feature in fit_column(name, cells, kind_of(cells))]


def fit_column(name: str, cells: Sequence[object], kind: Kind) -> list[Feature]:
    """The features of one column; none of ids and of columns that say the same of all."""
    if kind.name in ("constant", "id"):
        return []
    return [one for part in parts_of(kind, cells) if (one := _fit(name, part, cells, kind)) is not None]


def parts_of(kind: Kind, cells: Sequence[object]) -> list[str]:
    """The ways to look at a column of a kind."""
    if kind.name == "number":
        return ["number", "level"] if kind.few else ["number"]
    if kind.name == "moment":
        return ["when", "weekday", "hour"] if kind.clock else ["when", "weekday"]
    if kind.name == "mail":
        return ["mailbox", "domain"]
    if kind.name == "text":
        return ["length", *(f"word:{word}" for word in _tokens(cells))]
    return ["level", "common"] if len(kind.levels) > MANY_LEVELS else ["level"]


def _fit(name: str, part: str, cells: Sequence[object], kind: Kind) -> Feature | None:
    parts = {cell: part_of(cell, part, day_first=kind.day_first) for cell in set(cells)}
    said = [parts[cell] for cell in cells]
    numbers = sorted(one for one in said if not isinstance(one, str))
    if numbers:
        edges = _edges(numbers, whole=part == "hour")
        bins = SPECIAL + tuple(_between(low, high, part) for low, high in zip((None, *edges), (*edges, None), strict=True))
        one = Feature(name, part, bins, None, edges, kind.day_first)
    else:
        levels = Counter(str(level) for level in said if level not in SPECIAL)
        grouped = _commonness(levels, len(cells)) if part == "common" else _kept_levels(levels, len(cells))
        names = SPECIAL + (tuple(dict.fromkeys(COMMON_WORDS)) if part == "common" else tuple(grouped))
        one = Feature(name, part, names, grouped, (), kind.day_first)
    return one if len(set(codes_of(one, cells))) > 1 else None


def _kept_levels(levels: Counter[str], rows: int) -> dict[str, int]:
    """A bin for each level with enough rows, the commonest first; rare ones fall to "any other"."""
    least = max(5, rows // 2_000)
    kept = sorted((level for level, count in levels.items() if count >= least), key=lambda level: (-levels[level], level))
    return {level: len(SPECIAL) + at for at, level in enumerate(kept[:MOST_LEVELS])}


COMMON_WORDS = ("one of the rarest", "rare", "less common", "common", "one of the commonest")


def _commonness(levels: Counter[str], rows: int) -> dict[str, int]:
    return {level: len(SPECIAL) + bisect_right(COMMON, count / rows) for level, count in levels.items() if count / rows >= COMMON[0]}


def _edges(numbers: Sequence[float], *, whole: bool) -> tuple[float, ...]:
    """Ends of bins with about as many rows each; a value that is very common gets a bin of its own."""
    bins = min(MOST_BINS, max(2, len(numbers) // ROWS_A_BIN))
    if whole:
        return tuple(sorted(set(numbers)))[1:]
    picked = {numbers[len(numbers) * at // bins] for at in range(1, bins)}
    after = {
        next((one for one in numbers[len(numbers) * at // bins :] if one > numbers[len(numbers) * at // bins]), None) for at in range(bins)
    }
    repeated = {one for one in after if one is not None} if len(picked) < bins - 1 else set()
    return tuple(sorted((picked | repeated) - {numbers[0]}))


def _between(low: float | None, high: float | None, part: str) -> str:
    def said(number: float) -> str:
        if part == "when":
            return f"{EPOCH + DAY * min(max(number, FIRST), LAST):%Y-%m-%d}"
        return f"{number:g}"

    unit = UNITS.get(part, "")
    if low is None:
        return f"below {said(high)}{unit}" if high is not None else f"any number{unit}"
    if part == "hour" and (high is None or high == low + 1):
        return f"{said(low)}{unit}"
    return f"{said(low)}{unit} or more" if high is None else f"{said(low)} to {said(high)}{unit}"


def _tokens(cells: Sequence[object]) -> list[str]:
    """The words that stand in at least 3 % and at most 70 % of the cells, the commonest first."""
    counts = Counter(word for cell in cells for word in {one for one in str(cell or "").casefold().split() if 3 < len(one) < 20})
    rows = len(cells)
    return [word for word, count in counts.most_common(4 * MOST_TOKENS) if 0.03 <= count / rows <= 0.7][:MOST_TOKENS]
