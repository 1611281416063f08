"""Training runs in a process of its own; a server and the loop hold nothing of what it needs."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from leadloop.learning import process
from leadloop.learning.domain.table import table_as_json, table_from_json
from leadloop.learning.errors import ExtraMissing, TrainingFailed
from tests.learning.base import make_table

HEAVY = {"sklearn", "interpret", "numpy", "scipy", "pandas"}
SERVED = """
import sys, django
django.setup()
import leadloop.config.server, leadloop.config.urls, leadloop.worker, leadloop.loop, leadloop.retraining, leadloop.cli
from django.urls import get_resolver
get_resolver().url_patterns
from django.core.management import get_commands, load_command_class
load_command_class("leadloop", "learn")
print(sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_a_server_and_a_worker_hold_nothing_that_trains():
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "leadloop.config.settings"}
    shown = subprocess.run([sys.executable, "-c", SERVED], env=environment, capture_output=True, text=True, check=True).stdout
    names = set(json.loads(shown.strip().splitlines()[-1].replace("'", '"')))
    assert "leadloop" in names
    assert not HEAVY & names


def test_a_table_is_the_same_after_its_way_to_the_other_process():
    table = make_table(50, timed=True)
    assert table_from_json(json.loads(json.dumps(table_as_json(table)))) == table


def test_progress_is_told_as_it_comes_and_the_result_at_the_end():
    if not process.is_installed():
        pytest.skip("the extra learning is not installed")
    told = []
    result = process.train(make_table(260), tell=lambda _, share: told.append(share))
    assert told == sorted(told)
    assert len(told) >= 4
    assert result["report"]["chosen"]


def test_what_goes_wrong_there_is_said_here():
    if not process.is_installed():
        pytest.skip("the extra learning is not installed")
    with pytest.raises(TrainingFailed, match="folds"):
        process.ask({"what": "evaluate", "table": table_as_json(make_table(20)), "options": {"folds": "many"}})


def test_without_the_extra_naive_bayes_stands_in():
    needed = ["a_library_that_nobody_has"]
    result = process.train(make_table(300), needed=needed)
    assert result["card"]["pipeline"] == "naive Bayes"
    assert result["report"]["refused"] == "Training needs the extra `learning`, which this install does not have"
    with pytest.raises(ExtraMissing, match="leadloop\\[learning\\]"):
        process.ask({"what": "evaluate"}, needed=needed)


def test_a_killed_worker_takes_its_training_with_it():
    if not process.is_installed():
        pytest.skip("the extra learning is not installed")
    code = (
        "import os, subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-m', '{process.PROGRAM}', str(os.getpid())], stdin=subprocess.PIPE)\n"
        "print(child.pid, flush=True)\n"
        "child.wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as worker:
        child = int(worker.stdout.readline())
        os.kill(worker.pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while is_alive(child) and time.monotonic() < deadline:
        select_nothing()
    assert not is_alive(child)


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def select_nothing():
    subprocess.run(["true"], check=True)
