"""What a lead may still have in a field once some conditions hold: sets that can be met with one another and found empty."""

from dataclasses import dataclass, replace
from math import inf
from typing import Self

Pieces = tuple[tuple[float, float], ...]
ANYTHING: Pieces = ((-inf, inf),)


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers in closed pieces that do not touch, in rising order; `blank` where nothing may stand there as well."""

    blank: bool
    pieces: Pieces

    @property
    def is_empty(self) -> bool:
        return not self.blank and not self.pieces

    def meet(self, other: "Span") -> "Span":
        pairs = ((max(low, its_low), min(high, its_high)) for low, high in self.pieces for its_low, its_high in other.pieces)
        return Span(self.blank and other.blank, tuple(sorted((low, high) for low, high in pairs if low <= high)))

    def complement(self, *, step: float = 1) -> "Span":
        """Everything else. `step` is what lies between a number and the next: 1 for whole ones, 0 where that makes no difference."""
        rest, start = [], -inf
        for low, high in self.pieces:
            if low > start:
                rest.append((start, low - step))
            start = high + step
        if start < inf:
            rest.append((start, inf))
        return Span(not self.blank, tuple(rest))

    @property
    def least(self) -> float:
        return 0 if self.blank or not self.pieces else self.pieces[0][0]

    @property
    def most(self) -> float:
        return self.pieces[-1][1] if self.pieces else 0


def points(values: frozenset[int] | tuple[int, ...]) -> Span:
    return Span(blank=False, pieces=tuple((value, value) for value in sorted(set(values))))


@dataclass(frozen=True, slots=True)
class Words:
    """Texts: some that are allowed (None: any) but for some that are barred, with parts that they have and lack."""

    blank: bool = True
    allowed: frozenset[str] | None = None
    barred: frozenset[str] = frozenset()
    has: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    begins: frozenset[str] = frozenset()
    begins_not: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not self.blank and not self._has_text()

    def _has_text(self) -> bool:
        if self.allowed is not None:
            return any(map(self._fits, self.allowed - self.barred))
        known = self.has | self.begins
        if any(part in text for part in self.lacks for text in known) or any(one.startswith(tuple(self.begins_not)) for one in self.begins):
            return False
        longest = max(self.begins, key=len, default="")
        return all(longest.startswith(one) for one in self.begins)

    def _fits(self, text: str) -> bool:
        return (
            all(part in text for part in self.has)
            and not any(part in text for part in self.lacks)
            and all(text.startswith(one) for one in self.begins)
            and not any(text.startswith(one) for one in self.begins_not)
        )

    def meet(self, other: Self) -> Self:
        both = None if self.allowed is None else self.allowed if other.allowed is None else self.allowed & other.allowed
        return replace(
            self,
            blank=self.blank and other.blank,
            allowed=other.allowed if self.allowed is None else both,
            barred=self.barred | other.barred,
            has=self.has | other.has,
            lacks=self.lacks | other.lacks,
            begins=self.begins | other.begins,
            begins_not=self.begins_not | other.begins_not,
        )


@dataclass(frozen=True, slots=True)
class Members:
    """Lists: values that are in, values that are not; `blank` and `some` say whether the list may be empty, and whether not."""

    has: frozenset[object] = frozenset()
    lacks: frozenset[object] = frozenset()
    blank: bool = True
    some: bool = True
    known: frozenset[object] | None = None  # what there is to be in

    @property
    def is_empty(self) -> bool:
        may_be_blank = self.blank and not self.has
        may_have_some = self.some and not self.has & self.lacks and (self.known is None or bool(self.known - self.lacks))
        return not (may_be_blank or may_have_some)

    def meet(self, other: Self) -> Self:
        return replace(
            self,
            has=self.has | other.has,
            lacks=self.lacks | other.lacks,
            blank=self.blank and other.blank,
            some=self.some and other.some,
            known=self.known if other.known is None else other.known,
        )


Possible = Span | Words | Members
