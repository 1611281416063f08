"""The pages of learning: where it stands, the model card, the switch, the history, and the word on the lead page."""

import pytest
from django.urls import reverse

from leadloop import retraining, steps
from leadloop.leads import fields
from leadloop.leads.models import Standing
from leadloop.learning import reading, runs
from leadloop.learning.models import Likelihood, Model, Training
from tests.learning.base import keep_model, make_model, make_outcomes, run_jobs, trained
from tests.make import NOON, make_install, make_lead, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pool():
    return make_install()


@pytest.fixture
def page(client):
    client.force_login(make_person("Mona", "marketer"))

    def get(name="overview", **where):
        response = client.get(reverse(f"learning:{name}", kwargs=where))
        return response.status_code, response.content.decode()

    return get


def test_an_empty_base_says_what_is_needed(page):
    status, text = page()
    assert status == 200
    assert "50 more leads that are won and 50 more leads that are lost needed" in text
    assert "Train now" not in text


def test_few_outcomes_are_counted_down(page):
    won = make_outcomes(60)
    _, text = page()
    assert f"{50 - won} more lead" in text
    assert "Train now" in text


def test_enough_outcomes_invite_to_train_and_the_button_leaves_a_row(client, page):
    make_outcomes(260)
    assert "There is enough to learn from" in page()[1]

    client.post(reverse("learning:train"))
    client.post(reverse("learning:train"))

    assert Training.objects.get().reason == "asked for"
    assert "A model is being trained" in page()[1]
    assert "Waits for a worker" in page("progress")[1]


def test_progress_asks_the_page_to_show_itself_anew_at_the_end(client, page):
    response = client.get(reverse("learning:progress"))
    assert response.headers["HX-Refresh"] == "true"


def test_the_model_card_tells_figures_shapes_limits_and_what_was_left_out(page):
    trained()
    status, text = page("version", number=1)
    assert status == 200
    for words in ("Ranking (AUC)", "Does it keep its word?", "Reference", "What was tried", "never learned from", "Learned from 260 leads"):
        assert words in text


def test_the_card_of_a_model_that_only_counts_says_so(page):
    make_model(60)
    _, text = page("version", number=1)
    assert "naive Bayes" in text
    assert "needed" in text


def test_a_challenger_is_previewed_and_put_in_force(client, page):
    make_model()
    make_lead({"email": "a@b.com", "product": "Solar"}, source="Reference")
    assert "In the shadow: version 1" in page()[1]
    assert "Put version 1 in force?" in page("preview", number=1)[1]

    client.post(reverse("learning:use", kwargs={"number": 1}))

    assert Model.objects.get().status == "published"
    assert "In force: version 1" in page()[1]


def test_both_models_stand_side_by_side_on_what_ended_since(page):
    make_model()
    runs.use_challenger(1, author=None, now=NOON)
    keep_model()
    make_outcomes(80, seed=2)
    Standing.objects.filter(lead__likelihood__shadow_version=2).update(closed_at=retraining.utc_now())

    text = page()[1]
    assert "On 80 leads that ended since" in text
    assert "a difference may be chance" not in text


def test_the_history_leads_back_to_an_earlier_version(client, page):
    make_model()
    runs.use_challenger(1, author=None, now=NOON)
    client.post(reverse("learning:stop"))
    assert "Go back to it" in page("versions")[1]

    client.post(reverse("learning:use", kwargs={"number": 1}))

    assert list(Model.objects.order_by("version").values_list("version", "status")) == [(1, "retired"), (2, "published")]


def test_the_lead_page_shows_the_chance_with_reasons_in_words(client):
    make_model()
    runs.use_challenger(1, author=None, now=NOON)
    lead = make_lead({"email": "a@b.com", "product": "Solar"}, source="Reference")
    client.force_login(make_person("Boss", "manager"))

    text = client.get(f"/leads/{lead.pk}/").content.decode()

    assert "Chance of a win" in text
    assert "Source is Reference" in text


def test_a_closed_lead_keeps_the_chance_of_then_and_says_so(client):
    make_model()
    runs.use_challenger(1, author=None, now=NOON)
    lead = make_lead({"email": "a@b.com", "product": "Solar"}, source="Reference")
    percent = Likelihood.objects.get(pk=lead.pk).percent
    steps.disqualify([lead.pk], steps.by(make_person("Max", "manager"), now=NOON), reason="no_need").or_raise()
    make_model()
    runs.use_challenger(2, author=None, now=NOON)
    run_jobs()
    client.force_login(make_person("Boss", "manager"))

    page = " ".join(client.get(f"/leads/{lead.pk}/").content.decode().split())
    assert f"{percent} % when it was closed" in page
    assert "when it was closed, by version 1, by what was known when it came in" in page
    assert f'{percent} % <span class="muted small">then</span>' in client.get("/leads/?stage=disqualified").content.decode()


def test_reps_do_not_find_the_pages(client):
    client.force_login(make_person("Rob", "rep"))
    assert {client.get(reverse(f"learning:{name}")).status_code for name in ("overview", "versions", "progress")} == {404}


def test_a_version_that_is_not_there_is_not_found(page):
    assert page("version", number=9)[0] == 404
    run_jobs()


def test_declared_fields_are_called_by_their_label():
    fields.declare([{"name": "roof_kind", "label": "Shape of the roof", "type": "text"}], now=NOON)
    fields.retire(["roof_kind"], now=NOON)

    [reason] = reading.reasons_in_words([("custom.roof_kind", "flat", 0.7)], {})
    assert reason["text"] == "Shape of the roof is flat"
    assert reading.findings({"guard": [{"column": "custom.roof_kind", "says": "late", "out": True}]}, out=True) == [
        ("Shape of the roof", "late")
    ]
    assert [reading.column_label(one) for one in ("custom.never_declared", "source")] == ["Never declared", "Source"]
