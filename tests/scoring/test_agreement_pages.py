"""The agreement by its pages: further terms beside the MQL, the gate, and where a rejected lead goes."""

import pytest

from leadloop.db.versions import Status
from leadloop.routing.models import Pool
from leadloop.scoring.models import Definition
from tests.make import make_install, make_leads
from tests.rules import criteria, said, seen, signed_in

pytestmark = pytest.mark.django_db
SQL = "/agreement/terms/sql/"


@pytest.fixture(autouse=True)
def pool() -> Pool:
    return make_install()


@pytest.fixture
def mia():
    return signed_in("mia", "marketer")


@pytest.fixture
def max_():
    return signed_in("max", "manager")


def write(client, url="/agreement/new/?term=sql", **more):
    given = {"title": "Sales qualified lead", "text": "We have spoken with them and they have a budget.", "seen": "none"}
    return client.post(url, {**given, **criteria("custom.bant_budget", "is", "Yes"), **more})


def agree(mia, max_, home=SQL):
    for client, side in ((mia, "marketing"), (max_, "sales")):
        client.post(f"{home}draft/signatures/{side}/", {"seen": seen(client, f"{home}draft/")})
    return max_.post(f"{home}publication/", {"seen": seen(max_, f"{home}preview/")})


def test_a_definition_of_an_sql_is_written_signed_published_and_read_by_reps(mia, max_):
    make_leads(2)
    assert "spoken with" in mia.get("/agreement/new/?term=sql").content.decode()
    assert write(mia).status_code == 303
    preview = max_.get(f"{SQL}preview/")
    assert (preview.status_code, preview.context["preview"].then) == (200, 0)
    assert "Judge all open leads again" not in preview.content.decode()

    assert "Whoever qualifies a lead from now on is asked for it." in said(agree(mia, max_))[-1]

    row = Definition.objects.published().get(name="sql")
    assert (row.spec["kind"], "sla_minutes" in row.spec, sorted(row.spec["signatures"])) == ("gate", False, ["marketing", "sales"])
    page = signed_in("ann", "rep").get("/agreement/").content.decode()
    assert "Sales qualified lead" in page
    assert "Is there a budget? is Yes" in page


def test_a_gate_without_a_condition_is_refused(mia):
    assert write(mia, **{"c-0-field": ""}).status_code == 422
    assert not Definition.objects.filter(name="sql").exists()


def test_a_word_of_the_house_needs_no_criteria_and_gets_an_address_of_its_own(mia, max_):
    given = {"title": "Hot lead!", "text": "A lead that wants to be called today.", "seen": "none", "c-match": "all", "c-0-field": ""}
    mia.post("/agreement/new/", given)
    agree(mia, max_, "/agreement/terms/hot-lead/")

    row = Definition.objects.published().get(name="hot-lead")
    assert (row.title, row.spec["kind"], row.spec["criteria"]) == ("Hot lead!", "words", {"all": []})
    assert mia.get("/agreement/terms/hot-lead/").status_code == 200
    assert mia.get("/agreement/terms/cold-lead/").status_code == 404


def test_drafts_are_for_those_who_write_them(mia):
    write(mia)
    ann = signed_in("ann", "rep")

    assert "Sales qualified lead" not in ann.get("/agreement/").content.decode()
    assert [ann.get(f"{SQL}{page}").status_code for page in ("draft/", "preview/")] == [404, 404]
    assert ann.post(f"{SQL}draft/signatures/sales/", {"seen": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("given", "returned", "verdict"),
    [
        ({"returned_to": "nurture", "returned_days": 14, "verdict": 2, "unit": 1440}, {"to": "nurture", "days": 14}, 2_880),
        ({"returned_to": "disqualify", "verdict": 90, "unit": 1}, {"to": "disqualify"}, 90),
        ({"returned_to": "choose", "verdict": "", "unit": 60}, None, None),
    ],
)
def test_what_sales_promises_is_kept_in_minutes(mia, given, returned, verdict):
    mia.post("/agreement/terms/mql/draft/start/")
    home = "/agreement/terms/mql/draft/"
    write(mia, home, sla_minutes=5, **given, seen=seen(mia, home), title="MQL")

    spec = Definition.objects.get(name="mql", status=Status.DRAFT).spec
    assert (spec.get("returned"), spec.get("verdict_minutes")) == (returned, verdict)


def test_a_pool_for_rejected_leads_has_to_be_named(mia, pool):
    mia.post("/agreement/terms/mql/draft/start/")
    home = "/agreement/terms/mql/draft/"
    promise = {"sla_minutes": 5, "returned_to": "pool", "title": "MQL"}
    assert write(mia, home, **promise, seen=seen(mia, home)).status_code == 422
    assert write(mia, home, **promise, returned_pool=pool.pk, seen=seen(mia, home)).status_code == 303


def test_the_preview_says_why_a_lead_enters_or_leaves(mia):
    make_leads(3)
    mia.post("/agreement/terms/mql/draft/start/")
    home = "/agreement/terms/mql/draft/"
    write(mia, home, sla_minutes=5, title="MQL", seen=seen(mia, home), **criteria("phone", "is_not_blank"))

    page = mia.get("/agreement/terms/mql/preview/")

    assert page.context["preview"].enters or page.context["preview"].now == 3
    for row in page.context["enters"]:
        assert row["why"] == ["score is at least 45"]
