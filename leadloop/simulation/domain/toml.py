"""TOML from people, read only where it is as shallow as assumptions are: a name of thousands of parts takes all memory."""

import re
import tomllib
from typing import Any

MOST_DOTS, MOST_BRACKETS = 5, 10
_SAID = re.compile(r'"(?:[^"\\\n]|\\.)*"?' + r"|'[^'\n]*'?|#.*")
"""Strings, to their end or to that of the line, and comments."""
_DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.])")
_DEEP = re.compile(r"(?:\[\s*){" + str(MOST_BRACKETS + 1) + "}")


def as_read(text: str) -> dict[str, Any]:
    """The document of a text.

    Raises:
        ValueError: it is not TOML, or deeper than any assumptions.
        RecursionError: it is deeper than can be read.
    """
    if '"""' in text or "'''" in text:
        raise ValueError("text over several lines is not read here")
    bare = _SAID.sub('""', text)
    for number, line in enumerate(bare.split("\n"), start=1):
        if _DECIMAL.sub("0", line).count(".") > MOST_DOTS:
            raise ValueError(f"too many dots in line {number}")
    if _DEEP.search(bare):
        raise ValueError("lists in lists are too deep")
    return tomllib.loads(text)
