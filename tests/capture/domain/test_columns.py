"""Header names find their fields, dates their order, rows their payload."""

import gzip
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadloop.capture.domain.columns import DateOrder, date_order, map_headers, payload_of, read_moment
from leadloop.capture.domain.sheets import Row, open_sheet

FILES = {
    "Salesforce report": (
        (
            "First Name|Last Name|Title|Company / Account|Email|Phone|Mobile|Street|City|State/Province|Zip/Postal Code|Country|"
            "Lead Source|Lead Status|Lead Owner|Rating|Industry|No. of Employees|Website|"
            "Description|Create Date|Lead ID|Email Opt Out|Do Not Call"
        ),
        (
            "first_name|last_name|title|company|email|phone|mobile|street|city|region|postal_code|country|source|status|owner||industry|employees|"
            "website|message|received_at|external_id|email_opt_out|do_not_call"
        ),
    ),
    "Salesforce export": (
        "Id|LastName|FirstName|Name|PostalCode|MobilePhone|LeadSource|NumberOfEmployees|HasOptedOutOfEmail|CreatedDate",
        "external_id|last_name|first_name||postal_code|mobile|source|employees|email_opt_out|received_at",
    ),
    "HubSpot": (
        (
            "Record ID|First Name|Email|Phone Number|Mobile Phone Number|Job Title|Company Name|Contact owner|Lifecycle Stage|Lead Status|"
            "Create Date|State/Region|Country/Region|Original Source|Unsubscribed from all email"
        ),
        "external_id|first_name|email|phone|mobile|title|company|owner||status|received_at|region|country|source|email_opt_out",
    ),
    "Pipedrive": (
        (
            "Person - Name|Person - Organization|Person - Email - Work|Person - Phone - Mobile|Person - Title|Deal - Title|Deal - Stage|"
            "Deal - utm_source|Organization - Name"
        ),
        "name||email|mobile|title||status|utm_source|company",
    ),
    "Zoho": (
        "LEADID|Last Name|Company|Lead Owner|Mobile|Lead Source|Lead Status|Created Time|Zip Code",
        "external_id|last_name|company|owner|mobile|source|status|received_at|postal_code",
    ),
    "LinkedIn": (
        "First name|Last name|Email address|Company name|Job title|Lead created at",
        "first_name|last_name|email|company|title|received_at",
    ),
    "LinkedIn connections": (
        "First Name|Last Name|Email Address|Company|Position|Connected On",
        "first_name|last_name|email|company|title|received_at",
    ),
    "Facebook": (
        "id|created_time|ad_name|campaign_name|full_name|email|phone_number",
        "external_id|received_at||campaign|name|email|phone",
    ),
    "Olist": ("mql_id|first_contact_date|landing_page_id|origin", "external_id|received_at|landing_page_id|source"),
    "Ficzon": ("Created|Product_ID|Source|Mobile|EMAIL|Sales_Agent|Status", "received_at|product|source|mobile|email|owner|status"),
    "UTM": ("Created Date|UTM_Campaign|UTM_Content |UTM_Medium", "received_at|utm_campaign|utm_content|utm_medium"),
    "German": (
        "Vorname|Nachname|E-Mail-Adresse|Telefon|Firma|Straße|PLZ|Ort|Land|Nachricht",
        "first_name|last_name|email|phone|company|street|postal_code|city|country|message",
    ),
    "French": (
        "Prénom|Nom|Courriel|Téléphone|Société|Ville|Code postal|Pays",
        "first_name|last_name|email|phone|company|city|postal_code|country",
    ),
    "Spanish": (
        "Nombre|Apellidos|Correo electrónico|Teléfono|Empresa|Ciudad|País",
        "first_name|last_name|email|phone|company|city|country",
    ),
    "Portuguese": ("Nome|E-mail|Telefone|Empresa|Cidade|Estado|CEP", "name|email|phone|company|city|region|postal_code"),
    "a field is given once": ("Email|E-Mail|Work Email", "email||"),
    "a plainer name wins": ("Lead Origin|Lead Source|Prospect ID|Lead Number", "|source|external_id|"),
    "an opt-out is no consent": ("Email Opt Out|Email Opt In", "email_opt_out|email_opt_in"),
}


@pytest.mark.parametrize(("headers", "fields"), FILES.values(), ids=FILES)
def test_map_headers(headers, fields):
    assert list(map_headers(headers.split("|")).values()) == [field or None for field in fields.split("|")]


ORDERS = {
    "a thirteenth decides for all": (["01/02/2024", "13/02/2024"], DateOrder.DMY),
    "month first": (["01/02/2024", "1/31/2023 12:00 AM"], DateOrder.MDY),
    "every date reads both ways": (["01/02/2024", "03/04/2024", "x"], DateOrder.AMBIGUOUS),
    "dots are day first": (["01.02.2024"], DateOrder.DMY),
    "both kinds in one column": (["13/02/2024", "02/13/2024"], DateOrder.MIXED),
    "ISO": (["2024-02-01", ""], DateOrder.YMD),
    "no dates": (["a", ""], DateOrder.NONE),
}


