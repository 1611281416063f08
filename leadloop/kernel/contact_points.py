"""E-mail addresses, telephone numbers and web domains in one canonical form, so that equal means the same."""

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email
from tldextract import TLDExtract

from leadloop.kernel.telephone import is_assigned_phone, phone_country, phone_extension, phone_number

__all__ = [
    "company_domain", "email_address", "is_assigned_phone", "is_free_mail", "is_masked", "is_role_mailbox",
    "phone_country", "phone_extension", "phone_number", "registrable_domain",
]  # fmt: skip

LONGEST_ADDRESS = 254
LONGEST_LOCAL_PART = 64
_LONGEST_CELL = 1000  # of a text that may hold more than the address

# Everyday addresses in lower case; whatever this does not match is left to the library. Each class is followed by a character
# outside it, so the match is linear.
_EVERYDAY = re.compile(r"[a-z0-9_+'-]+(?:\.[a-z0-9_+'-]+)*@((?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,24})").fullmatch
_NO_SUCH_DOMAIN = (".local", ".localhost", ".invalid", ".onion", ".arpa")  # as email_validator; .test stays usable for trials
_ANGLE = re.compile(r"[^<>]*<([^<>\s]+)>")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))

_SPREADSHEET_ERRORS = frozenset({"#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#N/A", "#ERROR!", "#SPILL!"})
_MASKS = re.compile(r"\*{2,}|X{4,}|[\u2022\u25cf]{2,}|\[(?i:redacted|hidden|masked|removed)\]|[0-9(+-](?:x{3,}|X{3,})")

_ROLES = frozenset(
    "abuse accounting accounts admin administration administrator anfrage anfragen billing bonjour booking bookings buero careers"
    " commercial comercial compras contabilidad contact contacto contactus contato contatti customercare customerservice direktion einkauf"
    " enquiries enquiry facturacion feedback finance fragen hallo hello help helpdesk hi hola hostmaster hr info information inquiries"
    " inquiry invoice invoices it jobs kontakt legal mail mailer-daemon marketing media news newsletter no-reply noreply office office1"
    " orders personal postmaster presse press privacy procurement purchasing recruiting reception reservations root rrhh sales sekretariat"
    " service services shop soporte spam support team tech technik test ventas verkauf vertrieb vendas web webmaster welcome".split()
)

_FREE_MAIL = frozenset(
    "126.com 139.com 163.com 189.cn 21cn.com aim.com aliyun.com alice.it aol.com arcor.de att.net bellsouth.net bigpond.com bigpond.net.au"
    " blueyonder.co.uk bluewin.ch bol.com.br btinternet.com centurylink.net charter.net comcast.net cox.net daum.net duck.com earthlink.net"
    " email.com email.cz fastmail.com fastmail.fm foxmail.com free.fr freemail.hu freenet.de frontier.com gmail.com googlemail.com"
    " hanmail.net hey.com hotmail.com hushmail.com icloud.com ig.com.br iinet.net.au inbox.com inbox.lv inbox.ru interia.pl juno.com"
    " kakao.com laposte.net libero.it list.ru live.com lycos.com mac.com mail.com mail.de mail.ru me.com mindspring.com msn.com nate.com"
    " naver.com neuf.fr ntlworld.com o2.pl online.de onet.eu onet.pl op.pl optonline.net optusnet.com.au orange.fr outlook.com pm.me"
    " poczta.onet.pl posteo.de posteo.net proton.me protonmail.ch protonmail.com qq.com rambler.ru rediffmail.com rocketmail.com rogers.com"
    " sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca sina.cn sina.com sky.com skynet.be sohu.com sympatico.ca t-online.de talktalk.net"
    " telenet.be telus.net terra.com.br tin.it tiscali.it tutanota.com tuta.io ukr.net uol.com.br verizon.net videotron.ca virgilio.it"
    " virginmedia.com vodafone.it wanadoo.fr web.de windstream.net wp.pl xtra.co.nz ya.ru yandex.com yandex.ru yeah.net ymail.com zoho.com"
    " zohomail.com ziggo.nl".split()
)
_FREE_MAIL_BRANDS = frozenset(
    {"gmx", "hotmail", "live", "outlook", "yahoo", "ymail", "yandex", "rocketmail", "windowslive"}
)  # in any country
_NOT_ONES_OWN_SITE = frozenset(
    "bit.ly facebook.com fb.com github.com google.com instagram.com linkedin.com linktr.ee medium.com pinterest.com t.co tiktok.com"
    " twitter.com wa.me wikipedia.org x.com xing.com yelp.com youtube.com".split()
)
_FLAT_ENDINGS = (".com", ".net", ".org", ".de", ".nl", ".eu", ".info", ".ch")  # no public suffix of two labels below these


