"""One raw payload becomes an Inquiry: clean values, match keys, permissions; doubts are flaws and nothing is lost."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadloop.intake.domain.addresses import Address, split_address
from leadloop.intake.domain.amounts import headcount, money
from leadloop.intake.domain.countries import country_code
from leadloop.intake.domain.fields import FIELDS
from leadloop.intake.domain.names import mend_case, split_name
from leadloop.intake.domain.normalise import normalise
from leadloop.leads.domain.inquiry import LENGTHS, ConsentClaim, Inquiry, blank_values
from leadloop.leads.domain.places import place_of, placed
from leadloop.leads.models import Lead

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def read(payload, *, country="US", context=None) -> Inquiry:
    return normalise(payload, submission_id=7, door="api", source_id=3, received_at=NOON, default_country=country, context=context or {})


def said(payload, **more) -> dict[str, object]:
    """What an inquiry says beyond what a blank one does."""
    blank = blank_values()
    return {column: value for column, value in read(payload, **more).values.items() if value != blank[column]}


def test_a_plain_payload_becomes_an_inquiry():
    payload = {
        "form": "contact-us",
        "first_name": "Ana",
        "last_name": "Lopez",
        "email": "Ana.Lopez@Example.com",
        "phone": "+1 (415) 200-0100",
        "company": "Acme Inc",
        "title": "CEO",
        "country": "US",
        "state": "CA",
        "city": "San Francisco",
        "employees": 250,
        "budget": 1000,
        "source": "google",
        "utm_campaign": "spring",
        "message": "Call me.",
        "id": "A-1",
    }

    assert read(payload) == Inquiry(
        submission_id=7,
        door="api",
        source_id=3,
        received_at=NOON,
        values={
            **blank_values(),
            "external_id": "A-1",
            "first_name": "Ana",
            "last_name": "Lopez",
            "email": "ana.lopez@example.com",
            "phone": "+14152000100",
            "phone_raw": "+1 (415) 200-0100",
            "company": "Acme Inc",
            "company_domain": "example.com",
            "title": "CEO",
            "country": "US",
            "region": "CA",
            "city": "San Francisco",
            "employees": 250,
            "budget_cents": 100_000,
            "message": "Call me.",
            "campaign": "spring",
            "marks": {"utm_campaign": "spring"},
        },
        keys=("x:3:A-1", "e:ana.lopez@example.com", "p:+14152000100"),
        consents=(),
    )


def test_an_empty_payload_has_every_column():
    assert read({}, country="") == Inquiry(7, "api", 3, NOON, blank_values(), (), ())


def test_columns_hold_what_the_table_holds():
    table = {field.name: field.max_length for field in Lead._meta.get_fields() if getattr(field, "max_length", None)}
    assert {column: length for column, length in LENGTHS.items() if column != "message"} == table


ODD_VALUES = {
    "a masked address is no key": (
        {"email": "aXXXXXXX@gmail.com"},
        {"flaws": ["email_masked"], "custom": {"email_as_given": "aXXXXXXX@gmail.com"}},
    ),
    "a spreadsheet error says nothing": ({"email": "#VALUE!"}, {}),
    "a bad address is kept": ({"email": "ana@"}, {"flaws": ["email_invalid"], "custom": {"email_as_given": "ana@"}}),
    "a shared mailbox is named": (
        {"email": "info@acme.com"},
        {"email": "info@acme.com", "company_domain": "acme.com", "flaws": ["email_shared"]},
    ),
    "a bad number is kept": ({"phone": "12 34"}, {"phone_raw": "12 34", "flaws": ["phone_invalid"]}),
    "a masked number is kept": ({"phone": "984XXXXXXX"}, {"phone_raw": "984XXXXXXX", "flaws": ["phone_masked"]}),
    "a number nobody can have": (
        {"phone": "+15551234567"},
        {"phone": "+15551234567", "phone_raw": "+15551234567", "country": "US", "flaws": ["phone_unassigned"]},
    ),
    "a number without a country": ({"phone": "415 200 0100"}, {"phone_raw": "415 200 0100", "flaws": ["phone_without_country"]}),
    "an unknown country": ({"country": "Atlantis"}, {"flaws": ["country_unknown"], "custom": {"country_as_given": "Atlantis"}}),
    "a country by habit": ({"country": "UK"}, {"country": "GB"}),
    "the country of the number": ({"phone": "+49 30 1234567"}, {"phone": "+49301234567", "phone_raw": "+49 30 1234567", "country": "DE"}),
    "the number in the country of the lead": (
        {"phone": "030 1234567", "country": "Deutschland"},
        {"phone": "+49301234567", "phone_raw": "030 1234567", "country": "DE"},
    ),
    "drop-downs nobody touched": ({"first_name": "Select", "industry": "-None-", "city": "N/A", "title": "--", "company": "null"}, {}),
    "Null is a name": ({"last_name": "Null"}, {"last_name": "Null"}),
    "a full name is split": ({"name": "Dr. Ludwig van Beethoven"}, {"first_name": "Ludwig", "last_name": "van Beethoven"}),
    "first and last beat the full name": (
        {"name": "A B", "first_name": "Ana", "last_name": "Lopez"},
        {"first_name": "Ana", "last_name": "Lopez"},
    ),
    "shouting is mended": ({"first_name": "ANNE-MARIE", "last_name": "O'NEIL"}, {"first_name": "Anne-Marie", "last_name": "O'Neil"}),
    "a number in a text field": ({"postal_code": 94105.0, "external_id": 12}, {"postal_code": "94105", "external_id": "12"}),
    "a list in a text field": ({"city": ["Rome"]}, {"flaws": ["city_malformed"]}),
    "employees as a range": ({"company_size": "1,000-5,000"}, {"employees": 1000}),
    "employees as a date": ({"employees": "Nov-50"}, {"flaws": ["employees_unreadable"], "custom": {"employees_as_given": "Nov-50"}}),
    "money with its sign": ({"budget": "€ 1.234,56"}, {"budget_cents": 123_456, "currency": "EUR"}),
    "a stated currency wins": ({"amount": "$12k", "currency": "cad"}, {"budget_cents": 1_200_000, "currency": "CAD"}),
    "a text that is too long is cut": ({"city": "x" * 121}, {"city": "x" * 120, "flaws": ["city_too_long"]}),
    "control characters go": ({"first_name": "A\x00na\u202e ", "message": "one\r\ntwo\x07"}, {"first_name": "A na", "message": "one\ntwo"}),
    "text is composed": ({"last_name": "Mu\u0308ller"}, {"last_name": "Müller"}),
    "an address is split": (
        {"address": "1 Main St, San Francisco, CA 94105, USA"},
        {"street": "1 Main St", "city": "San Francisco", "region": "CA", "postal_code": "94105", "country": "US"},
    ),
    "a mobile stands in for a phone": ({"mobile": "+14152000100"}, {"phone": "+14152000100", "phone_raw": "+14152000100", "country": "US"}),
    "a mobile beside a phone is kept": (
        {"phone": "+14152000100", "mobile": "+14152000101"},
        {"phone": "+14152000100", "phone_raw": "+14152000100", "country": "US", "custom": {"mobile": "+14152000101"}},
    ),
    "names as files spell them": ({"First Name": "Ana", "UTM_Source": "x"}, {"first_name": "Ana", "marks": {"utm_source": "x"}}),
    "unknown names are left to the raw payload": ({"favourite colour": "red"}, {}),
    "custom fields come as custom": (
        {"custom": {"colour": " red ", "n": 3, "deep": {"a": 1}}},
        {"custom": {"colour": "red", "n": 3}, "flaws": ["custom_malformed"]},
    ),
    "click ids are marks": ({"gclid": "abc", "marks": {"fbclid": "d"}}, {"marks": {"gclid": "abc", "fbclid": "d"}}),
}


@pytest.mark.parametrize(("payload", "expected"), ODD_VALUES.values(), ids=ODD_VALUES)
def test_odd_values(payload, expected):
    place = place_of({"country": "", "postal_code": "", **expected})  # follows from the address; its own cases are below
    assert said(payload, country="") == expected | {column: value for column, value in place.items() if value is not None}


AT_THE_FERRY = placed(37.7864, -122.3892)
PLACES = {
    "by a postal code of the United States": ({"country": "US", "zip": "94105-1234"}, AT_THE_FERRY),
    "not by one of elsewhere": ({"country": "DE", "zip": "94105"}, {}),
    "nor by one that there is not": ({"country": "US", "zip": "00000"}, {}),
    "as it was given": ({"country": "US", "zip": "94105", "lat": "52.5", "lng": 13}, placed(52.5, 13.0)),
    "also where the zero lines cross": ({"latitude": 0, "longitude": "0.0"}, placed(0.0, 0.0)),
    "half of it is unreadable": (
        {"latitude": "52.5"},
        {"flaws": ["latitude_unreadable"], "custom": {"latitude_as_given": "52.5, "}},
    ),
    "not off the earth": (
        {"latitude": 91, "longitude": "-200"},
        {"flaws": ["latitude_unreadable"], "custom": {"latitude_as_given": "91, -200"}},
    ),
}


@pytest.mark.parametrize(("payload", "expected"), PLACES.values(), ids=PLACES)
def test_where_a_lead_is_is_known_or_unknown_but_never_guessed(payload, expected):
    told = said(payload, country="")
    assert {name: told[name] for name in told if name not in ("country", "postal_code")} == expected


def test_the_source_lends_its_country_last():
    assert said({"phone": "0301234567"}, country="DE")["phone"] == "+49301234567"


def test_marks_of_the_page_fill_what_the_payload_lacks():
    context = {"page_url": "https://x.test/?utm_source=page&utm_medium=cpc&other=1", "marks": {"utm_source": "cookie"}}

    assert said({"utm_term": "crm"}, country="", context=context) == {
        "marks": {"utm_term": "crm", "utm_source": "cookie", "utm_medium": "cpc"}
    }


def test_a_cut_external_id_makes_no_key():
    assert read({"id": "x" * 500}).keys == ()


def test_permissions_carry_their_evidence():
    given_consent = {"channel": "sms", "granted": True, "text": "Text me.", "version": "3", "box": "ticked"}
    inquiry = read(
        {"consents": [given_consent], "email_opt_out": "Yes", "do_not_call": "No", "xxTrustedFormCertUrl": "https://cert.example/1"},
        context={"ip": "192.0.2.1", "page_url": "https://x.test/"},
    )

    proof = {"xxtrustedformcerturl": "https://cert.example/1"}
    assert inquiry.consents == (
        ConsentClaim("marketing", "sms", True, "Text me.", "3", "https://x.test/", "192.0.2.1", {**proof, "box": "ticked"}),
        ConsentClaim(
            "marketing", "email", False, "", "", "https://x.test/", "192.0.2.1", {**proof, "field": "email_opt_out", "value": "Yes"}
        ),
    )


NAMES = {
    "Ana Lopez": ("Ana", "Lopez"),
    "Lopez, Ana": ("Ana", "Lopez"),
    "Prof. Dr. Maria de la Cruz": ("Maria", "de la Cruz"),
    "van der Berg, Jan": ("Jan", "van der Berg"),
    "de Gaulle": ("", "de Gaulle"),
    "John Smith Jr.": ("John", "Smith"),
    "Martin Luther King, Jr.": ("Martin Luther", "King"),
    "Madonna": ("", "Madonna"),
    "王小明": ("", "王小明"),
    ", John": ("", "John"),
}


@pytest.mark.parametrize(("full", "expected"), NAMES.items(), ids=NAMES)
def test_split_name(full, expected):
    assert split_name(full) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MCDONALD", "McDonald"),
        ("o'neil", "O'Neil"),
        ("O\u2019BRIEN", "O\u2019Brien"),
        ("JEAN-LUC", "Jean-Luc"),
        ("deVries", "deVries"),
        ("JR", "JR"),
        ("ÉMILE", "Émile"),
        ("王小明", "王小明"),
        ("MACK", "Mack"),
        ("ИВАН", "Иван"),
    ],
)
def test_mend_case(name, expected):
    assert mend_case(name) == expected


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ("€ 1.234,56", (123_456, "EUR")),
        ("$12k", (1_200_000, "USD")),
        ("27245,67", (2_724_567, "")),
        ("R$ 100.000", (10_000_000, "BRL")),
        ("$1,117.10K", (111_710_000, "USD")),
        ("1 234,56", (123_456, "")),
        ("1'234.50", (123_450, "")),
        (12.5, (1250, "")),
        (0, (0, "")),
        ("$10k-$20k", (1_000_000, "USD")),
        ("10-20k", (1_000_000, "")),
        ("1,5 Mio €", (150_000_000, "EUR")),
        ("5,00,000 INR", (50_000_000, "INR")),
        ("-5", None),
        ("abc", None),
        ("1.2.3", None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        (10**30, None),
        ([], None),
    ],
)
def test_money(given_value, expected):
    assert money(given_value) == expected


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [("11-50", 11), ("50+", 50), ("10k", 10_000), ("<10", 1), ("5001+", 5001), ("x", None), (-3, None), (3.0, 3), (2**40, None)],
)
def test_headcount(given_value, expected):
    assert headcount(given_value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("us", "US"),
        ("USA", "US"),
        ("U.K.", "GB"),
        ("Brasil", "BR"),
        ("Cote d'Ivoire", "CI"),
        ("DEU", "DE"),
        ("日本", "JP"),
        ("España", "ES"),
        ("The Netherlands", "NL"),
        ("Czech Republic", "CZ"),
        ("EU", ""),
        ("ZZ", ""),
        ("Nowhere", ""),
        ("", ""),
    ],
)
def test_country_code(text, expected):
    assert country_code(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10 Downing Street, London SW1A 2AA, UK", Address("10 Downing Street", "London", "", "SW1A 2AA", "GB")),
        ("Hauptstr. 5\n10115 Berlin\nGermany", Address("Hauptstr. 5", "Berlin", "", "10115", "DE")),
        ("12 rue de la Paix, 75002 Paris, France", Address("12 rue de la Paix", "Paris", "", "75002", "FR")),
        ("5 George St, Sydney NSW 2000", Address("5 George St", "Sydney", "NSW", "2000", "AU")),
        ("123 Bay St, Toronto, ON M5J 2T3, Canada", Address("123 Bay St", "Toronto", "ON", "M5J 2T3", "CA")),
        ("Via Roma 1, 20121 Milano (MI), Italy", Address("Via Roma 1", "Milano", "MI", "20121", "IT")),
        ("Second house, behind the church", Address("Second house, behind the church")),
    ],
)
def test_split_address(text, expected):
    assert split_address(text, country="") == expected


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300) | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(st.sampled_from(sorted(FIELDS)) | st.text(max_size=20), ANYTHING, max_size=12),
    st.dictionaries(st.text(max_size=9), ANYTHING, max_size=3),
)
def test_any_payload_becomes_an_inquiry_that_fits_its_columns(payload, context):
    values = read(payload, context=context).values

    assert set(values) == set(blank_values())
    assert all(isinstance(values[column], str) and len(values[column]) <= length for column, length in LENGTHS.items())
    assert values["employees"] is None or 0 <= values["employees"] < 2**31
    assert values["budget_cents"] is None or 0 <= values["budget_cents"] < 2**63
    assert not any("\0" in values[column] for column in LENGTHS)


@given(st.text(max_size=200))
def test_what_was_cleaned_stays_clean(text):
    once = read({"first_name": text, "company": text, "message": text}, country="").values
    again = read({column: once[column] for column in ("first_name", "company", "message")}, country="").values

    assert [again[column] for column in ("company", "message")] == [once[column] for column in ("company", "message")]
