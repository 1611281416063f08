"""The pages behind the doors: who may open them, what they do, and that they ask the database no more for many rows."""

import csv
import io
import json

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from leadloop.capture import importing, uploads
from leadloop.capture.domain.form_editor import moved
from leadloop.capture.domain.sheets import _plain as unquoted
from leadloop.capture.models import ApiKey, Form, Import
from leadloop.capture.views_imports import plain_cell
from leadloop.db import drafts, queue
from leadloop.db.clock import utc_now
from leadloop.db.models import Job
from leadloop.db.versions import Status
from leadloop.leads.models import Lead, Source
from tests.make import NOON, make_install, make_leads, make_person

pytestmark = pytest.mark.django_db
PEOPLE = (
    "Name,E-mail,Created\nAda Lovelace,ada@analytical.test,2026-02-01\nGrace Hopper,grace@navy.test,2026-02-30\n=cmd(),mallory@evil.test,\n"
)


@pytest.fixture
def manager(client):
    make_install()
    person = make_person("Mona", role="manager")
    client.force_login(person)
    return person


def upload(client, text=PEOPLE, name="leads.csv", source="Fair"):
    return client.post("/imports/", {"file": SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text), "source": source})


def columns(row, do, **more):
    fields = {f"column_{place}": row.mapping[header] for place, header in enumerate(row.options["headers"])}
    return {**fields, "do": do, **more}


def work():
    for job in queue.claim("test", now=utc_now(), limit=10):
        assert queue.run(job)


