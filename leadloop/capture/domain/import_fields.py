"""The fields that a column of a file may fill, in the words and groups that a person chooses from."""

from typing import Final

_GROUPS: Final = {
    "Person": {
        "name": "Full name", "first_name": "First name", "last_name": "Last name", "email": "E-mail", "phone": "Phone", "mobile": "Mobile",
        "title": "Job title",
    },
    "Company": {
        "company": "Company", "website": "Website", "industry": "Industry", "employees": "Employees", "street": "Street",
        "address": "Whole address", "city": "City", "region": "State or region", "postal_code": "Postal code", "country": "Country",
    },
    "Inquiry": {
        "message": "Message", "product": "Product", "budget": "Budget", "currency": "Currency", "external_id": "Id in the other system",
        "received_at": "Received on", "source": "Source", "status": "Status there (kept only)",
        "owner": "Owner there (kept only)",
    },
    "Campaign": {
        "campaign": "Campaign", "utm_source": "utm_source", "utm_medium": "utm_medium", "utm_campaign": "utm_campaign",
        "utm_term": "utm_term", "utm_content": "utm_content", "utm_id": "utm_id", "landing_page_id": "Landing page", "gclid": "gclid",
        "fbclid": "fbclid", "msclkid": "msclkid", "wbraid": "wbraid", "gbraid": "gbraid", "ttclid": "ttclid", "li_fat_id": "li_fat_id",
    },
    "Permission": {"email_opt_out": "No e-mail", "do_not_call": "No calls", "email_opt_in": "Agreed to e-mail"},
}  # fmt: skip

CHOICES: Final = [(group, list(fields.items())) for group, fields in _GROUPS.items()]
FIELDS: Final = frozenset(field for fields in _GROUPS.values() for field in fields)
LABELS: Final = {field: label for fields in _GROUPS.values() for field, label in fields.items()}
