"""What is shown of sensitive values to people who may not see them: that there is one, and no more."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from leadloop.leads.domain.custom_fields import PREFIX, FieldSpec

MASK = "\u2022\u2022\u2022"


def sensitive_names(specs: Mapping[str, FieldSpec]) -> frozenset[str]:
    """Names of the fields whose values are masked; retired ones among `specs` stay so."""
    return frozenset(name for name, spec in specs.items() if spec.is_sensitive)


def masked_custom(custom: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    """Declared values with the hidden ones masked; a blank stays a blank."""
    return {name: MASK if name in hidden and value not in (None, "", []) else value for name, value in custom.items()}


def masked_deeply(given: Any, hidden: Collection[str]) -> Any:
    """A payload in which whatever stands under a hidden name, however it is spelt, is masked."""
    if not hidden:
        return given
    if isinstance(given, Mapping):
        return {
            key: MASK if value not in (None, "", [], {}) and plain_name(str(key)) in hidden else masked_deeply(value, hidden)
            for key, value in given.items()
        }
    return [masked_deeply(one, hidden) for one in given] if isinstance(given, list) else given


def masked_touch(data: Any, hidden: Collection[str]) -> Any:
    """The data of a touch in which old and new values of hidden fields are masked; what the touch decided stays."""
    if not hidden or not isinstance(data, Mapping):
        return data
    masked = {**data, **{key: masked_deeply(data[key], hidden) for key in ("was", "now", "custom") if key in data}}
    return masked | ({"answers": [_masked_answer(one, hidden) for one in data["answers"]]} if "answers" in data else {})


def _masked_answer(told: Sequence[Any], hidden: Collection[str]) -> list[Any]:
    """[what was asked, what was said, the field that holds it]; old ones do not name the field, and are masked whatever it is."""
    label, value, *field = told
    return [label, MASK if value is not None and (not field or field[0] in hidden) else value, *field]


def plain_name(name: str) -> str:
    """A name as somebody wrote it, in the form that declared names have: "Custom.Blood Group" is "blood_group"."""
    folded = name.strip().lower().removeprefix(PREFIX)
    return "_".join("".join(letter if letter.isalnum() else " " for letter in folded).split())
