"""The pages and the command of packs: who may, what they show, and that looking costs a bounded number of queries."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from leadloop.leads.models import Lead
from leadloop.packs.models import Installed
from leadloop.packs.shelf import pack_called
from leadloop.routing.models import Route
from leadloop.scoring.models import Definition, ScoreModel
from leadloop.work.models import SavedView
from tests.make import make_install, make_leads, make_person
from tests.rules import client_of, said, signed_in

PACK = "/settings/packs/small-business/"


@pytest.fixture
def manager(db):
    make_install()
    make_leads(1)
    return client_of(make_person("Mona", "manager"))


def test_the_gallery_shows_every_pack_with_what_is_inside(manager, django_assert_num_queries):
    with django_assert_num_queries(4):
        page = manager.get("/settings/packs/").content.decode()
    for words in ("Healthcare", "Mortgage and debt", "14 custom fields", "11 score rules", "48 sample leads", "6 sensitive fields"):
        assert words in page


def test_packs_are_for_who_steers_the_install(db):
    for role, status in (("rep", 404), ("marketer", 404), ("manager", 200), ("admin", 200)):
        assert signed_in(f"a-{role}", role).get("/settings/packs/").status_code == status
        assert signed_in(f"b-{role}", role).get(PACK).status_code == status


def test_a_pack_shows_word_for_word_what_it_would_make(manager, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        page = manager.get(PACK).content.decode()

    for words in (
        "31 things would be made",
        "One of some choices · Estimate, Appointment, Question, Emergency and 2 more",
        "An emergency: +30 when Request is Emergency",
        "A draft beside version 1 in force, which goes on.",
        "Emergencies ring whoever is on call: when Request is Emergency: On call, next in turn",
        "☐ Now and then you may send me offers by e-mail.",
    ):
        assert words in page, words
    assert not Installed.objects.exists()


def test_installing_tells_what_is_next_and_removing_what_stays(manager):
    answer = manager.post(f"{PACK}installation/")
    assert (answer.status_code, said(answer)) == (303, ["Small business is installed: 31 things made."])
    page = manager.get(PACK).content.decode()
    for words in ('href="/score/preview/"', "Preview the score and publish it", 'href="/forms/request-estimate/"', "Add 48 sample leads"):
        assert words in page
    SavedView.objects.filter(name="Needed soon").update(name="Hurry")

    shown = manager.get(f"{PACK}removal/").content.decode()
    assert "Somebody has changed it." in shown
    answer = manager.post(f"{PACK}removal/")

    assert said(answer) == [
        "Small business is removed: 29 things gone.",
        "“Needed soon” stays. Somebody has changed it.",
        "“Time frame” stays. A rule, a form or a view asks for it.",
    ]
    assert "Parts in use" in manager.get("/settings/packs/").content.decode()


def test_a_second_pack_says_whose_drafts_keep_its_own_out_and_what_to_do_first(manager):
    manager.post(f"{PACK}installation/")
    second = "/settings/packs/insurance/"
    page = manager.get(second).content.decode()
    assert "Would be left out, since a draft is open" in page
    assert '<a href="/score/preview/">Publish or discard the draft “' in page
    assert '<a href="/agreement/terms/mql/draft/">Publish or discard the draft “' in page

    manager.post(f"{second}installation/")
    assert "Left out, since a draft is open" in manager.get(second).content.decode()

    for model in (ScoreModel, Definition, Route):
        model.objects.filter(status="draft").delete()
    page = manager.get(second).content.decode()
    assert "since a draft is open" not in page
    assert "Make what is missing" in page


def test_sample_leads_come_and_go_with_a_click(manager):
    manager.post(f"{PACK}installation/", {"sample": "on"})
    assert Lead.objects.count() == 49
    assert said(manager.post(f"{PACK}sample/removal/"))[-1:] == ["48 sample leads are gone, with everything they made."]
    assert Lead.objects.count() == 1
    assert said(manager.post(f"{PACK}sample/"))[-1:] == ["48 sample leads came in."]
    assert said(manager.post(f"{PACK}sample/"))[-1:] == ["The sample leads are here already."]


def test_what_is_not_there_is_not_found(manager):
    assert manager.get("/settings/packs/bakery/").status_code == 404
    assert manager.post("/settings/packs/mortgage/sample/").status_code == 409
    assert manager.get("/settings/packs/mortgage/removal/").status_code == 409


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("pack", *args, stdout=out)
    return out.getvalue()


def test_the_command_does_what_the_pages_do(db):
    make_install()
    make_leads(1)
    mona = make_person("Mona", "manager")
    assert "small-business  -" in run("list")

    made = json.loads(run("install", "small-business", "--without", "sample", "--json"))

    assert (len(made["made"]), made["left"]) == (31, [])
    assert set(SavedView.objects.values_list("person", flat=True)) == {mona.pk}
    assert "small-business  installed" in run("list")
    assert "= fields      Request\n" in run("show", "small-business")
    assert run("install", "small-business").splitlines()[0] == "Small business is installed: 1 thing made, 0 left as they are."
    assert run("remove", "small-business", "--only-sample") == "Gone: 1. Staying: 0.\n"
    told = json.loads(run("remove", "small-business", "--json"))
    assert (len(told["gone"]), told["stays"]) == (31, [])
    assert not Installed.objects.exists()


def test_the_command_says_what_it_does_not_know(db):
    for args, says in (
        (("install", "bakery"), "There is no pack called"),
        (("install", "mortgage", "--without", "bread"), "There is no kind called bread"),
        (("install", "mortgage", "--as", "nobody@here.com"), "Nobody signs in with nobody@here.com."),
        (("remove", "mortgage"), "is not installed"),
    ):
        with pytest.raises(CommandError, match=says):
            run(*args)
    assert pack_called("mortgage").title == "Mortgage and debt"
