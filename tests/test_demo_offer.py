"""How the demo is offered, and the dice and the calendar behind it."""

import io
import json
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from leadloop.demo import calendar, words
from leadloop.demo.empty import is_empty
from leadloop.demo.inquirers import invent
from leadloop.teams.models import User
from tests.make import make_install, make_person

NOW = datetime(2026, 11, 20, 9, 3, tzinfo=UTC)


def test_the_same_seed_invents_the_same_people():
    streams = [words.STREAMS[number % len(words.STREAMS)] for number in range(60)]
    once, again = ([invent(dice, stream) for stream in streams] for dice in (Random(5), Random(5)))
    assert once == again


def test_people_work_on_weekdays_in_working_hours():
    zone, dice = ZoneInfo("Europe/Berlin"), Random(1)
    for hours in range(0, 24 * 14, 5):
        moment = calendar.after_work(dice, NOW + timedelta(hours=hours), minutes=30, zone=zone).astimezone(zone)
        assert moment.weekday() < 5
        assert moment >= (NOW + timedelta(hours=hours)).astimezone(zone)
        assert 9 <= moment.hour < 18


def test_the_command_makes_it_once(db, monkeypatch):
    out = io.StringIO()
    call_command("demo", "--leads", "60", "--json", stdout=out)
    made = json.loads(out.getvalue())
    assert made["people"] == User.objects.count() == 7
    assert {one["role"] for one in made["sign_ins"]} == {"manager", "rep", "marketer"}

    again = io.StringIO()
    call_command("demo", "--if-empty", stdout=again)
    assert again.getvalue() == ""
    with pytest.raises(CommandError, match="people or leads here already"):
        call_command("demo")


def test_no_means_no(db, settings):
    make_install()
    settings.ENV = settings.ENV.model_copy(update={"demo": "no"})
    out = io.StringIO()
    call_command("demo", "--if-empty", stdout=out)
    assert is_empty()
    assert "leadloop person new --role admin" in out.getvalue()


def test_one_start_offers_the_demo_and_serves(db, monkeypatch, settings):
    settings.ENV = settings.ENV.model_copy(update={"demo": "no"})
    started = []
    monkeypatch.setattr("os.execv", lambda _program, command: started.append(command))
    out = io.StringIO()
    call_command("serve", "--offer-demo", "--port", "0", stdout=out)
    assert "No demo, then." in out.getvalue()
    assert [command[2] for command in started] == ["leadloop.config.supervise"]


def test_a_lone_person_is_not_empty(db):
    make_person("Mia", "manager")
    with pytest.raises(CommandError, match="already"):
        call_command("demo")
