"""When two names are one source."""

import re
from functools import lru_cache

_BREAKS = re.compile(r"[\s_]+")


@lru_cache(maxsize=4_096)
def folded_source(name: str) -> str:
    """A source's name as it is compared: "Paid_Search" and "paid  search" are one."""
    return _BREAKS.sub(" ", name).strip().casefold()
