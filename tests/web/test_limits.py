"""The page on security tells the limits that hold."""

from leadloop.web import limits
from tests import house
from tests.house import ROOT, read


def test_the_page_on_security_lists_every_limit_as_it_is():
    told = {row[0]: row[1] for row in house.table_rows(read(ROOT / "docs/security.md")) if row[0].isupper()}
    known = {name: f"{value:,}" for name, value in vars(limits).items() if name.isupper() and isinstance(value, int)}
    assert told == known
