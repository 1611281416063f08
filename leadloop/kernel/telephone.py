"""Telephone numbers as E.164, by the rules of the phonenumbers library, fast for the plain ones."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat, ValidationResult

LONGEST = 100  # characters of a text that is looked at as a number
_UNSURE = "?"  # the fast path leaves it to the library
_CODES = frozenset(str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
_DUMMIES = frozenset({"0123456789", "1234567890", "123456789", "12345678", "1234567"})
_SCIENTIFIC = re.compile(r"[+-]?\d[\d.,]*[eE]\+?\d{1,3}")  # a spreadsheet ate the digits
_LABEL = re.compile(r"(?:tel|phone|mobile|cell|whatsapp|sms|callto|p)[:.]\s*", re.IGNORECASE)
_BLOTTED = re.compile(r"[xX]{3}|[*\u2022]{2}")  # the library would take the X for a vanity 9
_SEVERAL = re.compile(r"[;,|/\n]| or | oder | ou | o ")


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one region writes its national numbers, taken from the library's own tables."""

    code: str
    matches: Callable[[str], object]  # the whole national number has the general shape
    lengths: frozenset[int]
    longest: int
    main_lengths: frozenset[int]  # of the main region of the same calling code: they decide what is possible
    prefix: Callable[[str], re.Match[str] | None] | None  # a trunk prefix, perhaps with carrier code, starts the text
    rewrites: bool  # ... and what follows may have to be rewritten, which the library does
    dials_out: Callable[[str], object] | None  # the way to dial abroad, where it is not 00


def phone_number(text: str, country: str) -> str | None:
    """Read a telephone number as E.164 (`+14155550100`); an extension is left out.

    What is possible by length is accepted, as ranges open all the time; `is_assigned_phone` tells more.

    Args:
        text: as typed: punctuation, "00" or "+", trunk zero, vanity letters, extension, "tel:".
        country: ISO-2 of the place whose habits apply to a number without "+"; '' for none.

    Returns:
        The number, or None if it is none, a dummy (0000000000), or has no country to be read in.
    """
    digits = text.replace(" ", "").replace("-", "").replace("(", "").replace(")", "").replace("/", "")
    if "." in digits and not text.endswith(".0"):
        digits = digits.replace(".", "")
    if digits.isascii() and 5 <= len(digits) <= 18:
        number: str | None = _UNSURE
        if digits[0] == "+":
            if digits[1:].isdigit():
                number = _international(digits[1:])
        elif digits.isdigit() and len(country) == 2:
            number = _national(digits, country)
        if number != _UNSURE:
            return number
    return _by_library(text, country) if len(text) <= LONGEST else None


def phone_extension(text: str) -> str:
    """The extension in "415 555 0100 ext. 12", or ''."""
    try:
        return phonenumbers.parse(text[:LONGEST], "US").extension or ""
    except phonenumbers.NumberParseException:
        return ""


def phone_country(number: str) -> str:
    """ISO-2 of the country that an E.164 number is of, or ''."""
    code = _calling_code(number[1:])
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code or 0), ())
    if len(regions) == 1:
        return regions[0] if regions[0] != "001" else ""
    return _shared_code_country(number[:5] + "5550100") or regions[0] if code == "1" else _shared_code_country(number)


def is_assigned_phone(number: str) -> bool:
    """Whether an E.164 number lies in a range that is known to be in use."""
    digits = number[1:]
    code = _calling_code(digits)
    return bool(code) and _is_assigned(code, digits[len(code) :])


def _international(digits: str) -> str | None:
    code = _calling_code(digits)
    if not code:
        return _UNSURE
    plan = _main_plan(code)
    if plan is None:
        return _UNSURE
    return _e164(plan, _without_prefix(digits[len(code) :], plan))


def _national(digits: str, country: str) -> str | None:
    plan = _plan_of(country)
    if plan is None:
        return _UNSURE
    if plan.dials_out is None:
        if digits.startswith("00"):
            return _international(digits[2:]) if digits[2:3] != "0" else _UNSURE
    elif plan.dials_out(digits):
        return _UNSURE
    code = plan.code
    if digits.startswith(code):
        rest = digits[len(code) :]
        if plan.prefix is not None and plan.prefix(rest):
            return _UNSURE
        if len(digits) > plan.longest or (plan.matches(rest) and not plan.matches(digits)):
            return _international(digits)
    return _e164(plan, _without_prefix(digits, plan))


