"""Where packs come from, and what happens with one that is broken; sample people come from dice that always fall alike."""

import os
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


def reason_of_the_broken_one():
    packs, [broken] = shelf()
    assert (len(packs), broken.name) == (7, "bakery")
    return broken.reason


def test_a_link_leads_to_nothing_outside_of_the_pack(own, tmp_path):
    (tmp_path / "secret.toml").write_text('[[sources]]\nname = "Stolen"\nchannel = "event"\n')
    (own / "sources.toml").symlink_to(tmp_path / "secret.toml")

    assert reason_of_the_broken_one() == "bakery/sources.toml: leads to a file outside of the pack's folder."


def test_a_folder_that_is_a_link_is_no_pack(own, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "pack.toml").write_text(PACK.replace("bakery", "cellar"))
    (own.parent / "cellar").symlink_to(tmp_path / "elsewhere", target_is_directory=True)

    assert [broken.reason for broken in shelf()[1]] == ["cellar: is a link; put a copy of the folder here."]


def test_a_pipe_does_not_keep_anybody_waiting(own):
    os.mkfifo(own / "sources.toml")
    assert reason_of_the_broken_one() == "bakery/sources.toml: is no file."


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("fields.json", "[" * 60_000 + "]" * 60_000, "is nested more than 30 deep."),
        ("fields.json", '{"fields": ' + "[" * 40 + "]" * 40 + "}", "is nested more than 30 deep."),
        ("fields.toml", "fields = " + "[" * 40_000 + "]" * 40_000, "is nested more than 30 deep."),
        ("fields.toml", ".".join(["a"] * 40) + " = 1", "is nested more than 30 deep."),
        ("fields.toml", "many = [" + "1," * 60_000 + "]", "has more than 50,000 values."),
        ("fields.toml", "#" * 1_000_001, "is larger than 1,000,000 bytes."),
    ],
)
def test_a_file_that_is_too_deep_or_too_large_is_refused_in_words(own, name, text, reason):
    (own / name).write_text(text)
    assert reason_of_the_broken_one() == f"bakery/{name}: {reason}"


def test_a_folder_of_countless_files_is_refused(own):
    for number in range(60):
        (own / f"part{number}.toml").write_text("")
    assert reason_of_the_broken_one() == "bakery: has more than 40 files."
