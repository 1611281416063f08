"""The hosted form: works for people without scripts and cookies, stands whatever strangers send."""

import json
import re
import threading
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import OperationalError, connection

from leadloop.capture import forms_door, views_forms
from leadloop.capture.models import Form, FormToken
from leadloop.consent.models import Consent
from leadloop.db.clock import utc_now
from leadloop.db.versions import publish, save_draft
from leadloop.intake import refusals
from leadloop.intake.models import Refusal, Submission
from leadloop.intake.refusals import REFUSALS
from leadloop.leads.models import Lead
from leadloop.starter import FORM
from tests.make import NOON, make_install

pytestmark = pytest.mark.django_db
FORM_TYPE = "application/x-www-form-urlencoded"
ADA = {"name": "Ada Lovelace", "email": "ada@analytical.test", "message": "Please call me"}


@pytest.fixture(autouse=True)
def quiet_refusals(monkeypatch):
    """Refusals are counted in memory and written by a timer; here only when a test asks."""
    monkeypatch.setattr(refusals, "PAUSE_SECONDS", 3_600)
    yield
    stop_timer()
    REFUSALS._counts.clear()


def stop_timer():
    if REFUSALS._timer:
        REFUSALS._timer.cancel()
        REFUSALS._timer.join()
        REFUSALS._timer = None


@pytest.fixture
def form():
    make_install()
    return Form.objects.get(name="contact")


def published(spec, name="contact"):
    draft = save_draft(Form, name=name, title="Contact us", spec=spec, author=None, now=NOON)
    publish(draft, author=None, now=NOON)
    return draft


def refused():
    stop_timer()
    REFUSALS.flush()
    return dict(Refusal.objects.values_list("reason", "count"))


def hidden(response) -> dict[str, str]:
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', response.content.decode())
    return {name: unescape(value) for name, value in inputs}


def fresh(client, query="", **headers) -> dict[str, str]:
    return hidden(client.get(f"/f/contact/{query}", **headers))


def post(client, fields, slug="contact", **more):
    return client.post(f"/f/{slug}/", urlencode(fields, errors="surrogatepass"), content_type=FORM_TYPE, **more)


def test_the_page_sets_no_cookie_and_is_not_stored(client, form):
    response = client.get("/f/contact/")

    assert (response.status_code, response["Cache-Control"], dict(response.cookies)) == (200, "no-store", {})
    page = response.content.decode()
    assert 'autocomplete="email"' in page
    assert 'type="tel"' in page
    assert "<textarea" in page
    assert "checked" not in page


def test_a_post_becomes_a_lead_with_its_evidence(client, form):
    carried = fresh(client, "?utm_source=ads&UTM_Campaign=spring&gclid=g1&other=1", headers={"referer": "https://search.test/?q=crm"})
    response = post(
        client,
        {**carried, **ADA, "ll_consent_0": "on", "shoe": "44"},
        REMOTE_ADDR="192.0.2.7",
        headers={"user-agent": "Tester", "x-forwarded-for": "10.0.0.1"},
    )

    assert response.status_code == 200
    assert FORM["thanks"] in response.content.decode()
    submission = Submission.objects.get()
    assert (submission.door, json.loads(submission.payload)) == ("form", {**ADA, "undeclared": {"shoe": "44"}})
    context = submission.context
    assert (context["ip"], context["user_agent"], context["referrer"]) == ("192.0.2.7", "Tester", "https://search.test/?q=crm")
    assert context["marks"] == {"utm_source": "ads", "utm_campaign": "spring", "gclid": "g1"}
    assert (context["form"], context["version"]) == ("contact", 1)
    consent = Consent.objects.get()
    assert consent.granted is True
    assert (consent.evidence["text"], consent.evidence["version"]) == (FORM["consents"][0]["text"], "contact v1")
    lead = Lead.objects.get()
    assert (lead.full_name, lead.email, lead.marks["gclid"], lead.campaign) == ("Ada Lovelace", "ada@analytical.test", "g1", "spring")


def test_an_empty_box_gives_and_refuses_nothing(client, form):
    post(client, {**fresh(client), **ADA})
    assert Consent.objects.count() == 0
    assert Submission.objects.get().context["unticked"] == [{"purpose": "marketing", "channel": "email", "version": "contact v1"}]


