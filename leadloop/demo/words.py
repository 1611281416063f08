"""What the invented year is made of. Nobody here exists: endings are reserved, telephone numbers come from ranges kept for fiction."""

from typing import Final, NamedTuple

FIRST_NAMES: Final = (
    "Amara Anton Beatriz Bjorn Callum Carmen Chidi Dalia Darius Eleni Emeka Farah Felix Freya Gideon Greta Hana Henrik Imani Ingrid Ivo"
    " Jasper Jonah Kaia Kenji Lachlan Leila Linnea Lucia Mateo Maren Mina Nadia Niko Odette Omar Petra Priya Quentin Rafael Rosa Ruben"
    " Sabine Sana Selma Silas Soren Tamsin Teo Thandi Tobias Uma Viktor Wanda Willa Xenia Yara Yusuf Zadie Zeno"
).split()
LAST_NAMES: Final = (
    "Abernathy Adeyemi Almeida Ashdown Balogun Bergstrom Brandt Calloway Castellan Chaudry Corrigan Dahl Delacroix Dunmore Eastman Ekman"
    " Falconer Fenwick Ferreira Galloway Garrick Halvorsen Hargrove Ibarra Ingersoll Jansson Kavanagh Kessler Kovalik Lindqvist Lockhart"
    " Madaki Marchetti Merriweather Nakagawa Norling Oakhurst Okafor Pemberton Petrov Quillfeather Ramires Redgrave Rowntree Salazar"
    " Sandoval Stavros Thackeray Thornbury Ueda Valcourt Vance Wetherby Whitlock Winslow Yamada Yarrow Zielinski"
).split()
COMPANY_STARTS: Final = (
    "Alder Amber Anchor Ashen Beacon Birch Blue Bramble Bright Canyon Cedar Cinder Clear Cobalt Copper Coral Crest Delta Dune Ember"
    " Fable Falcon Fern Flint Fox Glass Granite Grove Harbor Hazel Heron Honey Iron Ivory Juniper Kestrel Lantern Larch Laurel Lumen Maple"
    " Marble Meadow Mesa Mint Moss North Oak Onyx Opal Orchard Otter Pebble Pine Plum Quartz Quill Raven Reed Ridge River Rowan Saffron"
    " Sage Sierra Silver Slate Sparrow Spruce Stone Summit Swift Thistle Timber Topaz Velvet Violet Walnut Wander Willow Winter Wren Zephyr"
).split()
COMPANY_ENDS: Final = (
    "bank bay bridge brook craft dale fall field ford forge gate glen haven hill house lane leaf light line mark mere mill path peak point"
    " port rise rock shore side spring star stead stone tide vale view wall ware water way well wick wind wood works yard"
).split()
COMPANY_KINDS: Final = (
    "Group",
    "Labs",
    "Logistics",
    "Foods",
    "Health",
    "Systems",
    "Studios",
    "Partners",
    "Supply",
    "Energy",
    "Hotels",
    "Dental",
)
INDUSTRIES: Final = (
    "Manufacturing",
    "Retail",
    "Logistics",
    "Health care",
    "Software",
    "Hospitality",
    "Construction",
    "Education",
    "Finance",
)
CITIES: Final = {
    "US": (
        ("Austin", "TX"),
        ("Portland", "OR"),
        ("Columbus", "OH"),
        ("Denver", "CO"),
        ("Raleigh", "NC"),
        ("Tucson", "AZ"),
        ("Boston", "MA"),
    ),
    "CA": (("Halifax", "NS"), ("Calgary", "AB"), ("Toronto", "ON")),
    "GB": (("Leeds", ""), ("Bristol", ""), ("Cardiff", "")),
    "DE": (("Bremen", ""), ("Leipzig", ""), ("Aachen", "")),
    "AU": (("Perth", "WA"), ("Hobart", "TAS")),
}
TELEPHONES: Final = {
    "US": (
        "(512) 555-01{:02}",
        "(503) 555-01{:02}",
        "(614) 555-01{:02}",
        "(303) 555-01{:02}",
        "(919) 555-01{:02}",
        "(520) 555-01{:02}",
        "(617) 555-01{:02}",
    ),
    "CA": ("(902) 555-01{:02}", "(403) 555-01{:02}", "(416) 555-01{:02}"),
    "GB": ("0113 496 0{:03}", "0117 496 0{:03}", "029 2018 0{:03}"),
    "DE": (),
    "AU": ("(08) 5550 {:04}", "(03) 5550 {:04}"),
}
"""By country and city: ranges that the numbering authorities keep for drama; none where there is no such range."""

