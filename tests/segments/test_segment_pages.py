"""Segments by their pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadloop.db import queue
from leadloop.db.versions import Status
from leadloop.leads.domain.criteria import parse
from leadloop.segments.counting import Count, counts
from leadloop.segments.models import Member, Segment
from leadloop.segments.tasks import rebuild_members
from tests.make import NOON, make_install, make_lead, make_leads
from tests.rules import criteria, said, seen, signed_in

pytestmark = pytest.mark.django_db
PAGES = ["/segments/", "/segments/new/", *(f"/segments/germans/{page}" for page in ("", "draft/", "preview/", "versions/"))]


@pytest.fixture(autouse=True)
def pool():
    return make_install()


@pytest.fixture
def mia():
    client = signed_in("mia", "marketer")
    client.post("/segments/new/", {"seen": "none", "title": "Germans", **criteria("country", "is", "DE")})
    return client


def lead_of(country):
    return make_lead(
        {"first_name": "Ada", "country": country, "email": f"ada{Member.objects.count()}{country}{Segment.objects.count()}@example.com"}
    )


def publish(client, name="germans"):
    return client.post(f"/segments/{name}/publication/", {"seen": seen(client, f"/segments/{name}/preview/")})


def members(name="germans"):
    return set(Member.objects.filter(segment=name).values_list("lead_id", flat=True))


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_for_those_who_make_rules_with_a_constant_number_of_questions(page, mia):
    asked_before = None
    for number in (1, 2):
        make_leads(number)
        with CaptureQueriesContext(connection) as asked:
            assert mia.get(page).status_code == 200
        assert asked_before in (None, len(asked))
        asked_before = len(asked)
    assert signed_in("ann", "rep").get(page).status_code == 404


def test_the_list_asks_as_much_for_three_segments_as_for_one(mia):
    found = []
    for title in ("Two", "Three"):
        with CaptureQueriesContext(connection) as asked:
            mia.get("/segments/")
        found.append(len(asked))
        mia.post("/segments/new/", {"seen": "none", "title": title, **criteria("country", "is", "FR")})
        publish(mia, title.lower())
    assert found[0] == found[1]


def test_a_segment_begins_as_a_draft_that_counts_nobody(mia):
    german = lead_of("DE")

    page = mia.get("/segments/germans/preview/")

    assert (str(page.context["counts"]["then"]), members()) == ("1", set())
    assert [row.lead_id for row in page.context["rows"]] == [german.pk]


def test_publishing_puts_exactly_the_previewed_leads_in(mia):
    german, french = lead_of("DE"), lead_of("FR")
    publish(mia)
    assert members() == {german.pk}

    mia.post("/segments/germans/draft/start/")
    mia.post(
        "/segments/germans/draft/", {"seen": seen(mia, "/segments/germans/draft/"), "title": "French", **criteria("country", "is", "FR")}
    )
    shown = mia.get("/segments/germans/preview/").context
    answer = publish(mia)

    assert {name: str(count) for name, count in shown["counts"].items()} == {"then": "1", "now": "1", "enter": "1", "leave": "1"}
    assert (members(), [row.lead_id for row in shown["rows"]], [row.lead_id for row in shown["leaving"]]) == (
        {french.pk},
        [french.pk],
        [german.pk],
    )
    assert "1 lead in it" in said(answer)[-1]
    assert Segment.objects.published().get(name="germans").title == "French"


def test_publish_twice_makes_one_version(mia):
    stamp = seen(mia, "/segments/germans/preview/")
    for _ in range(2):
        mia.post("/segments/germans/publication/", {"seen": stamp})

    assert list(Segment.objects.filter(name="germans").values_list("version", "status")) == [(1, "published")]


def test_a_retired_segment_has_no_members_and_undo_brings_them_back(mia):
    german = lead_of("DE")
    publish(mia)

    mia.post("/segments/germans/retirement/")
    assert (members(), Segment.objects.published().filter(name="germans").count()) == (set(), 0)
    make_lead({"first_name": "Bea", "country": "DE", "email": "bea@example.com"})
    assert members() == set()
    assert mia.get("/segments/germans/").status_code == 200

    mia.post("/segments/germans/versions/1/restore/")
    assert german.pk in members()
    assert len(members()) == 2


@pytest.mark.parametrize("wrong", [{"title": ""}, {"c-0-field": ""}, {"c-0-value": "Germany"}])
def test_a_segment_that_does_not_stand_is_refused_with_what_was_typed(mia, wrong):
    given = {"seen": "none", "title": "Swiss", **criteria("country", "is", "CH")} | wrong

    answer = mia.post("/segments/new/", given)

    assert (answer.status_code, Segment.objects.filter(title="Swiss").count()) == (422, 0)


def test_a_stale_change_keeps_what_was_typed(mia):
    stamp = seen(mia, "/segments/germans/draft/")
    given = {"seen": stamp, **criteria("country", "is", "AT")}
    signed_in("max", "manager").post("/segments/germans/draft/", given | {"title": "Austrians"})

    answer = mia.post("/segments/germans/draft/", given | {"title": "What Mia typed"})

    assert (answer.status_code, "What Mia typed" in answer.content.decode()) == (409, True)
    assert Segment.objects.get(name="germans", status=Status.DRAFT).title == "Austrians"


def test_two_segments_of_one_title_have_two_names(mia):
    mia.post("/segments/new/", {"seen": "none", "title": "Germans", **criteria("country", "is", "DE")})

    assert set(Segment.objects.filter(title="Germans").values_list("name", flat=True)) == {"germans", "germans-2"}


def test_an_unknown_segment_is_404(mia):
    assert {mia.get(f"/segments/nobody/{page}").status_code for page in ("", "draft/", "preview/", "versions/")} == {404}


def test_counts_ask_once_for_many(mia, django_assert_num_queries):
    lead_of("DE")
    trees = {
        "germans": parse({"field": "country", "op": "is", "value": "DE"}),
        "nobody": parse({"any": []}),
        "all": parse({"all": []}),
        "warm": parse({"touches": "captured", "within_days": None, "op": "at_least", "value": 1}),
    }

    with django_assert_num_queries(1):
        found = counts(trees, now=NOON)

    assert found == {
        "germans": Count(1, more=False),
        "nobody": Count(0, more=False),
        "all": Count(1, more=False),
        "warm": Count(1, more=False),
    }


def test_a_large_segment_is_rebuilt_by_a_job(mia):
    german = lead_of("DE")
    publish(mia)
    Member.objects.all().delete()

    queue.enqueue_once(rebuild_members, "germans", key="rebuild:germans", run_after=NOON)
    for job in queue.claim("worker", now=NOON, limit=9):
        queue.run(job)

    assert members() == {german.pk}
