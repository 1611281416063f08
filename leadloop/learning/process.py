"""Training in a process of its own: what it needs never enters this one, and its memory goes when it ends."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

from leadloop.learning.domain.bayes import bayes_card
from leadloop.learning.domain.features import fit_features
from leadloop.learning.domain.guard import examine, told
from leadloop.learning.domain.readiness import Readiness
from leadloop.learning.domain.table import Table, table_as_json
from leadloop.learning.errors import ExtraMissing, TrainingFailed

Tell = Callable[[str, float], object]
PROGRAM = "leadloop.learning.training"
NEEDED = ("sklearn", "interpret")
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
LONGEST_PROBLEM = 400


def is_installed(needed: Sequence[str] = NEEDED) -> bool:
    """Whether the extra is there; looks, and imports nothing."""
    return all(find_spec(name) is not None for name in needed)


def silent(what: str, share: float) -> None:
    """For callers whom progress does not interest."""
    del what, share


def train(table: Table, *, tell: Tell = silent, needed: Sequence[str] = NEEDED) -> dict[str, Any]:
    """A scorecard and its report: by the whole pipeline in another process, or by naive Bayes here where the extra is missing."""
    if is_installed(needed):
        return ask({"what": "train", "table": table_as_json(table)}, tell=tell)
    return count_only(table, refused="Training needs the extra `learning`, which this install does not have")


def count_only(table: Table, *, refused: str) -> dict[str, Any]:
    """The honest fallback: guard and naive Bayes, in pure Python."""
    findings = examine(table)
    kept = table.without([finding.column for finding in findings if finding.out])
    features = fit_features(kept)
    columns = list(dict.fromkeys(feature.column for feature in features))
    missing = Readiness(sum(table.won), len(table.won) - sum(table.won)).says
    return {
        "card": bayes_card(kept, features),
        "report": {"refused": missing or refused, "guard": [told(finding) for finding in findings], "columns": columns},
    }


def ask(job: dict[str, Any], *, tell: Tell = silent, needed: Sequence[str] = NEEDED) -> dict[str, Any]:
    """Have the training process do one job; its progress is told as it comes.

    Raises:
        ExtraMissing: scikit-learn or interpret is not installed.
        TrainingFailed: the process ended without a result.
    """
    if not is_installed(needed):
        raise ExtraMissing
    environment = os.environ | THREADS
    command = [sys.executable, "-m", PROGRAM, str(os.getpid())]
    with subprocess.Popen(  # noqa: S603 - our own program, by the interpreter that runs us
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
    ) as child:
        result = _talk(child, job, tell)
    if result is None or "problem" in result:
        problem = (result or {}).get("problem") or f"it ended with code {child.returncode}"
        raise TrainingFailed(problem=str(problem)[:LONGEST_PROBLEM])
    return dict(result)


def _talk(child: "subprocess.Popen[str]", job: dict[str, Any], tell: Tell) -> dict[str, Any] | None:
    """Send the job, then read a line of JSON at a time: progress until the result."""
    assert child.stdin  # a pipe, as asked for
    assert child.stdout
    try:
        child.stdin.write(json.dumps(job))
        child.stdin.close()
    except BrokenPipeError:
        return None
    result: dict[str, Any] | None = None
    for line in child.stdout:
        said = json.loads(line)
        if "share" in said:
            tell(said["says"], said["share"])
        else:
            result = said
    return result
