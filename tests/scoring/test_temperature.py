"""Temperature on real leads: lists and rules read it, hot calls its owner at once, a person's word stays; and its pages."""

from datetime import timedelta

import pytest

from leadloop import loop, steps
from leadloop.audit.verify import verify
from leadloop.db.versions import current_epoch, publish, save_draft
from leadloop.leads.criteria_sql import condition
from leadloop.leads.domain.criteria import parse
from leadloop.leads.models import Notification, Standing, TemperatureRule, Touch
from leadloop.leads.temperature import reading, thermometer
from leadloop.segments.models import Member, Segment
from leadloop.steps.taking import take
from tests.make import NOON, arrival, make_install, make_lead, make_leads, make_rep
from tests.rules import seen, signed_in

pytestmark = pytest.mark.django_db
RULE = {"hot": {"at": 8}, "warm": {"at": 2}, "contact_minutes": 7}
FORM = {"hot_at": 8, "warm_at": 2, "contact_minutes": 7}


@pytest.fixture(autouse=True)
def pool():
    return make_install()


def publish_rule(spec=RULE):
    publish(save_draft(TemperatureRule, name="temperature", title="Temperature", spec=spec, author=None, now=NOON), author=None, now=NOON)


def felt(lead, *, days=0):
    return reading(Standing.objects.get(pk=lead.pk), thermometer(current_epoch()), now=NOON + timedelta(days=days))


def by_system(minutes=0):
    return steps.by(None, now=NOON + timedelta(minutes=minutes))


def news(kind="hot"):
    return list(Notification.objects.filter(kind=kind).values_list("person__name", "text"))


def test_a_lead_warms_by_what_it_does_and_cools_without_a_job():
    lead = make_lead()
    assert felt(lead) == "warm"
    steps.log([lead.pk], by_system(), kind="replied")
    assert [felt(lead, days=days) for days in (0, 14, 60)] == ["hot", "warm", "cold"]


def test_what_a_machine_did_warms_nobody_and_opens_have_a_cap():
    lead = make_lead()
    before = Standing.objects.get(pk=lead.pk).heat
    take(None, [lead.pk], by_system(), kind="clicked", change=lambda _: None, data={"machine": 0.8})
    assert Standing.objects.get(pk=lead.pk).heat == before
    for _ in range(20):
        steps.log([lead.pk], by_system(), kind="opened")
    assert 2 ** (Standing.objects.get(pk=lead.pk).heat - before) == pytest.approx((5 + 10) / 5)
    assert [one.proof.name for one in verify(now=NOON, most=5) if one.findings] == []


def test_who_becomes_hot_is_due_at_once_and_the_owner_hears_once(pool):
    publish_rule()
    make_rep("Ann", pool=pool)
    lead = make_lead()
    steps.accept([lead.pk], by_system())
    steps.log([lead.pk], by_system(), kind="called")
    Notification.objects.all().delete()

    steps.log([lead.pk], by_system(60), kind="replied")
    steps.log([lead.pk], by_system(61), kind="replied")

    assert news() == [("Ann", "A lead of yours is hot: get in touch now")]
    standing = Standing.objects.get(pk=lead.pk)
    assert standing.due_at == NOON + timedelta(minutes=67)
    assert standing.waits_since <= NOON + timedelta(minutes=60)
    assert [one.proof.name for one in verify(now=NOON, most=5) if one.findings] == []


def test_our_own_call_makes_nobody_wait(pool):
    publish_rule()
    make_rep("Ann", pool=pool)
    lead = make_lead()
    steps.log([lead.pk], by_system(), kind="called")
    assert (felt(lead), news()) == ("hot", [])
    assert Standing.objects.get(pk=lead.pk).due_at == NOON + steps.FOLLOW_UP


def test_an_inquiry_that_makes_a_lead_hot_calls_its_owner(pool):
    publish_rule()
    make_rep("Ann", pool=pool)
    lead = make_lead()
    loop.capture([arrival({"email": lead.email})], now=NOON)
    assert news() == [("Ann", "A lead of yours is hot: get in touch now")]


def test_nobody_is_called_before_a_rule_is_published(pool):
    TemperatureRule.objects.all().delete()
    make_rep("Ann", pool=pool)
    lead = make_lead()
    for _ in range(2):
        loop.capture([arrival({"email": lead.email})], now=NOON)
    assert (felt(lead), news()) == ("hot", [])


