"""Steps on many leads of the list: what is asked, how many could not, what is taken back."""

from django.urls import reverse

from leadloop import steps
from leadloop.db.clock import utc_now
from leadloop.leads.models import Source, Standing
from leadloop.teams.models import User
from leadloop.work import lists
from leadloop.work.bulk_steps import BULK_STEPS, steps_of
from tests.make import NOON, make_install, make_lead, make_leads, make_person, make_rep
from tests.work.conftest import signed_in


def test_a_step_on_many_says_how_many_could_not_and_why(db):
    pool = make_install()
    ann, ben = make_rep("ann", pool=pool), make_rep("ben")
    leads = make_leads(3)
    manager = make_person("Maya", "manager")
    actor = steps.by(manager, now=utc_now())
    steps.assign([lead.pk for lead in leads], actor, person=ann)
    steps.disqualify([leads[2].pk], actor, reason="no_need")
    foreign = make_lead()
    steps.assign([foreign.pk], actor, person=ben)

    answer = signed_in(ann).post(
        "/leads/bulk/",
        {
            "step": "disqualify",
            "confirmed": "1",
            "reason": "no_need",
            "note": "",
            "query": "stage=new",
            "lead": [lead.pk for lead in leads] + [foreign.pk, "x"],
        },
        follow=True,
    )

    stages = dict(Standing.objects.values_list("pk", "stage"))
    assert [stages[lead.pk] for lead in leads] == ["disqualified"] * 3
    assert stages[foreign.pk] == Standing.objects.get(pk=foreign.pk).stage != "disqualified"
    [told] = [str(message) for message in answer.context["messages"]]
    assert told.startswith("2 leads disqualified. 2 could not: ")
    assert "A lead that is disqualified cannot take the step “disqualify”." in told


def test_a_bulk_step_asks_first_and_is_undone_once(page, manager):
    make_install()
    ids = [lead.pk for lead in make_leads(3)]
    asked = page.post("/leads/bulk/", {"step": "junk", "lead": ids, "query": ""})
    assert asked.status_code == 200
    assert all(f'name="lead" value="{pk}"' in asked.content.decode() for pk in ids)
    assert page.post("/leads/bulk/", {"step": "junk", "lead": ids, "confirmed": "1", "reason": "nonsense"}).status_code == 422

    before = dict(Standing.objects.values_list("pk", "stage"))
    done = page.post("/leads/bulk/", {"step": "junk", "lead": ids, "confirmed": "1", "reason": "spam", "note": ""}, follow=True)
    assert set(Standing.objects.values_list("stage", flat=True)) == {"junk"}
    [message] = done.context["messages"]
    undo = message.extra_tags.split("undo:")[1]
    page.post(undo)
    assert dict(Standing.objects.values_list("pk", "stage")) == before
    assert page.post(undo).status_code == 404
    assert page.post(reverse("work:undo_bulk", args=["guess"])).status_code == 404


def test_leads_that_were_given_away_in_bulk_go_back_to_whom_they_were_with(page):
    pool = make_install()
    ann, ben, gone, cleo = (make_rep(name) for name in ("Ann", "Ben", "Gone", "Cleo"))
    leads = make_leads(5)
    before = steps.by(None, now=NOON)
    for lead, rep in zip(leads, (ann, ben, gone, cleo), strict=False):
        steps.assign([lead.pk], before, person=rep)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    order = {"step": "assign", "confirmed": "1", "person": cleo.pk, "lead": [lead.pk for lead in leads]}
    done = page.post("/leads/bulk/", order, follow=True)
    assert set(Standing.objects.values_list("owner", flat=True)) == {cleo.pk}

    [message] = done.context["messages"]
    told = page.post(message.extra_tags.split("undo:")[1], follow=True)

    assert list(Standing.objects.order_by("pk").values_list("owner", "pool_id")) == [
        (ann.pk, pool.pk), (ben.pk, pool.pk), (None, pool.pk), (cleo.pk, pool.pk), (None, pool.pk),
    ]  # fmt: skip
    assert [str(one) for one in told.context["messages"]] == ["Undone: 5 leads given back."]


