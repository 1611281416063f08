"""Between which ends a share surely lies."""

from math import sqrt

Z95 = 1.96


def wilson(hits: int, of: int, *, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of a share that was `hits` of `of`; from 0 to 1 where nothing was counted."""
    if not of:
        return 0.0, 1.0
    p = hits / of
    middle, room = p + z * z / (2 * of), z * sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return max(0.0, (middle - room) / (1 + z * z / of)), min(1.0, (middle + room) / (1 + z * z / of))
