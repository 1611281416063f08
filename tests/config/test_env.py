"""An install's own folder: what lies in it is for the account that serves, and its secret is whole from the first moment."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from leadloop.config.env import Env

ROOT = Path(__file__).resolve().parents[2]
READ = "from leadloop.config.env import read_env; env = read_env(); (env.home / 'made').touch(); print(env.secret_key)"


def start(home: Path) -> "subprocess.Popen[str]":
    environment = {**os.environ, "LEADLOOP_HOME": str(home), "LEADLOOP_SECRET_KEY": ""}
    return subprocess.Popen([sys.executable, "-c", READ], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, umask=0o022)


def test_nobody_else_on_the_machine_reads_what_an_install_keeps(tmp_path):
    home = tmp_path / "home"
    start(home).communicate()

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in [home, *home.iterdir()]}
    assert modes == dict.fromkeys(["home", "static", "uploads", "secret", "made"], 0)


def test_processes_that_start_at_once_have_one_secret(tmp_path):
    begun = [start(tmp_path) for _ in range(4)]
    secrets = {process.communicate()[0].strip() for process in begun}

    assert len(secrets) == 1
    assert len(secrets.pop()) == 64
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("secret")] == ["secret"]


def test_a_secret_that_can_be_guessed_stops_the_start():
    with pytest.raises(ValidationError):
        Env(secret_key="short")
