"""Does an inquiry belong to a lead that we have? Sharing something is not always being one."""

import pytest

from leadloop.matching.domain.same_person import joins

ADA = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@engines.com"}
NOBODY = {"first_name": "", "last_name": "", "email": ""}


@pytest.mark.parametrize(
    ("key", "inquiry", "lead", "expected"),
    [
        ("x:1:A-17", ADA, {**NOBODY, "last_name": "Somerville", "email": "mary@engines.com"}, True),
        ("e:ada@engines.com", ADA, {**ADA, "last_name": "Byron"}, True),
        ("e:info@engines.com", {**ADA, "email": "info@engines.com"}, {**ADA, "last_name": "Byron", "email": "info@engines.com"}, False),
        ("e:info@engines.com", {**ADA, "email": "info@engines.com"}, {**NOBODY, "email": "info@engines.com"}, True),
        ("e:info@engines.com", {**ADA, "email": "info@engines.com"}, {**ADA, "last_name": "LOVELACE", "email": "info@engines.com"}, True),
        ("p:+14155550100", ADA, NOBODY, True),
        ("p:+14155550100", ADA, {**NOBODY, "first_name": "ADA"}, True),
        ("p:+14155550100", ADA, {**NOBODY, "email": "mary@engines.com"}, False),
        ("p:+14155550100", {**ADA, "email": ""}, {**ADA, "first_name": "George"}, False),
    ],
    ids=[
        "an id of the same source always",
        "an own address, even under a new name",
        "a shared mailbox with two names",
        "a shared mailbox, one nameless",
        "a shared mailbox, one name in capitals",
        "a telephone, nothing against it",
        "a telephone, the same first name",
        "a telephone, but two addresses",
        "a telephone of a family",
    ],
)
def test_whether_they_are_one_person(key, inquiry, lead, expected):
    assert joins(key, inquiry, lead) is expected