def test_a_lead_that_moved_on_since_it_was_given_away_stays_where_it_is(page):
    make_install()
    ann, ben = make_rep("Ann"), make_rep("Ben")
    leads = make_leads(2)
    steps.assign([lead.pk for lead in leads], steps.by(None, now=NOON), person=ann)
    order = {"step": "assign", "confirmed": "1", "person": ben.pk, "lead": [lead.pk for lead in leads]}
    done = page.post("/leads/bulk/", order, follow=True)
    steps.assign([leads[0].pk], steps.by(None, now=utc_now()), person=ben)  # by somebody else, and on purpose

    [message] = done.context["messages"]
    told = page.post(message.extra_tags.split("undo:")[1], follow=True)

    assert list(Standing.objects.order_by("pk").values_list("owner", flat=True)) == [ben.pk, ann.pk]
    assert [str(one) for one in told.context["messages"]] == [
        "Undone: 1 lead given back. 1 could not: Somebody changed this lead in the meantime. Look again and repeat."
    ]


def test_all_that_match_means_the_filter_and_not_the_page(page, monkeypatch):
    make_install()
    monkeypatch.setattr(lists, "PAGE", 2)
    make_leads(5)
    make_leads(1, source="Fair")
    fair = Source.objects.get(name="Fair").pk
    website = Source.objects.get(name="Website").pk
    page.post("/leads/bulk/", {"step": "junk", "all": "1", "query": f"source={website}", "confirmed": "1", "reason": "spam", "note": ""})
    assert list(Standing.objects.filter(stage="junk").values_list("source", flat=True)) == [website] * 5
    assert Standing.objects.get(source=fair).stage != "junk"


def test_a_step_over_the_limit_takes_the_first_and_says_so(page, monkeypatch):
    make_install()
    monkeypatch.setattr("leadloop.work.views.bulk.MOST", 3)
    make_leads(5)
    told = page.post("/leads/bulk/", {"step": "junk", "all": "1", "query": "", "confirmed": "1", "reason": "spam", "note": ""}, follow=True)
    assert "These were the first 3" in str(next(iter(told.context["messages"])))
    assert Standing.objects.filter(stage="junk").count() == 3


def test_roles_are_offered_and_allowed_their_own_steps(db):
    told = ["recycle", "disqualify", "junk", "into_segment", "out_of_segment", "reopen", "rewrite"]
    assert [step.name for step in steps_of("marketer")] == told
    assert signed_in(make_person("Mark", "marketer")).post("/leads/bulk/", {"step": "assign", "lead": ["1"]}).status_code == 404
    assert signed_in(make_person("Max", "manager")).post("/leads/bulk/", {"step": "take_back", "lead": ["1"]}).status_code == 404
    assert signed_in(make_person("Ann")).post("/leads/bulk/", {"step": "nonsense", "lead": ["1"]}).status_code == 404
    assert {step.undo for step in BULK_STEPS.values()} - {""} <= BULK_STEPS.keys()


def test_htmx_gets_a_dialog_and_then_leaves_the_page(page):
    make_install()
    lead = make_lead()
    htmx = {"HX-Request": "true"}
    asked = page.post("/leads/bulk/", {"step": "junk", "lead": [lead.pk]}, headers=htmx)
    assert (b"<dialog" in asked.content, b"<html" in asked.content) == (True, False)
    done = page.post("/leads/bulk/", {"step": "junk", "lead": [lead.pk], "confirmed": "1", "reason": "spam", "note": ""}, headers=htmx)
    assert (done.status_code, done["HX-Redirect"]) == (204, "/leads/?")


def test_a_lead_that_was_nobodys_goes_to_nobody_and_not_to_who_had_it_once(page):
    pool = make_install()
    ann, ben, lead = make_rep("Ann"), make_rep("Ben"), make_lead()
    steps.assign([lead.pk], steps.by(None, now=NOON), person=ann).or_raise()
    steps.release([lead.pk], steps.by(None, now=NOON)).or_raise()
    done = page.post("/leads/bulk/", {"step": "assign", "confirmed": "1", "person": ben.pk, "lead": [lead.pk]}, follow=True)
    [message] = done.context["messages"]
    page.post(message.extra_tags.split("undo:")[1])
    assert Standing.objects.values_list("owner", "pool_id").get() == (None, pool.pk)
