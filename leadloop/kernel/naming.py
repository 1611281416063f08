"""Names for addresses and specs, made from what people call a thing."""

from collections.abc import Container
from itertools import count


def fresh_name(stem: str, taken: Container[str], *, mark: str = "-") -> str:
    """The stem, or the stem with the first number from 2 on that nothing else has."""
    return stem if stem not in taken else next(name for number in count(2) if (name := f"{stem}{mark}{number}") not in taken)
