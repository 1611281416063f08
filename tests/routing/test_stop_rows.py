"""The rows of a form as anybody may send them."""

import pytest

from leadloop.routing.domain.stop_checks import STOP_LIMIT
from leadloop.routing.stop_rows import posted

NO_NUMBER = ["²", "9" * 5_000, "-1", "", "one"]


@pytest.mark.parametrize("text", NO_NUMBER)
def test_a_count_that_is_no_number_is_one_row(text):
    assert len(posted({"stops": text}).rows) == 1


def test_a_large_count_is_as_many_rows_as_a_rule_may_have():
    assert len(posted({"stops": "99999"}).rows) == STOP_LIMIT


@pytest.mark.parametrize("text", NO_NUMBER)
def test_a_button_for_a_row_that_is_no_number_changes_nothing(text):
    found = posted({"stops": "2", "stop-0-to": "pool:1", "stop-1-to": "pool:2", "stop": f"drop:{text}"})

    assert [row.to for row in found.rows] == ["pool:1", "pool:2"]


@pytest.mark.parametrize(
    ("sent", "says"),
    [({"to": "pool:²"}, "Choose where"), ({"to": "pool:" + "9" * 5_000}, "Choose where"), ({"minutes": "²"}, "Minutes are")],
)
def test_a_number_that_is_none_is_told_in_the_words_of_its_row(sent, says):
    found = posted({"stops": "1", **{f"stop-0-{name}": text for name, text in ({"to": "pool:1"} | sent).items()}})

    assert found.spec() is None
    assert found.rows[0].error.startswith(says)
