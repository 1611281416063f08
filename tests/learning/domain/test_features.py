"""What columns are, which bins they get, and where a value falls."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadloop.learning.domain.features import OTHER, Feature, fit_features
from leadloop.learning.domain.table import Table, kind_of
from leadloop.learning.domain.values import BLANK, UNANSWERED
from tests.learning.base import make_table


def feature(cells, part):
    return next(one for one in fit_features(Table({"c": cells}, [0, 1] * (len(cells) // 2))) if one.part == part)


def test_kinds_are_told_by_what_most_cells_say():
    numbers = [str(at / 7) for at in range(100)]
    kinds = {
        "constant": ["x"] * 100,
        "id": [f"k{at}" for at in range(100)],
        "number": numbers,
        "moment": [f"{at % 28 + 1:02}-11-2018 10:{at % 60:02}" for at in range(100)],
        "mail": [f"p{at}@gmail.com" for at in range(80)] + ["#VALUE!"] * 20,
        "text": [f"please call me about roof number {at}" for at in range(100)],
        "level": ["a", "b"] * 50,
    }
    assert {name: kind_of(cells).name for name, cells in kinds.items()} == {name: name for name in kinds}


def test_ids_and_constants_are_not_learned_from():
    columns = {one.column for one in fit_features(make_table(300))}
    assert columns == {"Source", "Product", "Seconds on the site"}


def test_case_variants_are_one_level_and_blanks_are_two():
    one = feature(["Google", "google", "GOOGLE ", "Direct"] * 10 + ["", "Select"] * 5, "level")
    assert one.bin_of("gOOgle") == one.bin_of("Google")
    assert [one.bins[one.bin_of(value)] for value in ("", None, "Select", "never seen")] == [BLANK, BLANK, UNANSWERED, OTHER]


def test_rare_levels_are_folded():
    one = feature(["a"] * 50 + ["b"] * 46 + ["c", "c", "d", "e"], "level")
    assert set(one.levels) == {"a", "b"}


def test_numbers_fall_between_edges_in_order():
    one = feature([str(at * 1.5) for at in range(400)], "number")
    bins = [one.bin_of(value) for value in (-5, 0, 100, 200.5, 599, 1e9)]
    assert bins == sorted(bins)
    assert (bins[0], bins[-1]) == (3, len(one.bins) - 1)
    assert [one.bins[one.bin_of(value)] for value in ("", "twelve")] == [BLANK, OTHER]


def test_a_number_that_very_many_have_gets_a_bin_of_its_own():
    one = feature(["0"] * 300 + [str(at / 3 + 1) for at in range(300)], "number")
    assert one.bin_of(0) != one.bin_of(1.0)


def test_hours_and_weekdays_of_moments():
    cells = [f"2026-03-{at % 28 + 1:02}T{at % 24:02}:15:00" for at in range(200)]
    parts = {one.part for one in fit_features(Table({"c": cells}, [0, 1] * 100))}
    assert parts == {"when", "weekday", "hour"}
    assert feature(cells, "weekday").bins[feature(cells, "weekday").bin_of("2026-03-02")].casefold() == "monday"


def test_what_a_text_says_is_looked_at_word_by_word():
    cells = [f"please send the {'price' if at % 2 else 'catalogue'} to number {at}" for at in range(100)]
    one = feature(cells, "word:price")
    assert one.bin_of("what is the PRICE now") != one.bin_of("nothing")


@settings(deadline=None)  # a busy machine is no bug
@given(st.one_of(st.none(), st.text(max_size=120), st.integers(), st.floats(), st.booleans(), st.datetimes()))
@example("0001-01-01T00:00:00+14:00")
@example("9999-12-31T23:59:59-12:00")
@example(10**5_000)
@example(-(10**400))
def test_any_value_falls_into_some_bin(value):
    for one in FEATURES:
        assert 0 <= one.bin_of(value) < len(one.bins)


@settings(deadline=None)
@given(st.sampled_from(range(9)))
def test_a_feature_is_the_same_after_its_json(at):
    one = FEATURES[at % len(FEATURES)]
    again = Feature.from_json(one.as_json())
    assert (again.bins, again.edges, again.levels, again.part) == (one.bins, one.edges, one.levels, one.part)


FEATURES = [
    *fit_features(make_table(400)),
    feature([f"{at % 28 + 1:02}-11-2018 {at % 24:02}:05" for at in range(100)], "when"),
    feature([f"{at % 28 + 1:02}-11-2018 {at % 24:02}:05" for at in range(100)], "hour"),
    feature([f"p{at}@gmail.com" for at in range(80)] + ["#VALUE!"] * 20, "mailbox"),
    feature([f"please call me about roof number {at}" + " now" * (at % 9) for at in range(100)], "length"),
    feature([f"page {at % 90 if at % 3 else 1}" for at in range(6000)], "common"),
]
