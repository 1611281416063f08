"""What is too deep to be assumptions is refused before it is read; all else is read as TOML is."""

import time

import pytest

from leadloop.simulation.domain.given import as_document, as_toml
from leadloop.simulation.domain.toml import as_read
from leadloop.simulation.domain.world import default_world

MANY = 60_000
DEEP = {
    "name": "a" + ".a" * MANY + " = 1",
    "name of digits": "1" + ".1" * MANY + " = 1",
    "name with spaces": "1.1" + " . 1.1" * MANY + " = 1",
    "quoted name": '"a"' + ".'b'" * MANY + " = 1",
    "heading": "[a" + ".a" * MANY + "]",
    "in a table": "x = {a" + ".a" * MANY + " = 1}",
    "behind a text of several lines": 'x = {a="""\n""", b' + ".b" * MANY + '="c"}',
    "behind another": "x = {a='''\n# ''', b" + ".b" * MANY + "=1}",
    "lists": "x = " + "[" * MANY + "]" * MANY,
    "lists with spaces": "x = " + "[ \n" * MANY,
    "lists after numbers": "x = " + "[0," * MANY,
    "tables": "x = " + "{a=" * MANY,
    "a long number": "x = " + "9" * MANY,
    "quotes that never end": '"' + '\\"' * MANY,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_what_is_too_deep_is_refused_soon(text):
    begun = time.process_time()
    with pytest.raises((ValueError, RecursionError)):
        as_read(text)
    assert time.process_time() - begun < 2


def test_assumptions_are_read_whatever_their_numbers_and_texts():
    document = as_document(default_world(people=3))
    assert as_toml(as_read(as_toml(document))) == as_toml(document)
    assert as_read('name = "a.b.c.d.e.f.g.h" # a.b.c.d.e.f.g\nlist = [0.1, 1.5e-05, 2.5, 3.5, 4.5, 5.5, 6.5]')["name"] == "a.b.c.d.e.f.g.h"