@pytest.mark.parametrize(("values", "expected"), ORDERS.values(), ids=ORDERS)
def test_date_order(values, expected):
    assert date_order(values) == expected


MOMENTS = [
    ("2018-04-28 07:54:00", "ymd", (2018, 4, 28, 7, 54)),
    ("2018-04-28T07:54:00Z", "ymd", (2018, 4, 28, 7, 54)),
    ("2018-04-28T07:54:00+02:00", "ymd", (2018, 4, 28, 5, 54)),
    ("20180428", "ymd", (2018, 4, 28)),
    ("2018/4/28", "ymd", (2018, 4, 28)),
    ("14-11-2018 10:05", "dmy", (2018, 11, 14, 10, 5)),
    ("1/31/2023 12:00 AM", "mdy", (2023, 1, 31)),
    ("3/15/2024 2:30 PM", "mdy", (2024, 3, 15, 14, 30)),
    ("01/02/2024", "dmy", (2024, 2, 1)),
    ("01/02/2024", "mdy", (2024, 1, 2)),
    ("01/02/2024", "ambiguous", None),
    ("13/02/2024", "ambiguous", (2024, 2, 13)),
    ("05/05/2024", "ambiguous", (2024, 5, 5)),
    ("1.2.24", "dmy", (2024, 2, 1)),
    ("31/12/99", "dmy", (1999, 12, 31)),
    ("15 Apr, 2021 00:03:00", "ymd", (2021, 4, 15, 0, 3)),
    ("Apr 15, 2021", "ymd", (2021, 4, 15)),
    ("15. März 2021", "ymd", (2021, 3, 15)),
    ("15 de abril de 2021", "ymd", (2021, 4, 15)),
    ("Thu, 15 Apr 2021 10:00:00 +0200", "ymd", (2021, 4, 15, 8)),
    ("43101", "ymd", (2018, 1, 1)),
    ("43101.5", "ymd", (2018, 1, 1, 12)),
    ("1519862400", "ymd", (2018, 3, 1)),
    ("1519862400000", "ymd", (2018, 3, 1)),
    ("31/02/2024", "dmy", None),
    ("2024-13-01", "ymd", None),
    ("yesterday", "ymd", None),
    ("", "ymd", None),
    ("12345", "ymd", None),
]


@pytest.mark.parametrize(("text", "order", "expected"), MOMENTS)
def test_read_moment(text, order, expected):
    assert read_moment(text, order) == (datetime(*expected, tzinfo=UTC) if expected else None)


def test_a_time_without_a_zone_is_of_the_given_zone():
    assert read_moment("2024-07-01 09:00", DateOrder.YMD, zone=ZoneInfo("Europe/Berlin")) == datetime(2024, 7, 1, 7, tzinfo=UTC)


@given(
    st.text(max_size=60) | st.from_regex(r"\d{1,4}[-./ ]\d{1,2}[-./ ]\d{1,4}( \d{1,2}:\d{2})?( [AP]M)?", fullmatch=True),
    st.sampled_from(DateOrder),
)
def test_any_text_is_a_moment_or_none(text, order):
    moment = read_moment(text, order)
    assert moment is None or moment.tzinfo is UTC


def test_a_resaved_file_has_the_same_dates(shared_data):
    with (shared_data / "olist-funnel" / "olist_marketing_qualified_leads_dataset.csv").open("rb") as file:
        iso = [row.cells["first_contact_date"] for row in open_sheet(file, name="iso").rows()]
    with gzip.open(shared_data / "olist-funnel" / "olist_mql_dd-mm-yyyy.csv.gz") as packed:
        dmy = [row.cells["first_contact_date"] for row in open_sheet(io.BytesIO(packed.read()), name="dmy").rows()]

    assert (len(iso), date_order(iso), date_order(dmy)) == (8_000, DateOrder.YMD, DateOrder.DMY)
    assert [read_moment(text, DateOrder.DMY) for text in dmy] == [read_moment(text, DateOrder.YMD) for text in iso]


def test_a_row_becomes_a_payload():
    cells = {"Email": "ana@example.com", "Phone": "p:+14155550100", "Colour": "red", "Size": "", "Other": "x", "Id": "l:12"}
    mapping = {"Email": "email", "Phone": "phone", "Colour": "custom.colour", "Size": "employees", "Other": None, "Id": "external_id"}

    assert payload_of(Row(2, cells).cells, mapping) == {
        "email": "ana@example.com",
        "phone": "+14155550100",
        "external_id": "12",
        "custom": {"colour": "red"},
    }
