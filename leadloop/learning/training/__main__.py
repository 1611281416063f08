"""The training process: one job as JSON on stdin, progress and the result as lines of JSON on stdout."""

import json
import os
import sys
import threading
import warnings
from typing import Any

from leadloop.learning.domain.table import table_from_json
from leadloop.learning.training.evaluate import evaluate
from leadloop.learning.training.pipeline import train

LOOK_SECONDS = 1.0
NICE = 10


def main() -> int:
    """Do the job; 0 even if it failed, since the reason is the answer."""
    os.nice(NICE)
    warnings.simplefilter("ignore")  # of the libraries; they would fill the pipe
    _end_with(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    job = json.load(sys.stdin)
    table = table_from_json(job["table"])
    try:
        result = train(table, tell=_tell) if job["what"] == "train" else evaluate(table, tell=_tell, **job["options"])
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent has to hear it
        result = {"problem": f"{type(error).__name__}: {error}"}
    _say(result)
    return 0


def _end_with(parent: int) -> None:
    """A worker that is killed takes its training with it: another one has the job by then."""

    def watch() -> None:
        while os.getppid() == parent:
            gone.wait(LOOK_SECONDS)
        os._exit(1)

    gone = threading.Event()
    if parent:
        threading.Thread(target=watch, daemon=True).start()


def _tell(what: str, share: float) -> None:
    _say({"says": what, "share": round(share, 3)})


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
