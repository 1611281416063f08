"""Texts in JSON that no store takes: with a NUL, or with half of a surrogate pair."""

import json
from typing import Any, NoReturn

BAD_TEXT = "Text may not hold NUL or lone surrogates."
LONGEST_NAME = 80


def bad_text(value: Any, path: str = "") -> str | None:
    """The path of the first text that cannot be stored (of its object, if it is a name there), or None."""
    if isinstance(value, str):
        return path if _is_bad(value) else None
    if isinstance(value, dict):
        inner = [(item, f"{path}.{name[:LONGEST_NAME]}") for name, item in value.items() if not _is_bad(name)]
        if len(inner) < len(value):
            return path
    elif isinstance(value, list):
        inner = [(item, f"{path}[{number}]") for number, item in enumerate(value)]
    else:
        return None
    return next((found for item, where in inner if (found := bad_text(item, where)) is not None), None)


def bad_text_in(body: bytes, path: str = "") -> str | None:
    """As `bad_text`, of JSON that msgspec does not read, since it takes a lone surrogate for a fault of the JSON itself."""
    if b"\\u" not in body:
        return None
    try:
        return bad_text(json.loads(body.decode(), parse_constant=_refuse), path)
    except (ValueError, RecursionError):
        return None


def _is_bad(text: str) -> bool:
    return "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