def _without_prefix(digits: str, plan: _Plan) -> str:
    """National digits less the trunk prefix; kept where taking it off spoils a good number, as in Italy."""
    found = plan.prefix(digits) if plan.prefix is not None else None
    if found is None:
        return digits
    if plan.rewrites and found.lastindex and found[found.re.groups] is not None:
        return _UNSURE
    rest = digits[found.end() :]
    if plan.matches(digits) and not plan.matches(rest):
        return digits
    return rest if len(rest) in plan.lengths or len(rest) > plan.longest else digits


def _e164(plan: _Plan, national: str) -> str | None:
    if national == _UNSURE:
        return _UNSURE
    if len(national) not in plan.main_lengths:
        return _UNSURE  # perhaps several numbers in one text
    return None if _is_dummy(national) else f"+{plan.code}{national}"


def _is_dummy(national: str) -> bool:
    return national.count(national[-1]) == len(national) or national in _DUMMIES


@lru_cache(maxsize=20_000)
def _by_library(text: str, country: str) -> str | None:
    """Whatever the fast path cannot read with certainty; 15-25 us."""
    text = _LABEL.sub("", text.strip().lstrip("'"), count=1)
    if text.endswith(".0") and text[:-2].isdigit():
        text = text[:-2]
    if _SCIENTIFIC.fullmatch(text) or _BLOTTED.search(text):
        return None
    for attempt in (text, "+" + text[2:] if text.startswith("00") else "", *_SEVERAL.split(text)):
        number = _parsed(attempt, country) if attempt else None
        if number is not None:
            return number
    return None


def _parsed(text: str, country: str) -> str | None:
    try:
        parsed = phonenumbers.parse(text, country.upper() or None)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(parsed) != ValidationResult.IS_POSSIBLE:
        return None
    number = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return None if _is_dummy(number[1 + len(str(parsed.country_code)) :]) else number


def _calling_code(digits: str) -> str:
    """The calling code that international digits start with, or ''. No code is the start of another."""
    if digits[:2] in _CODES:
        return digits[:2]
    if digits[:1] in _CODES:
        return digits[:1]
    return digits[:3] if digits[:3] in _CODES else ""


@lru_cache(maxsize=512)
def _plan_of(country: str) -> _Plan | None:
    metadata = PhoneMetadata.metadata_for_region(country.upper(), None)
    if metadata is None or metadata.general_desc is None or metadata.country_code is None:
        return None
    code = metadata.country_code
    prefix, dials_out = metadata.national_prefix_for_parsing, metadata.international_prefix
    lengths = metadata.general_desc.possible_length
    main = PhoneMetadata.metadata_for_region_or_calling_code(code, phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code][0])
    return _Plan(
        code=str(code),
        matches=re.compile(metadata.general_desc.national_number_pattern or "$^").fullmatch,
        lengths=frozenset(lengths),
        longest=max(lengths),
        main_lengths=frozenset(main.general_desc.possible_length if main is not None and main.general_desc is not None else lengths),
        prefix=re.compile(prefix).match if prefix else None,
        rewrites=bool(metadata.national_prefix_transform_rule),
        dials_out=re.compile(dials_out).match if dials_out and dials_out != "00" else None,
    )


@lru_cache(maxsize=512)
def _main_plan(code: str) -> _Plan | None:
    region = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[int(code)][0]
    return None if region == "001" else _plan_of(region)


@lru_cache(maxsize=4096)
def _shared_code_country(number: str) -> str:
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""


def _is_assigned(code: str, national: str) -> bool:
    """The library's own walk: regions with leading digits claim their numbers, the others by the kinds they have."""
    for leading, kinds in _ranges(code):
        if leading is not None:
            if leading(national):
                return bool(kinds(national))
        elif kinds(national):
            return True
    return False


@lru_cache(maxsize=256)
def _ranges(code: str) -> tuple[tuple[Callable[[str], object] | None, Callable[[str], object]], ...]:
    number = int(code)
    found = []
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[number]:
        metadata = PhoneMetadata.metadata_for_region_or_calling_code(number, region)
        if metadata is None or metadata.general_desc is None:
            continue
        leading = re.compile(metadata.leading_digits).match if metadata.leading_digits else None
        kinds = (
            metadata.fixed_line, metadata.mobile, metadata.toll_free, metadata.premium_rate, metadata.shared_cost,
            metadata.voip, metadata.personal_number, metadata.pager, metadata.uan, metadata.voicemail,
        )  # fmt: skip
        patterns = [kind.national_number_pattern for kind in kinds if kind is not None and kind.national_number_pattern]
        general = metadata.general_desc.national_number_pattern or "$^"
        shape = f"(?={general}$)(?:{'|'.join(patterns)})"
        found.append((leading, re.compile(shape).fullmatch))
    return tuple(found)