def test_the_same_page_sent_twice_is_one_submission_and_the_same_thanks(client, form):
    sent = {**fresh(client), **ADA}
    first, second = post(client, sent), post(client, {**sent, "message": "changed by the back button"})

    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert (Submission.objects.count(), FormToken.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_are_one_lead(client, form):
    sent = {**fresh(client), **ADA}
    gate, statuses = threading.Barrier(4), []

    def click():
        gate.wait()
        try:
            statuses.append(post(client.__class__(), sent).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 4
    assert (Submission.objects.count(), Lead.objects.count(), FormToken.objects.count()) == (1, 1, 1)


def test_consent_evidence_has_the_words_that_the_person_saw(client, form):
    sent = {**fresh(client), **ADA, "ll_consent_0": "on"}
    published({**FORM, "consents": [{**FORM["consents"][0], "text": "Other words."}]})
    post(client, sent)
    assert (Consent.objects.get().evidence["text"], Consent.objects.get().evidence["version"]) == (
        FORM["consents"][0]["text"],
        "contact v1",
    )


def test_a_filled_honeypot_is_thanked_counted_and_kept_out(client, form):
    response = post(client, {**fresh(client), **ADA, "ll_website": "http://spam.test"})
    assert FORM["thanks"] in response.content.decode()
    assert (Submission.objects.count(), refused()) == (0, {"honeypot": 1})


@pytest.mark.parametrize(("seconds", "suspicious"), [(0, ["too_fast"]), (10, None)])
def test_a_post_that_is_too_fast_is_marked_and_taken(client, form, seconds, suspicious):
    token = forms_door.new_token(form, now=utc_now() - timedelta(seconds=seconds))
    post(client, {**ADA, "ll_token": token})
    assert Submission.objects.get().context.get("suspicious") == suspicious


@pytest.mark.parametrize("token", ["", "nonsense", "1.2.3:forged", "\ud800", "x" * 5_000, None])
def test_a_page_without_a_good_token_comes_back_filled_and_then_works(client, form, token):
    sent = ADA if token is None else {**ADA, "ll_token": token}
    again = post(client, sent)

    assert again.status_code == 422
    assert all(value in again.content.decode() for value in ADA.values())
    assert (Submission.objects.count(), refused()) == (0, {"stale_page": 1})
    assert post(client, {**ADA, **hidden(again)}).status_code == 200
    assert Submission.objects.count() == 1


def test_a_page_older_than_a_day_comes_back_filled_with_a_fresh_token(client, form):
    old = forms_door.new_token(form, now=utc_now() - timedelta(hours=25))
    response = post(client, {**ADA, "ll_token": old, "utm_source": "ads"})

    assert response.status_code == 422
    assert views_forms.STALE in response.content.decode()
    assert hidden(response)["ll_token"] != old
    assert hidden(response)["utm_source"] == "ads"
    assert "Please call me" in response.content.decode()


def test_a_token_of_another_form_is_none(client, form):
    published(FORM, name="other")
    token = hidden(client.get("/f/other/"))["ll_token"]
    assert post(client, {**ADA, "ll_token": token}).status_code == 422


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "Ada", "email": ""}, "This field is required."),
        ({"name": "Ada", "email": "ada@"}, "Enter an e-mail address"),
        ({"name": "N" * 300, "email": "ada@analytical.test"}, "at most"),
        ({"name": "A\x00da", "email": "ada@analytical.test"}, "Null characters"),
        ({"name": "A\ud800da", "email": "ada@analytical.test"}, "cannot be stored"),
        ({"name": "   ", "email": "ada@analytical.test"}, "This field is required."),
    ],
)
def test_bad_input_is_a_page_that_keeps_what_was_typed(client, form, fields, says):
    response = post(client, {**fresh(client), **fields, "message": "Keep <me> & 'this'"})

    page = response.content.decode()
    assert response.status_code == 422
    assert says in page
    assert "Keep &lt;me&gt; &amp; &#x27;this&#x27;" in page
    assert (Submission.objects.count(), refused()) == (0, {"invalid": 1})


HOSTILE = {
    "empty": (b"=", FORM_TYPE, 422),
    "no form at all": (b"\x00\x01\xff\xfe" * 50, FORM_TYPE, 422),
    "bytes that are no text": (b"name=%FF%FE&email=%C0%AF", FORM_TYPE, 422),
    "too many fields": (b"&".join(b"f%d=1" % n for n in range(2_000)), FORM_TYPE, 422),
    "too large": (b"name=" + b"x" * 1_100_000, FORM_TYPE, 413),
    "json where none is taken": (b"{}", "application/json", 415),
    "plain text": (b"name=Ada", "text/plain", 415),
    "no type": (b"name=Ada", "", 415),
    "broken multipart": (b"--x\r\nnonsense", "multipart/form-data; boundary=x", 422),
    "multipart without boundary": (b"--x", "multipart/form-data", 422),
    "markup": (urlencode({"name": "<script>alert(1)</script>", "email": "x"}).encode(), FORM_TYPE, 422),
    "template": (urlencode({"name": "{{ settings.SECRET_KEY }}{% debug %}", "email": "x"}).encode(), FORM_TYPE, 422),
    "long words": (urlencode({"email": "a" * 200_000 + "@" + "b." * 10_000}).encode(), FORM_TYPE, 422),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_whatever_strangers_send_gets_a_clear_answer(client, form, case):
    body, kind, status = HOSTILE[case]
    response = client.post("/f/contact/", body, content_type=kind)

    assert response.status_code == status
    assert b"<script>alert" not in response.content
    assert b"<form" in response.content
    assert Submission.objects.count() == 0


def test_a_multipart_post_is_a_post(client, form):
    assert client.post("/f/contact/", {**fresh(client), **ADA}).status_code == 200
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("slug", ["nothing", "x" * 300])
def test_an_unknown_form_is_404(client, form, slug):
    assert (client.get(f"/f/{slug}/").status_code, post(client, ADA, slug).status_code) == (404, 404)


def test_a_draft_is_not_served(client, db):
    save_draft(Form, name="contact", title="Contact", spec=FORM, author=None, now=NOON)
    assert client.get("/f/contact/").status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, form, method):
    assert getattr(client, method)("/f/contact/").status_code == 405


