"""One line or block of address into its parts, where its shape is one we are sure of."""

import re
from collections.abc import Callable
from typing import NamedTuple

from leadloop.intake.domain.countries import country_code

LONGEST = 500  # characters that are looked at


class Address(NamedTuple):
    """Parts of a postal address; '' for what is not known."""

    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


_US_STATE = "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]"
_CA_PROVINCE = "AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT"
_AU_STATE = "NSW|VIC|QLD|WA|SA|TAS|ACT|NT"
_TOWN = r"(?P<city>[^\d,]{2,80}?)"

# The last line of an address, by country. Each is tried on the text after the last comma that leaves a town.
_US = re.compile(rf"{_TOWN},?\s+(?P<region>{_US_STATE})\.?,?\s+(?P<postal_code>\d{{5}}(?:-\d{{4}})?)").fullmatch
_CA = re.compile(rf"{_TOWN},?\s+(?P<region>{_CA_PROVINCE}),?\s+(?P<postal_code>[A-Z]\d[A-Z] ?\d[A-Z]\d)", re.IGNORECASE).fullmatch
_AU = re.compile(rf"{_TOWN},?\s+(?P<region>{_AU_STATE}),?\s+(?P<postal_code>\d{{4}})").fullmatch
_GB = re.compile(rf"{_TOWN},?\s+(?P<postal_code>[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}})", re.IGNORECASE).fullmatch
_NL = re.compile(rf"(?P<postal_code>[1-9]\d{{3}} ?[A-Z]{{2}})\s+{_TOWN}").fullmatch
_IT = re.compile(rf"(?P<postal_code>\d{{5}})\s+{_TOWN}\s+\(?(?P<region>[A-Z]{{2}})\)?").fullmatch
_CODE_FIRST = re.compile(rf"(?:(?:D|A|CH|F|I|E|B|L|DE|AT|FR)-)?(?P<postal_code>\d{{4,5}})\s+{_TOWN}").fullmatch

_Reader = Callable[[str], re.Match[str] | None]
_BY_COUNTRY: dict[str, tuple[_Reader, ...]] = {
    "US": (_US,), "CA": (_CA,), "AU": (_AU,), "GB": (_GB,), "NL": (_NL,), "IT": (_IT, _CODE_FIRST),
    **dict.fromkeys(("DE", "FR", "ES", "AT", "CH", "BE", "LU", "DK", "NO", "FI", "SE", "PL", "CZ"), (_CODE_FIRST,)),
}  # fmt: skip
_ANY: tuple[tuple[str, _Reader], ...] = (("US", _US), ("CA", _CA), ("AU", _AU), ("GB", _GB), ("NL", _NL), ("", _CODE_FIRST))


def split_address(text: str, *, country: str) -> Address:
    """Split an address of one line or several; when the shape is not certain, the whole text is the street.

    Args:
        text: at most 500 characters are looked at; parts stand between commas or line ends.
        country: ISO-2 that is known from elsewhere, or ''.
    """
    whole = " ".join(text.replace("\n", ", ").split())
    parts = [part.strip() for part in whole.split(",") if part.strip()]
    if not 2 <= len(parts) <= 8 or len(whole) > LONGEST:
        return Address(street=whole)
    named = country_code(parts[-1]) if len(parts[-1]) > 2 or parts[-1] in ("UK", "US") else ""
    if named and len(parts) > 2:
        parts, country = parts[:-1], named
    for code, reader in _readers(country):
        for size in (1, 2, 3):
            if len(parts) <= size:
                break
            found = reader(", ".join(parts[-size:]))
            if found is not None and parts[:-size]:
                return _address(parts[:-size], found, country or code)
    return Address(street=whole)


def _readers(country: str) -> tuple[tuple[str, _Reader], ...]:
    known = _BY_COUNTRY.get(country)
    if known is not None:
        return tuple((country, reader) for reader in known)
    return () if country else _ANY


def _address(street: list[str], found: re.Match[str], country: str) -> Address:
    parts = found.groupdict()
    return Address(", ".join(street), parts["city"].strip(), parts.get("region") or "", parts["postal_code"], country)
