"""What comes with a lead beside its columns: marks of the way it came, custom fields, permissions."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from leadloop.intake.domain.fields import CERTIFICATES, CLICK_IDS, PERMISSIONS
from leadloop.intake.domain.texts import BLANKS, lines, one_line
from leadloop.leads.domain.inquiry import NO_WORDS, ConsentClaim

MOST_MARKS = 50
LONGEST_MARK = 500
MOST_CUSTOM = 300
LONGEST_CUSTOM = 5_000
LONGEST_NAME = 100
MOST_CLAIMS = 50
LONGEST_CONSENT_TEXT = 20_000

_NO = frozenset({"", "0", "no", "n", "false", "off", "f", "nein", "non", "subscribed"})


def add_marks(given: object, marks: dict[str, str]) -> None:
    """Add the marks that are not there yet; names in lower case, values text."""
    if not isinstance(given, Mapping):
        return
    for name, value in given.items():
        if not isinstance(name, str) or not isinstance(value, (str, int)) or isinstance(value, bool) or len(marks) >= MOST_MARKS:
            continue
        text = one_line(str(value)[:LONGEST_MARK])
        name = one_line(name).lower()[:LONGEST_NAME]
        if text not in BLANKS and name not in marks:
            marks[name] = text


def marks_of_url(url: object) -> dict[str, str]:
    """utm_* and click ids in the query of the page the form stood on."""
    if not isinstance(url, str) or "?" not in url or len(url) > 8_000:
        return {}
    try:
        query = parse_qsl(urlsplit(url).query, max_num_fields=200)
    except ValueError:
        return {}
    return {name: value for name, value in query if name[:4].lower() == "utm_" or name.lower() in CLICK_IDS}


def add_custom(given: object, custom: dict[str, object], flaws: list[str]) -> Mapping[str, object]:
    """Add custom fields: text, numbers, yes/no, lists of these and amounts of money; anything deeper is a flaw.

    Returns, by field, texts that usually mean that nobody answered, such as "None": a field may have such a choice.
    """
    if not isinstance(given, Mapping):
        flaws.append("custom_malformed")
        return NO_WORDS
    words: dict[str, object] = {}
    for name, value in given.items():
        kept = _plain(value)
        if kept is None and value is not None:
            flaws.append("custom_malformed")
        elif kept is not None and kept != "" and isinstance(name, str) and len(custom) < MOST_CUSTOM:
            custom.setdefault(one_line(name)[:LONGEST_NAME], kept)
        if (kept == "" or isinstance(kept, list)) and isinstance(name, str) and len(words) < MOST_CUSTOM and (said := _said(value)):
            words.setdefault(one_line(name)[:LONGEST_NAME], said)
    return words or NO_WORDS


def claims(
    payload: Mapping[str, object], context: Mapping[str, object], marks: Mapping[str, str], given: tuple[str, object] | None
) -> tuple[ConsentClaim, ...]:
    """Permissions in "consents" of payload and context, and in single fields such as "email_opt_out"."""
    listed = (
        [*_listed(payload.get("consents")), *_listed(context.get("consents"))] if "consents" in payload or "consents" in context else []
    )
    if not listed and given is None:
        return ()
    proof: dict[str, object] = {name: marks[name] for name in CERTIFICATES if name in marks}
    found = [_claim(claim, context, proof) for claim in listed[:MOST_CLAIMS]]
    fields = given[1] if given is not None else {}
    assert isinstance(fields, Mapping)
    for field, value in fields.items():
        if not _is_no(value):
            channel, granted = PERMISSIONS[field]
            found.append(_claim({"channel": channel, "granted": granted, "field": field, "value": _plain(value)}, context, proof))
    return tuple(found)


def _listed(given: object) -> list[Mapping[str, object]]:
    return [claim for claim in given if isinstance(claim, Mapping)] if isinstance(given, (list, tuple)) else []


def _claim(claim: Mapping[str, object], context: Mapping[str, object], proof: Mapping[str, object]) -> ConsentClaim:
    known = ("purpose", "channel", "granted", "text", "version", "url", "ip")
    evidence: dict[str, object] = {**proof, **{str(name)[:LONGEST_NAME]: value for name, value in claim.items() if name not in known}}
    text = claim.get("text")
    return ConsentClaim(
        purpose=_word(claim.get("purpose")) or "marketing",
        channel=_word(claim.get("channel")) or "email",
        granted=not _is_no(claim.get("granted")),
        text=lines(text[:LONGEST_CONSENT_TEXT]) if isinstance(text, str) else "",
        version=_word(claim.get("version")),
        url=_word(claim.get("url") or context.get("page_url")),
        ip=_word(claim.get("ip") or context.get("ip")),
        evidence=evidence,
    )


def _word(value: object) -> str:
    return one_line(str(value)[:2_000]) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _is_no(value: object) -> bool:
    """Silence is no: only a clear yes grants or refuses."""
    return value.strip().lower() in _NO or value.strip() in BLANKS if isinstance(value, str) else not value


def _said(value: object) -> object:
    """The words of a text or a list that hold one which reads as blank; nothing where none does."""
    if isinstance(value, str):
        return lines(value[:LONGEST_CUSTOM])
    if isinstance(value, (list, tuple)):
        texts = [lines(one[:LONGEST_CUSTOM]) for one in value if isinstance(one, str)]
        return texts if any(text and text in BLANKS for text in texts) else None
    return None


def _plain(value: object) -> object:
    if isinstance(value, str):
        text = lines(value[:LONGEST_CUSTOM])
        return "" if text in BLANKS else text
    if isinstance(value, (bool, int, float)):
        return value if value == value and abs(value) < 2**63 else None
    if isinstance(value, Mapping) and value.keys() == {"cents", "currency"}:  # an amount, as we give it out
        cents, currency = _plain(value["cents"]), value["currency"]
        return {"cents": cents, "currency": one_line(currency[:3])} if type(cents) is int and isinstance(currency, str) else None
    if isinstance(value, (list, tuple)) and len(value) <= MOST_CUSTOM:
        kept = [_plain(item) for item in value if not isinstance(item, (list, tuple))]
        return None if None in kept else kept
    return None
