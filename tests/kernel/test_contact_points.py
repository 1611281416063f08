"""E-mail addresses, telephone numbers and domains: what a lead form accepts, and in which one form it is kept."""

import random
from pathlib import Path

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneMetadata, PhoneNumberFormat, ValidationResult

from leadloop.kernel.contact_points import (
    company_domain,
    email_address,
    is_assigned_phone,
    is_free_mail,
    is_masked,
    is_role_mailbox,
    phone_country,
    phone_extension,
    phone_number,
    registrable_domain,
)

EMAILS = {
    "an everyday one in small letters": ("Ana.Lopez@Example.COM", "ana.lopez@example.com"),
    "blanks around it fall away": ("  ana@example.com\n", "ana@example.com"),
    "a tag stays": ("ana+news@example.com", "ana+news@example.com"),
    "an apostrophe is a letter of names": ("o'neil@example.ie", "o'neil@example.ie"),
    "an international domain becomes punycode": ("Dörte@Sörensen.example.com", "dörte@xn--srensen-90a.example.com"),
    "a display name falls away": ("Ana Lopez <ana@example.com>", "ana@example.com"),
    "mailto: falls away": ("mailto:ana@example.com", "ana@example.com"),
    "of two addresses the first": ("ana@example.com; ben@example.com", "ana@example.com"),
    "an invisible blank falls away": ("ana@example.com\u200b", "ana@example.com"),
    "trials may use .test": ("ana@acme.test", "ana@acme.test"),
    "nobody receives mail at .local": ("ana@server.local", None),
    "a domain without a dot": ("ana@localhost", None),
    "a comma for a dot is not mended": ("ana@example,com", None),
    "two signs": ("ana@@example.com", None),
    "a blank within": ("ana lopez@example.com", None),
    "an address literal": ("ana@[192.168.0.1]", None),
    "a quoted local part": ('"ana lopez"@example.com', None),
    "local parts end at 64": ("a" * 65 + "@example.com", None),
    "addresses end at 254": ("a@" + ("b" * 60 + ".") * 4 + "example.com", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize(("text", "expected"), EMAILS.values(), ids=EMAILS)
def test_email_address(text, expected):
    assert email_address(text) == expected


def _addresses(folder: Path, name: str) -> list[str]:
    lines = (folder / "email-address-syntax" / name).read_text(encoding="utf-8").splitlines()
    return [line.split("  ")[0] for line in lines if line and not line.startswith("#") and line.split("  ")[0].strip()]


def test_of_the_recorded_good_addresses_only_those_no_lead_form_needs_are_refused(shared_data):
    refused = [text for text in _addresses(shared_data, "mailbox_valid.txt") if email_address(text) is None]

    assert len(refused) == 62
    assert [text for text in refused if not _is_exotic(text)] == []


def _is_exotic(text: str) -> bool:
    """Quoted local part, comment, or a domain without a name for its top."""
    top = text.rpartition("@")[2].rpartition(".")
    return '"' in text or "(" in text or not top[0] or any(letter.isdecimal() for letter in top[2])


def test_every_recorded_bad_address_is_refused(shared_data):
    assert [text for text in _addresses(shared_data, "mailbox_invalid.txt") if email_address(text) is not None] == []


@given(st.from_regex(r"[a-c.+'_-]{1,6}@[a-c1.-]{1,9}(\.com|\.de|\.test)", fullmatch=True))
def test_the_fast_path_agrees_with_the_library(text):
    try:
        expected = validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        expected = None
    assert email_address(text) == expected


@given(st.text(max_size=2_000))
def test_any_text_is_an_address_or_none_and_an_address_stays_one(text):
    address = email_address(text)
    assert address is None or (len(address) <= 254 and email_address(address) == address)


PHONES = {
    "international": ("+1 (415) 555-0100", "", "+14155550100"),
    "national, in its country": ("(415) 555-0100", "US", "+14155550100"),
    "national, of two countries, differ": ("020 7946 0018", "GB", "+442079460018"),
    "a number without plus and country is not guessed": ("(415) 555-0100", "", None),
    "the calling code without plus": ("1 415 555 0100", "US", "+14155550100"),
    "the Italian zero stays": ("06 698 12345", "IT", "+390669812345"),
    "a trunk zero in brackets falls away": ("+44 (0)20 7946 0018", "", "+442079460018"),
    "00 is plus": ("0043 1 5331234", "", "+4315331234"),
    "00 is plus even where people dial 011": ("00 44 20 7946 0018", "US", "+442079460018"),
    "011 is plus in America": ("011 44 20 7946 0018", "US", "+442079460018"),
    "letters are keys": ("1-800-FLOWERS", "US", "+18003569377"),
    "an extension is split off": ("415 555 0100 ext. 12", "US", "+14155550100"),
    "tel: and ;ext=": ("tel:+1-415-555-0100;ext=12", "", "+14155550100"),
    "a mark before it": ("whatsapp:+14155550100", "", "+14155550100"),
    "a spreadsheet's .0": ("4155550100.0", "US", "+14155550100"),
    "a German slash": ("030/1234567", "DE", "+49301234567"),
    "dots": ("+1.415.555.0100", "", "+14155550100"),
    "of two numbers the first": ("415-555-0100 / 415-555-0199", "US", "+14155550100"),
    "Arabic digits": ("٠٢٠٧٩٤٦٠٠١٨", "GB", "+442079460018"),
    "a carrier code in Brazil": ("0 21 11 98765 4321", "BR", "+5511987654321"),
    "scientific notation is broken, not guessed": ("4.15555E+09", "US", None),
    "a masked number": ("984XXXXXXX", "IN", None),
    "a dummy": ("0000000000", "US", None),
    "another dummy": ("+1 123 456 7890", "", None),
    "too short": ("555 0100", "US", None),
    "words": ("call me", "US", None),
    "nothing": ("", "US", None),
    "an unknown country": ("(415) 555-0100", "XX", None),
}


@pytest.mark.parametrize(("text", "country", "expected"), PHONES.values(), ids=PHONES)
def test_phone_number(text, country, expected):
    assert phone_number(text, country) == expected


def test_phone_extension_is_kept_apart():
    assert (phone_extension("415 555 0100 ext. 12"), phone_extension("415 555 0100"), phone_extension("?")) == ("12", "", "")


def _by_library(text: str, country: str) -> str | None:
    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(parsed) == ValidationResult.IS_POSSIBLE
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164) if possible else None


def _written_numbers(count: int) -> list[tuple[str, str]]:
    """Numbers of every country: examples of every kind with other last digits, and plain digits of a fitting length."""
    dice, regions, written = random.Random(20), sorted(phonenumbers.SUPPORTED_REGIONS), []
    while len(written) < count:
        region = dice.choice(regions)
        example = phonenumbers.example_number_for_type(region, dice.choice([0, 1, 3, 4]))
        if example is not None and dice.random() < 0.7:
            digits = list(phonenumbers.format_number(example, dice.choice([0, 1, 2])))
            digits[-4:] = [dice.choice("0123456789") if digit.isdigit() else digit for digit in digits[-4:]]
            written.append(("".join(digits), region))
            continue
        metadata = PhoneMetadata.metadata_for_region(region, None)
        national = "".join(dice.choices("0123456789", k=dice.choice(metadata.general_desc.possible_length)))
        written.append((dice.choice([f"+{metadata.country_code}{national}", f"0{national}", national]), region))
    return [(text, region) for text, region in written if len(set(text[-4:])) > 1 and not text.startswith("00")]


def test_twelve_thousand_numbers_of_all_countries_read_as_the_library_reads_them():
    numbers = _written_numbers(12_000)

    assert [(text, region) for text, region in numbers if phone_number(text, region) != _by_library(text, region)] == []


def test_an_assigned_range_is_one_the_library_calls_valid():
    numbers = {number for text, region in _written_numbers(3_000) if (number := phone_number(text, region))}
    plain = [number for number in numbers if phonenumbers.format_number(phonenumbers.parse(number), PhoneNumberFormat.E164) == number]

    differ = [number for number in plain if is_assigned_phone(number) != phonenumbers.is_valid_number(phonenumbers.parse(number))]
    assert len(differ) <= 2  # numbers that the library itself reads differently with a trunk prefix in them
    assert len(plain) > 1_500


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+14155550100", "US"),
        ("+14165550100", "CA"),
        ("+442079460018", "GB"),
        ("+49301234567", "DE"),
        ("+390212345678", "IT"),
        ("+99900", ""),
    ],
)
def test_phone_country(number, expected):
    assert phone_country(number) == expected


