"""The house's rules, held against the whole tree; and each rule against a breach of it, so that none can fall asleep."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from leadloop.config.env import Env
from tests import house
from tests.house import ROOT, files, read

Finder = Callable[[str], Iterator[str]]
OURS = ("leadloop/*.py", "scripts/*.py", "benchmarks/*.py")


def findings(paths: list[Path], finder: Finder) -> list[str]:
    assert paths, "the rule found no file to look at"
    return [f"{path.relative_to(ROOT)}:{found}" for path in paths for found in finder(read(path))]


def without_migrations(*patterns: str) -> list[Path]:
    return [path for path in files(*patterns) if "migrations" not in path.parts]


def test_modules_have_at_most_400_lines():
    assert findings(without_migrations("*.py"), lambda text: house.too_long(text, 400)) == []


def test_functions_have_at_most_60_lines():
    assert findings(without_migrations("*.py"), house.long_functions) == []


def test_partials_have_at_most_80_lines():
    assert findings(files("leadloop/*templates/*/_*.html"), lambda text: house.too_long(text, 80)) == []


def test_behaviours_have_at_most_120_lines():
    assert findings(files("leadloop/static/*.js"), lambda text: house.too_long(text, 120)) == []


def test_no_code_runs_strings_or_trusts_markup():
    assert findings(files(*OURS), house.unsafe_python) == []


def test_scripts_build_no_markup_from_strings():
    assert findings(files("leadloop/static/*.js"), lambda text: house.matches(house.UNSAFE_SCRIPT, text)) == []


def test_templates_escape_everything_and_hold_nothing_inline():
    assert findings(files("leadloop/*.html"), lambda text: house.matches(house.UNSAFE_MARKUP, text)) == []


def test_nothing_listens_to_signals():
    assert findings(files("leadloop/*.py"), house.signals) == []


def test_no_table_overrides_save_or_delete():
    tables = [path for path in files("leadloop/*.py") if path.stem == "models" or "models" in path.parts or path.parent.name == "db"]
    assert findings(tables, house.save_overrides) == []


def test_every_exception_from_a_check_names_its_code_and_reason():
    looked_at = [path for path in files("*.py") if path.name not in {"test_house.py", "house.py"}]
    assert findings(looked_at, lambda text: house.matches(house.EXCUSE, text)) == []


def test_no_file_names_the_address_of_a_package_registry():
    assert findings(files("*"), lambda text: house.matches(house.REGISTRY, text)) == []


def test_nothing_built_or_fetched_is_in_the_repository():
    names = [str(path.relative_to(ROOT)) for path in files("*")]
    assert [name for name in names if house.FOREIGN.search(name)] == []


def test_every_model_has_its_migrations():
    loader = MigrationLoader(None)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("leadloop.")}
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)
    assert {label: [str(change) for change in found] for label, found in changes.items() if label in ours} == {}
    assert loader.detect_conflicts() == {}


def test_settings_page_lists_every_setting_with_its_default_and_meaning():
    fields = {f"LEADLOOP_{name.upper()}": field for name, field in Env.model_fields.items()}
    rows = {row[0]: row[1:] for row in house.table_rows(read(ROOT / "docs/settings.md")) if row[0].startswith("LEADLOOP_")}

    assert rows.keys() == fields.keys() | set().union(
        *(house.setting_names(read(path)) for path in files("leadloop/*.py", "tests/*.py", "Makefile"))
    )
    assert {name: rows[name] for name in fields} == {name: [str(field.default), field.description] for name, field in fields.items()}


@pytest.mark.parametrize(("wanted", "lock"), [("core", "core"), ("postgres", "core"), ("build", "core"), ("dev", "dev"), ("node", "node")])
def test_locks_hold_what_is_wanted_with_hashes(wanted, lock):
    locked = read(ROOT / f"requirements/{lock}.lock.txt")
    assert house.requirement_names(read(ROOT / f"requirements/{wanted}.in")) - house.requirement_names(locked) == set()
    assert [pin for pin in house.pins(locked) if "--hash=sha256:" not in pin] == []


@pytest.mark.parametrize(
    ("finder", "breach"),
    [
        (lambda text: house.too_long(text, 2), "a\nb\nc\n"),
        (lambda text: house.long_functions(text, 2), "def f():\n    a = 1\n    return a\n"),
        (house.unsafe_python, "eval(text)"),
        (house.unsafe_python, "safestring.mark_safe(text)"),
        (house.unsafe_python, "from pickle import loads"),
        (house.unsafe_python, "run(line, shell=True)"),
        (house.signals, "from django.db.models import signals"),
        (house.signals, "from django.dispatch import receiver"),
        (house.save_overrides, "class Lead:\n    def save(self): ...\n"),
        (lambda text: house.matches(house.UNSAFE_SCRIPT, text), "element.innerHTML = text"),
        (lambda text: house.matches(house.UNSAFE_MARKUP, text), "{{ name|safe }}"),
        (lambda text: house.matches(house.UNSAFE_MARKUP, text), "<p style='color: red'>"),
        (lambda text: house.matches(house.UNSAFE_MARKUP, text), '<a onclick="go()">'),
        (lambda text: house.matches(house.UNSAFE_MARKUP, text), "<script>go()</script>"),
        (lambda text: house.matches(house.EXCUSE, text), "x = 1  # noqa"),
        (lambda text: house.matches(house.EXCUSE, text), "x = 1  # noqa: F401"),
        (lambda text: house.matches(house.EXCUSE, text), "x = 1  # type: ignore[arg-type]"),
        (lambda text: house.matches(house.REGISTRY, text), '"resolved": ' + '"https://example.com/a.tgz"'),
        (lambda text: house.matches(house.REGISTRY, text), "https://example.com" + "/simple/"),
    ],
)  # fmt: skip
def test_each_rule_finds_a_breach(finder, breach):
    assert list(finder(breach)) != []


@pytest.mark.parametrize(
    ("finder", "fine"),
    [
        (house.unsafe_python, "frame.eval(a); model.exec(a); run(line, verify=True); SafeString('')"),
        (
            lambda text: house.matches(house.UNSAFE_MARKUP, text),
            '<script type="module" src="/a.js"></script><p class="on">safe = {{ a|safe_name }}',
        ),
        (lambda text: house.matches(house.EXCUSE, text), "x = 1  # noqa: F401, E501  kept for its side effect"),
        (lambda text: house.matches(house.EXCUSE, text), "x = 1  # type: ignore[arg-type]  # the stub is wrong"),
    ],
)
def test_no_rule_cries_wolf(finder, fine):
    assert list(finder(fine)) == []