PAGES = ["/forms/", "/forms/contact/", "/imports/", "/settings/keys/", "/settings/sources/"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_for_people_who_signed_in(client, path):
    make_install()
    assert client.get(path)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(("role", "closed"), [("rep", set(PAGES)), ("marketer", {"/settings/keys/"}), ("manager", set()), ("admin", set())])
def test_each_role_sees_its_pages_and_no_other(client, role, closed):
    make_install()
    client.force_login(make_person("Pat", role=role))
    assert {path for path in PAGES if client.get(path).status_code == 404} == closed


def test_a_file_is_uploaded_mapped_counted_and_imported(client, manager):
    response = upload(client)
    row = Import.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/imports/{row.pk}/")
    page = client.get(f"/imports/{row.pk}/").content.decode()
    assert "Ada Lovelace" in page

    client.post(f"/imports/{row.pk}/", columns(row, "try"))
    row.refresh_from_db()
    assert {name: row.options["trial"][name] for name in ("created", "matched", "skipped", "refused")} == {
        "created": 2, "matched": 0, "skipped": 0, "refused": 1,
    }  # fmt: skip
    assert "What this import would do" in client.get(f"/imports/{row.pk}/").content.decode()
    assert Lead.objects.count() == 0

    assert client.post(f"/imports/{row.pk}/", columns(row, "start")).status_code == 303
    assert "hx-get" in client.get(f"/imports/{row.pk}/").content.decode()
    work()
    row.refresh_from_db()
    assert (row.state, row.created_rows, row.refused_rows, Lead.objects.count()) == ("finished", 2, 1, 2)
    partial = client.get(f"/imports/{row.pk}/progress/").content.decode()
    assert "hx-get" not in partial
    assert "is no date" in partial
    assert f'href="/leads/?source={row.source_id}"' in partial
    assert client.get(f"/leads/?source={row.source_id}").content.decode().count("data-item") == 2


def test_a_large_file_is_counted_by_a_worker(client, manager, monkeypatch):
    monkeypatch.setattr("leadloop.capture.views_imports.COUNTED_AT_ONCE", 1)
    upload(client)
    row = Import.objects.get()
    client.post(f"/imports/{row.pk}/", columns(row, "try"))
    assert "Counting" in client.get(f"/imports/{row.pk}/progress/").content.decode()
    work()
    assert "Join leads you have" in client.get(f"/imports/{row.pk}/progress/").content.decode()


def test_starting_twice_starts_one_job(client, manager):
    upload(client)
    row = Import.objects.get()
    for _ in range(2):
        client.post(f"/imports/{row.pk}/", columns(row, "start"))
        client.post(f"/imports/{row.pk}/resume/")
    assert Job.objects.filter(name="leadloop.capture.tasks.run_import").count() == 1
    work()
    assert Lead.objects.count() == 2


def kill_its_workers():
    """Each worker that takes the job dies of it, as often as it may be tried."""
    now = utc_now()
    while queue.claim("test", now=now):
        now += settings.LEASE * 2


def test_an_import_whose_workers_died_has_failed_and_can_go_on(client, manager):
    upload(client)
    row = Import.objects.get()
    client.post(f"/imports/{row.pk}/", columns(row, "start"))
    kill_its_workers()
    row.refresh_from_db()
    assert (row.state, row.problem) == ("failed", importing.BROKE_OFF)
    assert row.finished_at is not None
    page = client.get(f"/imports/{row.pk}/").content.decode()
    assert "It broke off each time" in page
    assert f"/imports/{row.pk}/resume/" in page

    client.post(f"/imports/{row.pk}/resume/")
    assert "hx-get" in client.get(f"/imports/{row.pk}/").content.decode()
    work()
    row.refresh_from_db()
    assert (row.state, row.problem, Lead.objects.count()) == ("finished", "", 2)


def test_an_import_that_broke_off_and_lost_its_file_says_what_to_do(client, manager):
    upload(client)
    row = Import.objects.get()
    client.post(f"/imports/{row.pk}/", columns(row, "start"))
    kill_its_workers()
    Import.objects.update(done_rows=1)
    uploads.drop(row.path)
    page = client.get(f"/imports/{row.pk}/").content.decode()
    assert "import the file again" in page
    assert "/resume/" not in page


def test_an_import_without_a_job_can_go_on(client, manager):
    """As those are that broke off before a version which says so."""
    upload(client)
    row = Import.objects.get()
    client.post(f"/imports/{row.pk}/", columns(row, "start"))
    Job.objects.update(state=Job.State.DEAD)
    assert "stopped half-way" in client.get(f"/imports/{row.pk}/").content.decode()
    client.post(f"/imports/{row.pk}/resume/")
    work()
    assert Lead.objects.count() == 2


def test_an_import_of_the_command_line_is_not_carried_on_by_a_worker(client, manager):
    source = Source.objects.create(name="Fair", created_at=NOON)
    row = Import.objects.create(file_name="a.csv", source=source, state="running", created_at=NOON)
    assert "stopped half-way" not in client.get(f"/imports/{row.pk}/").content.decode()
    assert client.post(f"/imports/{row.pk}/resume/").status_code == 303
    assert not Job.objects.exists()


def test_a_count_whose_workers_died_is_not_waited_for(client, manager, monkeypatch):
    monkeypatch.setattr("leadloop.capture.views_imports.COUNTED_AT_ONCE", 1)
    upload(client)
    row = Import.objects.get()
    client.post(f"/imports/{row.pk}/", columns(row, "try"))
    kill_its_workers()
    page = client.get(f"/imports/{row.pk}/progress/").content.decode()
    assert "hx-get" not in page
    assert "Nothing was counted" in page


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        ("", "leads.csv", "empty"),
        (b"%PDF-1.7", "leads.csv", "no table"),
        (b"PK\x03\x04", "leads.xlsx", "damaged"),
        ("a\n", "", "Choose a file"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_on_the_page(client, manager, text, name, says):
    response = upload(client, text, name) if name else client.post("/imports/", {"source": "Fair"})
    assert response.status_code == 422
    assert says in response.content.decode()
    assert Import.objects.count() == 0


def test_unclear_dates_have_to_be_chosen(client, manager):
    upload(client, "Name,Created\nAda,01/02/2026\n")
    row = Import.objects.get()
    response = client.post(f"/imports/{row.pk}/", columns(row, "start"))
    assert (response.status_code, Import.objects.get().state) == (422, "planned")
    assert "What comes first" in response.content.decode()
    assert client.post(f"/imports/{row.pk}/", columns(row, "start", dates="dmy")).status_code == 303


def test_one_field_for_two_columns_is_refused(client, manager):
    upload(client)
    row = Import.objects.get()
    response = client.post(f"/imports/{row.pk}/", {"column_0": "email", "column_1": "email", "do": "save"})
    assert response.status_code == 422
    assert "cannot both be email" in response.content.decode()


def test_an_unknown_column_can_become_a_custom_field(client, manager):
    upload(client, "Name,Shoe size (EU)\nAda,44\n")
    row = Import.objects.get()
    client.post(f"/imports/{row.pk}/", {"column_0": "name", "column_1": "custom.shoe_size_eu", "do": "start"})
    work()
    assert Lead.objects.get().custom == {"shoe_size_eu": "44"}


def test_refused_rows_come_back_as_a_file_that_runs_nothing_and_imports_again(client, manager):
    upload(client, "Name,E-mail,Created\n=1+1,a@b.test,2026-02-30\nBen,b@c.test,soon\n")
    row = Import.objects.get()
    client.post(f"/imports/{row.pk}/", columns(row, "start"))
    work()
    response = client.get(f"/imports/{row.pk}/refused.csv")
    text = b"".join(response.streaming_content).decode()

    assert response["Content-Disposition"] == f'attachment; filename="import-{row.pk}-refused.csv"'
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0] == ["Name", "E-mail", "Created", "import line", "import reason", "import text"]
    assert [one[:4] for one in rows[1:]] == [["'=1+1", "a@b.test", "2026-02-30", "2"], ["Ben", "b@c.test", "soon", "3"]]
    upload(client, text.replace("2026-02-30", "2026-02-20").replace("soon", "2026-02-21"), name="mended.csv")
    mended = Import.objects.latest("pk")
    client.post(f"/imports/{mended.pk}/", columns(mended, "start"))
    work()
    assert sorted(Lead.objects.values_list("email", flat=True)) == ["a@b.test", "b@c.test"]


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("=1", "'=1"),
        ("+49 30", "'+49 30"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        (" =1", "' =1"),
        ("\uff1d1", "'\uff1d1"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_cells_that_a_spreadsheet_would_run_are_quoted(cell, plain):
    assert plain_cell(cell) == plain
    assert unquoted(plain) == cell


def editor(spec, **more):
    posted = {"title": "Contact us", "source": spec["source"], "intro": spec["intro"], "thanks": spec["thanks"], "do": "save"}
    posted |= {"fields": len(spec["fields"]), "consents": len(spec["consents"])}
    for kind, items in (("field", spec["fields"]), ("consent", spec["consents"])):
        for place, one in enumerate(items):
            for key, value in one.items():
                if value is True:
                    posted[f"{kind}-{place}-{key}"] = "on"
                elif value is not False:
                    posted[f"{kind}-{place}-{key}"] = "\n".join(value) if isinstance(value, list) else value
    return {**posted, **more}


def test_a_form_is_edited_published_and_put_back(client, manager):
    spec = Form.objects.get().spec
    changed = {**spec, "fields": [*spec["fields"], {"name": "team_size", "label": "Team size", "type": "select", "options": ["1", "2+"]}]}
    client.post("/forms/contact/", editor(changed, seen="none"))
    assert "Team size" not in client.get("/f/contact/").content.decode()

    seen = drafts.stamp(drafts.draft_of(Form, "contact"))
    client.post("/forms/contact/", editor(changed, seen=seen, do="publish"))
    assert "Team size" in client.get("/f/contact/").content.decode()

    client.post("/forms/contact/versions/1/restore/")
    assert "Team size" not in client.get("/f/contact/").content.decode()
    assert list(Form.objects.order_by("version").values_list("version", "status")) == [(1, "retired"), (2, "retired"), (3, "published")]

    client.post("/forms/contact/offline/")
    assert client.get("/f/contact/").status_code == 404


def test_somebody_elses_draft_is_not_overwritten(client, manager):
    spec = Form.objects.get().spec
    client.post("/forms/contact/", editor(spec, seen="none", title="First"))
    response = client.post("/forms/contact/", editor(spec, seen="none", title="Second"))
    assert response.status_code == 409
    assert Form.objects.get(status=Status.DRAFT).title == "First"


def test_fields_move_without_being_saved(client, manager):
    spec = Form.objects.get().spec
    page = client.post("/forms/contact/", editor(spec, do="up:fields:1", seen="none")).content.decode()
    assert page.index('name="field-0-name" value="email"') < page.index('name="field-1-name" value="name"')
    assert Form.objects.count() == 1


@pytest.mark.parametrize(
    ("do", "names"),
    [("up:fields:1", "bac"), ("down:fields:1", "acb"), ("remove:fields:0", "bc"), ("up:fields:0", "abc"), ("down:fields:2", "abc"),
     ("remove:fields:9", "abc"), ("remove:fields:-1", "abc"), ("add:fields", "abc+"), ("nonsense", "abc"), ("up:source:1", "abc")],
)  # fmt: skip
def test_moves_change_the_order_or_nothing(do, names):
    spec = {"fields": [{"name": name} for name in "abc"], "consents": [], "source": "x"}
    assert "".join(one["name"] or "+" for one in moved(spec, do)["fields"]) == names


def test_a_form_that_is_none_is_not_saved_and_says_where(client, manager):
    spec = Form.objects.get().spec
    response = client.post("/forms/contact/", editor({**spec, "fields": [{"name": "external_id", "label": "Id"}]}, seen="none"))
    assert response.status_code == 422
    assert "strangers may not fill" in response.content.decode()
    assert Form.objects.count() == 1


def test_the_preview_follows_what_is_typed_and_survives_what_is_no_form(client, manager):
    spec = Form.objects.get().spec
    assert "Shoe size" in client.post("/forms/contact/preview/", editor({**spec, "intro": "Shoe size?"})).content.decode()
    for odd in ({}, {"fields": "999999"}, {"fields": "-1"}, {"fields": "1", "field-0-label": "\x00"}):
        assert "Not a form yet" in client.post("/forms/contact/preview/", odd).content.decode()


def test_a_new_form_begins_as_a_draft_with_a_name_from_its_title(client, manager):
    response = client.post("/forms/", {"title": "Ask for a Démo!"})
    assert response["Location"] == "/forms/ask-for-a-demo/"
    assert client.get("/f/ask-for-a-demo/").status_code == 404
    assert client.post("/forms/", {"title": "Ask for a demo"}).status_code == 422


def test_a_key_is_shown_once_and_revoked(client, manager):
    response = client.post("/settings/keys/", {"name": "Website", "scopes": ["leads:write"]})
    key = ApiKey.objects.get()
    assert (response.status_code, f"ll_{key.prefix}_" in response.content.decode()) == (201, True)
    secret = response.context["secret"]
    assert secret not in client.get("/settings/keys/").content.decode()

    client.post(f"/settings/keys/{key.pk}/revocation/")
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert "Revoked" in client.get("/settings/keys/").content.decode()


@pytest.mark.parametrize("posted", [{}, {"name": "x"}, {"name": "x", "scopes": ["all"]}, {"name": "", "scopes": ["leads:write"]}])
def test_a_bad_key_is_not_made(client, manager, posted):
    assert client.post("/settings/keys/", posted).status_code == 422
    assert ApiKey.objects.count() == 0


def test_a_source_is_renamed_and_gets_a_country(client, manager):
    source = Source.objects.get()
    client.post(f"/settings/sources/{source.pk}/", {"name": "Web", "channel": "form", "default_country": "Germany"})
    source.refresh_from_db()
    assert (source.name, source.default_country) == ("Web", "DE")
    assert client.post(f"/settings/sources/{source.pk}/", {"name": "", "channel": "x", "default_country": "Narnia"}).status_code == 422


def test_lists_take_as_many_queries_for_three_rows_as_for_one(client, manager, django_assert_max_num_queries, tmp_path):
    def grow(number):
        path = tmp_path / f"{number}.csv"
        path.write_text(f"Name,E-mail\nAda,ada{number}@analytical.test\n")
        importing.import_file(path, source_name=f"Fair {number}", now=NOON, author=manager)
        make_leads(1, source=f"Fair {number}")
        client.post("/settings/keys/", {"name": f"Key {number}", "scopes": ["leads:write"]})
        client.post("/forms/", {"title": f"Form {number}"})

    def queries():
        counts = {}
        for path in (*PAGES, f"/imports/{Import.objects.latest('pk').pk}/"):
            with django_assert_max_num_queries(20) as counted:
                assert client.get(path).status_code == 200
            counts[path if "contact" in path or path in PAGES else "import"] = len(counted)
        return counts

    grow(1)
    one = queries()
    grow(2)
    grow(3)
    assert queries() == one
    assert max(one.values()) <= 9, json.dumps(one)