@given(st.text(max_size=300), st.sampled_from(["", "US", "DE", "IT", "BR", "xx", "日本"]))
def test_any_text_is_a_number_or_none(text, country):
    number = phone_number(text, country)
    assert number is None or (number[0] == "+" and number[1:].isdigit() and len(number) <= 18)


@pytest.mark.parametrize(
    "text", ["aXXXXXXX@gmail.com", "984XXXXXXX", "XXXXXXX", "****", "j***@example.com", "#VALUE!", "+91XXXXXX", "415-xxx-xxxx"]
)
def test_blotted_out_values_are_masked(text):
    assert is_masked(text)


@pytest.mark.parametrize("text", ["ana@example.com", "+14155550100", "XXL Sports", "xxx@example.com", "#1 Sports", "", "a*b@example.com"])
def test_plain_values_are_not_masked(text):
    assert not is_masked(text)


def test_all_contacts_of_a_masked_export_are_seen_as_masked(shared_data):
    lines = (shared_data / "ficzon" / "ficzon_leads.csv").read_text(encoding="utf-8", errors="replace").splitlines()[1:]
    emails = [cells[4] for line in lines if len(cells := line.split(",")) > 4 and ("@" in cells[4] or "#" in cells[4])]

    assert len(emails) > 6_000
    assert [email for email in emails if not is_masked(email)] == []


