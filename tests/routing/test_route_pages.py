"""The route by its pages: draft, preview, publication."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadloop.db.versions import Status
from leadloop.leads import fields
from leadloop.leads.models import Standing
from leadloop.routing.actions import ROUTE
from leadloop.routing.models import Pool, Route
from tests.make import NOON, make_install, make_lead, make_leads, make_rep
from tests.proofs import publish_rules
from tests.rules import criteria, said, seen, signed_in

pytestmark = pytest.mark.django_db
FOR_READERS = ["/routes/", "/routes/versions/", "/routes/versions/1/"]
FOR_EDITORS = ["/routes/draft/", "/routes/draft/rules/", "/routes/preview/", "/pools/", "/pools/new/"]
CHANGES = [
    "/routes/draft/start/",
    "/routes/draft/fallback/",
    "/routes/publication/",
    "/routes/versions/1/restore/",
    "/routes/draft/rules/x/removal/",
    "/routes/draft/discard/",
]


@pytest.fixture(autouse=True)
def pool():
    return make_install()


@pytest.fixture
def keys(pool):
    return Pool.objects.create(name="Key accounts", created_at=NOON)


@pytest.fixture
def max_():
    client = signed_in("max", "manager")
    client.post("/routes/draft/start/")
    return client


def draft():
    return Route.objects.get(status=Status.DRAFT)


def one_stop(pool, method="turn"):
    return {"stops": 1, "stop-0-to": f"pool:{pool.pk}", "stop-0-method": method}


def new_rule(client, goes_to, stamp=None, **more):
    given = {
        "seen": stamp or seen(client, "/routes/draft/"),
        "label": "Germans",
        **one_stop(goes_to),
        **criteria("country", "is", "DE"),
        **more,
    }
    return client.post("/routes/draft/rules/", given)


def publish(client):
    return client.post("/routes/publication/", {"seen": seen(client, "/routes/preview/")})


def test_marketers_look_managers_change_and_reps_see_nothing(max_):
    mia, ann = signed_in("mia", "marketer"), signed_in("ann", "rep")

    assert {page: max_.get(page).status_code for page in FOR_READERS + FOR_EDITORS} == dict.fromkeys(FOR_READERS + FOR_EDITORS, 200)
    assert {page: mia.get(page).status_code for page in FOR_READERS} == dict.fromkeys(FOR_READERS, 200)
    assert {mia.get(page).status_code for page in FOR_EDITORS} == {404}
    assert {ann.get(page).status_code for page in FOR_READERS + FOR_EDITORS} == {404}
    assert {client.post(url).status_code for client in (mia, ann) for url in CHANGES} == {404}
    assert {max_.get(url).status_code for url in CHANGES} == {405}
    assert "Change it" not in mia.get("/routes/").content.decode()


@pytest.mark.parametrize("page", FOR_READERS + FOR_EDITORS)
def test_pages_ask_as_much_for_three_leads_people_and_pools_as_for_one(page, max_, pool):
    found = []
    max_.get(page)  # what is set up about people's time is read once an epoch
    for names in (["Ann"], ["Ben", "Cleo"]):
        for name in names:
            make_rep(name, pool=Pool.objects.create(name=f"Pool of {name}", created_at=NOON))
            make_lead()
        with CaptureQueriesContext(connection) as asked:
            max_.get(page)
        found.append(len(asked))
    assert found[0] == found[1] <= 14


def test_preview_equals_where_the_same_leads_go_after_publishing(max_, pool, keys):
    ann, ben = make_rep("Ann", pool=pool), make_rep("Ben", pool=keys)
    people = [("DE", 300), ("DE", 5), ("FR", 300), ("US", None)]
    for number, (country, size) in enumerate(people):
        make_lead({"first_name": "A", "email": f"a{number}@one.com", "country": country, "employees": size})
    new_rule(max_, keys)
    new_rule(max_, keys, label="Large", **criteria("employees", "at_least", "200"), **{"stop-0-method": "claim"})
    shown = max_.get("/routes/preview/").context["preview"]

    publish(max_)
    again = [
        make_lead({"first_name": "B", "email": f"b{number}@two.com", "country": country, "employees": size})
        for number, (country, size) in enumerate(people)
    ]

    stood = Standing.objects.filter(pk__in=[lead.pk for lead in again])
    assert {key: then for key, (_, then) in shown.pools.items()} == {pool.pk: 1, keys.pk: 3}
    assert {key: stood.filter(pool_id=key).count() for key in shown.pools} == {pool.pk: 1, keys.pk: 3}
    assert {person: then for person, (_, then) in shown.people.items()} == {ann.pk: 1, ben.pk: 2}
    assert {person: stood.filter(owner_id=person).count() for person in shown.people} == {ann.pk: 1, ben.pk: 2}
    assert (shown.waiting, stood.filter(owner=None).count()) == ((0, 1), 1)


def test_publishing_moves_nobody(max_, pool, keys):
    ann = make_rep("Ann", pool=pool)
    make_leads(2)
    new_rule(max_, keys, **criteria("email", "is_not_blank"))

    answer = publish(max_)

    assert set(Standing.objects.values_list("owner_id", flat=True)) == {ann.pk}
    assert "whoever has a lead keeps it" in said(answer)[-1]


def test_publish_twice_makes_one_version(max_, keys):
    new_rule(max_, keys)
    stamp = seen(max_, "/routes/preview/")

    for _ in range(2):
        max_.post("/routes/publication/", {"seen": stamp})

    assert list(Route.objects.order_by("version").values_list("version", "status")) == [(1, "retired"), (2, "published")]


def test_a_draft_that_says_what_is_in_force_is_not_published(max_):
    assert "Not published" in said(publish(max_))[-1]
    assert Route.objects.published().get().version == 1


@pytest.mark.parametrize(
    "wrong", [{"label": ""}, {"stop-0-method": "dice"}, {"stop-0-to": "pool:999"}, {"stop-0-minutes": "-3"}, {"c-0-value": "Germany"}]
)
def test_a_rule_that_does_not_stand_is_refused_with_what_was_typed(max_, keys, wrong):
    answer = new_rule(max_, keys, **{"label": "Typed by hand", **wrong})

    assert (answer.status_code, draft().spec["rules"]) == (422, [])


def test_rules_move_change_and_leave(max_, keys, pool):
    new_rule(max_, keys)
    new_rule(max_, keys, label="Large", **criteria("employees", "at_least", "200"))
    answer = max_.post("/routes/draft/rules/large/place/", {"seen": seen(max_, "/routes/draft/"), "to": "up"})
    assert [rule["id"] for rule in draft().spec["rules"]] == ["large", "germans"]
    assert said(answer)[-1] == "“Large” is now asked earlier."

    changed = {
        "seen": seen(max_, "/routes/draft/"),
        "label": "Very large",
        **one_stop(pool, "claim"),
        **criteria("employees", "at_least", "900"),
    }
    max_.post("/routes/draft/rules/large/", changed)
    max_.post("/routes/draft/rules/germans/removal/", {"seen": seen(max_, "/routes/draft/")})
    assert [(rule["id"], rule["label"], rule["pool"], rule["how"]) for rule in draft().spec["rules"]] == [
        ("large", "Very large", pool.pk, "wait")
    ]

    max_.post("/routes/draft/undo/")
    assert [rule["id"] for rule in draft().spec["rules"]] == ["large", "germans"]


def test_a_new_rule_has_an_id_of_its_own(max_, keys):
    for label in ("Germans", "Germans", "Fallback", "Größe?", "!"):
        new_rule(max_, keys, label=label)

    assert [rule["id"] for rule in draft().spec["rules"]] == ["germans", "germans_2", "fallback_2", "gr_e", "rule"]


@pytest.mark.parametrize(("rule", "to"), [("first", "up"), ("last", "down"), ("gone", "up")])
def test_a_rule_that_cannot_move_stays(max_, keys, rule, to):
    for label in ("First", "Second", "Last"):
        new_rule(max_, keys, label=label)

    answer = max_.post(f"/routes/draft/rules/{rule}/place/", {"seen": seen(max_, "/routes/draft/"), "to": to})

    assert (answer.status_code, [rule["id"] for rule in draft().spec["rules"]]) == (303, ["first", "second", "last"])


def test_everybody_else_goes_to_another_pool(max_, keys):
    max_.post("/routes/draft/fallback/", {"seen": seen(max_, "/routes/draft/"), **one_stop(keys, "claim")})

    assert draft().spec["fallback"] == {"pool": keys.pk, "how": "wait"}


def test_a_stale_change_keeps_what_was_typed(max_, keys):
    stamp = seen(max_, "/routes/draft/")
    new_rule(signed_in("ada", "admin"), keys, stamp)

    answer = new_rule(max_, keys, stamp, label="What Max typed")

    assert (answer.status_code, "What Max typed" in answer.content.decode(), len(draft().spec["rules"])) == (409, True, 1)


def test_discarding_and_taking_it_back(max_, keys):
    new_rule(max_, keys)
    max_.post("/routes/draft/discard/", {"seen": seen(max_, "/routes/draft/")})
    assert not Route.objects.drafts().exists()

    max_.post("/routes/draft/undo/")

    assert [rule["id"] for rule in draft().spec["rules"]] == ["germans"]


def test_a_rule_on_a_field_of_ones_own_is_previewed(max_, keys):
    fields.declare([{"name": "pet", "label": "Pet", "type": "choice", "choices": ["Cat", "Dog"]}], now=NOON)
    make_lead({"first_name": "A", "email": "a@one.com", "custom": {"pet": "Dog"}})
    make_lead({"first_name": "B", "email": "b@one.com", "custom": {"pet": "Cat"}})
    new_rule(max_, keys, label="Dogs", **criteria("custom.pet", "is", "Dog"))

    page = max_.get("/routes/preview/")

    assert page.status_code == 200
    assert [row["taken"][1] for row in page.context["rows"]] == [1, 1]


def test_stops_are_added_moved_and_taken_out_without_a_script(max_, pool, keys):
    typed = {"label": "Typed", **one_stop(keys), "stop-0-minutes": "10", **criteria("country", "is", "DE")}

    added = max_.post("/routes/draft/rules/", typed | {"stop": "add"}).context["form"]
    assert ([row.to for row in added.stops.rows], added.initial["label"], added.is_bound) == ([f"pool:{keys.pk}", ""], "Typed", False)

    two = typed | {"stops": 2, "stop-1-to": f"pool:{pool.pk}", "stop-1-method": "claim"}
    moved = max_.post("/routes/draft/rules/", two | {"stop": "up:1"}).context["form"].stops.rows
    assert [(row.to, row.minutes) for row in moved] == [(f"pool:{pool.pk}", ""), (f"pool:{keys.pk}", "10")]
    left = max_.post("/routes/draft/rules/", two | {"stop": "drop:0"}).context["form"].stops.rows
    assert [row.to for row in left] == [f"pool:{pool.pk}"]
    assert not Route.objects.drafts().filter(spec__rules__0__label="Typed").exists()


def test_a_rule_with_stops_hours_and_needs_is_saved_shown_and_read_back(max_, pool, keys):
    ann = make_rep("Ann", pool=keys)
    new_rule(
        max_,
        keys,
        **{"stop-0-minutes": "10", "stop-0-languages": "de, fr", "stop-0-cleared": "yes", "stops": 2, "stop-1-to": f"person:{ann.pk}"},
        when_none="fallback",
        days=["0", "4"],
        starts="09:00",
        ends_at="17:30",
        zone="Europe/Berlin",
    )

    [rule] = draft().spec["rules"]
    needs = {"languages": ["de", "fr"], "cleared": True}
    assert rule["stops"] == [
        {"to": {"kind": "pool", "id": keys.pk}, "method": "turn", "needs": needs, "minutes": 10},
        {"to": {"kind": "person", "id": ann.pk}, "method": "turn"},
    ]
    assert (rule["when_none"], rule["between"]) == ("fallback", {"days": [0, 4], "zone": "Europe/Berlin", "from": "09:00", "to": "17:30"})
    page = max_.get("/routes/draft/").content.decode()
    assert "Key accounts, next in turn, who speaks de, speaks fr and is cleared for sensitive data, for 10 minutes; then Ann" in page
    assert "Mon, Fri 09:00-17:30 (Europe/Berlin)" in page
    form = max_.get("/routes/draft/rules/germans/").context["form"]
    assert form.stops.spec() == {"stops": rule["stops"], "when_none": "fallback"}
    assert publish(max_).status_code == 303
    assert max_.get("/routes/").status_code == 200


def test_the_last_stop_of_everybody_else_is_a_pool(max_, pool):
    ann = make_rep("Ann")
    for to, method in ((f"person:{ann.pk}", "turn"), (f"pool:{pool.pk}", "owner")):
        max_.post("/routes/draft/fallback/", {"seen": seen(max_, "/routes/draft/"), "stops": 1, "stop-0-to": to, "stop-0-method": method})
        assert "Its last stop is a pool, so that no lead is nobody" in max_.get("/routes/draft/").content.decode()


def test_a_rule_that_is_never_reached_and_a_pool_without_seats_are_warned_of(max_, keys):
    new_rule(max_, keys, label="Large", **criteria("employees", "at_least", "200"))
    new_rule(max_, keys, label="Very large", **criteria("employees", "at_least", "900"))

    told = [str(one) for one in max_.get("/routes/draft/").context["warnings"]]

    assert any("Very large" in one and "never reached: “Large” holds" in one for one in told)
    assert any("Nobody has a seat in Key accounts" in one for one in told)


def test_skills_are_kept_by_person(max_):
    ann = make_rep("Ann")

    max_.post(f"/people/{ann.pk}/skills/", {"skills": "Cranes, cranes , Leasing", "languages": "de"})

    assert sorted(ann.skills.values_list("kind", "name")) == [("language", "de"), ("skill", "Cranes"), ("skill", "Leasing")]
    assert "Cranes, Leasing" in max_.get("/people/skills/").content.decode()
    assert max_.post(f"/people/{ann.pk}/skills/", {"skills": "x" * 61}).status_code == 422
    assert signed_in("ben", "rep").get("/people/skills/").status_code == 404


def test_why_is_told_to_whoever_sees_the_lead(max_, pool):
    make_rep("Ann", pool=pool), make_rep("Ben", pool=pool, present=False)
    lead = make_lead()

    page = max_.get(f"/leads/{lead.pk}/why/").content.decode()

    assert "Why Ann" in page
    assert "Ben: is away" in page
    assert f"/leads/{lead.pk}/why/" in max_.get(f"/leads/{lead.pk}/").content.decode()
    assert signed_in("eve", "rep").get(f"/leads/{lead.pk}/why/").status_code == 404


def test_why_shows_nobody_a_sensitive_value_since_no_read_of_it_is_noted(pool):
    make_rep("Ann", pool=pool)
    fields.declare([{"name": "debt", "label": "Debt", "type": "whole", "sensitivity": "sensitive"}], now=NOON)
    owing = {"id": "r", "label": "Owing", "when": {"field": "custom.debt", "op": "at_least", "value": 5}, "pool": pool.pk, "how": "turn"}
    publish_rules(Route, ROUTE, {"rules": [owing], "fallback": {"pool": pool.pk, "how": "turn"}})
    lead = make_lead({"name": "A B", "email": "a@b.com", "custom": {"debt": 770077}})

    answer = signed_in("ada", "admin").get(f"/leads/{lead.pk}/why/")

    page = answer.content.decode()
    assert "A rule on sensitive data" in page
    assert "770077" not in page.replace(",", "")
    assert "Owing" not in page
    assert "no-store" in answer["Cache-Control"]
