"""Decoded TOML or JSON, read key by key; whatever is wrong is said with the file and the place in it."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from leadloop.kernel.errors import Refused

LONGEST = 4_000
MOST = 200
DEEPEST, MOST_VALUES = 30, 50_000
TOO_DEEP = f"is nested more than {DEEPEST} deep"


class PackInvalid(Refused):
    """A file of a pack cannot be used: `file` and `place` say where, `reason` what is wrong there."""

    code, message = "pack_invalid", "{where}: {reason}."

    def __init__(self, file: str, place: str, reason: str) -> None:
        self.file, self.place, self.reason = file, place, reason
        super().__init__(where=f"{file}, {place}" if place else file, reason=reason)


def check_bounds(decoded: object, file: str) -> None:
    """Refuse what is nested too deep or has too many values, however few bytes it takes.

    Raises:
        PackInvalid: it goes beyond `DEEPEST` or `MOST_VALUES`.
    """
    level, seen, depth = [decoded], 0, 0
    while level:
        seen, depth = seen + len(level), depth + 1
        if seen > MOST_VALUES:
            raise PackInvalid(file, "", f"has more than {MOST_VALUES:,} values")
        if depth > DEEPEST:
            raise PackInvalid(file, "", TOO_DEEP)
        level = [one for part in level for one in (part.values() if isinstance(part, dict) else part if isinstance(part, list) else ())]


class Reader:
    """One table of one file. Every key that is read is noted, so that `done` can refuse a key that nobody knows."""

    def __init__(self, table: object, *, file: str, place: str = "") -> None:
        self.file, self.place = file, place
        if not isinstance(table, dict):
            self.refuse("", "must be a table")
        self._table: dict[str, Any] = table
        self._read: set[str] = set()

    def text(self, key: str, *, most: int = LONGEST, default: str | None = None) -> str:
        """Text of 1 to `most` characters; without a default it has to be there."""
        value = self.raw(key, default)
        if value is None:
            self.refuse(key, "is missing")
        if not isinstance(value, str) or len(value) > most or "\x00" in value:
            self.refuse(key, f"must be text of at most {most:,} characters")
        if not value.strip() and default is None:
            self.refuse(key, "must say something")
        return " ".join(value.split()) if "\n" in value else value.strip()

    def whole(self, key: str, low: int, high: int, *, default: int | None = None) -> int:
        value = self.raw(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.refuse(key, f"must be a whole number from {low:,} to {high:,}")
        return value

    def flag(self, key: str) -> bool:
        value = self.raw(key, False)
        if not isinstance(value, bool):
            self.refuse(key, "must be true or false")
        return value

    def choice(self, key: str, allowed: Sequence[str], *, default: str | None = None) -> str:
        value = self.raw(key, default)
        if value not in allowed:
            self.refuse(key, f"must be one of {', '.join(allowed)}")
        return str(value)

    def texts(self, key: str, *, most: int = 300) -> tuple[str, ...]:
        """A list of texts, each once; empty where the key is not there."""
        values = self._list(key)
        for place, value in enumerate(values):
            if not isinstance(value, str) or not 1 <= len(value.strip()) <= most:
                self.refuse(f"{key}[{place}]", f"must be text of 1 to {most} characters")
            if value in values[:place]:
                self.refuse(f"{key}[{place}]", f"{value!r} is there twice")
        return tuple(values)

    def tables(self, key: str) -> list["Reader"]:
        """A list of tables; empty where the key is not there."""
        return [Reader(value, file=self.file, place=self._at(f"{key}[{place}]")) for place, value in enumerate(self._list(key))]

    def table(self, key: str) -> Mapping[str, Any]:
        """A table as it stands; empty where the key is not there."""
        value = self.raw(key, {})
        if not isinstance(value, dict):
            self.refuse(key, "must be a table")
        return value

    def raw(self, key: str, default: Any = None) -> Any:
        """Whatever stands there, to be checked by somebody else."""
        self._read.add(key)
        return self._table.get(key, default)

    def rest(self) -> dict[str, Any]:
        """All that nobody has read yet."""
        left = {key: value for key, value in self._table.items() if key not in self._read}
        self._read |= left.keys()
        return left

    def done(self) -> None:
        """Refuse keys that nobody has read: a slip of the pen must not be a silent loss."""
        if unknown := sorted(self._table.keys() - self._read):
            self.refuse(unknown[0], "is not known here")

    def refuse(self, key: str, reason: str) -> NoReturn:
        raise PackInvalid(self.file, self._at(key), reason)

    def _at(self, key: str) -> str:
        return ".".join(part for part in (self.place, key) if part)

    def _list(self, key: str) -> list[Any]:
        value = self.raw(key, [])
        if not isinstance(value, list) or len(value) > MOST:
            self.refuse(key, f"must be a list of at most {MOST}")
        return value
