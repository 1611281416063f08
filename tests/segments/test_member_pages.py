"""Members by pages, by the API and by the command line: in, out, why, overlap, target lists."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadloop.capture import importing
from leadloop.capture.keys import new_key
from leadloop.consent.models import Consent
from leadloop.db import queue
from leadloop.db.versions import publish, save_draft
from leadloop.leads.models import Standing
from leadloop.segments import hand
from leadloop.segments.hand import Hand
from leadloop.segments.models import Change, Member, Override, Segment, TargetList
from leadloop.segments.overlap import overlap
from leadloop.segments.targeting import count_targets
from tests.make import NOON, make_install, make_lead, make_person, make_rep
from tests.rules import client_of, criteria, said, signed_in

pytestmark = pytest.mark.django_db
GERMANS = {"field": "country", "op": "is", "value": "DE"}
LARGE = {"field": "employees", "op": "at_least", "value": 100}


@pytest.fixture(autouse=True)
def pool():
    return make_install()


@pytest.fixture
def mia():
    return signed_in("mia", "marketer")


def in_force(name, spec):
    draft = save_draft(Segment, name=name, title=name.title(), spec=spec, author=None, now=NOON)
    publish(draft, author=None, now=NOON)


def people(*, count, **more):
    start = Member.objects.count() + Change.objects.count()
    return [
        make_lead({"first_name": "Ada", "last_name": f"N{start}x{n}", "email": f"a{start}x{n}{len(more)}@b.com", **more}).pk
        for n in range(count)
    ]


def members(name):
    return set(Member.objects.filter(segment=name).values_list("lead_id", flat=True))


def undo_of(answer):
    [message] = list(answer.wsgi_request._messages)[-1:]
    return message.extra_tags.partition("undo:")[2]


def test_a_lead_is_put_in_by_its_e_mail_and_taken_out_again_with_an_undo_each(mia):
    [one] = people(count=1, country="FR")
    in_force("north", {"kind": "mixed", "criteria": GERMANS})

    answer = mia.post("/segments/north/members/in/", {"lead": "a0x01@b.com", "note": "Met at the fair"})
    put = members("north")
    mia.post(undo_of(answer))
    back = members("north")
    mia.post("/segments/north/members/in/", {"id": one})
    answer = mia.post("/segments/north/members/out/", {"id": one})
    out = members("north")
    mia.post(undo_of(answer))

    assert (put, back, out, members("north")) == ({one}, set(), set(), {one})
    assert "1 lead taken out by hand" in said(answer)[-1]


def test_members_are_paged_and_searched_at_a_constant_number_of_queries(mia):
    in_force("north", {"kind": "mixed", "criteria": GERMANS})
    counts = []
    for number in (1, 3):
        people(count=number, country="DE")
        with CaptureQueriesContext(connection) as asked:
            page = mia.get("/segments/north/members/")
        counts.append(len(asked))
    found = mia.get("/segments/north/members/?q=N0x0")

    assert counts[0] == counts[1]
    assert (len(page.context["rows"]), len(found.context["rows"])) == (4, 1)


def test_by_criteria_alone_nobody_is_put_in_by_hand(mia):
    [one] = people(count=1, country="FR")
    in_force("germans", {"criteria": GERMANS})
    answer = mia.post("/segments/germans/members/in/", {"id": one})
    assert (members("germans"), "criteria alone" in said(answer)[-1]) == (set(), True)


def test_a_fixed_list_begins_in_force_and_without_criteria(mia):
    mia.post("/segments/new/", {"seen": "none", "title": "Fair", "kind": "fixed", "c-match": "all"})
    assert Segment.objects.get(name="fair", status="published").spec == {"kind": "fixed"}
    assert mia.get("/segments/fair/members/").status_code == 200


def test_a_mixed_segment_is_drafted_with_its_criteria(mia):
    mia.post("/segments/new/", {"seen": "none", "title": "North", "kind": "mixed", **criteria("country", "is", "DE")})
    assert Segment.objects.get(name="north").spec == {"kind": "mixed", "criteria": {"all": [GERMANS]}}


def test_why_says_each_condition_with_what_was_found_and_the_word_of_people(mia):
    [one] = people(count=1, country="DE", employees=20)
    in_force("north", {"kind": "mixed", "criteria": {"all": [GERMANS, LARGE]}})
    hand.put_in("north", [one], Hand(None, note="A friend"), now=NOON)

    page = mia.get(f"/segments/north/leads/{one}/")

    lines = [(line.depth, line.holds, line.found) for line in page.context["it"].lines]
    assert lines == [(0, False, None), (1, True, "DE"), (1, False, "20")]
    assert (page.context["it"].is_in, page.context["it"].says) == (True, "Put in by hand.")
    assert "A friend" in page.content.decode()


def test_a_rep_sees_why_of_leads_of_the_own_only_and_no_list_of_members(pool):
    ann = make_rep("Ann", pool=pool)
    [one] = people(count=1, country="DE")
    stranger = make_person("Ben")
    in_force("germans", {"criteria": GERMANS})

    statuses = [client_of(who).get(f"/segments/germans/leads/{one}/").status_code for who in (ann, stranger)]
    assert [*statuses, client_of(ann).get("/segments/germans/members/").status_code] == [200, 404, 404]


def test_the_lead_page_leads_to_the_why(mia):
    in_force("germans", {"criteria": GERMANS})
    [one] = people(count=1, country="DE")
    assert f"/segments/germans/leads/{one}/" in mia.get(f"/leads/{one}/").content.decode()


def test_overlap_counts_each_combination_and_each_two():
    for name, tree in (("germans", GERMANS), ("large", LARGE), ("nobody", {"field": "country", "op": "is", "value": "CH"})):
        in_force(name, {"criteria": tree})
    people(count=3, country="DE")
    people(count=2, country="DE", employees=500)
    people(count=1, country="FR", employees=500)

    found = overlap(["germans", "large", "nobody"])

    assert found.sizes == {"germans": 5, "large": 3, "nobody": 0}
    assert (found.pair("large", "germans"), found.share("germans", "large"), found.is_sampled) == (2, 40, False)
    assert found.sets == [(frozenset({"germans"}), 3), (frozenset({"germans", "large"}), 2), (frozenset({"large"}), 1)]


def test_a_large_overlap_is_sampled_and_says_its_error():
    in_force("germans", {"criteria": GERMANS})
    people(count=8, country="DE")

    found = overlap(["germans"], exact_up_to=4, sample=4)

    assert found.is_sampled
    assert abs(found.sizes["germans"] - 8) <= found.error(found.sizes["germans"])


@pytest.mark.parametrize(("how", "expected"), [("both", 1), ("without", 2)])
def test_two_segments_make_a_draft_or_a_list(mia, how, expected):
    in_force("germans", {"criteria": GERMANS})
    in_force("large", {"criteria": LARGE})
    hand.new_list("Fair", "fair", author=None, now=NOON)
    one, *_ = people(count=2, country="DE")
    people(count=1, country="DE", employees=500)

    mia.post("/segments/germans/combination/", {"other": "large", "how": how})
    draft = Segment.objects.get(status="draft")
    page = mia.get(f"/segments/{draft.name}/preview/")
    assert page.context["counts"]["then"].number == expected

    hand.put_in("fair", [one], Hand(None), now=NOON)
    mia.post("/segments/germans/combination/", {"other": "fair", "how": how})
    fresh = Segment.objects.exclude(name="fair").get(spec={"kind": "fixed"})
    assert len(members(fresh.name)) == expected


def test_a_target_list_counts_people_once_and_says_why_others_are_left_out(mia):
    in_force("germans", {"criteria": GERMANS})
    hand.new_list("Out", "out", author=None, now=NOON)
    fine, no, other = people(count=3, country="DE")
    [silent] = [make_lead({"phone": "+14155550123", "country": "DE"}).pk]
    Consent.objects.create(contact_point="e:a0x11@b.com", purpose="marketing", channel="email", granted=False, happened_at=NOON)
    hand.put_in("out", [other], Hand(None), now=NOON)
    answer = mia.post(
        "/target-lists/new/", {"title": "Spring", "takes": ["germans"], "leaves": ["out"], "channel": "email", "purpose": "marketing"}
    )

    one = TargetList.objects.get()
    found = count_targets(one)

    assert answer["Location"] == "/target-lists/spring/"
    assert found.words() == "1 person, 3 left out: 1 on a list that is left out, 1 without a way to reach them, 1 said no."
    assert mia.get("/target-lists/spring/").status_code == 200
    file = b"".join(mia.get("/target-lists/spring/people.csv").streaming_content).decode()
    assert [line.split(",")[0] for line in file.splitlines()] == ["lead", str(fine)]
    one.strict = True
    assert count_targets(one).left["unasked"] == 1
    assert {no, silent} & members("out") == set()


def test_leads_of_the_list_go_into_a_new_list_and_back_at_once(mia):
    ids = people(count=3, country="DE")
    answer = mia.post(
        "/leads/bulk/",
        {"step": "into_segment", "confirmed": "1", "lead": ids[:2], "segment": "+", "title": "Fair", "note": "", "query": ""},
    )
    assert (members("fair"), "2 leads in the segment" in said(answer)[-1]) == (set(ids[:2]), True)

    mia.post(undo_of(answer))
    assert (members("fair"), Override.objects.count()) == (set(), 0)


def test_a_search_is_kept_as_a_list(mia):
    ids = people(count=2, country="DE")
    people(count=1, country="FR")
    assert mia.get("/leads/snapshot/?country=DE").status_code == 200
    mia.post("/leads/snapshot/", {"title": "Germans of today", "query": "country=DE"})
    assert members("germans-of-today") == set(ids)


@pytest.fixture
def program(client):
    key = new_key("x", scopes=["segments:read", "segments:write"], source=None, author=None, now=NOON)[1]

    def call(method, path, body=None):
        more = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        return getattr(client, method)(f"/api/v1{path}", headers={"authorization": f"Bearer {key}"}, **more)

    return call


def test_programs_list_say_and_ask_why(program):
    in_force("north", {"kind": "mixed", "criteria": GERMANS})
    german, french = [*people(count=1, country="DE"), *people(count=1, country="FR")]

    said_ = program("post", "/segments/north/members", {"put_in": [french], "keep_out": [german], "note": "From the CRM"})
    listed = program("get", "/segments").json()["segments"]
    who = program("get", "/segments/north/members?limit=1").json()
    why = program("get", f"/segments/north/leads/{german}/why").json()

    assert said_.json() == {"said": 2, "moved": [german, french]}
    assert [(one["name"], one["kind"], one["size"]) for one in listed if one["name"] == "north"] == [("north", "mixed", 1)]
    assert ([one["lead"] for one in who["members"]], who["next"]) == ([french], None)
    assert (why["is_in"], why["criteria_hold"], why["by_hand"]["note"]) == (False, True, "From the CRM")


def test_programs_are_refused_where_nothing_can_be_said(program):
    in_force("germans", {"criteria": GERMANS})
    [one] = people(count=1, country="FR")
    statuses = [
        program("post", "/segments/germans/members", {"put_in": [one]}).status_code,
        program("post", "/segments/nothing/members", {"put_in": [one]}).status_code,
        program("get", "/segments/germans/leads/999999/why").status_code,
        program("post", "/segments/germans/members", {"add": [one]}).status_code,
    ]
    assert statuses == [409, 404, 404, 422]


def test_commands_trace_a_membership_and_export_members():
    in_force("germans", {"criteria": GERMANS})
    [one] = people(count=1, country="DE")
    people(count=1, country="FR")
    told, file = StringIO(), StringIO()

    call_command("trace", str(one), "--segment", "germans", stdout=told)
    call_command("export", "segment", "germans", stdout=file)

    assert "In “Germans” (dynamic, version 1)" in told.getvalue()
    assert "yes country is DE  [DE]" in told.getvalue()
    assert [json.loads(line)["id"] for line in file.getvalue().splitlines()] == [one]
    with pytest.raises(CommandError, match="no segment"):
        call_command("export", "segment", "nothing", stdout=StringIO())


def test_metrics_tell_how_far_a_segment_is_behind(client):
    in_force("late", {"criteria": {"field": "received_at", "op": "in_last_days", "value": 1, "zone": "UTC"}})
    assert 'leadloop_segment_lag_seconds{segment="late"}' in client.get("/metrics").content.decode()


def test_the_leads_of_an_import_become_a_list_but_for_those_put_out(mia, tmp_path):
    file = tmp_path / "fair.csv"
    file.write_text("email,first name\na@fair.com,Ada\nb@fair.com,Ben\n", encoding="utf-8")
    result = importing.import_file(file, source_name="Fair", now=NOON)
    people(count=1, country="DE")
    where = mia.post(f"/imports/{result.import_id}/list/")["Location"]
    first = Standing.objects.filter(source__name="Fair").order_by("pk").first().pk
    hand.keep_out(f"import-{result.import_id}", [first], Hand(None), now=NOON)

    for _ in range(2):
        for job in queue.claim("one", now=NOON + timedelta(days=400), limit=9):
            assert queue.run(job)
        mia.post(f"/imports/{result.import_id}/list/")

    assert where == f"/segments/import-{result.import_id}/members/"
    assert members(f"import-{result.import_id}") == set(Standing.objects.filter(source__name="Fair").values_list("pk", flat=True)) - {first}


@pytest.mark.parametrize("number", [9 * 10**17, 10**30])
def test_a_number_or_a_moment_that_nothing_has_is_not_found(mia, number):
    in_force("large", {"criteria": LARGE})

    assert mia.get(f"/segments/large/leads/{number}/").status_code == 404
    assert mia.post(f"/segments/large/members/undo/{number}/").status_code == 404
