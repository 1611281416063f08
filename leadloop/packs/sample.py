"""Invents the sample leads of a pack: payloads as a door would get them. The dice are seeded, so the same people come each time."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from leadloop.packs.domain.format import Pack
from leadloop.packs.domain.people import Persona, Sample

FIRST_NAMES = (
    "Abigail Adrian Amara Andre Anita Arjun Beatriz Brianna Caleb Camila Carmen Cedric Chloe Cora Damian Daniela Darius Delia Dmitri "
    "Elena Elias Emmett Esther Farah Felix Fiona Gabriel Grace Hana Harvey Ida Imani Isaac Ivy Jamal Jasmine Joel Josephine Kai Kavita "
    "Keisha Lamar Leah Leon Lucia Malik Marcus Marisol Maya Miguel Mina Nadia Naomi Nikhil Noor Oliver Olivia Omar Paloma Percy Priya "
    "Quentin Rafael Ramona Rashid Renata Rosa Ruben Samira Selma Silas Simone Sofia Stella Tariq Tessa Theo Uma Vera Victor Wanda Xavier "
    "Yara Yusuf Zara Zoe"
).split()
LAST_NAMES = (
    "Abbott Acosta Adler Ahmed Alvarez Avery Baptiste Barlow Beckett Bishop Brandt Calloway Castillo Chandra Chavez Cho Cortez Dalton "
    "Delacruz Dunn Ellison Estrada Farrow Fischer Fleming Fontaine Gallagher Garner Gibbs Gupta Hale Haddad Hargrove Hassan Hobbs Ibarra "
    "Iyer Jansen Jimenez Kaplan Keane Khan Kowalski Lambert Langley Lopez Lowry Madden Marsh Medina Mercer Mistry Monroe Nakamura Navarro "
    "Nguyen Novak Okafor Ortega Osborne Park Patel Pryor Quinn Ramsey Reyes Rhodes Rivera Rojas Salazar Santos Sharma Silva Sloane Stone "
    "Suarez Tanaka Thornton Tran Vance Vega Walsh Whitaker Wolfe Yoder Zamora Ziegler"
).split()
COMPANY_STARTS = (
    "Alder Amber Beacon Birch Cedar Copper Delta Fern Granite Harbor Juniper Lakeside Maple North Oak Prairie River Summit".split()
)
COMPANY_ENDS = ("Bakery", "Builders", "Dental", "Design", "Electric", "Foods", "Freight", "Garage", "Interiors", "Supply", "Works")


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Somebody invented: what they send, and when."""

    payload: dict[str, Any]
    happened_at: datetime


def invent(pack: Pack, *, now: datetime, taken: Collection[str] = ()) -> Iterator[Inquiry]:
    """The sample leads of a pack, oldest first; none where it has no sample. `taken` are telephone numbers of leads that are there."""
    sample = pack.sample
    if sample is None:
        return
    dice = Random(sample.seed)  # noqa: S311 - a story, no secret
    ages = sorted((dice.uniform(0.02, sample.days) for _ in range(sample.leads)), reverse=True)
    crowd = [persona for persona in sample.personas for _ in range(persona.weight)]
    telephones = telephones_of(sample, taken)
    for number, age in enumerate(ages):
        persona = crowd[number % len(crowd)]  # shares are exact, whatever the dice say
        happened_at = now - timedelta(days=age)
        payload = _payload(dice, pack, sample, persona, number, now)
        if persona.reach != "email" and (telephone := next(telephones, "")):
            payload["phone"] = telephone
        yield Inquiry(payload, happened_at)


def telephones_of(sample: Sample, taken: Collection[str] = ()) -> Iterator[str]:
    """Numbers that belong to nobody, 555 0100 to 555 0199 of each area, each once and without those that are taken."""
    for ending in range(100, 200):
        for area in sample.area_codes:
            if (telephone := f"+1{area}555{ending:04}") not in taken:
                yield telephone


def _payload(dice: Random, pack: Pack, sample: Sample, persona: Persona, number: int, now: datetime) -> dict[str, Any]:
    first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
    payload: dict[str, Any] = {"first_name": first, "last_name": last, "country": "US"}
    payload["city"], payload["region"] = dice.choice(sample.places)
    mailbox = f"{pack.name}.example"
    if sample.companies:
        start, end = dice.choice(COMPANY_STARTS), dice.choice(COMPANY_ENDS)
        payload["company"], mailbox = f"{start} {end}", f"{start}{end}.{pack.name}.example".lower()
    if persona.reach != "phone":
        payload["email"] = f"{first}.{last}{number}@{mailbox}".lower()
    if persona.campaigns:
        payload["campaign"] = dice.choice(persona.campaigns)
    if persona.messages:
        payload["message"] = dice.choice(persona.messages)
    custom: dict[str, Any] = {}
    for name, rule in persona.values.items():
        value = _drawn(dice, rule, now)
        if value is not None:
            (custom if name in {field.name for field in pack.fields} else payload)[name] = value
    return payload | ({"custom": custom} if custom else {})


def _drawn(dice: Random, rule: Any, now: datetime) -> Any:
    """A value by its rule; None for one that is left out this time."""
    if isinstance(rule, list):
        return dice.choice(rule)
    if not isinstance(rule, dict):
        return rule
    if "chance" in rule:
        filled = dice.random() < rule["chance"]
        return _drawn(dice, rule["of"], now) if filled else None
    if "some_of" in rule:
        return sorted(dice.sample(rule["some_of"], dice.randint(1, rule["most"])))
    if "days_from" in rule:
        return (now + timedelta(days=dice.randint(rule["days_from"], rule["days_to"]))).date().isoformat()
    return dice.randrange(rule["from"], rule["to"] + 1, rule.get("step", 1))
