"""What a hosted form asks: its `spec` checked once, as frozen values that the page and the door share."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from leadloop.intake.domain.fields import IGNORED, MARK, PERMISSION, field_of
from leadloop.kernel.errors import Refused
from leadloop.leads.domain.inquiry import LENGTHS

TYPES: Final = ("text", "email", "tel", "textarea", "select", "checkbox")
TYPE_NAMES: Final = {
    "text": "One line", "email": "E-mail", "tel": "Phone", "textarea": "Several lines", "select": "Choice", "checkbox": "Tick box",
}  # fmt: skip
CHANNELS: Final = ("email", "phone", "sms", "post", "any")
MOST_FIELDS, MOST_OPTIONS, MOST_CONSENTS = 40, 100, 10
LONGEST_LABEL, LONGEST_TEXT = 200, 2_000
OURS: Final = "ll_"  # begins the names of the inputs that the form itself adds

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_USUAL_TYPES: Final = {"email": "email", "phone": "tel", "mobile": "tel", "message": "textarea"}
_AUTOCOMPLETE: Final = {
    "name": "name", "first_name": "given-name", "last_name": "family-name", "email": "email", "phone": "tel", "mobile": "tel",
    "company": "organization", "title": "organization-title", "website": "url", "street": "street-address", "address": "street-address",
    "city": "address-level2", "region": "address-level1", "postal_code": "postal-code", "country": "country-name",
}  # fmt: skip
_LONGEST_TYPES: Final = {"textarea": 10_000, "tel": 60, "email": 254}
_LONGEST_COLUMNS: Final = {**LENGTHS, "name": 160, "phone": 60, "mobile": 60}


class FormInvalid(Refused):
    """The spec is none; `path` says where, `reason` what."""

    code, message = "form_invalid", "This form cannot be used: {path} {reason}"

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(path=path, reason=reason)


@dataclass(frozen=True, slots=True)
class Question:
    """One field. `column` is what it fills of a lead; '' for a custom field."""

    name: str
    label: str
    type: str
    required: bool
    options: tuple[str, ...]
    hint: str
    column: str

    @property
    def autocomplete(self) -> str:
        return _AUTOCOMPLETE.get(self.column, "off" if self.type == "select" else "")

    @property
    def longest(self) -> int:
        return min(_LONGEST_TYPES.get(self.type, 500), _LONGEST_COLUMNS.get(self.column, 10_000))


@dataclass(frozen=True, slots=True)
class Box:
    """A consent with the words next to its box, which nobody ticks beforehand."""

    purpose: str
    channel: str
    text: str
    required: bool


@dataclass(frozen=True, slots=True)
class FormSpec:
    """A whole form."""

    source: str
    intro: str
    questions: tuple[Question, ...]
    boxes: tuple[Box, ...]
    thanks: str
    button: str
    takes_json: bool

    def payload(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Answers as normalise reads them: known columns by name, all others under custom."""
        given = [(question, answers.get(question.name, "")) for question in self.questions]
        payload: dict[str, Any] = {question.name: answer for question, answer in given if question.column and answer}
        custom = {question.name: answer for question, answer in given if not question.column and answer not in ("", None, [])}
        return payload | ({"custom": custom} if custom else {})


def read_form_spec(spec: object) -> FormSpec:
    """Check a stored or edited spec.

    Raises:
        FormInvalid: with the path of the first thing that is wrong.
    """
    if not isinstance(spec, Mapping):
        raise FormInvalid("form", "must be an object")
    questions = tuple(_question(one, f"fields[{place}]") for place, one in enumerate(_list(spec, "fields", 1, MOST_FIELDS)))
    names = [question.name for question in questions]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise FormInvalid(f"fields[{place}].name", f"“{name}” is there twice")
    return FormSpec(
        source=_text(spec, "source", "source", most=120) or _refuse("source", "must name where these leads come from"),
        intro=_text(spec, "intro", "intro", most=LONGEST_TEXT),
        questions=questions,
        boxes=tuple(_box(one, f"consents[{place}]") for place, one in enumerate(_list(spec, "consents", 0, MOST_CONSENTS))),
        thanks=_text(spec, "thanks", "thanks", most=LONGEST_TEXT) or "We have your message.",
        button=_text(spec, "button", "button", most=40) or "Send",
        takes_json=spec.get("json") is True,
    )