def email_address(text: str) -> str | None:
    """Read an e-mail address in canonical form: lower case, an international domain as punycode.

    The local part is lowered too: no mailbox anybody uses depends on its case, and duplicates do. Comments, quoted local parts,
    domain literals and domains without a dot are refused: a lead form has no use for them. "Ana <ana@x.com>" and "mailto:" are read.

    Returns:
        The address, at most 254 characters, or None.
    """
    address = text.strip().lower()
    everyday = _EVERYDAY(address) if len(address) <= LONGEST_LOCAL_PART else None
    if everyday is not None:
        return None if everyday[1].endswith(_NO_SUCH_DOMAIN) else address
    return _odd_address(address) if "@" in address and len(address) <= _LONGEST_CELL else None


def is_masked(text: str) -> bool:
    """Whether somebody or some program blotted the value out: "aXXXXXXX@gmail.com", "****", "#VALUE!"."""
    return text in _SPREADSHEET_ERRORS if text[:1] == "#" else _looks_blotted(text) and _MASKS.search(text) is not None


def is_role_mailbox(email: str) -> bool:
    """Whether several people read this mailbox: info@, sales@."""
    return email[: email.find("@")] in _ROLES


def is_free_mail(domain: str) -> bool:
    """Whether anybody can have an address there, so that it says nothing about an employer."""
    return domain in _FREE_MAIL or domain[: domain.find(".")] in _FREE_MAIL_BRANDS


def company_domain(email: str, website: str) -> str:
    """The registrable domain of the company behind a canonical e-mail address or a website, or ''."""
    if website:
        domain = registrable_domain(website)
        if domain and domain not in _NOT_ONES_OWN_SITE and not is_free_mail(domain):
            return domain
    if not email:
        return ""
    return _employer(email[email.find("@") + 1 :])


@lru_cache(maxsize=16_384)
def _employer(host: str) -> str:
    domain = registrable_domain(host)
    return "" if is_free_mail(domain) else domain


def registrable_domain(host: str) -> str:
    """The domain somebody registered: "https://shop.acme.co.uk/x" gives "acme.co.uk"; '' where there is none."""
    if host.count(".") == 1 and host.endswith(_FLAT_ENDINGS) and host.replace("-", "").replace(".", "").isalnum() and host[0] != ".":
        return host.lower()
    return _extracted(host[:_LONGEST_CELL])


def _looks_blotted(text: str) -> bool:
    return "**" in text or "XXX" in text or "xxx" in text or "\u2022\u2022" in text or "\u25cf\u25cf" in text or "[" in text


@lru_cache(maxsize=4096)
def _odd_address(text: str) -> str | None:
    """One address out of whatever a person or a program wrote; `text` is lower case and bounded."""
    address = text.translate(_INVISIBLE).removeprefix("mailto:").strip()
    if len(address) > 1 and address[0] == address[-1] and address[0] in "'\"":
        address = address[1:-1].strip()
    if " " in address or ";" in address or "," in address or "<" in address:
        address = _first_of(address)
    if len(address) > LONGEST_ADDRESS or "<" in address:
        return None
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except (EmailNotValidError, UnicodeError, ValueError):
        return None
    local, domain = found.local_part.lower(), found.ascii_domain.lower()
    canonical = f"{local}@{domain}"
    if len(canonical) > LONGEST_ADDRESS or len(local) > LONGEST_LOCAL_PART or domain.endswith(_NO_SUCH_DOMAIN) or "." not in domain:
        return None
    return canonical


def _first_of(text: str) -> str:
    """The address in angle brackets, or the first of a list; a comma inside one address is a mistake we do not mend."""
    angle = _ANGLE.fullmatch(text)
    if angle is not None:
        return angle[1]
    parts = [part for part in re.split(r"[;,\s]+", text) if part]
    return parts[0] if parts and all("@" in part for part in parts) else text


@lru_cache(maxsize=1)
def _suffixes() -> TLDExtract:
    # the snapshot in the package: no network, no files; .test and .example stay usable for trials, as e-mail addresses
    return TLDExtract(suffix_list_urls=(), cache_dir=None, extra_suffixes=("example", "test"))


@lru_cache(maxsize=16_384)
def _extracted(host: str) -> str:
    try:
        domain = _suffixes()(host.strip().lower()).top_domain_under_public_suffix
        return domain if domain.isascii() else domain.encode("idna").decode()
    except (ValueError, UnicodeError):
        return ""
