"""The command line: facts as text and JSON, refusals in one line, everything safe to run twice."""

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from leadloop import loop
from leadloop.capture.keys import check_key
from leadloop.capture.models import ApiKey
from leadloop.intake.models import Verdict, Waiting
from leadloop.leads.models import Lead, Standing
from leadloop.management.verb import own_name
from leadloop.routing.actions import ROUTE
from leadloop.routing.models import Route, Seat
from leadloop.teams.models import User
from tests.make import NOON, arrival, make_install, make_leads, make_person, make_rep

ROOT = Path(__file__).resolve().parent.parent


def run(*args: str) -> str:
    out = io.StringIO()
    call_command(*args, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def told(*args: str):
    return json.loads(run(*args, "--json"))


# keys


def test_a_new_key_opens_what_it_is_for(db):
    key = run("key", "new", "--scope", "leads:write", "--name", "Site").strip()
    assert check_key(key, "leads:write", now=timezone.now()).name == "Site"


def test_a_new_key_is_told_once(db):
    made = told("key", "new", "--scope", "leads:write", "--scope", "leads:read", "--source", "Fair", "--expires-days", "30")
    assert made["key"].startswith(f"ll_{made['prefix']}_")
    assert (made["scopes"], made["source"], made["state"]) == (["leads:write", "leads:read"], "Fair", "live")
    [listed] = told("key", "list")
    assert listed == {name: value for name, value in made.items() if name != "key"}
    assert made["key"] not in run("key", "list")


def test_a_revoked_key_opens_nothing_and_may_be_revoked_again(db):
    made = told("key", "new", "--scope", "leads:write")
    for prefix in (made["prefix"], made["key"]):
        assert told("key", "revoke", prefix)["state"] == "revoked"
    assert ApiKey.objects.get().revoked_at is not None


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["key", "revoke", "nothing"], "No key begins with"),
        (["key", "new", "--scope", "everything"], "invalid choice"),
        (["key", "new", "--scope", "leads:write", "--expires-days", "0"], "from 1 to 36500"),
        (["key", "new"], "required"),
    ],
)
def test_keys_refuse_in_words(db, args, says):
    with pytest.raises(CommandError, match=says):
        run(*args)


# people


def test_a_new_rep_has_a_password_and_a_seat_level_with_the_others(db):
    pool = make_install()
    make_rep("Ann", pool=pool)
    make_leads(4)

    made = told("person", "new", "--email", "Eva@Team.example", "--name", "Eva")

    person = User.objects.get(email="eva@team.example")
    assert person.check_password(made["password"])
    assert (made["pools"], made["role"], made["active"]) == (["Sales"], "rep", True)
    assert Seat.objects.get(person=person).turns == 4


def test_a_marketer_has_no_seat(db):
    make_install()
    assert told("person", "new", "--email", "mo@team.example", "--role", "marketer")["pools"] == []


def test_a_password_may_be_given(db, monkeypatch):
    make_install()
    monkeypatch.setattr(sys, "stdin", io.StringIO("correct-horse-battery\n"))
    made = told("person", "new", "--email", "mo@team.example", "--role", "manager", "--password-stdin")
    assert "password" not in made
    assert User.objects.get().check_password("correct-horse-battery")


def test_a_weak_password_adds_nobody(db, monkeypatch):
    make_install()
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="too short"):
        run("person", "new", "--email", "mo@team.example", "--password-stdin")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--email", "nobody"], "no e-mail address"),
        (["--email", "ann@leadloop.test"], "signs in here already"),
        (["--email", "x@team.example", "--pool", "Nowhere"], "no pool “Nowhere”. Pools here: Sales"),
        (["--email", "x@team.example", "--zone", "Mars/Base"], "no time zone"),
        (["--email", "x@team.example", "--weight", "0"], "from 1 to"),
    ],
)
def test_people_are_refused_in_words(db, args, says):
    make_install()
    make_person("Ann")
    with pytest.raises(CommandError, match=says):
        run("person", "new", *args)
    assert User.objects.count() == 1


def test_people_are_switched_off_and_on(db):
    pool = make_install()
    make_rep("Ann", pool=pool)
    assert told("person", "off", "ann@leadloop.test")["active"] is False
    assert told("person", "off", "ann@leadloop.test")["active"] is False
    assert "switched off" in run("person", "list")
    assert told("person", "on", "ann@leadloop.test")["active"] is True


def test_the_last_who_can_steer_stays(db):
    make_person("Mia", "manager")
    with pytest.raises(CommandError, match="the last one who can steer"):
        run("person", "off", "mia@leadloop.test")


# replay


