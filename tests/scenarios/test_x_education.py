"""6,468 real leads of a seller of courses, by file: blanks that mean two things, sources written two ways, outcomes as recorded."""

import csv
from collections import Counter

import pytest

from leadloop import steps
from leadloop.audit.verify import verify
from leadloop.capture.importing import import_file
from leadloop.db.clock import utc_now
from leadloop.leads.models import Lead, Source
from tests.make import make_install
from tests.scenarios.pages import rows_of, unpacked

IN_THE_README = [
    ("Direct Traffic", 1817, 588),
    ("Olark Chat", 1226, 311),
    ("Organic Search", 795, 306),
    ("Reference", 378, 350),
    ("Welingak Website", 96, 95),
    ("Referral Sites", 89, 24),
    ("Facebook", 36, 9),
    ("(blank)", 30, 23),
    ("Click2call", 4, 3),
]
ORIGINS = {"Landing Page Submission": 3432, "API": 2489, "Lead Add Form": 509, "Lead Import": 37, "Quick Add Form": 1}
MAPPING = {"Lead Number": "external_id", "Prospect ID": "", "Lead Origin": "custom.lead_origin"}


@pytest.mark.django_db(transaction=True)
def test_sources_are_one_whatever_their_case_and_won_leads_are_counted(api, manager, shared_data, tmp_path):
    path = unpacked(shared_data / "x-education" / "leads_train.csv.gz", tmp_path)
    make_install(now=utc_now())
    taken = import_file(path, source_name="X Education", now=utc_now(), mapping=MAPPING)
    assert (taken.created, taken.matched, taken.skipped, taken.refused) == (6_468, 0, 0, 0)

    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    leads = dict(Lead.objects.values_list("external_id", "pk"))
    won = [leads[row["Lead Number"]] for row in rows if row["Converted"] == "1"]
    api.take([{"lead": lead, "step": "convert"} for lead in won])
    assert len(steps.win(won, steps.by(None, now=utc_now())).done) == 2_500

    told = api.get("/api/v1/reports/funnel")
    assert (told["total"]["leads"], told["total"]["won"], round(told["total"]["rate"], 4)) == (6_468, 2_500, 0.3865)
    by_name = {row["name"]: (row["leads"], row["won"]) for row in told["rows"]}
    assert {name: by_name[name] for name, _, _ in IN_THE_README} == {name: (count, sold) for name, count, sold in IN_THE_README}
    assert by_name["Google"] == (1_980 + 4, 786 + sum(row["Lead Source"] == "google" and row["Converted"] == "1" for row in rows))
    assert len(by_name) == len({row["Lead Source"].casefold() for row in rows}) == 19  # "google" is "Google", the spelling that came first
    assert not Source.objects.filter(name="google").exists()

    shown = rows_of(manager.get("/measure/funnel/").content.decode(), "funnel")
    assert (shown[-1][1], shown[-1][5].split()[0], shown[-1][6]) == ("6,468", "2,500", "38.652 %")

    assert not Lead.objects.filter(city="Select").exists()  # the unanswered drop-down is a blank
    assert Counter(custom["lead_origin"] for custom in Lead.objects.values_list("custom", flat=True)) == ORIGINS
    assert [finding for proved in verify(now=utc_now(), most=5) for finding in proved.findings] == []
