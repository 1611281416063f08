"""The format of a pack: what stands, and where exactly it does not."""

from typing import Any

import pytest

from leadloop.packs.domain.format import PackReport, PackSource, read_pack
from leadloop.packs.domain.names import NameUnknown, resolved, spoken_of
from leadloop.packs.domain.reading import PackInvalid

ABOUT = {"format": 1, "name": "bakery", "title": "Bakery", "version": "1.0", "summary": "Bread and cakes."}
FIELD = {"name": "flour", "label": "Flour", "type": "choice", "choices": ["Rye", "Wheat"]}


def pack(**files: Any):
    return read_pack("bakery", {"pack.toml": ABOUT, **{f"{kind}.toml": given for kind, given in files.items()}})


def test_a_pack_needs_nothing_but_its_name():
    found = pack()
    assert (found.name, found.title, found.icon, found.fields, found.drafts, found.sample) == ("bakery", "Bakery", "package", (), (), None)


def test_each_file_is_one_kind():
    found = pack(
        fields={"fields": [FIELD]},
        sources={"sources": [{"name": "Market stall", "channel": "event"}]},
        score={"title": "Score", "base": 5, "rules": []},
        segments={
            "segments": [
                {"name": "rye", "title": "Rye", "criteria": {"all": []}},
                {"name": "wheat", "title": "Wheat", "criteria": {"all": []}},
            ]
        },
        reports={"reports": [{"name": "By source", "metric": "funnel"}]},
    )

    assert [field.given for field in found.fields] == [FIELD]
    assert found.sources == (PackSource("Market stall", "event", ""),)
    assert [(draft.kind, draft.name, draft.spec) for draft in found.drafts] == [
        ("score", "main", {"base": 5, "rules": []}),
        ("segments", "rye", {"criteria": {"all": []}}),
        ("segments", "wheat", {"criteria": {"all": []}}),
    ]
    assert found.reports == (PackReport("By source", "", "funnel", "source", "90"),)


def test_a_kind_of_a_later_version_is_reported_and_left_alone():
    found = pack(fields={"fields": [FIELD]}, sequences={"anything": {"may": ["stand", "here"]}})
    assert (found.unknown, len(found.fields)) == (("sequences",), 1)


def people(**values: Any) -> dict[str, Any]:
    return {"leads": 5, "people": [{"values": values}]}


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"fields": {"fields": [{**FIELD, "type": "colour"}]}}, "bakery/fields.toml, fields[0]: its type is one of text, long_text"),
        ({"fields": {"fields": [FIELD, FIELD]}}, "bakery/fields.toml, fields[1].name: 'flour' is there twice."),
        ({"fields": {"fields": [{**FIELD, "sensitiv": True}]}}, "bakery/fields.toml, fields[0]: there is no part called sensitiv."),
        ({"fields": {"fields": "flour"}}, "bakery/fields.toml, fields: must be a list of at most 200."),
        ({"fields": {"felds": []}}, "bakery/fields.toml, felds: is not known here."),
        ({"fields": []}, "bakery/fields.toml: must be a table."),
        ({"sources": {"sources": [{"name": "Stall", "channel": "pigeon"}]}}, "bakery/sources.toml, sources[0].channel: must be one"),
        ({"sources": {"sources": [{"channel": "event"}]}}, "bakery/sources.toml, sources[0].name: is missing."),
        ({"form": {"title": "Order"}}, "bakery/form.toml, name: is missing."),
        ({"form": {"name": "Order!", "title": "Order"}}, "bakery/form.toml, name: must be small letters, digits and -"),
        ({"route": {"title": "Route", "pools": [{"name": "Bakers", "sla_minutes": 0}]}}, "bakery/route.toml, pools[0].sla_minutes: must"),
        ({"reports": {"reports": [{"name": "X", "metric": "mood"}]}}, "bakery/reports.toml, reports[0].metric: must be one of"),
        ({"sample": {"leads": 5}}, "bakery/sample.toml, people: must name at least one kind of person."),
        ({"sample": {**people(), "leads": 5_000}}, "bakery/sample.toml, leads: must be a whole number from 1 to 100."),
        ({"sample": people(flour={"up_to": 3})}, "bakery/sample.toml, people[0].values.flour: must be a value, a list"),
        ({"sample": {**people(), "places": ["Springfield"]}}, "bakery/sample.toml, places: 'Springfield' must be a city and a region"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_and_place(files, says):
    with pytest.raises(PackInvalid) as refused:
        pack(**files)
    assert str(refused.value).startswith(says)


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ({**ABOUT, "format": 2}, "bakery/pack.toml, format: must be a whole number from 1 to 1."),
        ({**ABOUT, "name": "butcher"}, "bakery/pack.toml, name: must be the name of the folder, bakery"),
        ({**ABOUT, "title": " "}, "bakery/pack.toml, title: must say something."),
        ({**ABOUT, "colour": "brown"}, "bakery/pack.toml, colour: is not known here."),
    ],
)
def test_a_pack_says_what_it_is(about, says):
    with pytest.raises(PackInvalid) as refused:
        read_pack("bakery", {"pack.toml": about})
    assert str(refused.value).startswith(says)


def test_a_folder_without_a_name_is_no_pack():
    with pytest.raises(PackInvalid, match=r"bakery/pack\.toml: is missing"):
        read_pack("bakery", {"fields.toml": {"fields": []}})


IDS = {"source": {"Stall": 4, "Shop": 5}, "pool": {"Bakers": 9}}


def test_sources_and_pools_are_called_by_name():
    spec = {
        "rules": [
            {"id": "a", "when": {"any": [{"field": "source", "op": "one_of", "value": ["Stall", "Shop"]}]}, "pool": "Bakers", "how": "turn"}
        ],
        "fallback": {"pool": "Bakers", "how": "wait"},
        "note": {"field": "custom.source", "op": "is", "value": "Stall"},
    }
    assert resolved(spec, IDS) == {
        "rules": [{"id": "a", "when": {"any": [{"field": "source", "op": "one_of", "value": [4, 5]}]}, "pool": 9, "how": "turn"}],
        "fallback": {"pool": 9, "how": "wait"},
        "note": {"field": "custom.source", "op": "is", "value": "Stall"},
    }


def test_a_name_that_nobody_has_is_refused():
    with pytest.raises(NameUnknown, match="There is no source called “Kiosk”"):
        resolved({"field": "source", "op": "is", "value": "Kiosk"}, IDS)


def test_what_a_spec_speaks_of_is_found_again():
    rules = {
        "rules": [
            {"when": {"not": {"field": "custom.flour", "op": "is", "value": "Rye"}}, "pool": 9},
            {"when": {"field": "source", "op": "is", "value": 4}},
        ],
        "fallback": {"pool": 8},
    }
    form = {"source": "Shop", "fields": [{"name": "flour"}, {"name": "loaves"}]}

    found = spoken_of([rules, form])

    assert (found.fields, found.sources, found.pools, found.source_names) == ({"flour", "loaves"}, {4}, {8, 9}, {"Shop"})
