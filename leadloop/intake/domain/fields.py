"""The names under which doors and files send the facts of a lead, and what reads each."""

from typing import Final

# How a value is read. Up to COMPANY it is text for one column; up to MARK it is cleaned text for a reader of its own.
TEXT, MESSAGE, NAME, COMPANY = range(4)
EMAIL, PHONE, MOBILE, COUNTRY, CURRENCY, FULL_NAME, ADDRESS, MARK = range(4, 12)
EMPLOYEES, BUDGET, LATITUDE, LONGITUDE, PERMISSION, IGNORED = range(12, 18)

Found = dict[int, tuple[str, object]]  # reader -> (column, cleaned value): what is still to be read

_ALIASES: Final = {
    "first_name": "firstname fname given_name forename first vorname",
    "last_name": "lastname lname surname family_name last nachname",
    "email": "email_address e_mail mail work_email business_email",
    "phone": "phone_number telephone tel work_phone work_phone_number phone_work telefon",
    "mobile": "mobile_phone mobilephone mobile_phone_number mobile_number cell cell_phone whatsapp whatsapp_number handy",
    "company": "company_name organization organisation business_name account account_name employer firma",
    "title": "job_title jobtitle position role job_role",
    "website": "url web website_url company_website homepage",
    "street": "street_address street1 address1 address_1 address_line1 address_line_1",
    "city": "town locality",
    "region": "state province state_province county state_code state_region",
    "postal_code": "zip zip_code zipcode postcode postal plz",
    "country": "country_code country_name country_region",
    "latitude": "lat",
    "longitude": "lng lon long",
    "industry": "sector",
    "product": "product_name interest product_interest",
    "message": "description comments comment notes note question inquiry enquiry details body",
    "campaign": "campaign_name",
    "external_id": "id lead_id record_id mql_id",
    "employees": "number_of_employees no_of_employees company_size employee_count num_employees numemployees headcount",
    "budget": "amount budget_amount estimated_value value deal_value",
    "currency": "currency_code amount_currency",
    "name": "full_name fullname contact_name your_name",
    "address": "full_address mailing_address",
    "email_opt_out": "emailoptout has_opted_out_of_email do_not_email unsubscribed",
    "do_not_call": "donotcall phone_opt_out",
    "sms_opt_out": "do_not_text",
    "email_opt_in": "optin opt_in newsletter marketing_opt_in",
}
_READERS: Final = {
    "email": EMAIL, "phone": PHONE, "mobile": MOBILE, "country": COUNTRY, "employees": EMPLOYEES, "budget": BUDGET, "currency": CURRENCY,
    "latitude": LATITUDE, "longitude": LONGITUDE,
    "message": MESSAGE, "first_name": NAME, "last_name": NAME, "name": FULL_NAME, "company": COMPANY, "address": ADDRESS,
    "email_opt_out": PERMISSION, "do_not_call": PERMISSION, "sms_opt_out": PERMISSION, "email_opt_in": PERMISSION,
}  # fmt: skip

# What a permission field says: channel, and whether it gives or refuses.
PERMISSIONS: Final = {
    "email_opt_out": ("email", False), "do_not_call": ("phone", False), "sms_opt_out": ("sms", False), "email_opt_in": ("email", True),
}  # fmt: skip

CLICK_IDS: Final = frozenset(
    "gclid gclsrc gcl_id gbraid wbraid dclid fbclid fbc fbp msclkid ttclid twclid li_fat_id yclid hutk landing_page landing_page_id"
    " referrer xxtrustedformcerturl trustedform_cert_url universal_leadid leadid_token jornaya_leadid".split()
)
CERTIFICATES: Final = ("trustedform_cert_url", "xxtrustedformcerturl", "universal_leadid", "leadid_token", "jornaya_leadid")
# What the door itself reads, listed so that it is not looked up in every spelling.
_OF_THE_DOOR: Final = "form source lead_source received_at marks custom consents".split()

# Name in the payload -> (column, reader).
FIELDS: Final[dict[str, tuple[str, int]]] = {
    **{alias: (column, _READERS.get(column, TEXT)) for column, aliases in _ALIASES.items() for alias in (column, *aliases.split())},
    **dict.fromkeys(_OF_THE_DOOR, ("", IGNORED)),
    **{name: (name, MARK) for name in (*CLICK_IDS, *(f"utm_{part}" for part in ("source", "medium", "campaign", "term", "content", "id")))},
}


def field_of(name: str) -> tuple[str, int]:
    """The column and reader for a name in another spelling, as "First Name" or "UTM_Source"; ('', IGNORED) for one nobody knows."""
    folded = name.strip().lower().replace(" ", "_").replace("-", "_")
    if folded[:4] == "utm_":
        return folded, MARK
    return FIELDS.get(folded, ("", IGNORED))