def test_what_was_set_aside_is_judged_again(db):
    make_rep("Ann", pool=make_install())
    route = Route.objects.published().get(name=ROUTE)
    fallback = route.spec.pop("fallback")
    Route.objects.filter(pk=route.pk).update(spec=route.spec)
    [taken] = loop.capture([arrival(now=NOON)], now=NOON)
    assert taken.outcome == "quarantined"

    with pytest.raises(SystemExit) as ended:
        run("replay", "--all")
    assert ended.value.code == 1

    Route.objects.filter(pk=route.pk).update(spec=route.spec | {"fallback": fallback})
    result = told("replay", str(taken.submission_id), "999")
    assert (result["replayed"], result["set_aside_again"], result["not_set_aside"]) == (1, 0, [999])
    assert Verdict.objects.get().outcome == "created"
    assert Lead.objects.count() == 1
    assert not Waiting.objects.exists()
    assert told("replay", "--all")["replayed"] == 0


def test_replay_wants_to_know_what(db):
    with pytest.raises(CommandError, match="Say which"):
        run("replay")


# files


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "leads.csv"
    path.write_text("Name,E-Mail,Stand\nAda Lovelace,ada@engines.example,A1\nBen Babbage,ben@engines.example,B2\n")
    return path


def test_an_import_may_be_tried_first(db, file):
    make_install()
    result = told("import", str(file), "--source", "Fair", "--dry-run")
    assert (result["rows"], result["created"], result["dry_run"]) == (2, 2, True)
    assert not Lead.objects.exists()


def test_an_import_takes_leads_in_once(db, file):
    make_install()
    assert told("import", str(file), "--source", "Fair")["created"] == 2
    assert told("import", str(file), "--source", "Fair")["skipped"] == 2
    assert sorted(Lead.objects.values_list("email", flat=True)) == ["ada@engines.example", "ben@engines.example"]


def test_columns_may_be_mapped_by_hand(db, file):
    make_install()
    run("import", str(file), "--source", "Fair", "--map", "Stand=external_id")
    assert sorted(Lead.objects.values_list("external_id", flat=True)) == ["A1", "B2"]


def test_refused_rows_are_told_and_written(db, file, tmp_path):
    make_install()
    file.write_text("Name,E-Mail,Received on\nAda,ada@x.com,2026-01-05\nBen,ben@x.com,2026-13-45\n")
    out = run("import", str(file), "--source", "Fair", "--map", "Received on=received_at", "--errors", str(tmp_path / "bad.csv"))
    assert "1  cannot be taken" in out
    [row] = csv.DictReader((tmp_path / "bad.csv").read_text().splitlines())
    assert (row["line"], row["Name"], row["kept"]) == ("3", "Ben", "")


def test_doubtful_rows_are_told_and_written(db, file, tmp_path):
    make_install()
    file.write_text("Name,E-Mail\nAda,nonsense\nBen,ben@x.com\nCarl,\n")
    foreseen = run("import", str(file), "--source", "Fair", "--dry-run")
    out = run("import", str(file), "--source", "Fair", "--errors", str(tmp_path / "bad.csv"))
    assert "1  would be kept with an e-mail or phone that cannot be read" in foreseen
    assert "1  were kept with an e-mail or phone that cannot be read" in out
    assert "2  were kept without any e-mail or phone" in out
    assert "line 4: no e-mail and no phone number (kept)" in out
    rows = list(csv.DictReader((tmp_path / "bad.csv").read_text().splitlines()))
    assert [(row["line"], row["kept"]) for row in rows] == [("2", "yes"), ("4", "yes")]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["/no/such/file.csv", "--source", "x"], "cannot be read: No such file"),
        (["FILE", "--source", " "], "needs a name"),
        (["FILE", "--source", "x", "--map", "nonsense"], "HEADER=FIELD"),
        (["FILE", "--source", "x", "--map", "Nope=email"], "no column “Nope”"),
        (["FILE", "--source", "x", "--map", "Stand=nope"], "no field “nope”"),
    ],
)
def test_imports_are_refused_in_words(db, file, args, says):
    with pytest.raises(CommandError, match=says):
        run("import", *[str(file) if arg == "FILE" else arg for arg in args])
    assert not Lead.objects.exists()


def test_an_export_is_json_lines(db):
    make_install()
    make_leads(3)
    Standing.objects.filter(pk=Lead.objects.first().pk).update(stage="won")
    lines = [json.loads(line) for line in run("export", "leads", "--stage", "won").splitlines()]
    assert [line["id"] for line in lines] == [Lead.objects.first().pk]
    assert len(run("export", "leads").splitlines()) == 3


def test_an_export_to_a_file_appears_whole(db, tmp_path):
    make_install()
    make_leads(3)
    out = tmp_path / "leads.csv"
    assert told("export", "leads", "--format", "csv", "--out", str(out))["leads"] == 3
    assert len(list(csv.DictReader(out.read_text().splitlines()))) == 3
    assert list(tmp_path.iterdir()) == [out]