def test_names_of_other_columns_cannot_be_smuggled_in(client, form):
    post(
        client,
        {**fresh(client), **ADA, "external_id": "X1", "do_not_call": "1", "budget": "9", "custom": "{}", "marks": "x", "source": "y"},
    )
    lead = Lead.objects.get()
    assert (lead.external_id, lead.budget_cents, lead.custom, lead.source.name, Consent.objects.count()) == (
        "",
        None,
        {},
        "Website form",
        0,
    )


def test_a_busy_store_answers_503_and_the_same_page_may_be_sent_again(client, form, monkeypatch):
    sent = {**fresh(client), **ADA}

    def busy(*args, **kwargs):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(forms_door, "take", busy)
        response = post(client, sent)
    assert (response.status_code, response["Retry-After"], hidden(response)["ll_token"]) == (503, "2", sent["ll_token"])
    assert "Please call me" in response.content.decode()
    assert post(client, sent).status_code == 200
    assert Submission.objects.count() == 1


def test_choices_ticks_and_custom_fields_arrive(client, db):
    make_install()
    published(
        {
            "source": "Fair",
            "fields": [
                {"name": "email", "label": "E-mail", "required": True},
                {"name": "team_size", "label": "Team", "type": "select", "options": ["1-10", "11+"]},
                {"name": "wants_demo", "label": "Show me a demo", "type": "checkbox"},
            ],
        }
    )
    wrong = post(client, {**fresh(client), "email": "ada@analytical.test", "team_size": "1000"})
    assert wrong.status_code == 422
    post(client, {**hidden(wrong), "email": "ada@analytical.test", "team_size": "11+", "wants_demo": "on"})
    lead = Lead.objects.get()
    assert (lead.source.name, lead.custom) == ("Fair", {"team_size": "11+", "wants_demo": "yes"})


def test_a_required_box_must_be_ticked(client, db):
    make_install()
    published({**FORM, "consents": [{**FORM["consents"][0], "required": True}]})
    assert post(client, {**fresh(client), **ADA}).status_code == 422
    assert post(client, {**fresh(client), **ADA, "ll_consent_0": "on"}).status_code == 200


def send_json(client, body, **headers):
    return client.post(
        "/f/contact/", body if isinstance(body, bytes) else json.dumps(body), content_type="application/json", headers=headers
    )


def test_a_form_that_says_so_takes_json_once_a_key(client, db):
    make_install()
    published({**FORM, "json": True})
    body = {"fields": ADA, "consents": ["marketing:email"]}
    answers = [send_json(client, body, **{"idempotency-key": "k1"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == {"thanks": FORM["thanks"]}
    assert (Submission.objects.count(), Consent.objects.get().granted) == (1, True)


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        (b"{", 400, None),
        (b"\xff", 400, None),
        (b"[" * 100_000, 400, None),
        ([], 422, None),
        ({"fields": []}, 422, None),
        ({"fields": ADA, "more": 1}, 422, None),
        ({"fields": {**ADA, "shoe": "44"}}, 422, None),
        ({"fields": {**ADA, "name": ["Ada"]}}, 422, None),
        ({"fields": {**ADA, "email": "nope"}}, 422, "email"),
        (b'{"fields": {"name": "\\u0000", "email": "ada@analytical.test"}}', 422, "name"),
        (b'{"fields": {"name": "a\\ud800b", "email": "ada@analytical.test"}}', 422, "name"),
        (b'{"fields": {"name": "a\\ud800b", "email": NaN}}', 400, None),
        ({"fields": {}}, 422, "name"),
    ],
)
def test_bad_json_gets_a_problem_document(client, db, body, status, where):
    make_install()
    published({**FORM, "json": True})
    response = send_json(client, body)

    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert where is None or where in response.json()["errors"]
    assert Submission.objects.count() == 0


def test_old_tokens_are_forgotten_and_young_ones_kept(db):
    FormToken.objects.create(digest="old", used_at=NOON - timedelta(hours=49))
    FormToken.objects.create(digest="young", used_at=NOON - timedelta(hours=47))
    assert forms_door.forget_tokens(now=NOON) == 1
    assert FormToken.objects.get().digest == "young"