def usual_type(name: str) -> str:
    """How a field of this name is asked for where nothing is said."""
    return _USUAL_TYPES.get(field_of(name)[0], "text")


def _question(given: object, path: str) -> Question:
    if not isinstance(given, Mapping):
        raise FormInvalid(path, "must be an object")
    name = _text(given, "name", f"{path}.name", most=60)
    if not _NAME.fullmatch(name):
        raise FormInvalid(f"{path}.name", "must be small letters, digits and _, such as “job_title”")
    column, reader = field_of(name)
    if name.startswith(OURS) or name in _RESERVED or reader in (MARK, PERMISSION) or column == "external_id":
        raise FormInvalid(f"{path}.name", f"“{name}” is a name that strangers may not fill")
    kind = _text(given, "type", f"{path}.type", most=20) or usual_type(name)
    if kind not in TYPES:
        raise FormInvalid(f"{path}.type", f"must be one of {', '.join(TYPES)}")
    options = tuple(_option(one, f"{path}.options") for one in _list(given, "options", 0, MOST_OPTIONS, path=f"{path}.options"))
    if kind == "select" and len(set(options)) < 2:
        raise FormInvalid(f"{path}.options", "must hold two choices or more")
    label = _text(given, "label", f"{path}.label", most=LONGEST_LABEL) or _refuse(f"{path}.label", "must say something")
    hint = _text(given, "hint", f"{path}.hint", most=LONGEST_LABEL)
    return Question(
        name, label, kind, given.get("required") is True, options if kind == "select" else (), hint, column if reader != IGNORED else ""
    )


def _box(given: object, path: str) -> Box:
    if not isinstance(given, Mapping):
        raise FormInvalid(path, "must be an object")
    purpose = _text(given, "purpose", f"{path}.purpose", most=60) or "marketing"
    channel = _text(given, "channel", f"{path}.channel", most=20) or "email"
    if channel not in CHANNELS:
        raise FormInvalid(f"{path}.channel", f"must be one of {', '.join(CHANNELS)}")
    text = _text(given, "text", f"{path}.text", most=LONGEST_TEXT) or _refuse(f"{path}.text", "must say what the person agrees to")
    return Box(purpose, channel, text, given.get("required") is True)


def _option(given: object, path: str) -> str:
    if not isinstance(given, str) or not given.strip() or len(given) > LONGEST_LABEL:
        raise FormInvalid(path, f"must be texts of 1 to {LONGEST_LABEL} characters")
    return given.strip()


def _list(given: Mapping[str, object], key: str, least: int, most: int, *, path: str = "") -> Sequence[object]:
    found = given.get(key, [])
    if not isinstance(found, (list, tuple)) or not least <= len(found) <= most:
        raise FormInvalid(path or key, f"must be a list of {least} to {most}")
    return found


def _text(given: Mapping[str, object], key: str, path: str, *, most: int) -> str:
    found = given.get(key, "")
    if not isinstance(found, str):
        raise FormInvalid(path, "must be text")
    if len(found) > most:
        raise FormInvalid(path, f"is longer than {most} characters")
    if "\x00" in found or (not found.isascii() and any("\ud800" <= letter <= "\udfff" for letter in found)):
        raise FormInvalid(path, "holds a character that cannot be stored")
    return found.strip()


def _refuse(path: str, reason: str) -> str:
    raise FormInvalid(path, reason)


_RESERVED: Final = frozenset({"source", "lead_source", "form", "received_at", "marks", "custom", "consents", "undeclared", "row"})
