"""The JSON that `POST /api/v1/leads` takes: one lead, a list, or `{"leads": [...]}`; unknown fields and wrong types are refused."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec

from leadloop.capture.domain.json_texts import BAD_TEXT, bad_text, bad_text_in

Text = Annotated[str, msgspec.Meta(max_length=20_000)]
Scalar = Text | int | float | bool | None
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
FieldName = Annotated[str, msgspec.Meta(max_length=80)]
Marks = Annotated[dict[FieldName, Scalar], msgspec.Meta(max_length=200)]
CLOCK_SKEW = timedelta(minutes=5)
UNKNOWN = "Object contains unknown field "  # as msgspec words it
SILENT = frozenset({"source", "form", "received_at"})  # these alone say nothing of a person


class AmountIn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An amount of money, as a declared field of that type holds it; a number or a text such as "1.234,56 €" does as well."""

    cents: int
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]


Choices = Annotated[list[Text], msgspec.Meta(max_length=300)]
Custom = Annotated[
    dict[FieldName, Scalar | Choices | AmountIn],
    msgspec.Meta(
        max_length=200,
        description=(
            "Your own fields by name. A value of a declared field is read as its type: dates and numbers as they are written, choices "
            "whatever their case. What does not fit is kept as it came, and told in `flaws`. Names that nobody declared are kept too."
        ),
    ),
]


class ConsentIn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A permission that was given or refused, with what the person saw."""

    purpose: Name
    channel: Literal["email", "phone", "sms", "post", "any"]
    granted: bool
    text: Text = ""
    version: Name | None = None
    url: Text = ""
    ip: Annotated[str, msgspec.Meta(max_length=45)] = ""


class LeadIn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One inquiry. Every field is optional, but one of them must say something."""

    external_id: Text | None = None
    name: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    mobile: Text | None = None
    company: Text | None = None
    title: Text | None = None
    website: Text | None = None
    address: Text | None = None
    street: Text | None = None
    city: Text | None = None
    region: Text | None = None
    state: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None
    industry: Text | None = None
    employees: int | Text | None = None
    budget: int | float | Text | None = None
    currency: Text | None = None
    product: Text | None = None
    message: Text | None = None
    campaign: Text | None = None
    source: Name | None = None
    form: Name | None = None
    received_at: datetime | None = None
    utm_source: Text | None = None
    utm_medium: Text | None = None
    utm_campaign: Text | None = None
    utm_term: Text | None = None
    utm_content: Text | None = None
    gclid: Text | None = None
    fbclid: Text | None = None
    msclkid: Text | None = None
    marks: Marks | None = None
    custom: Custom | None = None
    consents: Annotated[list[ConsentIn], msgspec.Meta(max_length=20)] | None = None


class Unreadable(ValueError):
    """The body is not what the schema says. `field` is a path such as `leads[3].email`, or "" for the whole body."""

    def __init__(self, field: str, reason: str, *, malformed: bool = False) -> None:
        super().__init__(reason)
        self.field, self.reason, self.malformed = field, reason, malformed


_item = msgspec.json.Decoder(LeadIn)
_items = msgspec.json.Decoder(list[msgspec.Raw])
_wrapped = msgspec.json.Decoder(dict[str, msgspec.Raw])
_plain = msgspec.json.Decoder()


def split_body(body: bytes) -> tuple[list[bytes], bool]:
    """The raw text of each lead in the body, and whether it was a batch.

    Raises:
        Unreadable: not JSON, or neither an object nor a list.
    """
    start = body.lstrip()[:1]
    try:
        if start == b"[":
            return [bytes(item) for item in _items.decode(body)], True
        if start != b"{":
            raise Unreadable(
                "", "The body must be a JSON object or a list of them.", malformed=start not in b'"-0123456789tfn' or not start
            )
        if body.lstrip()[1:].lstrip().startswith(b'"leads"'):
            wrapped = _wrapped.decode(body)
            if set(wrapped) == {"leads"}:
                return [bytes(item) for item in _items.decode(wrapped["leads"])], True
    except msgspec.ValidationError as error:
        raise Unreadable("", f"The body is not valid JSON: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _undecodable(body, "leads" if start == b"[" else "", error) from error
    return [body], False


def read_lead(raw: bytes, place: str, *, now: datetime) -> tuple[LeadIn, dict[str, Any]]:
    """One lead, checked, and the same as a plain payload.

    Raises:
        Unreadable: what is wrong and where, below `place`.
    """
    try:
        lead = _item.decode(raw)
        payload = _plain.decode(raw)
    except msgspec.ValidationError as error:
        raise _unreadable(str(error), place) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _undecodable(raw, place, error) from error
    if b"\\u" in raw and (path := bad_text(payload, place)) is not None:
        raise Unreadable(path.lstrip("."), BAD_TEXT)
    if not any(payload[key] for key in payload.keys() - SILENT):
        raise Unreadable(place, "A lead must say something: a name, an address, a number, an id or a message.")
    if lead.received_at is not None:
        _check_moment(lead.received_at, place, now=now)
    return lead, payload


def _undecodable(raw: bytes, place: str, error: Exception) -> Unreadable:
    path = bad_text_in(raw, place)
    if path is not None:
        return Unreadable(path.lstrip("."), BAD_TEXT)
    return Unreadable(place, f"The body is not valid JSON: {error}", malformed=True)


def _unreadable(message: str, place: str) -> Unreadable:
    """The decoder's message with the path of the field that it is about."""
    reason, _, path = message.partition(" - at `$")
    where = f"{place}{path.rstrip('`')}"
    if reason.startswith(UNKNOWN):
        unknown = reason.removeprefix(UNKNOWN).strip("`")
        return Unreadable(f"{where}.{unknown[:80]}".lstrip("."), "There is no such field; put your own under `custom`.")
    return Unreadable(where.lstrip("."), reason)


def _check_moment(moment: datetime, place: str, *, now: datetime) -> None:
    path = f"{place}.received_at".lstrip(".")
    if moment.tzinfo is None:
        raise Unreadable(path, "A moment needs its offset, such as 2026-03-01T12:00:00Z.")
    try:
        aware = moment.astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise Unreadable(path, "That moment is out of range.") from error
    if aware > now + CLOCK_SKEW:
        raise Unreadable(path, "That moment lies in the future.")
    if aware.year < 1900:
        raise Unreadable(path, "That moment is out of range.")


def schema() -> dict[str, Any]:
    """JSON Schema of one lead, with `$defs`."""
    return msgspec.json.schema(LeadIn)
