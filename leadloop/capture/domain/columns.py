"""Which column of a lead file is which field: by the names other systems and people give them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from leadloop.kernel.moments import DateOrder, date_order, read_moment

__all__ = ["OF_THE_IMPORT", "DateOrder", "date_order", "map_headers", "payload_of", "read_moment"]

# Fields that the import itself reads; all others are those of intake's normalise.
OF_THE_IMPORT = frozenset({"source", "received_at", "status", "owner"})

# Field -> header names, folded: small letters and digits only, accents off. Of several headers the one named first here takes the field.
_NAMES: dict[str, str] = {
    "first_name": "firstname forename givenname fname vorname prenom nombre nombres primeironome voornaam",
    "last_name": "lastname surname familyname lname nachname familienname nomdefamille apellido apellidos sobrenome achternaam",
    "name": "name fullname contactname leadname yourname personname kontakt nomcomplet nombrecompleto nomecompleto nom nome",
    "email": "email emailaddress emailwork workemail businessemail mail emailid emailadresse courriel correo correoelectronico"
    " adresseemail adressemail emailadres",
    "phone": "phone phonenumber telephone tel telephonenumber phonework workphone businessphone workphonenumber workdirectphone telefon"
    " telefonnummer telefono telefone telefoon phoneno contactnumber contactphone contactphonenumber",
    "mobile": "mobile mobilephone mobilephonenumber mobilenumber phonemobile cell cellphone handy mobil mobiltelefon portable movil celular"
    " whatsapp whatsappnumber",
    "company": "company companyname companyaccount account accountname organization organisation organizationname employer business"
    " businessname firma unternehmen firmenname entreprise societe empresa bedrijf associatedcompany",
    "title": "title jobtitle position role jobrole berufsbezeichnung funktion poste fonction cargo puesto functie",
    "website": "website websiteurl url web homepage companywebsite webseite siteweb sitioweb sitio",
    "street": "street streetaddress address1 addressline1 street1 strasse rue calle rua straat",
    "address": "address fulladdress mailingaddress adresse direccion endereco adres",
    "city": "city town stadt ort ville ciudad cidade woonplaats companycity",
    "region": "state stateprovince stateregion province region county bundesland estado provincia",
    "postal_code": "zip zipcode postalcode zippostalcode postcode plz postleitzahl codepostal codigopostal cep",
    "country": "country countryregion countrycode land staat pays pais companycountry",
    "industry": "industry sector branche secteur sectorindustria",
    "employees": "employees noofemployees numberofemployees numemployees companysize employeecount headcount mitarbeiter effectif empleados"
    " funcionarios",
    "budget": "budget amount value dealvalue expectedrevenue estimatedvalue opportunityamount pipelineamount montant monto valor betrag",
    "currency": "currency currencycode amountcurrency waehrung wahrung devise moneda moeda",
    "product": "product productname productid productinterest interest interestedin produkt produit producto produto",
    "message": "message description comment comments notes note question inquiry enquiry nachricht kommentar bemerkung mensaje mensagem",
    "campaign": "campaign campaignname kampagne campagne campana campanha",
    "external_id": "id leadid recordid mqlid prospectid leadnumber externalid personid contactid",
    "source": "leadsource source origin originalsource leadorigin channel quelle herkunft origine origen origem fuente",
    "received_at": "createdat createdtime createddate createdate created createdon"
    " datecreated creationdate leadcreatedat submittime submittedat"
    " submissiondate firstcontactdate receivedat date timestamp connectedon erstelltam erstelldatum datedecreation fechadecreacion fecha"
    " datadecriacao data engagedate",
    "status": "status leadstatus stage leadstage dealstage leadlifecyclestage",
    "owner": "owner leadowner contactowner dealowner salesagent salesrep assignedto accountowner",
    "email_opt_out": "emailoptout hasoptedoutofemail donotemail unsubscribed unsubscribedfromallemail optedoutofemail",
    "do_not_call": "donotcall",
    "email_opt_in": "emailoptin doubleoptin",
    **{f"utm_{part}": f"utm{part}" for part in ("source", "medium", "campaign", "term", "content", "id")},
    **{
        mark: mark.replace("_", "") for mark in ("gclid", "fbclid", "msclkid", "wbraid", "gbraid", "ttclid", "li_fat_id", "landing_page_id")
    },
}
_FIELDS = {name: (field, rank) for field, names in _NAMES.items() for rank, name in enumerate(names.split())}
# Whose field it is, as Pipedrive, Zoho and Salesforce write before it; a deal's or organisation's own name is not a person's.
_OWNERS = re.compile(r"^(?:person|lead|contact|customer|kunde)(?:\s*[-:.]\s*|\s+)", re.IGNORECASE)
_DEALS = re.compile(r"^deal\s*[-:]\s*", re.IGNORECASE)
_COMPANY_OWNERS = re.compile(r"^(?:organi[sz]ation|company|account)\s*[-:]\s*name$", re.IGNORECASE)
_OF_A_DEAL = frozenset({"status", "owner", "budget", "received_at", "source"})
_PREFIXED = re.compile(r"(?:l|f|p|z|ag|as|c):(?=[+\w])")  # Facebook keeps spreadsheets from mending its values
_FROM_FACEBOOK = frozenset({"external_id", "phone", "mobile", "postal_code"})


def map_headers(headers: Iterable[str]) -> dict[str, str | None]:
    """Field for each header, by name alone; None where a person has to say. No field is given twice.

    A full name is only a name where no first and last name are; an opt-out never becomes a consent, nor the reverse.
    """
    found: dict[str, str | None] = {}
    best: dict[str, tuple[int, str]] = {}  # field -> rank and header
    for header in headers:
        found[header] = None
        field, rank = _field_of(header)
        if field and rank < best.get(field, (1_000, ""))[0]:
            best[field] = (rank, header)
    for field, (_rank, header) in best.items():
        found[header] = field
    taken = best.keys()
    if "last_name" in taken:
        found = {header: None if field == "name" else field for header, field in found.items()}
    elif "first_name" in taken and "name" in taken:  # "Vorname, Name" and "Prénom, Nom": the name is the family's
        found = {header: "last_name" if field == "name" else field for header, field in found.items()}
    return found


def payload_of(cells: Mapping[str, str], mapping: Mapping[str, str | None]) -> dict[str, object]:
    """A row as payload for normalise; what the import itself reads stays in it as text, "custom.<name>" goes under custom."""
    payload: dict[str, object] = {}
    custom: dict[str, str] = {}
    for header, cell in cells.items():
        field = mapping.get(header)
        if not cell or field is None:
            continue
        if field[:7] == "custom.":
            custom[field[7:]] = cell
            continue
        if cell[1:2] == ":" and field in _FROM_FACEBOOK:
            cell = _PREFIXED.sub("", cell, count=1)
        payload.setdefault(field, cell)
    if custom:
        payload["custom"] = custom
    return payload


def _field_of(header: str) -> tuple[str, int]:
    """Field and rank of a header; ('', 0) for one nobody knows."""
    text = re.sub(r" \(\d+\)$", "", header.strip())
    if _COMPANY_OWNERS.match(text):
        return "company", 0
    if _DEALS.match(text):
        field, rank = _FIELDS.get(_folded(_DEALS.sub("", text)), ("", 0))
        return (field, rank) if field in _OF_A_DEAL or field[:4] == "utm_" else ("", 0)
    return _FIELDS.get(_folded(text)) or _FIELDS.get(_folded(_OWNERS.sub("", text)), ("", 0))


def _folded(header: str) -> str:
    plain = unicodedata.normalize("NFKD", header.casefold().replace("\u00df", "ss"))
    return "".join(letter for letter in plain if letter.isalnum())
