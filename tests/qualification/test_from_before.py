"""MQLs from before verdicts were asked for: handed over once, and in no statistics of the agreement."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from leadloop import steps
from leadloop.analytics import agreement
from leadloop.analytics.domain.periods import ALL, Period
from leadloop.db.clock import utc_now
from leadloop.qualification.models import Handed
from tests.make import NOON, make_install, make_lead, make_rep
from tests.proofs import everything_holds
from tests.rules import signed_in

pytestmark = pytest.mark.django_db
hand_over = import_module("leadloop.qualification.migrations.0003_hand_over_from_before").hand_over
BOSS = {"name": "Eve Boss", "email": "eve@engines.com", "phone": "+14155550123", "title": "CEO", "company": "Engines"}
EVER = Period(None, None, "UTC", ALL)


@pytest.fixture
def ann():
    return make_rep("Ann", pool=make_install())


def test_a_lead_that_waits_as_an_mql_is_handed_over_once_and_no_report_counts_it(ann):
    old, new = make_lead(BOSS), make_lead({**BOSS, "name": "Eva Chief", "email": "eva@motors.com", "phone": "+14155550124"})
    make_lead({"name": "No Body"})
    Handed.objects.filter(lead=old).delete()
    before = agreement.report(EVER, now=NOON)

    for _ in range(2):
        hand_over(apps, None)

    row = Handed.objects.get(lead=old)
    assert (row.from_before, row.word, row.version, row.asked_at) == (True, "open", 1, NOON)
    assert row.due_at > utc_now() + timedelta(minutes=1)
    assert list(Handed.objects.exclude(from_before=True).values_list("lead_id", flat=True)) == [new.pk]
    assert "from before verdicts were asked for" in signed_in("mia", "manager").get(f"/leads/{old.pk}/").content.decode()

    steps.accept([old.pk], steps.by(ann, now=NOON)).or_raise()
    assert Handed.objects.get(lead=old).word == "accepted"
    after = agreement.report(EVER, now=NOON)
    assert (
        (after.total.handed, after.total.accepted, after.people)
        == (before.total.handed, before.total.accepted, before.people)
        == (1, 0, [])
    )
    assert everything_holds() == []
