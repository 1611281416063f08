"""Where packs come from, and what happens with one that is broken; sample people come from dice that always fall alike."""

from datetime import timedelta

import pytest

from leadloop.packs.sample import invent, telephones_of
from leadloop.packs.shelf import pack_called, shelf
from tests.make import NOON

PACK = 'format = 1\nname = "bakery"\ntitle = "Bakery"\nversion = "1.0"\nsummary = "Bread and cakes."\n'


@pytest.fixture
def own(settings, tmp_path):
    """The folder for packs of this install."""
    settings.HOME = tmp_path
    folder = tmp_path / "packs" / "bakery"
    folder.mkdir(parents=True)
    (folder / "pack.toml").write_text(PACK)
    return folder


def test_a_folder_in_the_home_of_the_install_is_a_pack(own):
    (own / "sources.json").write_text('{"sources": [{"name": "Stall", "channel": "event"}]}')
    assert [source.name for source in pack_called("bakery").sources] == ["Stall"]
    assert len(shelf()[0]) == 8


def test_a_broken_pack_is_named_with_the_line_and_hides_no_other(own):
    (own / "fields.toml").write_text("[[fields]]\nname = flour\n")

    packs, broken = shelf()

    assert len(packs) == 7
    [found] = broken
    assert found.name == "bakery"
    assert found.reason.startswith("bakery/fields.toml: cannot be read: Invalid value (at line 2, column 8)")


def test_the_same_people_come_each_time():
    pack = pack_called("mortgage")
    once = list(invent(pack, now=NOON))

    assert once == list(invent(pack, now=NOON))
    assert len({one.payload["email"] for one in once if "email" in one.payload}) == sum("email" in one.payload for one in once)
    assert all(NOON - timedelta(days=30) <= one.happened_at < NOON for one in once)
    assert [one.happened_at for one in once] == sorted(one.happened_at for one in once)


def test_their_numbers_belong_to_nobody_and_to_no_lead():
    sample = pack_called("mortgage").sample
    assert sample is not None
    first = next(telephones_of(sample))

    numbers = list(telephones_of(sample, taken={first}))

    assert first not in numbers
    assert len(set(numbers)) == len(numbers) == 599
    assert all(number[5:10] == "55501" for number in numbers)
