"""Search: any part of a lead, at once and by anybody who may see it; what people type never means anything to the database."""

import pytest
from django.db import connection
from django.test import Client

from leadloop import steps
from leadloop.db.clock import utc_now
from leadloop.leads import search
from leadloop.leads.models import SearchDue, SearchText, Standing
from leadloop.work.finder import find_leads
from tests.make import make_install, make_lead, make_leads, make_person, make_rep

ADA = {
    "first_name": "Ada",
    "last_name": "Łovelace-Müller",
    "email": "ada@engines.example.com",
    "phone": "+14155550100",
    "company": "Analytical 100% Engines",
    "city": "São Paulo",
}


@pytest.fixture
def manager(db):
    make_install()
    return make_person("Maya", "manager")


@pytest.fixture(params=["waiting", "indexed"])
def ada(request, manager):
    """A lead that the index does not know yet, and one that it knows; another lead stands beside it."""
    make_lead({"name": "Bea Other", "email": "bea@other.example.com"})
    lead = make_lead(ADA)
    if request.param == "indexed":
        assert search.index_pending(100) == 2
        assert search.index_pending(100) == 0
    return lead


FOUND = [
    "Ada", "ada lov", "LOVELACE", "lovelace-muller", "müller", "Analyt", "lytical", "100%", "engines.exam",
    "ada@engines.example.com", "ADA@ENGINES.example.com ",
    "+14155550100", "(415) 555-0100", "415-555", "5550100", "sao paulo", "PAULO ada", "ad love", "a lovelace",
]  # fmt: skip


@pytest.mark.parametrize("query", FOUND)
def test_a_lead_is_found_by_any_part_of_it(manager, ada, query):
    assert find_leads(query, person=manager, limit=50) == [ada.pk]


@pytest.mark.parametrize(
    "query",
    ["", " ", "zz", "lovelace bea", "10_%", "love%ace", "l_velace", "da", '"ada" OR "bea"', "ada OR bea", "text:ada", "NEAR(ada)", "ada*"],
)
def test_what_is_not_there_is_not_found(manager, ada, query):
    assert find_leads(query, person=manager, limit=50) == []


@pytest.mark.parametrize(
    "query",
    [
        "'",
        '"',
        '"""',
        "'; drop table leads_lead; --",
        "%",
        "%%%",
        "___",
        "\\",
        "\\\\\\",
        "(((",
        "*",
        "^ada",
        "{ada}",
        "\0",
        "\0\0\0",
        "ada\0",
        "AND",
        "\u202eada",
        "😀😀😀",
        "+",
        "-ada",
        "a" * 5000,
    ],
)
def test_odd_words_are_harmless(manager, ada, query):
    assert find_leads(query, person=manager, limit=50) in ([], [ada.pk])
    client = Client()
    client.force_login(manager)
    assert client.get("/search/", {"q": query}).status_code == 200
    assert client.get("/leads/", {"q": query}).status_code == 200


def test_one_or_two_letters_begin_a_word_of_a_new_lead(manager, ada):
    assert find_leads("ad", person=manager, limit=50) == [ada.pk]
    assert find_leads("mu", person=manager, limit=50) == [ada.pk]


def test_a_changed_lead_is_found_by_its_new_text_and_no_more_by_its_old_one(manager, ada):
    steps.edit([ada.pk], steps.by(manager, now=utc_now()), values={"company": "Difference Works"})
    for _ in range(2):
        assert find_leads("difference", person=manager, limit=50) == [ada.pk]
        assert find_leads("analytical", person=manager, limit=50) == []
        search.index_pending(100)
    assert not SearchDue.objects.exists()


def test_a_change_that_no_search_sees_is_not_indexed_again(manager, ada):
    search.index_pending(100)
    steps.edit([ada.pk], steps.by(manager, now=utc_now()), values={"industry": "Machines"})
    assert not SearchDue.objects.exists()


def test_indexing_goes_on_where_it_stopped(manager, monkeypatch):
    monkeypatch.setattr(search, "BATCH", 2)
    leads = make_leads(5)
    assert [search.index_pending(3), search.index_pending(100), search.index_pending(100)] == [3, 2, 0]
    assert sorted(SearchText.objects.values_list("pk", flat=True)) == [lead.pk for lead in leads]


def test_what_is_forgotten_is_not_in_the_index(manager, ada):
    search.index_pending(100)
    search.forget([ada.pk])
    assert not SearchText.objects.filter(pk=ada.pk).exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from leads_search_fts where leads_search_fts match '\"lovelace\"'")
            assert cursor.fetchone() == (0,)


def test_a_rep_finds_nothing_of_others(manager, ada):
    ann = make_rep("ann")
    Standing.objects.filter(pk=ada.pk).update(owner=manager, pool_id=None)
    for query in ("lovelace", "ad", ADA["email"], ADA["phone"]):
        assert find_leads(query, person=ann, limit=50) == []
    Standing.objects.filter(pk=ada.pk).update(owner=ann)
    assert find_leads("lovelace", person=ann, limit=50) == [ada.pk]


def test_the_newest_come_first_and_the_exact_one_before_them(manager):
    leads = [make_lead({"first_name": "Same", "last_name": f"Name{number}", "email": f"same{number}@x.example.com"}) for number in range(3)]
    search.index_pending(2)
    assert find_leads("same", person=manager, limit=2) == [leads[2].pk, leads[1].pk]
    assert find_leads("same0@x.example.com", person=manager, limit=50) == [leads[0].pk]


def test_the_palette_gets_lines_and_the_page_gets_a_table(manager, ada):
    client = Client()
    client.force_login(manager)
    lines = client.get("/search/?q=lovelace", headers={"HX-Request": "true"}).content.decode()
    assert (lines.count("palette-item"), "<html" in lines, f'href="/leads/{ada.pk}/"' in lines) == (1, False, True) or lines.count(
        'role="option"'
    ) == 1
    assert f"/leads/{ada.pk}/" in client.get("/search/?q=lovelace").content.decode()
    assert "Nothing found" in client.get("/search/?q=nobody").content.decode()