def test_what_a_person_says_stays_until_it_is_taken_back(pool):
    publish_rule()
    ann = make_rep("Ann", pool=pool)
    lead = make_lead()
    steps.temper([lead.pk], by_system(), temperature="cold")
    steps.log([lead.pk], by_system(), kind="replied")
    assert (felt(lead), news()) == ("cold", [])
    steps.temper([lead.pk], by_system(1), temperature="hot")
    assert (felt(lead, days=90), len(news())) == ("hot", 1)
    steps.temper([lead.pk], steps.by(ann, now=NOON), temperature="")
    assert felt(lead, days=90) == "cold"
    assert [one.proof.name for one in verify(now=NOON, most=5) if one.findings] == []
    assert Touch.objects.filter(kind="tempered").count() == 3


def test_rules_and_lists_ask_for_it(pool):
    criteria = {"field": "temperature", "op": "one_of", "value": ["hot"]}
    publish(save_draft(Segment, name="hot", title="Hot", spec={"criteria": criteria}, author=None, now=NOON), author=None, now=NOON)
    hot, other = make_leads(2)
    steps.log([hot.pk], by_system(), kind="replied")

    assert list(Member.objects.values_list("segment", "lead_id")) == [("hot", hot.pk)]
    assert list(Standing.objects.filter(condition(parse(criteria), NOON)).values_list("pk", flat=True)) == [hot.pk]
    later = NOON + timedelta(days=60)
    cold = condition(parse({"field": "temperature", "op": "is", "value": "cold"}), later)
    assert set(Standing.objects.filter(cold).values_list("pk", flat=True)) == {hot.pk, other.pk}


def test_the_list_shows_filters_and_sorts_by_warmth():
    cold, hot = make_leads(2)
    steps.log([hot.pk], by_system(), kind="replied")
    steps.temper([cold.pk], by_system(), temperature="cold")
    steps.temper([hot.pk], by_system(), temperature="hot")
    client = signed_in("max", "manager")

    page = client.get("/leads/?temperature=hot").content.decode()
    assert (f"/leads/{hot.pk}/" in page, f"/leads/{cold.pk}/" in page) == (True, False)
    assert "Temperature" in page
    sorted_ = client.get("/leads/?sort=-heat").content.decode()
    assert sorted_.index(f"/leads/{hot.pk}/") < sorted_.index(f"/leads/{cold.pk}/")
    assert ("#flame" in sorted_, "#snowflake" in sorted_) == (True, True)


def test_the_lead_page_says_that_a_person_set_it_and_offers_to_set_it():
    lead = make_lead()
    client = signed_in("max", "manager")
    assert client.get(f"/leads/{lead.pk}/temper/").status_code == 200
    assert client.post(f"/leads/{lead.pk}/temper/", {"temperature": "hot"}).status_code == 303
    page = client.get(f"/leads/{lead.pk}/").content.decode()
    assert "Hot" in page
    assert "set by hand" in page


@pytest.mark.parametrize("url", ["/temperature/", "/temperature/draft/", "/temperature/preview/", "/temperature/versions/"])
def test_pages_open_for_those_who_make_rules_and_do_not_exist_for_reps(url):
    make_leads(2)
    mia = signed_in("mia", "marketer")
    mia.post("/temperature/draft/", {**FORM, "seen": "none"})
    assert mia.get(url).status_code == 200
    assert signed_in("ann", "rep").get(url).status_code == 404


def test_a_rule_is_drafted_previewed_published_and_undone():
    lead = make_lead()
    steps.log([lead.pk], by_system(), kind="replied")
    Standing.objects.update(heat=Standing.objects.get(pk=lead.pk).heat + 100)  # hot for years, whatever the clock says
    mia = signed_in("mia", "marketer")

    assert mia.post("/temperature/draft/", {**FORM, "warm_at": 9, "seen": "none"}).status_code == 422
    answer = mia.post("/temperature/draft/", {**FORM, "hot_score": 100, "hot_grades": ["A"], "seen": "none"})
    assert (answer.status_code, answer.url) == (303, "/temperature/preview/")
    shown = mia.get("/temperature/preview/")
    assert [one.pk for one in shown.context["leaves"][0]] == [lead.pk]
    mia.post("/temperature/publication/", {"seen": seen(mia, "/temperature/preview/")})
    spec = TemperatureRule.objects.published().get().spec
    assert spec == {"hot": {"at": 8.0, "score": 100, "grades": ["A"]}, "warm": {"at": 2.0}, "contact_minutes": 7}
    assert felt(lead) == "warm"
