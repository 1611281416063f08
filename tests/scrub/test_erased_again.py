"""A restored backup has people whom we erased after it was made: the ledger beside the database has them erased again."""

from datetime import timedelta

import pytest

from leadloop import steps
from leadloop.consent.models import Suppression
from leadloop.consent.suppression import digest_of
from leadloop.leads.models import Lead
from leadloop.scrub import ledger
from leadloop.scrub.again import erase_again, missing
from leadloop.scrub.erasing import erase
from leadloop.scrub.models import Erasure
from tests.make import NOON, make_install, make_lead
from tests.proofs import everything_holds

pytestmark = pytest.mark.django_db
MAIL = "zoe@engines.com"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    make_install()


def test_whoever_the_ledger_names_is_erased_again_and_nobody_else():
    zoe, bob = make_lead({"name": "Zoe Quxley", "email": MAIL}), make_lead({"name": "Bob", "email": "bob@engines.com"})
    nameless = make_lead({"company": "Quxley Engines"})
    ledger.append(NOON, "anonymised", [f"e:{MAIL}", "e:gone@engines.com"], [])
    ledger.append(NOON.replace(second=7), "deleted", [], [(nameless.pk, NOON), (bob.pk, NOON.replace(year=2020))])

    assert sorted(erase_again()) == sorted([zoe.pk, nameless.pk])

    left = {lead.pk: (lead.email, lead.company) for lead in Lead.objects.all()}
    assert left == {zoe.pk: ("", ""), nameless.pk: ("", ""), bob.pk: ("bob@engines.com", "")}
    kept_out = set(Suppression.objects.filter(kind="erased").values_list("digest", flat=True))
    assert kept_out == {digest_of(f"e:{MAIL}"), digest_of("e:gone@engines.com")}
    assert everything_holds() == []


def test_what_this_database_has_erased_is_not_done_twice(django_capture_on_commit_callbacks):
    zoe = make_lead({"name": "Zoe Quxley", "email": MAIL})
    with django_capture_on_commit_callbacks(execute=True):
        erase([zoe.pk], steps.by(None, now=NOON), how="anonymised", why="asked")
    text = ledger.path().read_text()

    assert (missing(), erase_again(), Erasure.objects.count()) == ([], [], 1)
    assert (MAIL in text, "Quxley" in text, digest_of(f"e:{MAIL}") in text) == (False, False, True)


def test_a_line_that_a_crash_cut_off_hinders_no_other():
    ledger.append(NOON, "anonymised", [f"e:{MAIL}"], [])
    with ledger.path().open("a") as file:
        file.write('{"at": "2026-')

    assert [line.digests for line in ledger.lines()] == [[digest_of(f"e:{MAIL}")]]

    ledger.append(NOON, "deleted", ["e:later@engines.com"], [])

    assert [line.how for line in ledger.lines()] == ["anonymised", "deleted"]


def test_who_came_again_after_the_erasing_is_a_new_person_and_stays():
    ledger.append(NOON, "anonymised", [f"e:{MAIL}"], [])
    zoe = make_lead({"name": "Zoe Quxley", "email": MAIL}, now=NOON + timedelta(days=1))

    assert erase_again() == []
    assert Lead.objects.get(pk=zoe.pk).email == MAIL
