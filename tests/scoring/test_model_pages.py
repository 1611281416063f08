"""Several score models by their pages, the parts of a draft, what-if, and publication by a plan."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadloop import loop, steps
from leadloop.db import queue
from leadloop.db.clock import utc_now
from leadloop.db.models import Job
from leadloop.db.versions import Status, publish, save_draft
from leadloop.leads import fields, sample_spread
from leadloop.leads.models import Notification, Standing, Touch
from leadloop.leads.sample_spread import drawn_open
from leadloop.scoring.models import Crossing, ExactPreview, ModelScore, Rescoring, ScoreModel
from leadloop.scoring.views import whatif
from tests.make import NOON, arrival, make_install, make_lead, make_leads, make_rep
from tests.rules import criteria, said, seen, signed_in

pytestmark = pytest.mark.django_db
CALL = {"label": "Call now", "at": 40, "falls": 5, "tell": "owner"}
ENGAGEMENT = {
    "points": 30,
    "full_at": 12,
    "weight_opened": 1,
    "cap_opened": 10,
    "weight_captured": 5,
    "campaigns": "spring fair = 2\n\nautumn=0.5",
}


@pytest.fixture(autouse=True)
def pool():
    return make_install()


@pytest.fixture
def mia():
    return signed_in("mia", "marketer")


def draft(name="main"):
    return ScoreModel.objects.get(status=Status.DRAFT, name=name)


def post(client, url, page="/score/draft/", **values):
    return client.post(url, {"seen": seen(client, page), **values})


def work_off():
    while jobs := queue.claim("worker", now=queue.utc_now(), limit=1):
        assert all(queue.run(job) for job in jobs)


PAGES = [
    "/score/models/", "/score/models/new/", "/score/plans/", "/score/draft/activity/", "/score/draft/thresholds/",
    "/score/draft/thresholds/call-now/", "/score/draft/audience/", "/score/preview/exact/", "/score/models/insurance/draft/",
    "/score/models/insurance/preview/",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_for_those_who_make_rules_and_cost_the_same_for_one_lead_and_three(page, mia):
    mia.post("/score/draft/start/")
    post(mia, "/score/draft/thresholds/", **CALL)
    mia.post("/score/models/new/", {"title": "Insurance", "copy": "main"})
    counts = []
    for number in (1, 2):
        make_leads(number)
        with CaptureQueriesContext(connection) as asked:
            assert mia.get(page).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20
    assert signed_in("ann", "rep").get(page).status_code == 404


def test_parts_of_a_draft_are_saved_and_undone(mia):
    mia.post("/score/draft/start/")

    assert post(mia, "/score/draft/activity/", **ENGAGEMENT).status_code == 303
    assert post(mia, "/score/draft/thresholds/", **CALL).status_code == 303
    assert post(mia, "/score/draft/audience/", order=3, probability=15, **criteria("country", "is", "DE")).status_code == 303

    spec = draft().spec
    kinds = {"captured": {"weight": 5.0, "cap": None}, "opened": {"weight": 1.0, "cap": 10.0}}
    campaigns = {"spring fair": 2.0, "autumn": 0.5}
    assert spec["engagement"] == {"points": 30, "full_at": 12.0, "kinds": kinds, "campaigns": campaigns}
    assert (spec["v"], spec["order"], spec["probability"], spec["heat"]["points"]) == (2, 3, {"points": 15}, 0)
    assert spec["for"] == {"all": [{"field": "country", "op": "is", "value": "DE"}]}
    assert spec["thresholds"] == [{"id": "call-now", "label": "Call now", "at": 40, "falls": 5, "tell": "owner"}]
    page = mia.get("/score/draft/").content.decode()
    assert "they opened an e-mail 1, at most 10" in page
    post(mia, "/score/draft/thresholds/call-now/removal/")
    assert draft().spec["thresholds"] == []
    mia.post("/score/draft/undo/")
    assert len(draft().spec["thresholds"]) == 1
    post(mia, "/score/draft/activity/removal/")
    assert ("engagement" in draft().spec, draft().spec["heat"]["points"]) == (False, 30)


@pytest.mark.parametrize(
    ("url", "values", "words"),
    [
        ("activity", {"points": 30, "full_at": 12}, "at least one kind"),
        ("activity", {**ENGAGEMENT, "campaigns": "spring"}, "is not a name, = and a number"),
        ("activity", {**ENGAGEMENT, "campaigns": "spring = -1"}, "above 0"),
        ("thresholds", {**CALL, "falls": 60}, "cannot fall below 0"),
        ("thresholds", {**CALL, "at": 101}, "less than or equal to 100"),
        ("audience", {"order": 3, **criteria("score", "at_least", "5")}, "cannot depend on the score"),
    ],
)
def test_a_part_that_does_not_stand_says_why_and_saves_nothing(mia, url, values, words):
    mia.post("/score/draft/start/")
    before = draft().spec
    answer = post(mia, f"/score/draft/{url}/", **values)
    assert (answer.status_code, words in answer.content.decode(), draft().spec == before) == (422, True, True)


def test_a_part_that_somebody_changed_meanwhile_is_a_conflict(mia):
    mia.post("/score/draft/start/")
    stamp = seen(mia, "/score/draft/")
    post(mia, "/score/draft/thresholds/", **CALL)
    assert mia.post("/score/draft/thresholds/", {"seen": stamp, **CALL, "label": "Late"}).status_code == 409


def test_a_new_model_is_published_scores_beside_the_main_one_and_is_retired(mia):
    answer = mia.post("/score/models/new/", {"title": "Insurance", "copy": "main"})
    assert answer.url == "/score/models/insurance/draft/audience/"
    post(mia, answer.url, page="/score/models/insurance/draft/", order=1, **criteria("industry", "is", "insurance"))
    post(mia, "/score/models/insurance/publication/", page="/score/models/insurance/preview/", scope="new")

    lead = make_lead({"email": "a@firm.com", "industry": "Insurance"})
    other = make_lead({"email": "b@other.com"})
    assert {(row.lead_id, row.model) for row in ModelScore.objects.all()} == {(lead.pk, "insurance"), (lead.pk, "main"), (other.pk, "main")}
    page = mia.get(f"/leads/{lead.pk}/").content.decode()
    assert "By every model" in page
    assert "counts on the rail" in page
    shown = mia.get("/score/models/").content.decode()
    assert shown.index("Insurance") < shown.index("Lead score")

    undo = mia.post("/score/models/insurance/retirement/")
    assert "is retired" in said(undo)[-1]
    assert (ModelScore.objects.filter(model="insurance").count(), ScoreModel.objects.published().count()) == (0, 1)
    assert "stays" in said(mia.post("/score/retirement/"))[-1]


def fire(spec_changes, lead=None):
    row = ScoreModel.objects.published().get(name="main")
    row = save_draft(ScoreModel, name="main", title="Lead score", spec=row.spec | {"v": 2} | spec_changes, author=None, now=NOON)
    publish(row, author=None, now=NOON)


THRESHOLDS = {"thresholds": [{"id": "call", **CALL}]}


def crossings():
    return [(touch.data["label"], touch.data["points"]) for touch in Touch.objects.filter(kind="crossed").order_by("pk")]


def test_a_threshold_fires_once_and_again_only_after_the_score_was_well_below(pool):
    make_rep("Ann", pool=pool)
    fire(THRESHOLDS | {"heat": {"points": 40, "full_at": 10}, "base": 0})
    lead = make_lead()  # 25 of fit, 20 of activity
    steps.log([lead.pk], steps.by(None, now=NOON), kind="replied")
    assert crossings() == [("Call now", 45)]

    later = NOON + timedelta(days=10)  # faded to less than 35 meanwhile, though nobody looked
    steps.log([lead.pk], steps.by(None, now=later), kind="called")
    assert len(crossings()) == 1
    much_later = NOON + timedelta(days=60)
    steps.log([lead.pk], steps.by(None, now=much_later), kind="replied")
    assert len(crossings()) == 2
    assert Notification.objects.filter(kind="crossed").values_list("text", flat=True)[0] == "A lead of yours is over “Call now”"
    assert Crossing.objects.get().lapses_day is not None


def test_an_import_crosses_in_silence():
    fire(THRESHOLDS | {"base": 50})
    loop.capture([arrival(door="file")], now=NOON)
    assert (crossings(), Crossing.objects.count()) == ([], 1)
    loop.capture([arrival()], now=NOON)
    assert len(crossings()) == 1


def test_a_field_that_changes_away_and_back_crosses_once():
    fire(THRESHOLDS | {"base": 20})
    lead = make_lead({"email": "a@firm.com", "employees": "50", "phone": "+14155550177"})
    assert len(crossings()) == 1
    for size in (10, 50):
        steps.edit([lead.pk], steps.by(None, now=NOON), values={"employees": size})
    assert len(crossings()) == 1


def test_captures_ask_the_same_number_of_questions_for_one_lead_and_for_many(django_assert_num_queries):
    engagement = {"points": 30, "full_at": 12, "kinds": {"captured": {"weight": 5, "cap": 8}}}
    fire(THRESHOLDS | {"base": 40, "engagement": engagement, "heat": {"points": 0, "full_at": 10}})
    known = make_leads(4)
    counts = []
    for leads in (known[:1], known[1:]):
        fire({"base": 40 + len(leads)})
        loop.rescore([], now=NOON)
        arrivals = [arrival({"email": lead.email}) for lead in leads]
        with CaptureQueriesContext(connection) as asked:
            loop.capture(arrivals, now=NOON + timedelta(hours=1))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_if_shows_who_crosses_and_what_past_wins_would_score(mia):
    leads = make_leads(6)
    Standing.objects.filter(pk__in=[leads[0].pk, leads[1].pk]).update(stage="won", closed_at=NOON)
    Standing.objects.filter(pk=leads[2].pk).update(stage="lost", closed_at=NOON)
    mia.post("/score/draft/start/")
    post(mia, "/score/draft/thresholds/", **CALL)
    post(mia, "/score/draft/settings/", base=25, heat_points=0, full_at=12, grade_a=60, grade_b=40, grade_c=25)

    shown = mia.get("/score/preview/")

    [line] = shown.context["lines"]
    assert {lead.pk for lead in line["up"][2]} == {lead.pk for lead in leads[3:]}
    wins = shown.context["wins"]
    assert (wins.leads, wins.won, [label for label, *_ in wins.below]) == (3, 2, ["Call now"])
    page = shown.content.decode()
    assert "Past wins" in page
    assert "Makes a difference for" in page
    assert "Thresholds that are crossed by it tell people" in page


def test_a_sample_states_its_error_and_the_exact_figures_come_in_the_background(mia, monkeypatch):
    make_leads(60)
    mia.post("/score/draft/start/")
    post(mia, "/score/draft/settings/", base=25, heat_points=0, full_at=12, grade_a=60, grade_b=40, grade_c=25)
    monkeypatch.setattr(whatif, "drawn_open", lambda seed, **more: drawn_open(seed, limit=20, **more))

    page = mia.get("/score/preview/")
    drawn = page.context["drawn"]
    assert (len(drawn.cases), drawn.total, page.context["changing"]) == (20, 60, 60)
    assert re.search(r"± \d", page.content.decode())
    assert mia.post("/score/preview/exact/count/").status_code == 303
    assert "being counted" in mia.get("/score/preview/").content.decode()
    work_off()
    result = ExactPreview.objects.get().result
    assert (result["leads"], result["higher"], sum(result["after"])) == (60, 60, 60)
    assert "all 60 open leads" in mia.get("/score/preview/exact/").content.decode()


def test_publication_keeps_its_plan_and_the_page_follows_it(mia):
    make_leads(3)
    mia.post("/score/draft/start/")
    post(mia, "/score/draft/thresholds/", **CALL)
    post(mia, "/score/publication/", page="/score/preview/", scope="all", fires="yes", note="call them")

    plan = Rescoring.objects.get()
    assert (plan.model, plan.version, plan.scope, plan.fires, plan.total, plan.asked_by.name, plan.finished_at) == (
        "main",
        2,
        "all",
        True,
        3,
        "mia",
        None,
    )
    assert "0 of 3" in mia.get("/score/plans/").content.decode()
    work_off()
    plan.refresh_from_db()
    assert (plan.done, plan.finished_at is not None, Job.objects.filter(state="dead").count()) == (3, True, 0)
    assert "All open leads judged again, thresholds tell people" in " ".join(mia.get("/score/plans/").content.decode().split())


def test_a_sample_is_drawn_from_everywhere_and_the_same_each_time():
    leads = make_leads(40)
    first, again, other = (drawn_open(seed, limit=15, now=utc_now()) for seed in ("a", "a", "b"))
    ids = [[case.lead_id for case in one.cases] for one in (first, again, other)]
    assert (len(ids[0]), ids[0] == ids[1], set(ids[0]) <= {lead.pk for lead in leads}) == (15, True, True)
    assert ids[0] != ids[2]
    assert drawn_open("a", now=utc_now()).is_all


@pytest.mark.parametrize(("count", "expected"), [(0, 2189), (500, 18962), (1000, 21895), (2000, 979)])
def test_the_error_of_a_sample_is_that_of_a_share(count, expected):
    drawn = sample_spread.Drawn([None] * 2000, 1_000_000)
    assert drawn.error(count) == pytest.approx(expected, rel=0.6)
    assert sample_spread.Drawn([None] * 5, 5).error(3) == 0


def test_a_draft_that_reads_what_somebody_may_not_see_is_not_previewed_for_them(mia):
    fields.declare([{"name": "illness", "label": "Illness", "type": "text", "sensitivity": "sensitive"}], now=NOON)
    make_lead({"email": "a@firm.com", "custom": {"illness": "flu"}})
    mia.post("/score/draft/start/")
    spec = draft().spec
    rule = {"id": "ill", "label": "Ill", "points": 9, "when": {"all": [{"field": "custom.illness", "op": "is_not_blank"}]}}
    ScoreModel.objects.filter(pk=draft().pk).update(spec=spec | {"rules": [*spec["rules"], rule]})

    page = mia.get("/score/preview/").content.decode()

    assert "somebody who may see it previews it and puts it in force" in page
    assert ("No score changes" in page, "a@firm.com" in page) == (False, False)
