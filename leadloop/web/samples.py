"""Made-up people and numbers for the style guide."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms

STAGES = ("new", "mql", "working", "sql", "converted", "won", "lost", "nurture", "disqualified", "junk")
TONES = ("gray", "blue", "violet", "teal", "green", "amber", "orange", "red", "pink", "cyan")
REASONS = (
    {"text": "Asked for a demo", "points": 30},
    {"text": "Director or above", "points": 22},
    {"text": "200 to 1,000 employees", "points": 18},
    {"text": "Visited the prices three times", "points": 15},
    {"text": "Free e-mail address", "points": -3},
)


@dataclass(frozen=True)
class Person:
    name: str
    email: str = ""


class SampleForm(forms.Form):
    """The usual fields, bound to something that is wrong."""

    name = forms.CharField(max_length=80)
    email = forms.EmailField(label="E-mail", help_text="Where the weekly report goes.")
    country = forms.ChoiceField(choices=[("DE", "Germany"), ("FR", "France"), ("US", "United States")])
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agree = forms.BooleanField(label="Sales accepts the promise of five minutes")


def everything(*, now: datetime) -> dict[str, object]:
    return {
        "stages": STAGES,
        "tones": TONES,
        "reasons": REASONS,
        "people": [Person("Ada Lovelace"), Person("Grace Hopper"), Person("Ngozi Okonjo"), Person("Jürgen Weiß")],
        "form": SampleForm({"name": "", "email": "ada@", "country": "FR"}),
        "tickets": tickets(now),
        "rows": rows(now),
        "facts": [("Company", "Analytical Engines Ltd"), ("Employees", 420), ("Budget", "€18,000"), ("Industry", "")],
        "tabs": [
            {"label": "Timeline", "url": "#tabs", "current": True},
            {"label": "E-mail", "url": "#tabs", "count": 4},
            {"label": "Tasks", "url": "#tabs", "count": 0},
        ],
        "steps": ["File", "Columns", "Preview", "Import"],
        "spark": [12, 18, 14, 22, 19, 27, 24, 31, 29, 38],
        "moments": {
            "four_minutes": now - timedelta(minutes=4, seconds=12),
            "hours": now - timedelta(hours=3),
            "days": now - timedelta(days=6),
            "soon": now + timedelta(minutes=3, seconds=40),
            "later": now + timedelta(minutes=48),
            "late": now - timedelta(minutes=2, seconds=9),
        },
        "funnel": {
            "labels": ["Received", "MQL", "Accepted", "SQL", "Won"],
            "series": [{"name": "Leads", "values": [2480, 1106, 861, 402, 118]}],
        },
        "bars": {
            "labels": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
            "series": [
                {"name": "Website", "values": [42, 58, 51, 66, 47, 12, 9]},
                {"name": "Partners", "values": [18, 22, 15, 31, 27, 4, 2]},
            ],
        },
        "lines": {
            "labels": ["Jun", "Jul", "Aug", "Sep", "Oct", "Nov"],
            "series": [{"name": "Median answer", "values": [38, 31, 24, 19, 9, 6]}],
            "unit": "min",
        },
    }


def tickets(now: datetime) -> list[dict[str, object]]:
    return [
        {
            "pk": 1,
            "name": "Ada Lovelace",
            "role": "Director of Operations",
            "company": "Analytical Engines Ltd",
            "place": "London, GB",
            "source": "Website, demo form",
            "stage": "mql",
            "score": 82,
            "grade": "A",
            "since": now - timedelta(minutes=6, seconds=4),
            "due": now - timedelta(minutes=1, seconds=4),
            "why": "Territory UK & Ireland, your turn of 4",
            "message": "We run 14 plants and lose about a day a month to hand-offs. Could you show us how routing works next week?",
            "phone": "+44 20 7946 0018",
        },
        {
            "pk": 2,
            "name": "Jürgen Weiß",
            "role": "IT-Leiter",
            "company": "Maschinenbau Weiß GmbH & Co. KG",
            "place": "Stuttgart, DE",
            "source": "Hannover Messe",
            "stage": "working",
            "score": 57,
            "grade": "B",
            "since": now - timedelta(minutes=26),
            "due": now + timedelta(minutes=4, seconds=30),
            "why": "You met him at the stand",
            "message": "",
            "phone": "+49 711 4960 112",
        },
        {
            "pk": 3,
            "name": "Ngozi Okonjo",
            "role": "",
            "company": "Harbour Logistics",
            "place": "Lagos, NG",
            "source": "Partner: Northwind",
            "stage": "new",
            "score": None,
            "grade": "",
            "since": now - timedelta(minutes=2),
            "due": now + timedelta(minutes=58),
            "why": "Pool Africa, first to claim",
            "message": "Looking for a quote for 40 seats.",
            "phone": "",
        },
    ]


def rows(now: datetime) -> list[dict[str, object]]:
    return [
        {
            "pk": 1,
            "name": "Ada Lovelace",
            "company": "Analytical Engines Ltd",
            "stage": "mql",
            "score": 82,
            "grade": "A",
            "owner": Person("Grace Hopper"),
            "at": now - timedelta(minutes=4),
            "cents": 1_800_000,
        },
        {
            "pk": 2,
            "name": "Jürgen Weiß",
            "company": "Maschinenbau Weiß GmbH",
            "stage": "working",
            "score": 57,
            "grade": "B",
            "owner": Person("Ann Archer"),
            "at": now - timedelta(hours=3),
            "cents": 940_000,
        },
        {
            "pk": 3,
            "name": "Ngozi Okonjo",
            "company": "Harbour Logistics",
            "stage": "new",
            "score": 24,
            "grade": "C",
            "owner": None,
            "at": now - timedelta(days=1),
            "cents": None,
        },
        {
            "pk": 4,
            "name": "María José Núñez",
            "company": "Aceites del Sur",
            "stage": "nurture",
            "score": None,
            "grade": "",
            "owner": Person("Ben Okoro"),
            "at": now - timedelta(days=12),
            "cents": 220_050,
        },
    ]
