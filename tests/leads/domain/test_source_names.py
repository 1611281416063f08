"""When two names are one source."""

import pytest

from leadloop.leads.actions import source_ids
from leadloop.leads.domain.source_names import folded_source
from leadloop.leads.models import Source
from tests.make import NOON


@pytest.mark.parametrize(
    ("one", "other"), [("Google", "google"), ("paid_search", "Paid  search"), (" Fair ", "fair"), ("STRASSE", "straße")]
)
def test_case_blanks_and_underscores_make_no_other_source(one, other):
    assert folded_source(one) == folded_source(other)


def test_the_first_spelling_stays(db):
    first = source_ids(["Google"], now=NOON)["Google"]
    assert source_ids(["google", "GOOGLE", "Fair"], now=NOON) == {
        "google": first,
        "GOOGLE": first,
        "Fair": source_ids(["Fair"], now=NOON)["Fair"],
    }
    assert sorted(Source.objects.values_list("name", flat=True)) == ["Fair", "Google"]


def test_known_names_take_one_query(db, django_assert_num_queries):
    source_ids(["Fair", "Website"], now=NOON)
    with django_assert_num_queries(1):
        source_ids(["Fair", "Website"], now=NOON)