SENIOR: Final = (
    "Owner",
    "Founder",
    "Chief Operating Officer",
    "Director of Operations",
    "Head of Customer Service",
    "VP Sales",
    "President",
    "Managing Director",
)
JUNIOR: Final = (
    "Operations Manager",
    "Office Manager",
    "Sales Manager",
    "Project Lead",
    "Analyst",
    "Coordinator",
    "Team Lead",
    "Customer Support Lead",
)
STUDENTS: Final = ("Student", "Student assistant")
PRODUCTS: Final = ("Scheduling", "Field service", "Fleet", "Customer desk")
MESSAGES: Final = (
    "We run {sites} sites and plan shifts in spreadsheets. Can you show us {product}?",
    "Looking for {product} for about {people} people. What does it cost, and how long until we are live?",
    "Our present system ends in {month}. We need {product} before that.",
    "Could somebody call me about {product}? We met you at the spring fair.",
    "Does {product} work offline? Half of our crews have no signal.",
    "We compare three offers for {product} this month. Please send yours.",
    "I saw the demo of {product} and have questions about single sign-on and data location.",
    "Please send a quote for {people} seats of {product}.",
)
SPAM: Final = (
    "Rank first in every search engine within seven days, reply now",
    "hello dear, we offer the best price of LED panels, see catalog",
    "Congratulations!! your business was selected for a free listing",
)
CALL_NOTES: Final = {
    "reached": (
        "Good talk. Decides together with finance; wants numbers first.",
        "Uses spreadsheets today and loses about a day a week over it.",
        "Interested, but the team is small. Will look at the short demo.",
        "Asked for references of the same size.",
        "Wants to start with one site and see.",
    ),
    "voicemail": ("Left a message and my direct number.",),
    "no_answer": ("Rang out.",),
}
MONTHS: Final = "January February March April May June July August September October November December".split()


class Stream(NamedTuple):
    """A source: share of all leads, chance to become a customer, share of junk, and what comes along."""

    name: str
    channel: str
    door: str
    share: float
    worth: float  # 1 is the average
    junk: float
    phone: float  # share that leaves a telephone number
    campaigns: tuple[str, ...] = ()


STREAMS: Final = (
    Stream("Website form", "form", "form", 0.24, 1.2, 0.08, 0.75),
    Stream("Paid search", "ads", "api", 0.19, 1.25, 0.06, 0.7, ("scheduling-brand", "field-service-generic", "fleet-competitors")),
    Stream("Organic search", "web", "form", 0.16, 1.15, 0.05, 0.55),
    Stream("Social ads", "ads", "api", 0.13, 0.45, 0.09, 0.6, ("spring-video", "crew-stories")),
    Stream("Referral", "people", "api", 0.08, 2.4, 0.01, 0.9),
    Stream("Partner portal", "partner", "api", 0.07, 1.7, 0.02, 0.95),
    Stream("Webinar", "event", "api", 0.07, 0.7, 0.02, 0.3, ("less-paper", "plan-in-a-day")),
    Stream("Trade fair", "event", "file", 0.06, 0.9, 0.01, 0.85, ("spring-fair", "autumn-fair")),
)


class Colleague(NamedTuple):
    """A person of the invented company; `minutes` to the first word (median), `skill` in turning leads into customers (1 is average)."""

    name: str
    role: str
    minutes: float = 0.0
    skill: float = 1.0
    weight: int = 1
    senior: bool = False


COLLEAGUES: Final = (
    Colleague("Nora Whitfield", "manager"),
    Colleague("Marlon Prieto", "marketer"),
    Colleague("Ada Lundgren", "rep", 4, 1.25, 2, senior=True),
    Colleague("Ben Achterberg", "rep", 9, 1.1, 2),
    Colleague("Chloe Okonjo", "rep", 26, 1.0, 2),
    Colleague("Dev Raman", "rep", 55, 0.95, 1, senior=True),
    Colleague("Edith Vossler", "rep", 170, 0.7, 1),
)
MAIL_ENDING: Final = "leadloop.example"
