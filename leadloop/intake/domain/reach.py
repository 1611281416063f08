"""How and where to reach the person: country, address, phone, e-mail. Each helps to read the next."""

from math import nan
from typing import Any

from leadloop.intake.domain.addresses import split_address
from leadloop.intake.domain.countries import country_code
from leadloop.intake.domain.doubts import cut, keep
from leadloop.intake.domain.fields import ADDRESS, COUNTRY, EMAIL, LATITUDE, LONGITUDE, MOBILE, PHONE, Found
from leadloop.kernel.contact_points import (
    company_domain,
    email_address,
    is_assigned_phone,
    is_masked,
    is_role_mailbox,
    phone_country,
    phone_number,
)
from leadloop.leads.domain.inquiry import LENGTHS
from leadloop.leads.domain.places import is_point, place_of, placed


def locate(odd: Found, values: dict[str, Any], default_country: str) -> None:
    """Country, address and phone; each helps to read the next."""
    country = ""
    if COUNTRY in odd:
        country = country_code(str(odd[COUNTRY][1]))
        if not country:
            keep(values, "country", "country_unknown", odd[COUNTRY][1])
    if ADDRESS in odd:
        country = _read_address(str(odd[ADDRESS][1]), values, country) or country
    if PHONE in odd or MOBILE in odd:
        _read_phones(odd, values, country or default_country)
        if not country and values["phone"]:
            country = phone_country(values["phone"])
    values["country"] = country or default_country


def place(odd: Found, values: dict[str, Any]) -> None:
    """The point on the earth: as it was given, else that of the postal code where we know it."""
    if LATITUDE not in odd and LONGITUDE not in odd:
        if values["country"] == "US" and values["postal_code"]:
            values.update(place_of(values))
        return
    given = [odd.get(reader, ("", ""))[1] for reader in (LATITUDE, LONGITUDE)]
    try:
        latitude, longitude = (float(str(one)) for one in given)
    except ValueError:
        latitude = longitude = nan
    if is_point(latitude, longitude):
        values.update(placed(latitude, longitude))
    else:
        keep(values, "latitude", "latitude_unreadable", ", ".join(str(one)[:60] for one in given))


def _read_address(text: str, values: dict[str, Any], country: str) -> str:
    if values["street"] or (values["city"] and values["postal_code"]):
        parts = {"street": values["street"] or text}
    else:
        parts = split_address(text, country=country)._asdict()
    for column in ("street", "city", "region", "postal_code"):
        part = parts.get(column, "")
        if part and not values[column]:
            values[column] = part if len(part) <= LENGTHS[column] else cut(part, column, values)
    return parts.get("country", "")


def _read_phones(odd: Found, values: dict[str, Any], country: str) -> None:
    raw = str(odd[PHONE][1]) if PHONE in odd else ""
    number = phone_number(raw, country) if raw else None
    if MOBILE in odd:
        mobile = str(odd[MOBILE][1])
        if number is None and (not raw or phone_number(mobile, country) is not None):
            raw, mobile = mobile, raw
            number = phone_number(raw, country)
        if mobile:
            values["custom"]["mobile" if PHONE in odd and mobile != odd[PHONE][1] else "phone_other"] = mobile[: LENGTHS["phone_raw"]]
    values["phone_raw"] = raw if len(raw) <= LENGTHS["phone_raw"] else cut(raw, "phone_raw", values)
    if number is not None:
        values["phone"] = number
        if not is_assigned_phone(number):
            values["flaws"].append("phone_unassigned")
    elif is_masked(raw):
        values["flaws"].append("phone_masked")
    else:
        is_national = not country and raw[:1] != "+" and sum(map(str.isdigit, raw)) > 4
        values["flaws"].append("phone_without_country" if is_national else "phone_invalid")


def read_email(odd: Found, values: dict[str, Any]) -> None:
    """E-mail, and the company's domain from it or from the website."""
    email = ""
    if EMAIL in odd:
        given = str(odd[EMAIL][1])
        if is_masked(given):
            keep(values, "email", "email_masked", given)
        else:
            email = email_address(given) or ""
            if not email:
                keep(values, "email", "email_invalid", given)
            elif is_role_mailbox(email):
                values["flaws"].append("email_shared")
    values["email"] = email
    if email or values["website"]:
        domain = company_domain(email, values["website"])
        if len(domain) <= LENGTHS["company_domain"]:
            values["company_domain"] = domain
