"""The score by its pages: draft, preview, publication, versions."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leadloop import loop
from leadloop.db.clock import utc_now
from leadloop.db.models import Job
from leadloop.db.versions import Status
from leadloop.leads.models import Standing
from leadloop.scoring.models import ScoreModel
from leadloop.scoring.rescoring import ask_rescoring
from tests.make import NOON, make_install, make_leads
from tests.rules import criteria, said, seen, signed_in

pytestmark = pytest.mark.django_db
PAGES = [
    "/score/",
    "/score/draft/",
    "/score/draft/rules/",
    "/score/draft/rules/phone/",
    "/score/preview/",
    "/score/versions/",
    "/score/versions/1/",
]


@pytest.fixture(autouse=True)
def pool():
    return make_install()


@pytest.fixture
def mia():
    client = signed_in("mia", "marketer")
    client.post("/score/draft/start/")
    return client


def draft():
    return ScoreModel.objects.get(status=Status.DRAFT)


def labels():
    return [rule["label"] for rule in draft().spec["rules"]]


def new_rule(client, stamp, **more):
    return client.post(
        "/score/draft/rules/", {"seen": stamp, "label": "From Germany", "points": 12, **criteria("country", "is", "DE"), **more}
    )


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_for_those_who_make_rules_and_do_not_exist_for_reps(page, mia):
    assert mia.get(page).status_code == 200
    assert signed_in("max", "manager").get(page).status_code == 200
    assert signed_in("ann", "rep").get(page).status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "/score/draft/start/",
        "/score/draft/settings/",
        "/score/draft/rules/phone/removal/",
        "/score/publication/",
        "/score/versions/1/restore/",
    ],
)
def test_changes_do_not_exist_for_reps_and_are_never_gets(url, mia):
    assert signed_in("ann", "rep").post(url).status_code == 404
    assert mia.get(url).status_code == 405


@pytest.mark.parametrize("page", PAGES)
def test_pages_ask_the_same_number_of_questions_with_one_lead_and_with_three(page, mia):
    counts = []
    for number in (1, 2):
        make_leads(number)
        with CaptureQueriesContext(connection) as asked:
            mia.get(page)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15


def test_a_new_rule_stands_in_the_draft_and_undo_takes_it_out(mia):
    answer = new_rule(mia, seen(mia, "/score/draft/"))

    assert (answer.status_code, answer.url) == (303, "/score/draft/")
    when = {"all": [{"field": "country", "op": "is", "value": "DE"}]}
    assert draft().spec["rules"][-1] == {"id": "from_germany", "label": "From Germany", "points": 12, "when": when}
    mia.post("/score/draft/undo/")
    assert "From Germany" not in labels()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"points": 0}, "does nothing"),
        ({"points": "many"}, "whole number"),
        ({"label": ""}, "required"),
        ({"c-0-value": "Germany"}, "two capital letters"),
        (criteria("score", "at_least", "5"), "cannot be read by the rules that make it"),
    ],
)
def test_a_rule_that_does_not_stand_keeps_what_was_typed(mia, wrong, words):
    answer = new_rule(mia, seen(mia, "/score/draft/"), **{"label": "Typed by hand", **wrong})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert ("Typed by hand" in answer.content.decode()) == ("label" not in wrong)
    assert "Typed by hand" not in labels()


def test_a_builder_button_saves_nothing(mia):
    answer = new_rule(mia, seen(mia, "/score/draft/"), **{"c-do": "add"})

    assert (answer.status_code, "From Germany" in labels()) == (200, False)


def test_a_change_to_a_draft_that_somebody_else_changed_is_a_conflict_that_keeps_what_was_typed(mia):
    stamp = seen(mia, "/score/draft/")
    max_ = signed_in("max", "manager")
    new_rule(max_, stamp, label="By Max")

    answer = new_rule(mia, stamp, label="By Mia")

    assert answer.status_code == 409
    assert "By Mia" in answer.content.decode()
    assert "Somebody changed this draft" in answer.content.decode()
    assert new_rule(mia, seen(mia, "/score/draft/"), label="By Mia").status_code == 303
    assert labels()[-2:] == ["By Max", "By Mia"]


def test_rules_move_and_leave(mia):
    first, second = labels()[:2]
    key = draft().spec["rules"][0]["id"]

    mia.post(f"/score/draft/rules/{key}/place/", {"seen": seen(mia, "/score/draft/"), "to": "down"})
    assert labels()[:2] == [second, first]
    mia.post(f"/score/draft/rules/{key}/removal/", {"seen": seen(mia, "/score/draft/")})
    assert first not in labels()
    mia.post("/score/draft/undo/")
    assert labels()[:2] == [second, first]
    answer = mia.post(f"/score/draft/rules/{key}/removal/", {"seen": "old"})
    assert (answer.status_code, first in labels()) == (303, True)
    assert "Somebody changed this draft" in said(answer)[-1]


def test_settings_are_saved_or_refused_whole(mia):
    good = {"base": 5, "heat_points": 20, "full_at": 8, "grade_a": 70, "grade_b": 50, "grade_c": 30}

    assert mia.post("/score/draft/settings/", {**good, "seen": seen(mia, "/score/draft/"), "grade_b": 80}).status_code == 422
    assert mia.post("/score/draft/settings/", {**good, "seen": seen(mia, "/score/draft/")}).status_code == 303
    spec = draft().spec
    assert (spec["base"], spec["heat"], spec["grades"]) == (5, {"points": 20, "full_at": 8.0}, {"A": 70, "B": 50, "C": 30})


def test_preview_equals_what_publishing_does_to_the_same_leads(mia):
    make_leads(6)
    stamp = seen(mia, "/score/draft/")
    mia.post("/score/draft/rules/", {"seen": stamp, "label": "Has a phone", "points": 30, **criteria("phone", "is_not_blank")})
    shown = mia.get("/score/preview/").context
    expected = {one.lead_id: (one.after.points, one.after.grade) for one in shown["preview"].changed}
    becoming = shown["becoming"]

    mia.post("/score/publication/", {"seen": shown["seen"], "scope": "new", "note": "try"})
    loop.rescore(list(Standing.objects.values_list("lead_id", flat=True)), now=utc_now())

    assert {row[0]: row[1:] for row in Standing.objects.values_list("lead_id", "score", "grade")} == expected
    assert (len(expected), becoming, Standing.objects.filter(stage="mql").count()) == (6, 6, 6)


def test_publish_twice_makes_one_version_and_one_rescoring(mia):
    make_leads(2)
    new_rule(mia, seen(mia, "/score/draft/"))
    stamp = seen(mia, "/score/preview/")

    first, second = (mia.post("/score/publication/", {"seen": stamp, "scope": "all", "note": "Germans buy"}) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert "no draft left" in said(second)[-1]
    assert list(ScoreModel.objects.order_by("version").values_list("version", "status", "note")) == [
        (1, "retired", ""),
        (2, "published", "Germans buy"),
    ]
    assert Job.objects.filter(name="leadloop.tasks.rescore_open").count() == 1


def test_a_draft_that_changed_after_its_preview_is_not_published(mia):
    new_rule(mia, seen(mia, "/score/draft/"))
    stamp = seen(mia, "/score/preview/")
    new_rule(signed_in("max", "manager"), stamp, label="Late")

    answer = mia.post("/score/publication/", {"seen": stamp, "scope": "new"})

    assert (answer.url, ScoreModel.objects.published().get().version) == ("/score/draft/", 1)


def test_a_draft_that_does_not_stand_is_not_published(mia):
    row = draft()
    row.spec["rules"][0]["when"] = {"field": "deleted_field", "op": "is_blank"}
    row.save(update_fields=["spec"])

    page = mia.get("/score/preview/")
    answer = mia.post("/score/publication/", {"seen": page.context["seen"]})

    assert "deleted_field" in page.content.decode()
    assert "Not published" in said(answer)[-1]
    assert ScoreModel.objects.published().get().version == 1


def test_roll_back_makes_a_version_that_says_what_the_old_one_said(mia):
    old = ScoreModel.objects.published().get().spec
    new_rule(mia, seen(mia, "/score/draft/"))
    mia.post("/score/publication/", {"seen": seen(mia, "/score/preview/"), "scope": "new"})

    page = mia.get("/score/versions/1/").content.decode()
    mia.post("/score/versions/1/restore/", {"note": "too many"})
    again = mia.post("/score/versions/1/restore/", {"note": "too many"})

    assert "From Germany" in page
    assert [(row.version, row.note, row.spec == old) for row in ScoreModel.objects.published()] == [
        (3, "rolled back to version 1; too many", True)
    ]
    assert again.status_code == 303


def test_a_preview_without_leads_says_so(mia):
    assert "No open lead to try it on" in mia.get("/score/preview/").content.decode()


def test_the_sample_is_the_newest_open_leads(mia):
    make_leads(2, now=NOON - timedelta(days=3))
    Standing.objects.filter(pk=make_leads(1)[0].pk).update(stage="won")

    assert mia.get("/score/").context["leads"] == 2


def test_home_is_in_the_navigation():
    assert reverse("scoring:models") == "/score/"


def test_the_page_follows_a_rescoring_and_is_shown_anew_at_its_end(mia):
    assert signed_in("ann", "rep").get("/score/progress/").status_code == 404
    assert "/score/progress/" not in mia.get("/score/").content.decode()

    make_leads(3)
    ask_rescoring(reason="v2", now=utc_now())
    for page in ("/score/", "/agreement/terms/mql/"):
        assert 'hx-get="/score/progress/"' in mia.get(page).content.decode()
    assert "0 of 3" in mia.get("/score/progress/").content.decode()

    Job.objects.update(state=Job.State.DONE)
    over = mia.get("/score/progress/")
    assert (over.content, over["HX-Refresh"]) == (b"", "true")
