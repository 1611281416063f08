"""The list of leads by how likely they are to be won: a column and an order while a model is in force."""

import pytest

from leadloop.db.clock import utc_now
from leadloop.db.versions import publish, save_draft
from leadloop.learning.models import Likelihood, Model
from leadloop.learning.process import count_only
from leadloop.work import lists
from leadloop.work.domain.lead_filter import read
from tests.learning.base import make_table
from tests.work.conftest import signed_in
from tests.work.test_lists import shown, standing

NOW = utc_now()
SAID = [40, None, 90, 40, "no row", 7, 90, "no row", 0]


@pytest.fixture
def champion(db):
    spec = count_only(make_table(60), refused="test")
    publish(save_draft(Model, name="win", title="Who is won", spec=spec, author=None, now=NOW), author=None, now=NOW)


def likely_leads():
    """By lead what is said of it, blank for those of whom nothing is."""
    told = {}
    for number, percent in enumerate(SAID):
        pk = standing(stage=["new", "mql", "won"][number % 3], lead={"country": "DE" if number % 4 else "FR"}).pk
        if percent != "no row":
            Likelihood.objects.create(lead_id=pk, version=1, percent=percent, given_at=NOW)
        told[pk] = None if percent == "no row" else percent
    return told


@pytest.mark.parametrize("sort", ["-probability", "probability"])
@pytest.mark.parametrize("most_counted", [lists.MOST_COUNTED, 3], ids=["sparse", "dense"])
@pytest.mark.parametrize("asked", [{}, {"stage": ["new", "mql"]}, {"country": ["DE"]}], ids=["all", "stages", "country"])
def test_pages_by_probability_meet_every_lead_once_in_order(manager, champion, monkeypatch, sort, most_counted, asked):
    monkeypatch.setattr(lists, "MOST_COUNTED", most_counted)
    monkeypatch.setattr(lists, "PAGE", 2)
    told, down = likely_leads(), sort.startswith("-")
    found = lists.matching(read(asked), person=manager, now=utc_now()).values_list("pk", flat=True)
    expected = sorted(found, key=lambda pk: ((told[pk] is None) != down, told[pk] or 0, pk), reverse=down)

    client, walked, address = signed_in(manager), [], read({**asked, "sort": [sort]}).address()
    while address and len(walked) <= len(expected):
        answer = client.get("/leads/" + address)
        walked += shown(answer)
        address = answer.context["older_url"]
    back = shown(answer)
    while answer.context["newer_url"] and len(back) <= len(expected):
        answer = client.get("/leads/" + answer.context["newer_url"])
        back = shown(answer) + back

    assert walked == back == expected


def test_the_column_stands_there_while_a_model_is_in_force(manager, champion):
    likely_leads()
    text = signed_in(manager).get("/leads/?sort=-probability").content.decode()

    assert 'aria-sort="descending"><a class="sort" href="?sort=probability">Chance' in text
    assert text.count("90 %") == 2
    assert text.index("90 %") < text.index("40 %") < text.index("7 %")


def test_without_a_model_in_force_nothing_speaks_of_probability(manager):
    likely_leads()
    text = signed_in(manager).get("/leads/").content.decode()

    assert "Chance" not in text
    assert "Likeliest" not in text


def test_a_page_with_probabilities_costs_the_queries_of_one_without(manager, champion, django_assert_num_queries):
    client = signed_in(manager)
    client.get("/leads/")
    likely_leads()
    with django_assert_num_queries(7):
        assert len(shown(client.get("/leads/"))) == len(SAID)
