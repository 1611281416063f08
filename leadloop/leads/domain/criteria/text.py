"""Criteria as a line of text, for a command line and for people who type: `country is US and not (score < 40 or phone is blank)`.

    tree       = term { "or" term } ;  term = factor { "and" factor }
    factor     = "not" factor | "(" tree ")" | "all" "(" [tree {";" tree}] ")" | "any" "(" ... ")" | "every lead" | "no lead"
               | condition | touches
    condition  = FIELD operator [value {"," value}]
    touches    = "touches" ["of" KIND] ["campaign" TEXT] ["source" VALUE] ["by" ("us" | "them" | "#" ID)] [window] count
    window     = "in last" DAYS ("days" | "local days in" ZONE) ;  count = (">=" | ">" | "<=" | "<" | "=") NUMBER | "between" N "and" N

Text of several words, or that means something here, stands in double quotes, with \\" and \\\\ inside. `print_text` is the opposite:
`parse_text(print_text(tree)) == tree`.
"""

from collections.abc import Mapping

from leadloop.kernel.errors import Refused
from leadloop.leads.domain.criteria.catalogue import Catalogue
from leadloop.leads.domain.criteria.fields import CATALOGUE
from leadloop.leads.domain.criteria.parse import parse
from leadloop.leads.domain.criteria.text_print import print_text
from leadloop.leads.domain.criteria.text_read import Reader, Unreadable
from leadloop.leads.domain.criteria.tree import CriteriaInvalid, Node

__all__ = ["TextInvalid", "parse_text", "print_text"]


LONGEST = 100_000  # characters; looked at before anything else


class TextInvalid(Refused):
    """Text that is no criteria. `position` counts characters from 0; `hint` says what would do, or is ''."""

    code, message = "criteria_text_invalid", "Line {line}, column {column}: {reason}.{hint}"

    def __init__(self, text: str, position: int, reason: str, hint: str = "") -> None:
        self.position, self.reason, self.hint = position, reason, hint
        self.line = text.count("\n", 0, position) + 1
        self.column = position - (text.rfind("\n", 0, position) + 1) + 1
        super().__init__(line=self.line, column=self.column, reason=reason, hint=f" {hint}" if hint else "")


def parse_text(text: str, catalogue: Catalogue = CATALOGUE, names: Mapping[str, Mapping[int, str]] | None = None) -> Node:
    """Read a line of text; `names` lets references be called by their names, in quotes.

    Raises:
        TextInvalid: with the place in the text.
    """
    if len(text) > LONGEST:
        raise TextInvalid(text, LONGEST, f"there are more than {LONGEST:,} characters")
    try:
        reader = Reader(text, catalogue, names or {})
        spec = reader.tree()
    except Unreadable as error:
        raise TextInvalid(text, error.position, error.reason, error.hint) from error
    try:
        return parse(spec, catalogue)
    except CriteriaInvalid as error:
        raise TextInvalid(text, reader.place_of(error.path), error.reason) from error
