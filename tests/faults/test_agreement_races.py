"""Two who sign, or one who signs and one who writes, at the same moment: a signature stands under the text that was read, or nowhere."""

import pytest

from leadloop.db.versions import save_draft
from leadloop.scoring.domain.agreement import said
from leadloop.scoring.models import Definition
from tests.faults.test_races import at_once, pool  # noqa: F401 - a fixture
from tests.make import NOON, make_person
from tests.rules import client_of, criteria, seen

pytestmark = pytest.mark.django_db(transaction=True)
HOME = "/agreement/terms/sql/"
TEXT = {"kind": "gate", "text": "Somebody who can decide.", "criteria": {"all": [{"field": "email", "op": "is_not_blank"}]}}


@pytest.fixture
def two(pool):  # noqa: F811 - the fixture
    """A marketer and a manager before the same draft, with what each of their pages said."""
    save_draft(Definition, name="sql", title="SQL", spec=TEXT, author=None, now=NOON)
    browsers = [client_of(make_person(name, role)) for name, role in (("Mo", "marketer"), ("Mia", "manager"))]
    return [(browser, seen(browser, f"{HOME}draft/")) for browser in browsers]


def sign(browser, stamp, side):
    return lambda: browser.post(f"{HOME}draft/signatures/{side}/", {"seen": stamp})


@pytest.mark.parametrize("_again", range(3))
def test_two_signatures_at_once_are_both_there_or_one_is_told_to_look_again(two, _again):
    (mo, first), (mia, second) = two

    answers = at_once([sign(mo, first, "marketing"), sign(mia, second, "sales")])

    signed = Definition.objects.get(name="sql").spec["signatures"]
    assert [one.status_code for one in answers] == [303, 303]
    assert 1 <= len(signed) <= 2
    told = [client.get(f"{HOME}draft/").content.decode() for client, _ in two]
    assert sum("Not signed" in page for page in told) == 2 - len(signed)
    assert sum("Signed for" in page for page in told) >= len(signed)


@pytest.mark.parametrize("_again", range(3))
def test_nobody_has_signed_a_text_that_was_written_at_the_same_moment(two, _again):
    (mo, first), (mia, second) = two
    given = {"title": "SQL", "text": "Somebody who pays.", "seen": second, **criteria("phone", "is_not_blank")}

    at_once([sign(mo, first, "marketing"), lambda: mia.post(f"{HOME}draft/", given)])

    spec = Definition.objects.get(name="sql").spec
    assert said(spec) == said(TEXT) or "signatures" not in spec
    assert ("signatures" in spec) == (spec["text"] == TEXT["text"])