def test_role_mailboxes_are_read_by_several_people():
    assert [name for name in ("info", "sales", "kontakt", "ana", "infokaye") if is_role_mailbox(f"{name}@acme.com")] == [
        "info",
        "sales",
        "kontakt",
    ]


@pytest.mark.parametrize(
    ("email", "website", "expected"),
    [
        ("ana@acme.com", "", "acme.com"),
        ("ana@mail.acme.co.uk", "", "acme.co.uk"),
        ("ana@gmail.com", "", ""),
        ("ana@yahoo.co.uk", "", ""),
        ("ana@gmail.com", "https://www.acme.com.br/pt?x=1", "acme.com.br"),
        ("ana@acme.com", "facebook.com/acme", "acme.com"),
        ("", "www.münchen.de", "xn--mnchen-3ya.de"),
        ("", "", ""),
        ("", "no site", ""),
    ],
)
def test_company_domain(email, website, expected):
    assert company_domain(email, website) == expected


def test_free_mail_knows_brands_in_every_country():
    assert [name for name in ("gmail.com", "yahoo.fr", "hotmail.it", "gmx.at", "acme.com") if is_free_mail(name)] == [
        "gmail.com",
        "yahoo.fr",
        "hotmail.it",
        "gmx.at",
    ]


@pytest.mark.parametrize(
    ("host", "expected"),
    [("shop.acme.co.uk", "acme.co.uk"), ("ACME.com", "acme.com"), ("co.uk", ""), ("192.168.0.1", ""), ("acme", ""), (".com", ""), ("", "")],
)
def test_registrable_domain(host, expected):
    assert registrable_domain(host) == expected


@given(st.text(max_size=2_000), st.text(max_size=2_000))
def test_any_text_has_a_company_domain_or_none(email, website):
    assert company_domain(email, website).isascii()