def test_an_export_to_nowhere_is_refused_in_words(db):
    with pytest.raises(CommandError, match="cannot be written"):
        run("export", "leads", "--out", "/no/such/folder/leads.jsonl")


# the program itself


def program(home: Path, *args: str, **more: str) -> subprocess.CompletedProcess:
    env = {**os.environ, "LEADLOOP_HOME": str(home), "LEADLOOP_DATABASE_URL": "", **more}
    return subprocess.run([sys.executable, "-m", "leadloop", *args], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("asked", [[], ["help"], ["--help"]], ids=["nothing", "help", "--help"])
def test_the_program_lists_its_own_verbs(tmp_path, asked):
    ended = program(tmp_path, *asked)
    listed = [line.split()[0] for line in ended.stdout.splitlines() if line.startswith("  ")]
    assert (ended.returncode, listed) == (
        0,
        [
            "criteria",
            "demo",
            "erase",
            "export",
            "import",
            "key",
            "learn",
            "pack",
            "person",
            "replay",
            "serve",
            "simulate",
            "trace",
            "verify",
            "worker",
        ],
    )


@pytest.mark.parametrize(
    ("called", "known", "written"),
    [
        (".venv/bin/leadloop", False, ".venv/bin/leadloop"),
        ("/usr/bin/leadloop", True, "leadloop"),
        ("leadloop/__main__.py", False, "leadloop"),
    ],
)
def test_hints_name_the_program_as_this_shell_finds_it(tmp_path, monkeypatch, called, known, written):
    if known:
        (tmp_path / "leadloop").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", [called, "demo"])
    assert own_name() == written


@pytest.mark.parametrize("asked", [["verify"], ["trace", "7"], ["worker", "--once"], ["key", "list"], ["shell", "-c", ""]], ids=" ".join)
def test_a_command_without_an_install_says_so_and_leaves_nothing_behind(tmp_path, asked):
    home = tmp_path / "elsewhere"
    ended = program(home, *asked)
    assert (ended.returncode, ended.stdout, home.exists()) == (2, "", False)
    assert ended.stderr.startswith(f"There is no Leadloop install at {home} (LEADLOOP_HOME).")
    assert len(ended.stderr.splitlines()) == 1


def test_a_file_without_our_tables_is_no_install(tmp_path):
    (tmp_path / "leadloop.sqlite3").touch()
    ended = program(tmp_path, "trace", "7")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"There is no Leadloop install at {tmp_path} (LEADLOOP_HOME).")


def test_a_refusal_of_the_program_is_one_line(tmp_path):
    with closing(sqlite3.connect(tmp_path / "leadloop.sqlite3")) as store:
        store.execute("create table leads_lead (id integer)")  # an install that stopped half-way through its first start
    ended = program(tmp_path, "trace", "7")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.strip() == "The database is not set up for this version yet. Run `leadloop migrate`, or `leadloop serve`, first."


def test_a_setting_out_of_bounds_is_named(tmp_path):
    ended = program(tmp_path, "trace", "7", LEADLOOP_PORT="99999")
    assert ended.returncode == 2
    assert ended.stderr.startswith("LEADLOOP_PORT: ")
    assert "Traceback" not in ended.stderr


# criteria


def test_criteria_are_checked_counted_explained_and_turned_in_a_shell(db):
    make_install()
    lead, _ = make_leads(2)
    text = f'email is "{lead.email}" and (score >= 0 or score is blank)'

    assert told("criteria", "count", "every lead")["leads"] == 2
    assert told("criteria", "count", text) == {"leads": 1}
    turned = told("criteria", "convert", "country is US and phone is not blank")
    assert (
        run("criteria", "convert", json.dumps(turned["json"])).splitlines()[0] == turned["text"] == "country is US and phone is not blank"
    )
    assert run("criteria", "check", text).splitlines() == [
        f"E-mail is {lead.email} and (score is at least 0 or score is blank).",
        "Cost: reads every lead, about 2 s over a million leads.",
        "Warning: “score is at least 0 or score is blank” is always true.",
    ]
    explained = run("criteria", "explain", "country is DE or country is US", "--lead", str(lead.pk)).splitlines()
    assert explained == ["yes country is DE or country is US", "  no  country is DE  (found: US)", "  yes country is US  (found: US)"]


def test_criteria_that_cannot_be_are_refused_with_the_place(db):
    with pytest.raises(CommandError, match=r"Line 1, column 15: there is no field 'colour'"):
        run("criteria", "count", "score >= 3 and colour is red".replace("and ", "or "))
    with pytest.raises(CommandError, match="should not be published"):
        run("criteria", "check", "score >= 60 and score < 40")
